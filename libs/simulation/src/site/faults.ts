import { ms } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import type { DinBody, DinMessageName, ResponseCode } from '@pilotwire/v2g-messages';
import type { DinPhase, EvccEndReason, SeccEndReason } from '@pilotwire/v2g-session';
import { usualSupply } from '../hardware/supply.js';
import type { HardwareFault } from '../hardware/dc-output.js';
import type { LineFaults } from '../line/power-line.js';
import type { Side } from './events.js';
import type { PilotBreak, PilotLoad } from './pilot.js';
import type { Differences } from './site.js';

/** Some of a value, however deep; lists are whole. */
type Part<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [Key in keyof T]?: Part<T[Key]> } : T;

/** What goes wrong, or what somebody does. */
export type Deed =
  /** Messages of the names in here, of either side, say this, whatever else they would say. */
  | { readonly kind: 'says'; readonly body: Part<DinBody> }
  /** ... or are never sent. */
  | { readonly kind: 'silent'; readonly messages: readonly DinMessageName[] }
  /** How the bytes of a side's messages leave it; `joined`: WeldingDetectionReq only with the request that follows it. */
  | { readonly kind: 'bytes'; readonly side: Side; readonly how: 'split' | 'doubled' | 'joined' | 'length-lies' }
  | { readonly kind: 'hardware'; readonly fault: HardwareFault }
  | { readonly kind: 'stop'; readonly by: 'operator' | 'latch' }
  | { readonly kind: 'emergency' }
  /** Source and contactors cannot be reached any more; they fall off by themselves. */
  | { readonly kind: 'power-lost' }
  /** The driver ends the charge in the car. */
  | { readonly kind: 'driver-stop' }
  | { readonly kind: 'car-fault'; readonly code: 'FAILED_RESSTemperatureInhibit' }
  | { readonly kind: 'unplug' }
  | { readonly kind: 'pilot'; readonly level: PilotLoad | PilotBreak }
  | { readonly kind: 'cut' }
  /** No IP packet of a side reaches the other any more; the link is up. */
  | { readonly kind: 'silence'; readonly side: Side }
  /** A side sends three messages that are none. */
  | { readonly kind: 'garbage'; readonly side: Side }
  /** The car asks for something out of order, and hangs up. */
  | { readonly kind: 'disorder' }
  /** The car's end of the TCP connection is gone at once. */
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'parties'; readonly differences: Differences }
  | { readonly kind: 'line'; readonly faults: Partial<LineFaults> }
  | { readonly kind: 'authorization'; readonly result: 'rejected' | 'never' }
  | { readonly kind: 'run-id' }
  /** A charger next door matches its own car, and ours hears it. */
  | { readonly kind: 'neighbour-match' }
  | { readonly kind: 'second-car' };

export interface Fault {
  readonly summary: string;
  readonly deed: Deed;
  /** When a deed of a moment is done: so long after the charger's session came to this phase, or after the plug. */
  readonly at?: DinPhase;
  readonly after?: Duration;
  readonly ends: ExpectedEnds;
}

/** How a session ends on either side, where chance decides one of several; `none`: no session came about. */
export interface ExpectedEnds {
  readonly ev: OneOf<EvccEndReason | 'none'>;
  readonly evse: OneOf<SeccEndReason | 'none'>;
}
type OneOf<Reason extends string> = Reason | readonly Reason[];

const good = { ev: 'completed', evse: 'completed' } as const;

/** Phases in which something may happen to a session, by the word that stands in a fault's name. */
const moments = {
  'session-setup': 'SessionSetup',
  authorization: 'ContractAuthentication',
  'cable-check': 'CableCheck',
  'pre-charge': 'PreCharge',
  'current-demand': 'CurrentDemand',
} as const satisfies Readonly<Record<string, DinPhase>>;
type Moment = keyof typeof moments;

/** One fault for each moment, named `<name>-in-<moment>`. */
function everywhere<Name extends string>(
  name: Name,
  summary: string,
  deed: Deed,
  ends: (moment: Moment) => ExpectedEnds,
): Readonly<Record<`${Name}-in-${Moment}`, Fault>> {
  return Object.fromEntries(
    Object.entries(moments).map(([moment, at]) => [
      `${name}-in-${moment}`,
      { summary: `${summary} in ${at}`, deed, at, after: ms(at === 'CurrentDemand' ? 5_000 : 100), ends: ends(moment as Moment) },
    ]),
  ) as Record<`${Name}-in-${Moment}`, Fault>;
}

type ResponseName = Extract<DinMessageName, `${string}Res`>;
const says = (summary: string, body: Part<DinBody>, ends: ExpectedEnds): Fault => ({ summary, deed: { kind: 'says', body }, ends });
const answer = (response: ResponseName, ResponseCode: ResponseCode, ends: ExpectedEnds): Fault =>
  says(`${response} says ${ResponseCode}`, { [response]: { ResponseCode } }, ends);
const silent = (response: ResponseName, ends: ExpectedEnds): Fault =>
  ({ summary: `no ${response} ever comes`, deed: { kind: 'silent', messages: [response] }, ends });
/** While charging: a second after the first current, so that a short charge is not over before anybody has noticed. */
const power = (fault: HardwareFault, summary: string, at: DinPhase, ends: ExpectedEnds): Fault =>
  ({ summary, deed: { kind: 'hardware', fault }, at, after: ms(at === 'CurrentDemand' ? 1_000 : 0), ends });
const different = (summary: string, differences: Differences, ends: ExpectedEnds): Fault => ({ summary, deed: { kind: 'parties', differences }, ends });
const bytes = (side: Side, how: Extract<Deed, { kind: 'bytes' }>['how'], summary: string, ends: ExpectedEnds): Fault =>
  ({ summary, deed: { kind: 'bytes', side, how }, ends });
const failedBy = (evse: SeccEndReason): ExpectedEnds => ({ ev: 'failed-response', evse });
const brokenBy = (evse: SeccEndReason): ExpectedEnds => ({ ev: 'charger-malfunction', evse });
const noAnswer = (evse: SeccEndReason): ExpectedEnds => ({ ev: 'message-timeout', evse });
/** Where a car waits half a minute for an answer (pyPLC), TCP gives up before it, on the side that has something under way. */
const unheard = (moment: Moment, evse: SeccEndReason): ExpectedEnds =>
  moment === 'cable-check' || moment === 'pre-charge' ? { ev: ['message-timeout', 'connection-closed'], evse: [evse, 'connection-closed'] } : noAnswer(evse);

/** Answers carry DC_EVSEStatus from ChargeParameterDiscovery on. */
const tellsStatus = (moment: Moment): boolean => moment !== 'session-setup' && moment !== 'authorization';
/** The path is closed, and the car holds the pilot at C. */
const isPowered = (moment: Moment): boolean => moment === 'cable-check' || moment === 'pre-charge' || moment === 'current-demand';
/** A charge never began before CurrentDemand. */
const early = (moment: Moment): SeccEndReason => (moment === 'current-demand' ? 'completed' : 'stopped-early');

/** What may go wrong at a site, by name: the cases of pyPLC's test suite, and what chargers and cars were seen to suffer. */
export const faults = {
  'sequence-error-in-session-setup': answer('SessionSetupRes', 'FAILED_SequenceError', failedBy('connection-closed')),
  'sequence-error-in-service-discovery': answer('ServiceDiscoveryRes', 'FAILED_SequenceError', failedBy('stopped-early')),
  'sequence-error-in-payment-selection': answer('ServicePaymentSelectionRes', 'FAILED_SequenceError', failedBy('stopped-early')),
  'sequence-error-in-authorization': answer('ContractAuthenticationRes', 'FAILED_SequenceError', failedBy('stopped-early')),
  'service-selection-invalid': answer('ChargeParameterDiscoveryRes', 'FAILED_ServiceSelectionInvalid', failedBy('stopped-early')),
  'failed-cable-check': answer('CableCheckRes', 'FAILED', failedBy('stopped-early')),
  'failed-pre-charge': answer('PreChargeRes', 'FAILED', failedBy('stopped-early')),
  'failed-power-delivery': answer('PowerDeliveryRes', 'FAILED', failedBy('stopped-early')),
  'failed-current-demand': answer('CurrentDemandRes', 'FAILED', failedBy('completed')),
  'silent-cable-check': silent('CableCheckRes', noAnswer('stopped-early')),
  'silent-pre-charge': silent('PreChargeRes', noAnswer('stopped-early')),
  'silent-current-demand': silent('CurrentDemandRes', noAnswer('completed')),
  'silent-welding-detection': silent('WeldingDetectionRes', good),
  'silent-session-stop': silent('SessionStopRes', good),
  'shutdown-in-pre-charge': says('PreChargeRes says EVSE_Shutdown', { PreChargeRes: { DC_EVSEStatus: { EVSEStatusCode: 'EVSE_Shutdown' } } }, { ev: 'stopped-by-charger', evse: 'stopped-early' }),
  'shutdown-in-current-demand': says('CurrentDemandRes says EVSE_Shutdown', { CurrentDemandRes: { DC_EVSEStatus: { EVSEStatusCode: 'EVSE_Shutdown' } } }, { ev: 'stopped-by-charger', evse: 'completed' }),
  'malfunction-in-current-demand': says('CurrentDemandRes says EVSE_Malfunction', { CurrentDemandRes: { DC_EVSEStatus: { EVSEStatusCode: 'EVSE_Malfunction' } } }, { ev: 'charger-malfunction', evse: 'completed' }),
  // An Audi Q4 wants nothing but Valid, and leaves.
  'isolation-warning-in-cable-check': says('CableCheckRes says that the isolation is worth a warning', { CableCheckRes: { DC_EVSEStatus: { EVSEIsolationStatus: 'Warning' } } }, { ev: ['completed', 'cable-check-refused'], evse: ['completed', 'stopped-early'] }),
  'isolation-warning-in-current-demand': says('CurrentDemandRes says that the isolation is worth a warning (alpitronic)', { CurrentDemandRes: { DC_EVSEStatus: { EVSEIsolationStatus: 'Warning' } } }, good),
  'endless-parameters': says('the parameters are never Finished', { ChargeParameterDiscoveryRes: { ResponseCode: 'OK', EVSEProcessing: 'Ongoing', DC_EVSEChargeParameter: { DC_EVSEStatus: { EVSEStatusCode: 'EVSE_NotReady', EVSENotification: 'None' } } } }, { ev: 'parameters-timeout', evse: 'stopped-early' }),
  // Behind the words the charger is done, and the next request breaks its order: it has ended before it is told.
  'endless-cable-check': says('the cable check is never Finished', { CableCheckRes: { ResponseCode: 'OK', EVSEProcessing: 'Ongoing', DC_EVSEStatus: { EVSEStatusCode: 'EVSE_IsolationMonitoringActive', EVSENotification: 'None' } } }, { ev: 'cable-check-timeout', evse: 'sequence-error' }),
  'contract-only': says('the charger wants a contract', { ServiceDiscoveryRes: { PaymentOptions: { PaymentOption: ['Contract'] } } }, { ev: 'no-payment-option', evse: 'stopped-early' }),
  'alternating-current-only': says('the charger has alternating current only', { ServiceDiscoveryRes: { ChargeService: { EnergyTransferType: 'AC_three_phase_core' } } }, { ev: 'wrong-energy-transfer', evse: 'stopped-early' }),
  'wrong-service': says('the car selects a service that was not offered', { ServicePaymentSelectionReq: { SelectedServiceList: { SelectedService: [{ ServiceID: 99 }] } } }, failedBy('stopped-early')),

  ...everywhere('operator-stop', 'somebody stops the charge at the charger', { kind: 'stop', by: 'operator' }, () => ({ ev: 'stopped-by-charger', evse: 'operator-stop' })),
  ...everywhere('driver-stop', 'the driver stops the charge in the car', { kind: 'driver-stop' }, (moment) => ({ ev: 'user-stop', evse: early(moment) })),
  ...everywhere('car-fault', 'the car finds its battery too hot', { kind: 'car-fault', code: 'FAILED_RESSTemperatureInhibit' }, (moment) => ({ ev: 'vehicle-fault', evse: moment === 'current-demand' ? 'ev-error' : 'stopped-early' })),
  ...everywhere('emergency-stop', 'somebody presses the emergency stop', { kind: 'emergency' }, (moment) => ({ ev: tellsStatus(moment) ? 'charger-emergency' : 'failed-response', evse: 'emergency-stop' })),
  ...everywhere('power-lost', 'source and contactors cannot be reached any more', { kind: 'power-lost' }, (moment) => ({ ev: tellsStatus(moment) ? 'charger-emergency' : 'failed-response', evse: 'power-lost' })),
  ...everywhere('pulled-plug', 'the plug is torn out', { kind: 'unplug' }, () => ({ ev: 'unplugged', evse: ['unplugged', 'link-lost'] })), // pilot and modem both notice; the modem is asked now and then, and may be first
  ...everywhere('cut-line', 'the power line is cut, the pilot is not', { kind: 'cut' }, (moment) => ({ ev: ['link-lost', 'message-timeout'], evse: isPowered(moment) ? ['pilot-left', 'link-lost'] : 'link-lost' })),
  ...everywhere('pilot-a', 'the pilot wire breaks', { kind: 'pilot', level: 'A' }, () => ({ ev: 'connection-closed', evse: 'unplugged' })),
  ...everywhere('pilot-b', 'the pilot wire sticks at B', { kind: 'pilot', level: 'B' }, (moment) => (tellsStatus(moment) ? failedBy('pilot-left') : brokenBy('power-fault'))),
  ...everywhere('pilot-e', 'the pilot wire is shorted', { kind: 'pilot', level: 'E' }, () => ({ ev: 'connection-closed', evse: 'pilot-fault' })),
  ...everywhere('pilot-f', 'the pilot wire is at -12 V', { kind: 'pilot', level: 'F' }, () => ({ ev: 'connection-closed', evse: 'pilot-fault' })),
  ...everywhere('silent-car', 'no packet of the car arrives any more', { kind: 'silence', side: 'ev' }, (moment) => unheard(moment, isPowered(moment) ? 'pilot-left' : 'link-lost')),
  ...everywhere('silent-charger', 'no packet of the charger arrives any more', { kind: 'silence', side: 'evse' }, (moment) => unheard(moment, early(moment))),
  ...everywhere('garbage-of-car', 'the car sends what is no message', { kind: 'garbage', side: 'ev' }, () => ({ ev: 'connection-closed', evse: 'undecodable' })),
  ...everywhere('garbage-of-charger', 'the charger sends what is no message', { kind: 'garbage', side: 'evse' }, (moment) => ({ ev: 'undecodable', evse: early(moment) })),
  ...everywhere('disorder', 'the car asks out of order, and hangs up', { kind: 'disorder' }, () => ({ ev: ['connection-closed', 'failed-response'], evse: ['sequence-error', 'connection-closed'] })),
  ...everywhere('hang-up', "the car's TCP connection breaks off", { kind: 'hang-up' }, () => ({ ev: 'connection-closed', evse: 'connection-closed' })),
  'latch-pressed': { summary: 'the latch of the plug is pressed while charging', deed: { kind: 'stop', by: 'latch' }, at: 'CurrentDemand', after: ms(5_000), ends: { ev: 'stopped-by-charger', evse: 'latch-pressed' } },

  'supply-fault': power('supply-fault', 'the source reports a fault', 'CurrentDemand', brokenBy('power-fault')),
  'supply-silent': power('supply-silent', 'the source says nothing any more', 'CurrentDemand', brokenBy('power-fault')),
  // A car that takes the voltage for good as it passes by connects its battery, which holds it where it is.
  'supply-over-voltage': power('supply-over-voltage', 'the source regulates far too high', 'PreCharge', { ev: ['charger-malfunction', 'completed'], evse: ['power-fault', 'completed'] }),
  // Whoever has the least patience ends it: ours has 7 s, a Polestar 2 has 4.
  'supply-under-voltage': power('supply-under-voltage', 'the source stays far below its setpoint', 'PreCharge', { ev: ['charger-malfunction', 'pre-charge-timeout'], evse: ['power-fault', 'stopped-early'] }),
  'supply-starved': power('supply-starved', 'the source gives next to no current', 'CurrentDemand', { ev: 'stopped-by-charger', evse: 'no-current' }),
  'meter-silent': power('meter-silent', 'the meter says nothing any more', 'CurrentDemand', brokenBy('power-fault')),
  'contactors-silent': power('contactors-silent', 'the contactors say nothing any more', 'CurrentDemand', brokenBy('power-fault')),
  'contactors-welded': power('contactors-welded', "the charger's contactors weld while charging", 'CurrentDemand', good),
  'contactors-stuck-open': power('contactors-stuck-open', "the charger's contactors do not close", 'Authorized', brokenBy('power-fault')),
  'inlet-welded': power('inlet-welded', "the car's contactors weld while charging", 'CurrentDemand', good),
  'inlet-stuck-open': power('inlet-stuck-open', "the car's contactors do not close", 'Authorized', { ev: 'contactor-fault', evse: 'stopped-early' }),
  'isolation-poor': power('isolation-poor', 'the isolation goes down to where older chargers warned', 'Authorized', good),
  'isolation-low': power('isolation-low', 'the cable is wet', 'Authorized', brokenBy('isolation-fault')),
  'imd-silent': power('imd-silent', 'the isolation monitor says nothing', 'Authorized', brokenBy('power-fault')),
  'imd-self-test': power('imd-self-test', 'the isolation monitor fails its own test', 'Authorized', brokenBy('power-fault')),
  'no-load-overshoot': different('the source overshoots by 70 % without a load (Compleo)', { chargerModel: { supply: { ...usualSupply, overshoot: 0.7 } } }, brokenBy('power-fault')),
  'slow-isolation-monitor': different('the isolation monitor tests itself for half a minute, and the cable discharges slowly', { chargerModel: { selfTest: ms(29_000), supply: { ...usualSupply, discharge: ms(4_500) } } }, failedBy('cable-check-timeout')),
  'no-limits': different('nobody tells the charger how much it may give', { chargerModel: { limitsUnknown: true } }, failedBy('parameters-timeout')),

  'wrong-run-id': { summary: 'the charger answers SLAC with another RunID (pyPLC and a Taycan)', deed: { kind: 'run-id' }, ends: { ev: 'none', evse: 'none' } },
  'no-sdp-answer': { summary: 'the charger matches, and no packet of it ever arrives', deed: { kind: 'silence', side: 'evse' }, ends: { ev: ['no-sdp-response', 'link-lost'], evse: ['communication-setup-timeout', 'link-lost'] } }, // a car that asks on for longer than the charger waits (Audi Q4) loses the link
  'nobody-listens': different('SDP names a port at which nobody listens', { chargerModel: { announces: 15_118 } }, { ev: 'no-connection', evse: ['communication-setup-timeout', 'link-lost'] }),
  'slow-car': different('the car thinks for 70 s before it asks for the services', { car: { think: { others: ms(50), ServiceDiscoveryReq: ms(70_000) } } }, { ev: 'connection-closed', evse: 'sequence-timeout' }),
  'second-car': { summary: 'a car at the next stall matches at the same time', deed: { kind: 'second-car' }, ends: good },
  'neighbour-match': { summary: 'CM_SLAC_MATCH.CNF of the next stall is heard while charging', deed: { kind: 'neighbour-match' }, at: 'CurrentDemand', after: ms(5_000), ends: good },
  'lossy-line': { summary: 'the power line loses one frame in fifty, doubles and reorders others', deed: { kind: 'line', faults: { loss: 0.02, duplicate: 0.02, reorder: 0.02 } }, ends: { ev: ['completed', 'message-timeout'], evse: ['completed', 'stopped-early', 'pilot-left'] } },
  'split-messages': bytes('evse', 'split', "each of the charger's messages comes in two TCP segments", good),
  'doubled-messages': bytes('evse', 'doubled', "each of the charger's messages comes twice in one TCP segment", good),
  'length-lies': bytes('evse', 'length-lies', "the V2GTP length of the charger's messages is false", noAnswer('link-lost')),
  'split-messages-of-car': bytes('ev', 'split', "each of the car's messages comes in two TCP segments", good),
  'joined-messages-of-car': bytes('ev', 'joined', 'the last two requests of the car come in one TCP segment', good),
  // Out of order the second time. Before there is power a refusal does no harm, unless the charger is so slow that the car
  // takes it for the answer to what it asks next; then it ends the charge.
  'doubled-messages-of-car': bytes('ev', 'doubled', "each of the car's messages comes twice in one TCP segment", { ev: 'failed-response', evse: ['sequence-error', 'stopped-early'] }),
  'tls-wanted': different('the car asks for TLS and takes what there is (Model X)', { car: { sdp: [{ security: 0, tries: 50 }] } }, good),
  'unknown-namespaces': different('the car offers protocols that nobody knows', { car: { offers: [{ ProtocolNamespace: 'urn:example:2030', VersionNumberMajor: 1, VersionNumberMinor: 0, SchemaID: 1, Priority: 1 }] } }, { ev: 'no-negotiation', evse: 'no-negotiation' }),
  'session-id-of-4-bytes': different('the session id has four bytes (Supercharger V3)', { charger: { sessionId: { prefix: '', random: 4 } } }, good),
  'session-id-of-1-byte': different('the session id has one byte', { charger: { sessionId: { prefix: '', random: 1 } } }, good),
  'session-id-of-0-bytes': different('the session id has no bytes at all', { charger: { sessionId: { prefix: '', random: 0 } } }, good),
  'authorization-rejected': { summary: 'the card is refused', deed: { kind: 'authorization', result: 'rejected' }, at: 'ContractAuthentication', after: ms(1_000), ends: failedBy('authorization-rejected') },
  'authorization-never': { summary: 'nobody presents a card', deed: { kind: 'authorization', result: 'never' }, ends: { ev: 'authorization-timeout', evse: 'stopped-early' } },
} as const satisfies Readonly<Record<string, Fault>>;
export type FaultName = keyof typeof faults;
