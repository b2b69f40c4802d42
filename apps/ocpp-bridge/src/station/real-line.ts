import type { Settings } from '@pilotwire/configuration';
import { seconds } from '@pilotwire/machine';
import { lineDefaults, objectionTo, openLine } from '@pilotwire/ocpp-transport';
import type { LineSettings, LineStatus, LineSurroundings, SecurityProfile } from '@pilotwire/ocpp-transport';
import { identityOf, protocolsOf } from './configuration.js';
import type { OpenLine, Way } from './line.js';

/** What files and certificates add to the settings of a line; PEM, but for the password. */
export interface LineSecrets {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** That of the station, where it has one of its own. */
  readonly password?: string;
}

/** Opens lines over real sockets. `secrets` are asked for with each new connection. */
export const realLines = (settings: Settings, surroundings: LineSurroundings, secrets: (station: string) => LineSecrets): OpenLine =>
  (station, way, listener) => {
    const line = openLine(lineSettings(settings, station, way, secrets(station)), surroundings, {
      fact: listener.fact,
      status: (status) => {
        const why = whyAway(status);
        if (why !== undefined) listener.away(why);
      },
      security: ({ type, info }) => listener.security(type, info),
    });
    return {
      send: (id, action, payload) => line.send(id, action, payload),
      reply: (id, outcome) => line.reply(id, outcome),
      reconnect: (changed) => line.reconnect(lineSettings(settings, station, changed, secrets(station))),
      objectionTo: (wanted) => objectionTo(lineSettings(settings, station, wanted, secrets(station))),
      pingEvery: (interval) => line.pingEvery(seconds(interval)),
      close: () => line.close(),
    };
  };

/** Whatever the CSMS has changed goes over the settings; it cannot lower the security profile. */
export function lineSettings(settings: Settings, station: string, { memory, setting }: Way, secrets: LineSecrets): LineSettings {
  const password = memory.password ?? secrets.password ?? settings['ocpp.password'];
  const profile = Math.max(memory.securityProfile ?? 0, settings['ocpp.securityProfile']) as SecurityProfile;
  return {
    ...lineDefaults, ...secrets, url: settings['ocpp.url'] ?? '', identity: identityOf(settings, station), protocols: protocolsOf(settings),
    pingInterval: seconds(Number(setting('OCPPCommCtrlr.WebSocketPingInterval'))),
    retry: {
      minimum: seconds(Number(setting('OCPPCommCtrlr.RetryBackOffWaitMinimum'))), doublings: Number(setting('OCPPCommCtrlr.RetryBackOffRepeatTimes')),
      random: seconds(Number(setting('OCPPCommCtrlr.RetryBackOffRandomRange'))),
    },
    securityProfile: profile, ...(password !== undefined && { password }), hideTokens: settings['ocpp.tokens'] === 'hidden',
  };
}

function whyAway(status: LineStatus): string | undefined {
  switch (status.at) {
    case 'waiting':
      return status.why.detail;
    case 'unusable':
      return status.why;
    case 'connecting':
    case 'open':
    case 'closed':
      return undefined;
  }
}
