import type { Settings } from '@pilotwire/configuration';
import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import { liveTimeline } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';

/** `stop` ends all that lives in it. */
export interface LiveOutlet {
  readonly outlet: SimulatedOutlet;
  readonly time: Timeline;
  stop(): void;
}

/** An outlet with everything that goes through its cable, on the clock of the wall. */
export function liveOutlet(settings: Settings, clock: Clock, write: (line: string) => void): LiveOutlet {
  const time = liveTimeline(clock, (mishap) => write(`outlet: ${mishap.kind} at ${mishap.at}${'error' in mishap ? `: ${String(mishap.error)}` : ''}\n`));
  const outlet = new SimulatedOutlet(time, {
    seed: settings['outlet.seed'], charger: settings['charger.profile'], car: settings['car.profile'], soc: settings['car.soc'], until: settings['car.until'],
    speed: settings['outlet.speed'], quick: settings['outlet.quick'] === 'yes',
  });
  return { outlet, time, stop: () => time.stop() };
}

/** Something that the hardware of an outlet did: when, in ms on the clock that all processes of a machine share. */
export interface Deed {
  readonly at: number;
  readonly what: 'supply' | 'contactors' | 'inlet';
  readonly on: boolean;
}

const lookEvery = ms(2);

/** Tells what the hardware does. A supply is on while it is told to be; contactors are when they are closed. */
export function watchHardware({ outlet, time }: Pick<LiveOutlet, 'outlet' | 'time'>, tell: (deed: Deed) => void): void {
  const known = { supply: false, contactors: false, inlet: false };
  const look = (): void => {
    const { order, contactors, inlet } = outlet.hardware;
    const now = { supply: order !== undefined, contactors: contactors.closed, inlet: inlet.closed };
    for (const what of ['supply', 'contactors', 'inlet'] as const) {
      if (known[what] !== now[what]) tell({ at: Number(process.hrtime.bigint()) / 1e6, what, on: now[what] });
      known[what] = now[what];
    }
    time.schedule(look, lookEvery);
  };
  look();
}
