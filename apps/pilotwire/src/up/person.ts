import { ms, Random, seconds } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';

/** What a hand at the car can do, and one with a card at the reader. Percent. */
export type Wish =
  | { readonly name: 'present-token'; readonly args: { readonly token: string } }
  | { readonly name: 'plug'; readonly args: { readonly car: string; readonly soc: number; readonly until: number } }
  | { readonly name: 'unplug'; readonly args: Readonly<Record<string, never>> };

export interface PersonOptions {
  readonly time: Timeline;
  /** Which cars come follows from it. */
  readonly seed: string;
  /** The car that comes first, and all there are. */
  readonly car: string;
  readonly cars: readonly string[];
  readonly soc: number;
  readonly until: number;
  /** What is held at the reader when the charge waits for it; undefined: the person has none. */
  readonly card: string | undefined;
  /** After so many the person goes home. */
  readonly charges: number;
  /** Asks for something; `answered` is told whether it was done, or why not. */
  readonly ask: (wish: Wish, answered: (refusal: string | undefined) => void) => void;
  readonly tell: (words: string) => void;
  /** The last car has left. */
  readonly done: () => void;
}

/** How long a person looks at a car that has just been unplugged, or at one that has finished. */
const betweenCars = seconds(4);
const lookAtTheEnd = seconds(2);
/** Nothing has come of a plug in this time: it is tried again. A matching that fails again and again takes three minutes. */
const patience = seconds(200);
const again = seconds(2);

/**
 * The person at a charger: plugs a car in, comes back when the session is over, unplugs it, and comes with another. Knows
 * only how the outlet stands, as everybody can see.
 */
export class Person {
  readonly #options: PersonOptions;
  readonly #random: Random;
  #phase: string | undefined;
  #doing: 'waits' | 'comes' | 'charges' | 'leaves' | 'is home' = 'waits';
  #car: string;
  #charges = 0;
  /** Counts what was begun: what was meant for before has no business after. */
  #turn = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.#random = new Random(options.seed).fork('person');
    this.#car = options.car;
  }

  /** How the outlet stands: its phase, as its gateway tells it. */
  sees(phase: string): void {
    const before = this.#phase;
    this.#phase = phase;
    if (phase === before) return;
    if (this.#doing === 'waits') {
      if (phase === 'idle') this.#come(before === undefined ? ms(0) : betweenCars);
    } else if (this.#doing === 'charges') {
      if (phase === 'authorization') this.#holdCard();
      if (phase === 'ended') this.#soon(lookAtTheEnd, () => this.#leave());
      // Somebody else has pulled the plug.
      if (phase === 'idle') this.#left();
    }
  }

  /** The person touches nothing any more. */
  goHome(): void {
    this.#doing = 'is home';
    this.#turn++;
  }

  #come(after: ReturnType<typeof ms>): void {
    this.#doing = 'comes';
    this.#soon(after, () => this.#plug());
  }

  #plug(): void {
    const { soc, until, ask, tell } = this.#options;
    tell(`a person plugs ${this.#car === 'default' ? 'a car' : `a ${this.#car}`} in, charged to ${soc} %, to have ${until} %`);
    ask({ name: 'plug', args: { car: this.#car, soc, until } }, this.#answer((refusal) => {
      if (refusal !== undefined) {
        tell(`that did not go: ${refusal}`);
        return this.#soon(again, () => this.#plug());
      }
      this.#doing = 'charges';
      this.#soon(patience, () => this.#lookAfter());
    }));
  }

  #holdCard(): void {
    const { card, ask, tell } = this.#options;
    if (card === undefined || this.#phase !== 'authorization') return;
    tell(`the person holds a card at the reader: ${card}`);
    ask({ name: 'present-token', args: { token: card } }, this.#answer((refusal) => {
      if (refusal === undefined) return this.#soon(patience, () => this.#lookAfter());
      tell(`that did not go: ${refusal}`);
      this.#soon(again, () => this.#holdCard());
    }));
  }

  /** A car that charges, or has ended, is left alone: `sees` tells. */
  #lookAfter(): void {
    if (this.#phase === 'charging' || this.#phase === 'ended') return this.#soon(patience, () => this.#lookAfter());
    this.#options.tell('nothing comes of it: the person pulls the plug');
    this.#leave();
  }

  #leave(): void {
    this.#doing = 'leaves';
    this.#options.ask({ name: 'unplug', args: {} }, this.#answer((refusal) => {
      // Where no car is plugged in, that is as good.
      if (refusal !== undefined && this.#phase !== 'idle') return this.#soon(again, () => this.#leave());
      this.#left();
    }));
  }

  #left(): void {
    const { charges, cars, done } = this.#options;
    this.#turn++;
    this.#charges++;
    if (this.#charges >= charges) {
      this.#doing = 'is home';
      return done();
    }
    const others = cars.filter((car) => car !== this.#car);
    if (others.length > 0) this.#car = this.#random.pick(others);
    // The gateway may tell only later that nobody is there any more.
    this.#doing = 'waits';
    if (this.#phase === 'idle') this.#come(betweenCars);
  }

  #soon(delay: ReturnType<typeof ms>, run: () => void): void {
    const turn = ++this.#turn;
    this.#options.time.schedule(() => turn === this.#turn && run(), delay);
  }

  #answer(then: (refusal: string | undefined) => void): (refusal: string | undefined) => void {
    const turn = ++this.#turn;
    return (refusal) => {
      if (turn === this.#turn) then(refusal);
    };
  }
}
