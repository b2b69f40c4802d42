import { startOcppBridge } from '@pilotwire/ocpp-bridge';
import { patientClock } from '@pilotwire/runtime';
import { scaledDay } from '../../../ocpp-bridge/test/scaled.js';
import { settingsOf } from '../../../ocpp-bridge/test/site.js';
import { openOutlet } from './outlet.js';

export interface Life {
  readonly day: Parameters<typeof scaledDay>[0];
  readonly station: string;
  readonly data: string;
  readonly url: string;
  /** Of the bridge. */
  readonly settings: Readonly<Record<string, string>>;
}

// A station with all that has power from it, in a process of its own that is there to be killed: the outlet and who is at its
// ends, and the bridge.
const { day: given, station, data, url, settings } = JSON.parse(process.argv[2] as string) as Life;
const day = scaledDay(given);
const clock = patientClock(day.clock);
const [zero, began] = [clock.now(), day.utc()];
Date.now = () => Math.floor(began + clock.now() - zero);
const write = (line: string): void => void process.stderr.write(line);
await openOutlet({ url, clock, station, evse: 1, data, write });
await startOcppBridge({ settings: settingsOf({ station, data, 'mqtt.url': url, ...settings }), version: '0', clock, write });
process.stdout.write('ready\n');
