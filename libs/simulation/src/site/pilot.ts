import type { PilotReading } from '@pilotwire/control-pilot';
import type { Signal } from './events.js';

/** What a car puts between pilot and earth: nothing where it is not plugged in, 2.7 kΩ, 880 Ω or 246 Ω (IEC 61851-1). */
export type PilotLoad = 'A' | 'B' | 'C' | 'D';
/** A wire that is broken where it matters: shorted to earth, or held at -12 V. */
export type PilotBreak = 'E' | 'F';

const volts = { A: 12, B: 9, C: 6, D: 3, E: 0, F: -12 } as const;

/** The control pilot of one outlet: what the charger puts on it, what the car makes of it, and what may break. */
export class PilotWire {
  signal: Signal = 'x1';
  load: PilotLoad = 'A';
  broken: PilotLoad | PilotBreak | undefined;

  /** What the charger measures now. */
  read(): PilotReading {
    const level = this.broken ?? (this.signal === 'f' ? 'F' : this.load);
    return { kind: 'reading', volts: volts[level], pwm: this.signal === 'digital' && this.broken !== 'E' && this.broken !== 'F' };
  }

  /** Whether the car sees 5 % duty cycle: high-level communication is wanted. */
  get digital(): boolean {
    return this.signal === 'digital' && this.load !== 'A' && this.broken === undefined;
  }
}
