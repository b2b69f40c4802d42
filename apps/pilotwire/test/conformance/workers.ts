import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { programs } from './programs.js';
import type { Order, Outcome } from './worker.js';

interface Worker {
  readonly process: ChildProcess;
  busy: number;
}

const begin = (): Worker => ({ process: fork(programs.worker, { execArgv: [] }), busy: 0 });
const lives = ({ process }: Worker): boolean => process.connected && process.exitCode === null && process.signalCode === null;

/** Processes that run cases, one for each processor, and no more than two: each has enough to do for it. */
export class Workers implements AsyncDisposable {
  #workers: readonly Worker[] = Array.from({ length: Math.min(2, availableParallelism()) }, begin);

  /** Resolves with what was seen. Throws what was wrong, and where the process ends; the next order finds a new one in its place. */
  async run(order: Order): Promise<string> {
    this.#workers = this.#workers.map((one) => (lives(one) ? one : begin()));
    const worker = this.#workers.toSorted((a, b) => a.busy - b.busy)[0] as Worker;
    worker.busy++;
    try {
      const outcome = await new Promise<Outcome>((resolve, reject) => {
        const hear = (told: Outcome): void => {
          if (told.station !== order.station) return;
          worker.process.off('message', hear);
          worker.process.off('exit', gone);
          resolve(told);
        };
        const gone = (code: number | null, signal: string | null): void => reject(new Error(`the process of the case ended with ${code ?? signal}`));
        worker.process.on('message', hear).on('exit', gone);
        worker.process.send(order, (error) => error !== null && reject(error));
      });
      if ('problem' in outcome) throw new Error(outcome.problem);
      return outcome.seen;
    } finally {
      worker.busy--;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process } of this.#workers.filter(lives)) {
      const gone = once(process, 'exit');
      process.disconnect();
      await gone;
    }
  }
}
