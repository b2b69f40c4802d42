import type { PowerFault, PowerReading } from '@pilotwire/power';
import type { Tell } from '../session/happening.js';

/** Faults that say that a session went wrong, not that something is broken. */
const passing: ReadonlySet<PowerFault> = new Set(['emergency', 'pilot-not-ready', 'pilot-left', 'pilot-lost']);

/** By which reading of its device a fault is seen to be mended. The others are over once the path has been released. */
const mended: Readonly<Partial<Record<PowerFault, (reading: PowerReading) => boolean>>> = {
  'contactors-welded': (reading) => reading.kind === 'contactors' && !reading.closed,
  'contactors-not-closed': (reading) => reading.kind === 'contactors' && reading.closed,
  'contactors-lost': ({ kind }) => kind === 'contactors',
  'supply-fault': (reading) => reading.kind === 'supply' && !reading.fault,
  'supply-lost': ({ kind }) => kind === 'supply',
  'measurement-lost': ({ kind }) => kind === 'meter',
};

/** What is broken at the power path, and until when. */
export class PowerFaults {
  readonly #present = new Set<PowerFault>();
  readonly #tell: Tell;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  has(fault: PowerFault): boolean {
    return this.#present.has(fault);
  }

  raise(fault: PowerFault): void {
    if (passing.has(fault) || this.#present.has(fault)) return;
    this.#present.add(fault);
    this.#tell({ kind: 'fault', fault, present: true });
  }

  reading(reading: PowerReading): void {
    // A source says that it is broken before anybody needs it.
    if (reading.kind === 'supply' && reading.fault) this.raise('supply-fault');
    for (const fault of this.#present) if (mended[fault]?.(reading)) this.#clear(fault);
  }

  released(): void {
    for (const fault of this.#present) if (mended[fault] === undefined) this.#clear(fault);
  }

  #clear(fault: PowerFault): void {
    this.#present.delete(fault);
    this.#tell({ kind: 'fault', fault, present: false });
  }
}
