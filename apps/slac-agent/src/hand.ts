import type { Verdict } from '@pilotwire/bus';
import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { HandAnswer, HandOrder, Open } from '@pilotwire/outlet';

type Order = HandOrder extends infer One ? (One extends HandOrder ? Omit<One, 'id'> : never) : never;

/** A person waits no longer. */
const patience = ms(2_000);

const codes = { done: 'done', 'not-now': 'not-now', unknown: 'unknown-target' } as const;

/**
 * The hand at a simulated outlet. It is taken for one order at a time and let go of again, for the agent at the other end
 * of the cable has the same commands.
 */
export class Hand {
  readonly #time: Timeline;
  readonly #open: Open<HandOrder, HandAnswer>;
  #last = 0;

  constructor(time: Timeline, open: Open<HandOrder, HandAnswer>) {
    this.#time = time;
    this.#open = open;
  }

  /** Carries out an order, and says what came of it: always, and within two seconds. */
  order(order: Order): Promise<Verdict> {
    const id = ++this.#last;
    return new Promise((resolve) => {
      let [asked, done] = [false, false];
      const end = (verdict: Verdict): void => {
        if (done) return;
        done = true;
        // The end is let go of after it has had its say.
        this.#time.schedule(() => channel.close());
        resolve(verdict);
      };
      const channel = this.#open({
        receive: (answer) => {
          const code = codes[answer.result];
          if (answer.id === id) end(answer.message === undefined ? code : { code, message: answer.message });
        },
        status: (status) => {
          if (status.state === 'down') return end({ code: 'not-now', message: status.why });
          // An outlet that comes back is not asked again, nor one whose order was answered.
          if (!asked && !done) channel.send({ ...order, id } as HandOrder);
          asked = true;
        },
      });
      this.#time.schedule(() => end({ code: 'not-now', message: 'the outlet did not answer within 2 s' }), patience);
    });
  }
}
