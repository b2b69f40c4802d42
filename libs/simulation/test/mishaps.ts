import { ms, Random, seconds } from '@pilotwire/machine';
import type { DinPhase, OrderedRequest } from '@pilotwire/v2g-session';
import { faults, usualSupply } from '../src/index.js';
import type { Deed, Differences, Fault, HardwareFault, Sabotage, Tampering } from '../src/index.js';

/** Where something may happen; what is often reached only through the others stands there more than once. */
const anywhere: readonly DinPhase[] = [
  'Connected', 'Negotiated', 'SessionSetup', 'ServiceDiscovery', 'ServicePaymentSelection', 'ContractAuthentication', 'Authorized', 'ParametersAgreed',
  'CableCheck', 'CableChecked', 'PreCharge', 'PreCharge', 'PowerDelivery', 'CurrentDemand', 'CurrentDemand', 'CurrentDemand', 'CurrentDemand',
  'CurrentDemand', 'CurrentDemand', 'PowerOff', 'WeldingDetection', 'SessionStop',
];
/** Where the car holds the pilot at C, and the charger's path is closed. */
const closed: readonly DinPhase[] = ['CableCheck', 'CableChecked', 'PreCharge', 'PowerDelivery', 'CurrentDemand'];
const charging: readonly DinPhase[] = ['CurrentDemand'];
const uncharged: readonly DinPhase[] = anywhere.filter((phase) => phase !== 'PowerOff' && phase !== 'WeldingDetection' && phase !== 'SessionStop');
/** From here on the charger's answers carry its status. */
const told: readonly DinPhase[] = ['Authorized', 'ParametersAgreed', ...closed, ...closed];

const hardware: readonly HardwareFault[] = [
  'contactors-welded', 'contactors-stuck-open', 'inlet-welded', 'supply-fault', 'supply-over-voltage', 'supply-silent', 'contactors-silent',
  'meter-silent', 'imd-silent', 'imd-self-test', 'isolation-poor',
];
const slow: readonly OrderedRequest[] = ['ServiceDiscoveryReq', 'ChargeParameterDiscoveryReq', 'CableCheckReq', 'PreChargeReq', 'CurrentDemandReq'];
const stranger = { ProtocolNamespace: 'urn:example:2030', VersionNumberMajor: 1, VersionNumberMinor: 0, SchemaID: 1, Priority: 1 } as const;

const unpredicted = { ev: 'none', evse: 'none' } as const;
/** From the beginning, or a property of one of the parties. */
const always = (deed: Deed): Fault => ({ summary: deed.kind, deed, ends: unpredicted });
const parties = (differences: Differences): Fault => always({ kind: 'parties', differences });
/** At, or up to some seconds after, one of these phases. */
const at = (phases: readonly DinPhase[], deed: Deed) => (random: Random): Fault[] =>
  [{ ...always(deed), at: random.pick(phases), after: ms(random.pick([0, random.int(0, 300), random.int(0, 3_000)])) }];
/** At once when a phase comes, before what breaks is used. */
const before = (phase: DinPhase, fault: HardwareFault): Fault => ({ ...always({ kind: 'hardware', fault }), at: phase });
const someTime = (deed: Deed) => at(anywhere, deed);

const slowlyDischarged = { ...usualSupply, discharge: seconds(4.5) };

/** What may happen to a session, and how often it lies in the deck. */
const cards: readonly (readonly [copies: number, make: (random: Random) => readonly Fault[]])[] = [
  [12, () => []],
  // People.
  [8, at(uncharged, { kind: 'unplug' })],
  [9, at(uncharged, { kind: 'driver-stop' })],
  [9, at(uncharged, { kind: 'stop', by: 'operator' })],
  [9, at(uncharged, { kind: 'stop', by: 'latch' })],
  [9, at(told, { kind: 'emergency' })],
  [2, someTime({ kind: 'emergency' })],
  [9, at(told, { kind: 'power-lost' })],
  [1, someTime({ kind: 'power-lost' })],
  [8, at(['ContractAuthentication'], { kind: 'authorization', result: 'rejected' })],
  [8, () => [always({ kind: 'authorization', result: 'never' })]],
  // The wires.
  [9, (random) => at(uncharged, { kind: 'pilot', level: random.pick(['E', 'F']) })(random)],
  [6, at(closed, { kind: 'pilot', level: 'B' })],
  [2, someTime({ kind: 'pilot', level: 'B' })],
  [1, someTime({ kind: 'pilot', level: 'A' })],
  [5, someTime({ kind: 'cut' })],
  [9, (random) => at(uncharged, { kind: 'silence', side: random.pick(['ev', 'evse']) })(random)],
  [8, () => [always({ kind: 'silence', side: 'evse' })]],
  [2, () => [always({ kind: 'silence', side: 'ev' })]],
  [2, () => [always({ kind: 'line', faults: { loss: 0.03, duplicate: 0.02, reorder: 0.02 } })]],
  [2, () => [always({ kind: 'run-id' })]],
  // The car.
  [4, someTime({ kind: 'car-fault', code: 'FAILED_RESSTemperatureInhibit' })],
  [6, at(charging, { kind: 'car-fault', code: 'FAILED_RESSTemperatureInhibit' })],
  [9, at(uncharged, { kind: 'garbage', side: 'ev' })],
  [7, at(uncharged, { kind: 'disorder' })],
  [3, someTime({ kind: 'hang-up' })],
  [8, () => [parties({ car: { offers: [stranger] } })]],
  [8, () => [parties({ car: { linkToSdp: seconds(25) } })]],
  [10, (random) => [parties({ car: { think: { others: ms(50), [random.pick(slow)]: seconds(70) } } })]],
  [9, () => [before('Authorized', 'inlet-stuck-open')]],
  [3, () => [always({ kind: 'bytes', side: 'ev', how: 'doubled' })]],
  // It asks for what is not offered, and leaves without a word.
  [8, () => [
    always({ kind: 'says', body: { ServicePaymentSelectionReq: { SelectedServiceList: { SelectedService: [{ ServiceID: 99 }] } } } }),
    always({ kind: 'silent', messages: ['SessionStopReq'] }),
  ]],
  // The charger, as the car sees it.
  [9, at(uncharged, { kind: 'garbage', side: 'evse' })],
  [8, () => [parties({ chargerModel: { announces: 15_118 } })]],
  [8, () => [always({ kind: 'silent', messages: ['SessionSetupRes'] }), parties({ car: { timeouts: { others: seconds(30) } } })]],
  [8, () => [always({ kind: 'says', body: { ServiceDiscoveryRes: { PaymentOptions: { PaymentOption: ['Contract'] } } } })]],
  [8, () => [always({ kind: 'says', body: { ServiceDiscoveryRes: { ChargeService: { EnergyTransferType: 'AC_three_phase_core' } } } })]],
  [8, () => [faults['endless-parameters']]],
  [9, () => [faults['endless-cable-check']]],
  [9, () => [
    always({ kind: 'says', body: { CableCheckRes: { DC_EVSEStatus: { EVSEIsolationStatus: 'Invalid' } } } }),
    parties({ car: { cableCheck: { wants: 'not-bad', sulk: ms(500) } } }),
  ]],
  // Its power.
  [15, (random) => at(uncharged, { kind: 'hardware', fault: random.pick(hardware) })(random)],
  [8, () => [before('SessionSetup', 'isolation-low')]],
  [10, () => [before('PreCharge', 'supply-under-voltage'), parties({ car: { preCharge: { first: 1, current: 1, trusts: 'inlet', tolerance: 20, patience: seconds(4) } } })]],
  [8, () => [parties({ chargerModel: { limitsUnknown: true } })]],
  [8, () => [parties({ chargerModel: { selfTest: seconds(29), supply: slowlyDischarged } })]],
  // Nine minutes of it: the car asks seldom, or those few sessions would take as long as all others.
  [11, () => [before('PowerDelivery', 'supply-starved'), parties({ car: { think: { others: ms(50), CurrentDemandReq: seconds(20) } } })]],
  [8, () => [before('PowerDelivery', 'supply-starved'), parties({ car: { starves: seconds(10) } })]],
];

/** One whole deck; each stretch of so many seeds has all of it, in an order of its own. */
const deck = cards.flatMap(([copies, make]) => Array.from({ length: copies }, () => make));
export const deckSize = deck.length;

let shuffled: { readonly number: number; readonly cards: typeof deck } | undefined;

function cardOf(seed: number): (typeof deck)[number] {
  const number = Math.floor(seed / deckSize);
  if (shuffled?.number !== number) {
    const chance = new Random(`deck ${number}`);
    const ranked = deck.map((card) => [chance.next(), card] as const);
    shuffled = { number, cards: ranked.toSorted(([a], [b]) => a - b).map(([, card]) => card) };
  }
  return shuffled.cards[seed - number * deckSize] as (typeof deck)[number];
}

/** What happens to the session of a seed: a card of the deck, and sometimes a second one. */
export const mishapsOf = (seed: number, random: Random): Fault[] =>
  [...cardOf(seed)(random), ...(random.next() < 0.1 ? random.pick(deck)(random) : [])];

/** What all of them change of a site, where they change different things; else the last. */
export function together(plans: readonly Sabotage[]): Sabotage['options'] {
  let all: Sabotage['options'] = {};
  for (const { options } of plans) {
    const { differences, tampering } = all;
    const merged = { ...all, ...options };
    all = {
      ...merged,
      ...(merged.differences && { differences: differing(differences, options.differences) }),
      ...(merged.tampering && { tampering: { ev: both(tampering?.ev, options.tampering?.ev), evse: both(tampering?.evse, options.tampering?.evse) } }),
    };
  }
  return all;
}

const differing = (a: Differences = {}, b: Differences = {}): Differences => ({
  car: { ...a.car, ...b.car },
  carModel: { ...a.carModel, ...b.carModel },
  charger: { ...a.charger, ...b.charger },
  chargerModel: { ...a.chargerModel, ...b.chargerModel },
});

/** First one, then the other. */
function both(a: Partial<Tampering> = {}, b: Partial<Tampering> = {}): Partial<Tampering> {
  const [first, second] = [a.message, b.message];
  if (first === undefined || second === undefined) return { ...a, ...b };
  const message: Tampering['message'] = (said) => {
    const once = first(said);
    return once === undefined ? undefined : second(once);
  };
  return { ...a, ...b, message };
}
