import type { Settings } from '@pilotwire/configuration';
import { after, between, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { lineDefaults, objectionTo, openLine } from '@pilotwire/ocpp-transport';
import type { LineSettings, LineStatus, LineSurroundings, SecurityProfile } from '@pilotwire/ocpp-transport';
import type { LineMemory } from '../log/kept.js';
import { identityOf, protocolsOf } from './configuration.js';
import type { OpenLine, Way, WayInUse } from './line.js';
import { Rotation, slotsOf } from './network-profiles.js';
import type { Slot } from './network-profiles.js';

/** What files and certificates add to the settings of a line; PEM, but for the password. */
export interface LineSecrets {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** That of the station, where it has one of its own. */
  readonly password?: string;
}

/** Until the next way is taken, where one cannot be used at all: its certificate is missing, for one. */
const betweenHopeless = seconds(5);
/** A connection that held for so long was a good one. */
const goodAfter = seconds(60);

/** Opens lines over real sockets. `secrets` are asked for with each new connection. */
export const realLines = (settings: Settings, surroundings: LineSurroundings, secrets: (station: string) => LineSecrets): OpenLine =>
  (station, opened, listener) => {
    const { clock } = surroundings;
    let way = opened;
    const attempts = Number(way.setting('OCPPCommCtrlr.NetworkProfileConnectionAttempts'));
    // What becomes of the priority later holds from the next start on, as the standard has it.
    const by = (one: Way, slot: Slot): LineSettings => lineSettings(settings, station, one, secrets(station), slot);
    // The settings of this machine are no way where they cannot be made as safe as a connection has been.
    const isLost = (one: Way): boolean => (one.memory.securityProfile ?? 0) > settings['ocpp.securityProfile'] && objectionTo(by(one, undefined)) !== undefined;
    const waysOf = (one: Way, lost = isLost(one)): readonly Slot[] => {
      const slots = slotsOf(one);
      return lost && slots.length > 1 ? slots.filter((slot) => slot !== undefined) : slots;
    };
    const rotation = new Rotation(waysOf(way), attempts);
    const present = (one: Way): LineSettings => by(one, rotation.slot);
    const inUse = (): WayInUse => wayBy(settings, way.memory, rotation.slot);
    let since: Instant | undefined;
    let cancel = (): void => undefined;
    const failed = (why: string, hopeless: boolean): void => {
      // One that hangs up on whoever has come is none that works.
      if (since !== undefined && between(since, clock.now()) >= goodAfter) rotation.worked();
      since = undefined;
      const next = rotation.failed(hopeless);
      listener.away(next ? `${why}; the next network profile is tried` : why);
      if (!next) return;
      // The waits of the line go on growing; where there is no attempt to wait for, this is one.
      if (hopeless) cancel = clock.wake(after(clock.now(), betweenHopeless), () => line.reconnect(present(way)));
      else line.use(present(way));
    };
    // That a socket was open says little; a CSMS that has answered is one that can be stayed with.
    const answered = (): void => {
      const { securityProfile } = inUse();
      if (securityProfile <= Math.max(way.memory.securityProfile ?? 0, settings['ocpp.securityProfile'])) return;
      listener.safer(securityProfile);
      rotation.keep(waysOf(way));
    };
    const line = openLine(present(way), surroundings, {
      fact(fact) {
        if (fact.kind === 'answered' && 'result' in fact) answered();
        const { slot } = rotation;
        const profile = slot === undefined ? undefined : way.memory.profiles?.[slot];
        if (fact.kind !== 'connected' || slot === undefined || profile === undefined) return listener.fact(fact);
        listener.fact({ ...fact, network: { slot, messageTimeout: profile.messageTimeout } });
      },
      status: (status) => {
        const why = whyAway(status);
        if (why !== undefined) failed(why, status.at === 'unusable');
        else if (status.at === 'open') since = clock.now();
      },
      security: ({ type, info }) => listener.security(type, info),
    });
    return {
      send: (id, action, payload) => line.send(id, action, payload),
      reply: (id, outcome) => line.reply(id, outcome),
      reconnect(changed) {
        cancel();
        way = changed;
        rotation.keep(waysOf(way));
        line.reconnect(present(way));
      },
      inUse,
      // Of every way: what is the last resort must not be made useless, unless it is none any more.
      objectionTo: (wanted) => waysOf(wanted, isLost(way)).map((slot) => objectionTo(by(wanted, slot))).find((why) => why !== undefined),
      pingEvery: (interval) => line.pingEvery(seconds(interval)),
      close() {
        cancel();
        return line.close();
      },
    };
  };

/** Where a way leads, and how safe it is at least; without what is secret, and without reading a file. */
function wayBy(settings: Settings, memory: LineMemory, slot: Slot): WayInUse {
  const network = slot === undefined ? undefined : memory.profiles?.[slot];
  const securityProfile = Math.max(memory.securityProfile ?? 0, settings['ocpp.securityProfile'], network?.securityProfile ?? 0);
  return { slot, url: network?.url ?? settings['ocpp.url'] ?? '', securityProfile };
}

/** Whatever the CSMS has changed goes over the settings; it cannot lower the security profile. */
export function lineSettings(settings: Settings, station: string, { memory, setting }: Way, secrets: LineSecrets, slot: Slot): LineSettings {
  const network = slot === undefined ? undefined : memory.profiles?.[slot];
  const password = network?.password ?? memory.password ?? secrets.password ?? settings['ocpp.password'];
  const { url, securityProfile } = wayBy(settings, memory, slot);
  return {
    ...lineDefaults, ...secrets, url, identity: identityOf(settings, station), protocols: protocolsOf(settings),
    pingInterval: seconds(Number(setting('OCPPCommCtrlr.WebSocketPingInterval'))),
    retry: {
      minimum: seconds(Number(setting('OCPPCommCtrlr.RetryBackOffWaitMinimum'))), doublings: Number(setting('OCPPCommCtrlr.RetryBackOffRepeatTimes')),
      random: seconds(Number(setting('OCPPCommCtrlr.RetryBackOffRandomRange'))),
    },
    securityProfile: securityProfile as SecurityProfile, ...(password !== undefined && { password }), hideTokens: settings['ocpp.tokens'] === 'hidden',
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
