import type { Bus } from '@pilotwire/bus';
import { commands, stationCommands } from '@pilotwire/contracts';
import type { DataOf, events } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import { liveTimeline } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { carProfiles } from '@pilotwire/v2g-session';
import type { Io } from '../io.js';
import { onInterrupt } from '../site/interrupt.js';
import type { SiteSettings } from '../site/settings.js';
import { energy } from '../site/units.js';
import { followStation } from '../watch/follow.js';
import type { Heard } from '../watch/heard.js';
import { Screen } from '../watch/screen.js';
import { Person } from './person.js';
import type { Wish } from './person.js';

export interface PlayOptions {
  readonly site: SiteSettings;
  readonly station: string;
  readonly io: Io;
  readonly clock: Clock;
  /** A person comes with so many cars; undefined: whoever wants to plugs by command. */
  readonly charges: number | undefined;
  /** The charge may wait for a card, and the person has one. */
  readonly card: boolean;
  /** Shows nothing. */
  readonly quiet: boolean;
}

type Ended = DataOf<(typeof events)['session.ended']>;
type PilotChange = DataOf<(typeof events)['cp.changed']>;

/** The CSMS of the demo knows every card. */
const card = 'DEMO-CARD';

/** A charge that is told to stop has so long, and a plug that is pulled. */
const [stopPatience, unplugPatience, answerPatience] = [ms(8_000), ms(3_000), 3_000];

/**
 * What is to be seen of a station that lives in this process, and the person who uses it. It knows of both what is said on
 * the bus, and nothing else. Resolves with the exit code once the last car has left or somebody has pressed Ctrl-C, when
 * nothing charges any more.
 */
export class Play {
  readonly #options: PlayOptions;
  readonly #screen: Screen;
  readonly #evse: number;
  #bus: Bus | undefined;
  #phase: string | undefined;
  #pilot: string | undefined;
  #ended: Ended | undefined;
  #person: Person | undefined;
  #looks: (() => void)[] = [];

  constructor(options: PlayOptions) {
    this.#options = options;
    this.#screen = new Screen(options.io);
    this.#evse = options.site.settings.evse;
  }

  async run(): Promise<number> {
    const { site, station, io, clock, charges } = this.#options;
    const time = liveTimeline(clock, ({ kind, at }) => this.say(`the person: ${kind} at ${at}`));
    const over = new Promise<'home' | 'interrupted'>((resolve) => {
      onInterrupt(io, clock, () => resolve('interrupted'));
      if (charges !== undefined) this.#person = this.#personIn(time, charges, () => resolve('home'));
    });
    const following = await followStation({ site, station, evse: this.#evse, clock, hear: (heard) => this.#hear(heard) });
    this.#bus = following.bus;
    const why = await over;
    if (why === 'interrupted') await this.#endInOrder();
    else await this.#until(() => this.#ended !== undefined && this.#phase === 'idle' && this.#pilot === 'A', unplugPatience);
    time.stop();
    await io.out.flush();
    await following.close();
    if (charges !== undefined && charges !== Infinity) return this.#ended?.reason === 'completed' ? 0 : 1;
    return 0;
  }

  /** A word of this process, apart from what is heard on the bus. */
  say(words: string): void {
    if (!this.#options.quiet) void this.#options.io.out.line(`-- ${words}`);
  }

  #hear(heard: Heard): void {
    if (!this.#options.quiet) this.#screen.hear(heard);
    if (heard.kind === 'event' && heard.event.type === 'session.ended') this.#ended = heard.event.data as Ended;
    if (heard.kind === 'event' && heard.event.type === 'session.started') this.#ended = undefined;
    if (heard.kind === 'event' && heard.event.type === 'cp.changed') this.#pilot = (heard.event.data as PilotChange).to;
    if (heard.kind === 'state') {
      this.#phase = heard.state.phase;
      this.#person?.sees(heard.state.phase);
    }
    for (const look of this.#looks) look();
  }

  #personIn(time: ReturnType<typeof liveTimeline>, charges: number, done: () => void): Person {
    const { 'outlet.seed': seed, 'car.profile': car, 'car.soc': soc, 'car.until': until } = this.#options.site.settings;
    return new Person({
      time, seed, car, cars: Object.keys(carProfiles), soc, until, charges, done, card: this.#options.card ? card : undefined,
      tell: (words) => this.say(words),
      ask: (wish, answered) => void this.#ask(wish).then(answered),
    });
  }

  /** Resolves to why it was refused, or undefined. */
  async #ask({ name, args }: Wish | { readonly name: 'stop'; readonly args: Readonly<Record<string, never>> }): Promise<string | undefined> {
    const { station } = this.#options;
    const how = { timeout: answerPatience, source: 'person' };
    try {
      const result = name === 'present-token'
        ? await this.#bus?.request(stationCommands[name], { station }, args, how)
        // Each command has the arguments that its wish was declared with.
        : await this.#bus?.request(commands[name] as (typeof commands)['stop'], { station, evse: this.#evse }, args as Record<string, never>, how);
      if (result === undefined || result.status === 'done' || result.status === 'accepted') return undefined;
      return result.message ?? result.code;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #endInOrder(): Promise<void> {
    this.#person?.goHome();
    const nobody = (): boolean => this.#phase === undefined || this.#phase === 'idle' || this.#phase === 'unavailable' || this.#phase === 'faulted';
    if (nobody()) {
      // A hand that was about to plug in has perhaps done so.
      if (this.#person !== undefined) await this.#ask({ name: 'unplug', args: {} });
      return this.say('goodbye');
    }
    const stopped = (): boolean => this.#phase === 'ended' || nobody();
    if (!stopped()) {
      this.say('ending the charge in order; Ctrl-C once more ends at once');
      if ((await this.#ask({ name: 'stop', args: {} })) === undefined) await this.#until(stopped, stopPatience);
    }
    const refused = await this.#ask({ name: 'unplug', args: {} });
    if (refused !== undefined) return this.say(`the plug is not pulled: ${refused}; goodbye`);
    await this.#until(() => this.#ended !== undefined && nobody(), unplugPatience);
    this.say(this.#ended === undefined ? 'the plug is pulled; goodbye' : `ended in order, after ${energy(this.#ended.energyWh)}; goodbye`);
  }

  /** Resolves when what is heard satisfies, or nobody waits any longer. */
  #until(satisfied: () => boolean, patience: Duration): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#looks = this.#looks.filter((one) => one !== look);
        resolve();
      };
      const look = (): void => {
        if (satisfied()) done();
      };
      const cancel = clock.wake(after(clock.now(), patience), done);
      this.#looks.push(look);
      look();
    });
  }
}
