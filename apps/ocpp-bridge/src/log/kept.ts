import type { Position } from '@pilotwire/bus';
import type { Durable, DurablePart, QueueRecord, Restored } from '@pilotwire/station';

/** A record that the CSMS did not take, with what it said to each attempt. */
export interface DeadLetter {
  readonly key: number;
  readonly record: QueueRecord;
  readonly answers: readonly string[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the CSMS has changed of the ways to it. */
export interface LineMemory {
  /** That it gave while it was reached by the settings of this machine: it holds for these, and for slots that have none of their own. */
  readonly password?: string;
  /** The least that is used from now on, whichever way is taken. */
  readonly securityProfile?: number;
  /** By slot, as SetNetworkProfile gave them. */
  readonly profiles?: Readonly<Record<number, KeptProfile>>;
}
export interface KeptProfile {
  readonly url: string;
  readonly securityProfile: number;
  /** Seconds. */
  readonly messageTimeout: number;
  /** That came with it, or that its CSMS gave since. */
  readonly password?: string;
}

/** One line of a station's log. */
export type Op =
  | { readonly op: 'store'; readonly key: number; readonly record: QueueRecord }
  | { readonly op: 'drop'; readonly key: number }
  /** Without a value there is none any more. */
  | { readonly op: 'persist'; readonly part: DurablePart; readonly value?: unknown }
  /** An event is taken, with all that it has caused. */
  | { readonly op: 'taken'; readonly position: Position }
  | { readonly op: 'buried'; readonly letter: DeadLetter }
  /** A dead letter was tried again, or dropped. */
  | { readonly op: 'unburied'; readonly key: number }
  | { readonly op: 'line'; readonly line: LineMemory };

/** All that a log says. */
export interface Kept {
  readonly restored: Restored;
  readonly positions: readonly Position[];
  readonly letters: readonly DeadLetter[];
  readonly line: LineMemory;
}

/** Lives of one publisher's count that are remembered. */
const livesKept = 4;
/** Dead letters that are kept; of more, the oldest go. */
export const lettersMost = 1_000;

/** What a log says, as it is read and written. */
export class Keeper {
  readonly #durable = new Map<DurablePart, unknown>();
  readonly #records = new Map<number, QueueRecord>();
  readonly #positions = new Map<string, Position>();
  readonly #letters = new Map<number, DeadLetter>();
  #line: LineMemory = {};

  apply(op: Op): void {
    switch (op.op) {
      case 'store':
        this.#records.set(op.key, op.record);
        return;
      case 'drop':
        this.#records.delete(op.key);
        return;
      case 'persist':
        if (op.value === undefined) this.#durable.delete(op.part);
        else this.#durable.set(op.part, op.value);
        return;
      case 'taken':
        return this.#take(op.position);
      case 'buried':
        this.#letters.set(op.letter.key, op.letter);
        for (const key of [...this.#letters.keys()].slice(0, -lettersMost)) this.#letters.delete(key);
        return;
      case 'unburied':
        this.#letters.delete(op.key);
        return;
      case 'line':
        this.#line = op.line;
    }
  }

  /** The last life of a count is the one that goes on. */
  #take(position: Position): void {
    const { src, station, boot } = position;
    const name = `${src} ${station} `;
    this.#positions.delete(name + boot);
    this.#positions.set(name + boot, position);
    const lives = [...this.#positions.keys()].filter((key) => key.startsWith(name));
    for (const key of lives.slice(0, -livesKept)) this.#positions.delete(key);
  }

  get kept(): Kept {
    return {
      restored: {
        durable: { ...networksOf(this.#line), ...Object.fromEntries(this.#durable) } as Partial<Durable>,
        records: [...this.#records].map(([key, record]) => ({ key, record })),
      },
      positions: [...this.#positions.values()],
      letters: [...this.#letters.values()],
      line: this.#line,
    };
  }

  /** A log that says the same and no more. */
  get ops(): readonly Op[] {
    return [
      ...[...this.#durable].map(([part, value]): Op => ({ op: 'persist', part, value })),
      ...[...this.#records].map(([key, record]): Op => ({ op: 'store', key, record })),
      ...[...this.#positions.values()].map((position): Op => ({ op: 'taken', position })),
      ...[...this.#letters.values()].map((letter): Op => ({ op: 'buried', letter })),
      { op: 'line', line: this.#line },
    ];
  }
}

/** An older log says nothing of what the engine keeps of the slots: it follows from the ways that are there. */
const networksOf = ({ profiles }: LineMemory): Pick<Durable, 'networks'> | undefined =>
  profiles && { networks: Object.fromEntries(Object.entries(profiles).map(([slot, { securityProfile }]) => [slot, securityProfile])) };
