import type { Settings } from '@pilotwire/configuration';
import { liveTimeline } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';

/** An outlet with everything that goes through its cable, on the clock of the wall. `stop` ends all that lives in it. */
export function liveOutlet(settings: Settings, clock: Clock, write: (line: string) => void): { readonly outlet: SimulatedOutlet; stop(): void } {
  const time = liveTimeline(clock, (mishap) => write(`outlet: ${mishap.kind} at ${mishap.at}${'error' in mishap ? `: ${String(mishap.error)}` : ''}\n`));
  const outlet = new SimulatedOutlet(time, {
    seed: settings['outlet.seed'], charger: settings['charger.profile'], car: settings['car.profile'], soc: settings['car.soc'], until: settings['car.until'],
    speed: settings['outlet.speed'],
  });
  return { outlet, stop: () => time.stop() };
}
