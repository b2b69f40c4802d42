import { randomBytes } from 'node:crypto';
import { connectBus } from '@pilotwire/bus';
import type { Bus, BusOptions } from '@pilotwire/bus';
import { after, ms } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { connectionOf } from '@pilotwire/service';
import { CliError } from '../errors.js';
import { version } from '../project.js';
import type { SiteSettings } from './settings.js';

/** A broker that is there answers sooner. */
export const patience = ms(2_000);

/** How to connect to the broker. Throws `ConfigurationError` also for a URL that is none. */
export function connectionFor({ settings, origins }: SiteSettings): ReturnType<typeof connectionOf> {
  return connectionOf(settings, origins['mqtt.url']);
}

/** A name of its own for this process: two of one name would throw each other out of the broker. */
export const visitorName = (command: string): string => `${command}-${randomBytes(4).toString('hex')}`;

/** This process on the bus of a site, as somebody who looks and asks. It does not wait for a broker. */
export function visit(site: SiteSettings, command: string, more: Pick<BusOptions, 'clock' | 'report' | 'setup'>): Promise<Bus> {
  return connectBus({
    ...connectionFor(site), service: 'pilotwire', instance: visitorName(command), version: version(), stations: [], mode: 'evse', simulated: false,
    visitor: true, ...more,
  });
}

/** A visit that is over when `work` is. Throws `CliError` where no broker answers. */
export async function atSite<Result>(site: SiteSettings, command: string, work: (bus: Bus, clock: Clock) => Promise<Result>): Promise<Result> {
  const clock = systemClock();
  let why = 'it does not answer';
  const bus = await visit(site, command, { clock, report: (report) => void (report.kind === 'down' && (why = report.why)) });
  try {
    if (!(await within(clock, patience, bus.whenConnected()))) throw new CliError(noBroker(bus.where, why, site));
    return await work(bus, clock);
  } finally {
    await bus.close();
  }
}

/** What to tell somebody who finds no broker. */
export function noBroker(where: string, why: string, { settings }: SiteSettings): string {
  const hint = settings['mqtt.url'] === 'embedded' ? '; `pilotwire up` runs one, and --mqtt.url names another' : '';
  return `no broker at ${where}: ${why}${hint}`;
}

/** Whether something came to pass in time. */
export function within(clock: Clock, duration: Duration, event: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const cancel = clock.wake(after(clock.now(), duration), () => resolve(false));
    event.then(
      () => {
        cancel();
        resolve(true);
      },
      reject,
    );
  });
}

/** Resolves after a while. */
export const pause = (clock: Clock, duration: Duration): Promise<void> =>
  new Promise((resolve) => void clock.wake(after(clock.now(), duration), resolve));
