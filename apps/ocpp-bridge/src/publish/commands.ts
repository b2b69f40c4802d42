import type { Bus, Verdict } from '@pilotwire/bus';
import { stationCommands } from '@pilotwire/contracts';
import type { News } from '@pilotwire/station';
import type { DeadLetter } from '../log/kept.js';
import type { StationDriver } from '../station/driver.js';

export interface DeskOptions {
  readonly bus: Pick<Bus, 'serve'>;
  readonly station: string;
  readonly driver: StationDriver;
  readonly letters: () => readonly DeadLetter[];
  /** Dead letters have gone. */
  readonly lettersChanged: () => void;
}

/** What people and programs at the site ask of a station. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #transfers = new Map<string, (verdict: Verdict) => void>();
  #count = 0;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Resolves once the broker has been asked, or there is none. */
  async open(): Promise<void> {
    const { bus, station, driver } = this.#options;
    await Promise.all([
      bus.serve(stationCommands['present-token'], { station }, ({ token: id, type = 'ISO14443', evse }, { repeated }) => {
        // A card that is taken twice ends the charge that it began.
        if (repeated) return { code: 'not-now', message: 'it may have been taken a moment ago: look, and hold it again' };
        if (evse !== undefined && driver.state.evses[evse - 1] === undefined) return { code: 'unknown-target', message: `this station has ${driver.state.evses.length} outlets` };
        driver.feed({ kind: 'token', token: { id, type }, ...(evse !== undefined && { evse }) });
        return 'accepted';
      }),
      bus.serve(stationCommands['dead-letter'], { station }, ({ letter, do: what }) => this.#letter(letter, what)),
      bus.serve(stationCommands.transfer, { station }, ({ vendorId, messageId, data }) => {
        const request = `transfer-${++this.#count}`;
        return new Promise<Verdict>((resolve) => {
          this.#transfers.set(request, resolve);
          const before = driver.state;
          driver.feed({ kind: 'transfer', request, vendorId, ...(messageId !== undefined && { messageId }), ...(data !== undefined && { data }) });
          if (before.link === undefined || before.registration.at !== 'accepted') this.#transferred(request, { code: 'not-now', message: 'the CSMS is away' });
        });
      }),
      bus.serve(stationCommands.restart, { station }, () => {
        driver.feed({ kind: 'restart', reason: 'LocalReset' });
        return 'accepted';
      }),
    ]);
  }

  tell(news: News): void {
    if (news.what !== 'data-transferred') return;
    this.#transferred(news.request, { code: news.status === 'Accepted' ? 'done' : 'failed', message: news.status });
  }

  #transferred(request: string, verdict: Verdict): void {
    this.#transfers.get(request)?.(verdict);
    this.#transfers.delete(request);
  }

  #letter(key: number, what: 'retry' | 'drop'): Verdict {
    const { driver, letters, lettersChanged } = this.#options;
    const letter = letters().find((one) => one.key === key);
    if (letter === undefined) return { code: 'unknown-target', message: `there is no dead letter ${key}` };
    // In one batch: it is in the queue again, and no dead letter any more.
    if (what === 'retry') driver.feed({ kind: 'requeue', record: letter.record });
    driver.keep({ op: 'unburied', key });
    lettersChanged();
    return 'done';
  }
}
