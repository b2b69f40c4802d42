import type { DinPhase } from '@pilotwire/v2g-session';
import type { Site } from '../src/index.js';

/**
 * Milliseconds from the pilot's leaving C or D to a source that is off. It is not at once: a charger reads its pilot every
 * 20 ms and believes what it has read twice. Everything must be off 100 ms after an emergency (R20); a plug that is
 * pulled is no smaller one.
 */
export const switchOffTime = 100;

/** Amperes before the car has asked for power. */
const preChargeCurrent = 2;
const mayBeOn: ReadonlySet<DinPhase> = new Set<DinPhase>(['CableCheck', 'PreCharge', 'PowerDelivery', 'CurrentDemand']);
const delivers: ReadonlySet<DinPhase> = new Set<DinPhase>(['PowerDelivery', 'CurrentDemand']);

/** Where the charger's session stands; undefined where there is none. */
function phaseOf({ charger: { secc: { state } } }: Site): DinPhase | undefined {
  return state.at === 'session' ? state.phase : undefined;
}

const powered = (level: string | undefined): boolean => level === 'C' || level === 'D';

/** What must be while the source is on, and for how many milliseconds it may be otherwise. */
const rules: readonly (readonly [rule: string, grace: number, holds: (site: Site, amperes: number) => boolean])[] = [
  ['the contactors are closed', 0, (site) => site.hardware.state.contactors.closed],
  ['the pilot is at C or D', switchOffTime, (site) => powered(site.pilotLevel)],
  ['the charger knows the pilot to be at C or D', 0, (site) => powered(site.charger.power.state.line.pilot)],
  ['the session is in a phase with power', 0, (site) => mayBeOn.has(phaseOf(site) as DinPhase)],
  ['there are no more than 2 A before PowerDelivery', 0, (site, amperes) => amperes <= preChargeCurrent || delivers.has(phaseOf(site) as DinPhase)],
];

/** Looks at a site after everything that happens at it, and keeps what must not be. */
export class Safety {
  /** By rule, the first of each. */
  readonly #violations = new Map<string, string>();
  /** The longest that the source was on with the pilot elsewhere. */
  longestSwitchOff = 0;
  /** Since when each rule has been broken. */
  readonly #since: (number | undefined)[] = rules.map(() => undefined);

  look(site: Site): void {
    const { order } = site.hardware.state;
    const { now } = site.time;
    for (const [i, [rule, grace, holds]] of rules.entries()) {
      const since = this.#since[i];
      const broken = order !== undefined && !holds(site, order.current);
      // At one instant several things happen one after another, so it is time that counts, not how it looks in between.
      const lasted = since === undefined ? 0 : now - since;
      if (lasted > grace) this.#violated(rule, site, lasted);
      else if (grace > 0 && lasted > this.longestSwitchOff) this.longestSwitchOff = lasted;
      this.#since[i] = broken ? (since ?? now) : undefined;
    }
  }

  get violations(): string[] {
    return [...this.#violations.values()];
  }

  #violated(rule: string, site: Site, lasted: number): void {
    const where = `${phaseOf(site) ?? site.charger.secc.state.at}, pilot ${site.pilotLevel}`;
    if (!this.#violations.has(rule)) this.#violations.set(rule, `${site.time.now} ms: while the source is on, ${rule}: not so for ${lasted} ms (${where})`);
  }
}
