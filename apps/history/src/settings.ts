import { ConfigurationError } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import type { Keep } from './database/retention.js';
import { isTimeZone } from './http/routes.js';
import { loopback } from './http/server.js';

/** The settings of history, checked for what a key alone cannot say. */
export interface HistorySettings {
  readonly url: string;
  readonly stations: readonly string[] | undefined;
  readonly timeZone: string;
  readonly host: string;
  readonly port: number;
  readonly tokens: { readonly read: string | undefined; readonly command: string | undefined };
  readonly hashed: boolean;
  readonly keep: Keep;
}

/** Throws `ConfigurationError` with all that is wrong. */
export function historySettings(settings: Settings): HistorySettings {
  const { 'history.database': url, 'history.stations': stations, 'history.host': host, 'history.readToken': read, 'history.commandToken': command } = settings;
  const timeZone = settings['history.timeZone'] ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const problems: { where: string; problem: string }[] = [];
  if (url !== 'embedded' && !(URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol))) problems.push({ where: 'history.database', problem: 'history.database is `embedded`, or begins with postgres://' });
  if (!isTimeZone(timeZone)) problems.push({ where: 'history.timeZone', problem: `history.timeZone: ${timeZone} is no time zone; they are called as Europe/Berlin` });
  if (!loopback.includes(host) && (read === undefined || command === undefined)) problems.push({ where: 'history.host', problem: `history.host: on ${host} others can ask, so history.readToken and history.commandToken must be set` });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    url, timeZone, host,
    port: settings['history.port'],
    stations: stations?.split(/, ?/),
    tokens: { read, command },
    hashed: settings['history.privacy'] === 'hashed',
    keep: {
      days: { frames: settings['history.keepFrames'], telemetry: settings['history.keepTelemetry'], meter_values: settings['history.keepTelemetry'], ocpp_messages: settings['history.keepMessages'] },
      megabytes: settings['history.maxSize'],
    },
  };
}
