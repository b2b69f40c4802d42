import { after, ms } from '@pilotwire/machine';
import type { Listener } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';

/** Without a word for so long nobody is there. A gateway's power path looks at the age of each word itself, and sooner. */
export const silence = ms(200);

/** Tells a listener whether somebody speaks: up with the first word, down when there has been none for a while. */
export class Watch<Word> {
  readonly #clock: Clock;
  readonly #listener: Listener<Word>;
  readonly #who: string;
  #cancel: () => void;
  #up = false;

  constructor(clock: Clock, listener: Listener<Word>, who: string) {
    this.#clock = clock;
    this.#listener = listener;
    this.#who = who;
    this.#cancel = clock.wake(clock.now(), () => this.#down(`${who} has not spoken yet`));
  }

  heard(word: Word): void {
    this.#cancel();
    this.#cancel = this.#clock.wake(after(this.#clock.now(), silence), () => this.#down(`${this.#who} says nothing`));
    if (!this.#up) {
      this.#up = true;
      this.#listener.status({ state: 'up' });
    }
    this.#listener.receive(word);
  }

  /** Another process speaks now: its counts begin anew, and a listener forgets the old ones while it is down. */
  began(): void {
    if (this.#up) this.#down(`${this.#who} began anew`);
  }

  stop(): void {
    this.#cancel();
  }

  #down(why: string): void {
    this.#up = false;
    this.#listener.status({ state: 'down', why });
  }
}
