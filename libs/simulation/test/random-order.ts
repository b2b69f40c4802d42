import { ms, Random, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { dinPhases, evccEndReasons, seccEndReasons } from '@pilotwire/v2g-session';
import type { DinPhase, EvccEndReason, SeccEndReason } from '@pilotwire/v2g-session';
import { carModels, chargerModels, sabotage, Site } from '../src/index.js';
import type { SiteEvent } from '../src/index.js';
import { mishapsOf, together } from './mishaps.js';
import { Safety } from './safety.js';

/** What came of one session: how it ended on both sides, how far it came, and what must never happen. */
export interface Outcome {
  readonly ev: EvccEndReason | 'none';
  readonly evse: SeccEndReason | 'none';
  readonly phases: ReadonlySet<DinPhase>;
  readonly violations: readonly string[];
  readonly switchOff: number;
}

const names = <Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] => Object.keys(table) as Key[];

/** One session, with whatever its seed has in store: a car, a charger, and mishaps, at any moment. */
export function session(seed: number): Outcome {
  const random = new Random(`random order ${seed}`);
  const plans = mishapsOf(seed, random).map(sabotage);
  const phases = new Set<DinPhase>();
  const violations: string[] = [];
  const ends: { ev: EvccEndReason[]; evse: SeccEndReason[] } = { ev: [], evse: [] };
  let links = 0;
  const from = 0.3 + 0.4 * random.next();
  const site: Site = new Site({
    seed,
    car: random.pick(names(carModels)),
    charger: random.pick(names(chargerModels)),
    from,
    to: from + 0.0005 + 0.001 * random.next(),
    authorizeAfter: ms(random.int(500, 4_000)),
    ...together(plans),
    tell(event: SiteEvent) {
      if (event.kind === 'slac' && event.side === 'evse' && event.what === 'matched') links++;
      if (event.kind === 'end' && event.side === 'ev') ends.ev.push(event.end.reason);
      if (event.kind === 'end' && event.side === 'evse') ends.evse.push(event.end.reason);
      if (event.kind !== 'phase' || event.side !== 'evse') return;
      phases.add(event.phase);
      for (const plan of plans) plan.phase(site, event.phase);
    },
  });
  const safety = new Safety();
  /** Lets time pass until `done`, and looks after all that happens in it. */
  const until = (done: () => boolean, within: number): boolean => site.until(() => {
    safety.look(site);
    return done();
  }, within);
  const wait = (time: number): boolean => until(() => false, time);

  wait(2_000);
  site.plug();
  for (const plan of plans) plan.plugged(site);
  const nobody = (site.time.now + 70_000) as Instant;
  const over = (): boolean => ends.evse.length > 0 || (links === 0 && site.time.now > nobody);
  if (!until(() => over() && site.quiet, seconds(900))) {
    violations.push(`no end after ${site.time.now} ms: ${site.charger.secc.state.at}, ${site.car.evcc.state.at}, ${site.charger.power.state.phase.at}`);
  }
  // Some stay, some come back.
  wait(random.int(0, 3_000));
  site.unplug();
  site.breakPilot(undefined);
  if (!until(() => site.quiet, seconds(120))) violations.push(`not quiet ${site.time.now} ms after the plug was pulled`);
  if (ends.evse.length !== links) violations.push(`${links} links, ${ends.evse.length} ends: ${ends.evse.join(', ')}`);
  const { longestSwitchOff: switchOff } = safety;
  return { ev: ends.ev[0] ?? 'none', evse: ends.evse[0] ?? 'none', phases, violations: [...violations, ...safety.violations], switchOff };
}

/**
 * The one reason that cannot come about between our own two parties: a car waits 120 s for its authorization, and its last
 * answer and its last thought take less than 60 s each, or it is the sequence timeout that strikes; the charger's limit is
 * 300 s. `v2g-session` holds it with a car that never tires ("authorization-timeout", R15).
 */
const impossible: ReadonlySet<SeccEndReason> = new Set<SeccEndReason>(['authorization-timeout']);

const evseReasons = names(seccEndReasons).filter((reason) => !impossible.has(reason));
const evReasons = names(evccEndReasons);

/** One in so many sessions reaches each phase, each reason, and CurrentDemand: 200, 200 and 2,000 of 10,000. */
const oneIn = { phase: 50, reason: 50, charging: 5 } as const;

/** Sessions of many seeds: how many reached each phase, how many ended for each reason, and what must not be. */
export class Tally {
  readonly #phases = new Map<string, number>();
  readonly #ev = new Map<string, number>();
  readonly #evse = new Map<string, number>();
  readonly violations: string[] = [];
  #sessions = 0;
  #switchOff = 0;

  add(seed: number): void {
    const outcome = session(seed);
    this.#sessions++;
    for (const phase of outcome.phases) count(this.#phases, phase);
    count(this.#ev, outcome.ev);
    count(this.#evse, outcome.evse);
    for (const violation of outcome.violations) this.violations.push(`seed ${seed}: ${violation}`);
    this.#switchOff = Math.max(this.#switchOff, outcome.switchOff);
  }

  /** Phases and reasons that came about too rarely for the rest to mean something. */
  get rare(): string[] {
    const [sessions, rare] = [this.#sessions, [] as string[]];
    const demand = (what: string, counts: Map<string, number>, wanted: readonly string[], one: number): void => {
      for (const name of wanted) {
        const times = counts.get(name) ?? 0;
        if (times < sessions / one) rare.push(`${what} ${name} ${times} of ${sessions / one}`);
      }
    };
    demand('phase', this.#phases, dinPhases, oneIn.phase);
    demand('phase', this.#phases, ['CurrentDemand'], oneIn.charging);
    demand("charger's end", this.#evse, evseReasons, oneIn.reason);
    demand("car's end", this.#ev, evReasons, oneIn.reason);
    return rare;
  }

  get lines(): string[] {
    const text = (counts: Map<string, number>): string =>
      [...counts].toSorted((a, b) => b[1] - a[1]).map(([name, number]) => `${name} ${number}`).join(', ');
    return [
      `reached: ${text(this.#phases)}`,
      `charger's ends: ${text(this.#evse)}`,
      `car's ends: ${text(this.#ev)}`,
      `longest from the pilot's leaving C to a source that is off: ${this.#switchOff.toFixed(1)} ms`,
    ];
  }
}

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
