import type { ChargerLimits, LimitedBy } from './happening.js';

/** What somebody allows, beside what the charger can do. Watts, amperes; what is left out is not limited. */
export interface Allowed {
  readonly maxW?: number | undefined;
  readonly maxA?: number | undefined;
}

/** As the back office says it: past `validUntil` (milliseconds since 1970) it says nothing. */
export interface OfficeLimit extends Allowed {
  readonly validUntil: number;
}

export interface Effective {
  readonly limits: ChargerLimits;
  readonly by: LimitedBy;
}

/** The least of all that limits a charger, and who it was that limited it most. */
export class Limits {
  readonly #own: ChargerLimits;
  readonly #fallbackPower: number;
  #command: Allowed = {};
  #office: OfficeLimit | undefined;

  /**
   * `fallbackPower` holds while no limit of the back office does: a bridge that died pins nothing, and one that has not come yet does
   * not leave a connection overloaded that it is there to guard.
   */
  constructor(own: ChargerLimits, fallbackPower: number) {
    this.#own = own;
    this.#fallbackPower = fallbackPower;
  }

  /** By a person, until told otherwise or until the session ends. */
  command(allowed: Allowed): void {
    this.#command = allowed;
  }

  office(limit: OfficeLimit): void {
    this.#office = limit;
  }

  /** What holds at `now`, milliseconds since 1970. */
  effective(now: number): Effective {
    const office = this.#office !== undefined && now < this.#office.validUntil ? this.#office : undefined;
    const others: readonly (Allowed & { readonly by: LimitedBy })[] = [
      { ...this.#command, by: 'person' },
      office === undefined ? { maxW: this.#fallbackPower, by: 'evse' } : { maxW: office.maxW, maxA: office.maxA, by: 'other' },
    ];
    const own = this.#own;
    let { maxPower, maxCurrent } = own;
    let [by, least]: [LimitedBy, number] = ['evse', 1];
    for (const { maxW = Infinity, maxA = Infinity, by: who } of others) {
      const part = Math.min(maxW / own.maxPower, maxA / own.maxCurrent);
      if (part < least) [by, least] = [who, part];
      maxPower = Math.min(maxPower, maxW);
      maxCurrent = Math.min(maxCurrent, maxA);
    }
    return { limits: { ...this.#own, maxPower, maxCurrent }, by };
  }
}
