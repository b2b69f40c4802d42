import { randomBytes } from 'node:crypto';
import type { DynamicModule } from '@nestjs/common';
import type { Settings } from '@pilotwire/configuration';
import { startCsms } from '@pilotwire/csms';
import { ocppBridgeModule } from '@pilotwire/ocpp-bridge';
import type { Clock } from '@pilotwire/runtime';
import { newsLine } from '../csms/text.js';
import { version } from '../project.js';
import { startServices } from './services.js';

/** The back office of a site. */
export interface Office {
  /** Where its CSMS is; undefined: the settings want none. */
  readonly url: string | undefined;
  /** It is in this process. */
  readonly own: boolean;
  /** Connects the station to it. */
  open(options: { readonly clock: Clock; readonly write: (line: string) => void }): Promise<void>;
  close(): Promise<void>;
}

/**
 * The CSMS of the settings; where they name none, one in this process. The station is connected to it by a bridge. What our
 * own says is told, with words for people.
 */
export async function officeFor(settings: Settings, tell: (words: string) => void): Promise<Office> {
  if (settings['ocpp.enabled'] === 'no') return { url: undefined, own: false, open: () => Promise.resolve(), close: () => Promise.resolve() };
  const closes: (() => Promise<void>)[] = [];
  let { 'ocpp.url': url, 'ocpp.securityProfile': profile, 'ocpp.password': password } = settings;
  if (url === undefined) {
    // Profile 0 is 1.6 only.
    [profile, password] = [1, randomBytes(16).toString('hex')];
    const own = await startCsms({
      utc: Date.now, passwordOf: () => password,
      tell: (news) => {
        // What is said besides, meter values above all, is for `pilotwire csms`.
        const line = news.kind === 'call' ? undefined : newsLine(news);
        // Of the one station that is here.
        if (line !== undefined) tell(`CSMS: ${line.slice(line.indexOf('  ') + 2)}`);
      },
    });
    closes.push(() => own.close());
    ({ url } = own);
  }
  const bridge = (clock: Clock, write: (line: string) => void): DynamicModule =>
    // The car at the cable is no station of a CSMS. One port of health is for one service.
    ocppBridgeModule({ settings: { ...settings, 'ocpp.url': url, 'ocpp.securityProfile': profile, 'ocpp.password': password, 'ocpp.stations': settings['ocpp.stations'] ?? settings.station, 'health.port': 0 }, version: version(), clock, write });
  return {
    url, own: settings['ocpp.url'] === undefined,
    async open({ clock, write }) {
      const services = await startServices([bridge(clock, write)]);
      closes.push(() => services.close());
    },
    async close() {
      for (const close of closes.splice(0).toReversed()) await close();
    },
  };
}
