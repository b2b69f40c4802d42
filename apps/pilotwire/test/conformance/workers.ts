import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { programs } from './programs.js';
import type { Order, Outcome } from './worker.js';

interface Worker {
  readonly process: ChildProcess;
  busy: number;
}

/** Processes that run cases, one for each processor, and no more than two: each has enough to do for it. */
export class Workers implements AsyncDisposable {
  readonly #workers: readonly Worker[] = Array.from({ length: Math.min(2, availableParallelism()) }, () => ({ process: fork(programs.worker, { execArgv: [] }), busy: 0 }));

  /** Resolves with what was seen. Throws what was wrong, and where the process ends. */
  async run(order: Order): Promise<string> {
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
        const gone = (code: number | null): void => reject(new Error(`the process of the case ended with ${code}`));
        worker.process.on('message', hear).on('exit', gone);
        worker.process.send(order);
      });
      if ('problem' in outcome) throw new Error(outcome.problem);
      return outcome.seen;
    } finally {
      worker.busy--;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process } of this.#workers) {
      if (process.exitCode !== null || process.signalCode !== null) continue;
      const gone = once(process, 'exit');
      process.disconnect();
      await gone;
    }
  }
}
