import type { Bus, Verdict } from '@pilotwire/bus';
import { availability, commands, limit } from '@pilotwire/contracts';
import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { Car } from '../car/car.js';
import type { Charger } from '../charger/charger.js';
import { isAvailable } from '../session/availability.js';
import type { Availability } from '../session/availability.js';
import type { Kept } from '../session/kept.js';
import type { Allowed, Limits } from '../session/limits.js';

type Outlet = { readonly station: string; readonly evse: number };

export interface OfficeOptions {
  readonly bus: Pick<Bus, 'serve' | 'subscribe'>;
  readonly outlet: Outlet;
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly charger: Charger;
  readonly limits: Limits;
  /** As the former life of this process left it. */
  readonly availability: Availability;
  /** Where it is kept for the next one. */
  readonly kept: Pick<Kept<Availability>, 'keep' | 'settled'>;
}

/** How often is looked whether a limit has run out. */
const period = ms(1_000);

/** What was begun, or why not now. */
const verdict = (whyNot: string | undefined): Verdict => (whyNot === undefined ? 'accepted' : { code: 'not-now', message: whyNot });

/** What was meant for another session than the one that is there is for nobody. */
const isOver = (session: string | undefined, { sessionId }: Charger | Car): string | undefined =>
  session === undefined || session === sessionId ? undefined : 'the session that this was for is over';

/** What people and the back office ask of a charger. */
export class Office {
  readonly #options: OfficeOptions;
  #availability: Availability;
  #told = '';
  #session: string | undefined;
  #stopped = false;

  constructor(options: OfficeOptions) {
    this.#options = options;
    this.#availability = options.availability;
    options.charger.setAvailable(isAvailable(this.#availability));
  }

  /** Resolves once the broker has been asked, or there is none. */
  async open(): Promise<void> {
    const { bus, outlet, charger, limits } = this.#options;
    this.#look();
    await Promise.all([
      bus.serve(commands.start, outlet, ({ session }, { source }) => verdict(isOver(session, charger) ?? charger.start(source))),
      bus.serve(commands.stop, outlet, ({ session }) => verdict(isOver(session, charger) ?? charger.stop())),
      bus.serve(commands.authorize, outlet, ({ accept, by, session }, { source }) => {
        const whyNot = isOver(session, charger) ?? charger.authorize(accept, by ?? source);
        return whyNot === undefined ? 'done' : { code: 'not-now', message: whyNot };
      }),
      bus.serve(commands.limit, outlet, (allowed) => {
        this.limit(allowed);
        return 'done';
      }),
      bus.serve(commands.availability, outlet, async ({ available }): Promise<Verdict> => {
        this.#setAvailability({ ...this.#availability, command: available });
        // What is said to be done is not forgotten, whatever happens to this process.
        await this.#options.kept.settled();
        return 'done';
      }),
      bus.subscribe(limit, outlet, ({ maxW, maxA, validUntil }) => {
        limits.office({ maxW, maxA, validUntil: Date.parse(validUntil) });
        this.#apply();
      }),
      bus.subscribe(availability, outlet, ({ available }) => this.#setAvailability({ ...this.#availability, office: available })),
    ]);
  }

  /** By a person, until told otherwise or until the session ends. */
  limit(allowed: Allowed): void {
    this.#options.limits.command(allowed);
    this.#apply();
  }

  /** The most that the charger may give now, in W. */
  get maxPower(): number {
    const { limits, wallClock } = this.#options;
    return limits.effective(wallClock()).limits.maxPower;
  }

  close(): void {
    this.#stopped = true;
  }

  #look(): void {
    if (this.#stopped) return;
    const { charger, limits, time } = this.#options;
    // A person's limit was for the session that is over now.
    if (this.#session !== undefined && this.#session !== charger.sessionId) limits.command({});
    this.#session = charger.sessionId;
    this.#apply();
    time.schedule(() => this.#look(), period);
  }

  #apply(): void {
    const { charger, limits, wallClock } = this.#options;
    const { limits: now, by } = limits.effective(wallClock());
    const text = JSON.stringify([now, by]);
    if (text === this.#told) return;
    this.#told = text;
    charger.limit(now, by);
  }

  #setAvailability(now: Availability): void {
    this.#availability = now;
    const usable = isAvailable(now);
    this.#options.charger.setAvailable(usable);
    this.#options.kept.keep(usable ? undefined : now);
  }
}

/** What people ask of a car. Resolves once the broker has been asked, or there is none. */
export async function serveCar(bus: Pick<Bus, 'serve'>, outlet: Outlet, car: Car): Promise<void> {
  await Promise.all([
    bus.serve(commands.start, outlet, ({ session }) => verdict(isOver(session, car) ?? car.start())),
    bus.serve(commands.stop, outlet, ({ session }) => verdict(isOver(session, car) ?? car.stop())),
    // What only a charger does is refused by the bus before it comes here: whoever asked waits for an answer.
    bus.serve(commands.authorize, outlet, () => 'wrong-mode'),
    bus.serve(commands.limit, outlet, () => 'wrong-mode'),
    bus.serve(commands.availability, outlet, () => 'wrong-mode'),
  ]);
}
