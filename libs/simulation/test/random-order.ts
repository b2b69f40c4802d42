import { ms, Random, seconds, VirtualTime } from '@pilotwire/machine';
import type { Actor, Instant, Machine, Surroundings } from '@pilotwire/machine';
import type { DinPhase, EvccEndReason, OrderedRequest, SeccEndReason } from '@pilotwire/v2g-session';
import { carModels, chargerModels, dcOutput, sabotage, Site } from '../src/index.js';
import type { Deed, Differences, Fault, HardwareFault, SiteEvent } from '../src/index.js';

/** What came of one session: how it ended on both sides, how far it came, and what must never happen. */
export interface Outcome {
  readonly ev: EvccEndReason | 'none';
  readonly evse: SeccEndReason | 'none';
  readonly phases: ReadonlySet<DinPhase>;
  readonly violations: readonly string[];
}

const names = <Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] => Object.keys(table) as Key[];

/** Where something may happen; what is often reached only through the others stands there more than once. */
const moments: readonly DinPhase[] = [
  'Connected', 'Negotiated', 'SessionSetup', 'ServiceDiscovery', 'ServicePaymentSelection', 'ContractAuthentication', 'Authorized', 'ParametersAgreed',
  'CableCheck', 'CableChecked', 'PreCharge', 'PreCharge', 'PowerDelivery', 'CurrentDemand', 'CurrentDemand', 'CurrentDemand', 'CurrentDemand',
  'CurrentDemand', 'CurrentDemand', 'PowerOff', 'WeldingDetection', 'SessionStop',
];
const hardware: readonly HardwareFault[] = [
  'contactors-welded', 'contactors-stuck-open', 'inlet-welded', 'supply-fault', 'supply-over-voltage', 'supply-silent', 'contactors-silent',
  'meter-silent', 'imd-silent', 'imd-self-test',
];
const slow: readonly OrderedRequest[] = ['ServiceDiscoveryReq', 'ChargeParameterDiscoveryReq', 'CableCheckReq', 'PreChargeReq', 'CurrentDemandReq'];
const stranger = { ProtocolNamespace: 'urn:example:2030', VersionNumberMajor: 1, VersionNumberMinor: 0, SchemaID: 1, Priority: 1 } as const;

/** What may happen to a session, and how often out of the sum. */
const deeds: readonly (readonly [weight: number, make: (random: Random) => Deed | undefined])[] = [
  [10, () => undefined],
  [8, () => ({ kind: 'unplug' })],
  [8, () => ({ kind: 'driver-stop' })],
  [8, () => ({ kind: 'stop', by: 'operator' })],
  [6, () => ({ kind: 'stop', by: 'latch' })],
  [7, () => ({ kind: 'emergency' })],
  [11, () => ({ kind: 'car-fault', code: 'FAILED_RESSTemperatureInhibit' })],
  [6, (random) => ({ kind: 'pilot', level: random.pick(['E', 'F']) })],
  [4, () => ({ kind: 'pilot', level: 'B' })],
  [1, () => ({ kind: 'pilot', level: 'A' })],
  [6, () => ({ kind: 'cut' })],
  [5, () => ({ kind: 'authorization', result: 'rejected' })],
  [4, () => ({ kind: 'authorization', result: 'never' })],
  [9, (random) => ({ kind: 'silence', side: random.pick(['ev', 'evse']) })],
  [11, (random) => ({ kind: 'garbage', side: random.pick(['ev', 'evse']) })],
  [6, () => ({ kind: 'disorder' })],
  [6, () => ({ kind: 'hang-up' })],
  [8, (random) => ({ kind: 'hardware', fault: random.pick(hardware) })],
  [5, () => ({ kind: 'hardware', fault: 'isolation-low' })],
  [5, () => ({ kind: 'parties', differences: { car: { offers: [stranger] } } })],
  [4, () => ({ kind: 'parties', differences: { car: { linkToSdp: seconds(25) } } })],
  [4, (random) => ({ kind: 'parties', differences: { car: thinking(random.pick(slow)) } })],
  [3, () => ({ kind: 'line', faults: { loss: 0.03, duplicate: 0.02, reorder: 0.02 } })],
  [3, () => ({ kind: 'run-id' })],
];
const all = deeds.reduce((sum, [weight]) => sum + weight, 0);

const thinking = (request: OrderedRequest): Differences['car'] & object => ({ think: { others: ms(50), [request]: seconds(70) } });

function drawDeed(random: Random): Deed | undefined {
  let left = random.int(0, all - 1);
  for (const [weight, make] of deeds) {
    if (left < weight) return make(random);
    left -= weight;
  }
  return undefined;
}

function drawFault(random: Random): Fault | undefined {
  const deed = drawDeed(random);
  if (deed === undefined) return undefined;
  const rejects = deed.kind === 'authorization' && deed.result === 'rejected';
  // What breaks in the power path shows only before it is used.
  const checked = deed.kind === 'hardware' && (deed.fault === 'isolation-low' || deed.fault.startsWith('imd'));
  const at = rejects ? 'ContractAuthentication' : checked ? 'SessionSetup' : random.pick(moments);
  // Some are silent from the beginning.
  const always = deed.kind === 'silence' && random.next() < 0.5;
  const after = ms(random.pick([0, random.int(0, 300), random.int(0, 3_000)]));
  return { summary: deed.kind, deed, ...(!always && { at }), after, ends: { ev: 'none', evse: 'none' } };
}

/** Milliseconds that a charger may be behind: its pilot is read every 20 ms and debounced; then everything is off in 100. */
const pilotLatency = 100;
const preChargeCurrent = 2;
const moment = ms(0.001);
const mayBeOn: ReadonlySet<DinPhase> = new Set<DinPhase>(['CableCheck', 'PreCharge', 'PowerDelivery', 'CurrentDemand']);

/**
 * Time in which each command to the source is looked at, a moment later: messages that arrive together may turn it on and off
 * at one instant.
 */
class GuardedTime extends VirtualTime {
  guard: () => void = () => {};

  override add<State, Input, Output>(
    machine: Machine<State, Input, Output>,
    initial: State,
    surroundings: Surroundings<Input, Output>,
  ): Actor<State, Input> {
    const isHardware = (machine as unknown) === dcOutput;
    return super.add(machine, initial, !isHardware ? surroundings : {
      perform: (output, at) => surroundings.perform(output, at),
      observe: (input) => {
        if ((input as { readonly kind: string }).kind === 'supply.set') this.schedule(() => this.guard(), moment);
      },
    });
  }
}

/** One session, with whatever its seed has in store: a car, a charger, up to two mishaps, at any moment. */
export function session(seed: number): Outcome {
  const random = new Random(`random order ${seed}`);
  const mishaps = [drawFault(random), ...(random.next() < 0.25 ? [drawFault(random)] : [])].filter((fault) => fault !== undefined);
  const plans = mishaps.map(sabotage);
  const phases = new Set<DinPhase>();
  const violations: string[] = [];
  const ends: { ev: EvccEndReason[]; evse: SeccEndReason[] } = { ev: [], evse: [] };
  let links = 0;
  const time = new GuardedTime();
  const from = 0.3 + 0.4 * random.next();
  const site: Site = new Site({
    seed,
    car: random.pick(names(carModels)),
    charger: random.pick(names(chargerModels)),
    from,
    to: from + 0.0005 + 0.001 * random.next(),
    authorizeAfter: ms(random.int(500, 4_000)),
    ...Object.assign({}, ...plans.map(({ options }) => options)),
    time,
    tell(event: SiteEvent) {
      if (event.kind === 'slac' && event.side === 'evse' && event.what === 'matched') links++;
      if (event.kind === 'end') (event.side === 'ev' ? ends.ev : ends.evse as string[]).push(event.end.reason as never);
      if (event.kind !== 'phase' || event.side !== 'evse') return;
      phases.add(event.phase);
      for (const plan of plans) plan.phase(site, event.phase);
    },
  });
  let readyAt = Number.NEGATIVE_INFINITY;
  time.guard = () => {
    const { order } = site.hardware.state;
    const broken = order && offence(site, order.current, readyAt);
    if (broken !== undefined && violations.length < 3) violations.push(`${site.time.now} ms: ${broken}`);
  };
  const watchPilot = (): void => {
    if (site.pilotLevel === 'C' || site.pilotLevel === 'D') readyAt = time.now;
    time.schedule(watchPilot, ms(5));
  };
  watchPilot();

  site.advance(2_000);
  site.plug();
  for (const plan of plans) plan.plugged(site);
  const nobody = (time.now + 70_000) as Instant;
  const over = (): boolean => ends.evse.length > 0 || (links === 0 && site.time.now > nobody);
  if (!site.until(() => over() && site.quiet, seconds(900))) violations.push(`no end after ${site.time.now} ms: ${site.charger.secc.state.at}, ${site.car.evcc.state.at}, ${site.charger.power.state.phase.at}`);
  // Some stay, some come back.
  site.advance(random.int(0, 3_000));
  site.unplug();
  site.breakPilot(undefined);
  if (!site.until(() => site.quiet, seconds(120))) violations.push(`not quiet ${site.time.now} ms after the plug was pulled`);
  if (ends.evse.length !== links) violations.push(`${links} links, ${ends.evse.length} ends: ${ends.evse.join(', ')}`);
  return { ev: ends.ev[0] ?? 'none', evse: ends.evse[0] ?? 'none', phases, violations };
}

/** What a command to the source, with so many amperes, breaks; undefined where it may be. */
function offence(site: Site, amperes: number, readyAt: number): string | undefined {
  const { state } = site.charger.secc;
  const phase = state.at === 'session' ? state.phase : undefined;
  if (!site.hardware.state.contactors.closed) return 'the source is on, and the contactors are open';
  const believed = site.charger.power.state.line.pilot;
  if (believed !== 'C' && believed !== 'D') return `the source is on, and the pilot is known to be ${believed}`;
  if (site.time.now - readyAt > pilotLatency) return `the source is on, and the pilot has not been C or D for ${site.time.now - readyAt} ms`;
  if (phase === undefined || !mayBeOn.has(phase)) return `the source is on in ${phase ?? state.at}`;
  const delivering = phase === 'PowerDelivery' || phase === 'CurrentDemand';
  return amperes > preChargeCurrent && !delivering ? `the source is set to ${amperes} A in ${phase}` : undefined;
}

/**
 * The reasons that are to come about. Not the others: a whole site never makes them (request-refused, no-payment-option:
 * our two sides offer and ask for the same), or something else is always quicker (parameters-timeout, cable-check-timeout:
 * the power path's own limits; authorization-timeout of the charger, pre-charge-timeout, communication-setup-timeout of the car:
 * the patience of the other side, or for one message), or they take ten minutes (no-current).
 */
const evseReasons: readonly SeccEndReason[] = [
  'completed', 'stopped-early', 'connection-closed', 'ev-error', 'sequence-error', 'no-negotiation', 'undecodable', 'communication-setup-timeout',
  'sequence-timeout', 'operator-stop', 'latch-pressed', 'emergency-stop', 'authorization-rejected', 'isolation-fault', 'power-fault', 'pilot-left',
  'unplugged', 'pilot-fault', 'link-lost',
];
const evReasons: readonly EvccEndReason[] = [
  'completed', 'user-stop', 'stopped-by-charger', 'charger-emergency', 'charger-malfunction', 'failed-response', 'no-negotiation',
  'authorization-timeout', 'message-timeout', 'no-sdp-response', 'undecodable', 'connection-closed', 'vehicle-fault', 'link-lost', 'unplugged',
];

/** Sessions of many seeds: how many reached each phase, how many ended for each reason, and what must not be. */
export class Tally {
  readonly phases = new Map<string, number>();
  readonly ev = new Map<string, number>();
  readonly evse = new Map<string, number>();
  readonly violations: string[] = [];

  add(seed: number): void {
    const outcome = session(seed);
    for (const phase of outcome.phases) count(this.phases, phase);
    count(this.ev, outcome.ev);
    count(this.evse, outcome.evse);
    for (const violation of outcome.violations) this.violations.push(`seed ${seed}: ${violation}`);
  }

  /** Reasons that came about fewer than `least` times. */
  *rare(least: number): Generator<string> {
    for (const [side, counts, reasons] of [['charger', this.evse, evseReasons], ['car', this.ev, evReasons]] as const) {
      for (const reason of reasons) if ((counts.get(reason) ?? 0) < least) yield `${side} ${reason} ${counts.get(reason) ?? 0}`;
    }
  }

  lines(): string[] {
    const text = (counts: Map<string, number>): string =>
      [...counts].toSorted((a, b) => b[1] - a[1]).map(([name, number]) => `${name} ${number}`).join(', ');
    return [`reached: ${text(this.phases)}`, `charger's ends: ${text(this.evse)}`, `car's ends: ${text(this.ev)}`];
  }
}

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
