import { randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { Settings } from '@pilotwire/configuration';
import { startCsms } from '@pilotwire/csms';
import { ocppBridgeModule } from '@pilotwire/ocpp-bridge';
import type { Clock } from '@pilotwire/runtime';
import { newsLine } from '../csms/text.js';
import { version } from '../project.js';
import type { SiteSettings } from '../site/settings.js';

/** The back office of a site that has none of its own, and the settings with which its station gets there. */
export interface OwnCsms {
  readonly settings: Settings;
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Runs a small CSMS in this process, at a free port, where the settings name no other. It lets every car charge, which it
 * knows by its EVCCID, unless somebody has set how that is to be. What the station tells goes to `say`.
 */
export async function ownCsms({ settings, origins }: SiteSettings, say: (words: string) => void): Promise<OwnCsms | undefined> {
  if (settings['ocpp.url'] !== undefined) return undefined;
  const password = randomBytes(16).toString('hex');
  const csms = await startCsms({
    utc: Date.now,
    tell: (news) => {
      // A charge is what there is to see, of the one station that is here; the rest is in the topics.
      const line = news.kind === 'transaction' || news.kind === 'invalid' ? newsLine(news) : undefined;
      if (line !== undefined) say(`CSMS: ${line.slice(line.indexOf('  ') + 2)}`);
    },
  });
  const unless = <Key extends keyof Settings>(key: Key, value: Settings[Key]): Settings[Key] => (origins[key] === 'default' ? value : settings[key]);
  return {
    url: csms.url,
    settings: {
      ...settings, 'ocpp.url': csms.url, 'ocpp.securityProfile': 1, 'ocpp.password': password,
      authorization: unless('authorization', 'require'), 'ocpp.autocharge': unless('ocpp.autocharge', 'yes'),
    },
    close: () => csms.close(),
  };
}

export interface OwnBridgeOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly write: (line: string) => void;
}

/** The bridge of the station in this process. Rejects with what it throws. */
export const ownBridge = ({ settings, clock, write }: OwnBridgeOptions): Promise<{ close(): Promise<void> }> =>
  // One port of health is for one service.
  NestFactory.createApplicationContext(ocppBridgeModule({ settings: { ...settings, 'health.port': 0 }, version: version(), write, clock }), { logger: false, abortOnError: false });
