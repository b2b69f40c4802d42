import type { DinBody, DinMessageName } from '@pilotwire/v2g-messages';
import { nameOf } from './din.js';

/**
 * Where a DIN session stands: named after the last request that was answered. Requests that are answered Ongoing and
 * Finished have a phase for each.
 */
export const dinPhases = [
  'Connected', // the TCP connection is there, nothing has been said
  'Negotiated', // supportedAppProtocolRes: DIN SPEC 70121
  'SessionSetup',
  'ServiceDiscovery',
  'ServicePaymentSelection',
  'ContractAuthentication', // Ongoing
  'Authorized', // ContractAuthenticationRes Finished
  'ChargeParameterDiscovery', // Ongoing
  'ParametersAgreed', // ChargeParameterDiscoveryRes Finished
  'CableCheck', // Ongoing
  'CableChecked', // CableCheckRes Finished
  'PreCharge',
  'PowerDelivery', // the car asked for power
  'CurrentDemand',
  'PowerOff', // PowerDeliveryReq that ended the power
  'WeldingDetection',
  'SessionStop',
] as const;
export type DinPhase = (typeof dinPhases)[number];

/** A request as the order of a session sees it: PowerDeliveryReq is two requests, by its ReadyToChargeState. */
export type OrderedRequest =
  | 'supportedAppProtocolReq'
  | Exclude<Extract<DinMessageName, `${string}Req`>, 'PowerDeliveryReq'>
  | 'PowerDeliveryReq(start)'
  | 'PowerDeliveryReq(stop)';

/** The ways out. A charger that refuses them keeps a car locked, so they are right at any time of a session. */
const waysOut = ['SessionStopReq', 'PowerDeliveryReq(stop)'] as const;

/**
 * What may follow what. DIN SPEC 70121, with the leniency that real cars need: the ways out are always open (Audi sends
 * PowerDelivery(stop) in CableCheck, Model Y and Polestar 2 SessionStop in PreCharge). The messages of AC, contracts and
 * certificates are nowhere in it.
 */
export const legalRequests: Readonly<Record<DinPhase, readonly OrderedRequest[]>> = {
  Connected: ['supportedAppProtocolReq'],
  Negotiated: ['SessionSetupReq'],
  SessionSetup: ['ServiceDiscoveryReq', ...waysOut],
  ServiceDiscovery: ['ServicePaymentSelectionReq', ...waysOut],
  ServicePaymentSelection: ['ContractAuthenticationReq', ...waysOut],
  ContractAuthentication: ['ContractAuthenticationReq', ...waysOut],
  Authorized: ['ChargeParameterDiscoveryReq', ...waysOut],
  ChargeParameterDiscovery: ['ChargeParameterDiscoveryReq', ...waysOut],
  ParametersAgreed: ['CableCheckReq', ...waysOut],
  CableCheck: ['CableCheckReq', ...waysOut],
  CableChecked: ['PreChargeReq', ...waysOut],
  PreCharge: ['PreChargeReq', 'PowerDeliveryReq(start)', ...waysOut],
  PowerDelivery: ['CurrentDemandReq', ...waysOut],
  CurrentDemand: ['CurrentDemandReq', 'PowerDeliveryReq(start)', ...waysOut],
  PowerOff: ['WeldingDetectionReq', ...waysOut],
  WeldingDetection: ['WeldingDetectionReq', ...waysOut],
  SessionStop: waysOut,
};

/** The request in a body, or undefined where there is none: a response, or nothing. */
export function orderedRequest(body: DinBody): OrderedRequest | undefined {
  if (body.PowerDeliveryReq !== undefined) {
    return body.PowerDeliveryReq.ReadyToChargeState ? 'PowerDeliveryReq(start)' : 'PowerDeliveryReq(stop)';
  }
  const name = nameOf(body);
  return name?.endsWith('Req') ? (name as OrderedRequest) : undefined;
}

export const isLegal = (phase: DinPhase, request: OrderedRequest): boolean => legalRequests[phase].includes(request);
