import { ms } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import type { DinRequestName, IsolationLevel, StatusCode } from '../din.js';
import type { SessionIdShape } from '../session-id.js';

/** Responses that carry DC_EVSEStatus, those that may be Ongoing twice. */
export type StatusMoment =
  | 'ChargeParameterDiscovery.Ongoing'
  | 'ChargeParameterDiscovery.Finished'
  | 'CableCheck.Ongoing'
  | 'CableCheck.Finished'
  | 'PreCharge'
  | 'PowerDelivery'
  | 'CurrentDemand'
  | 'PowerOff'
  | 'WeldingDetection';

/** `last`: what the cable check found. `absent`: the element, which is optional, is left out. */
export interface StatusRow {
  readonly code: StatusCode;
  readonly isolation: IsolationLevel | 'last' | 'absent';
}

export interface Schedule {
  readonly tupleId: number;
  readonly pMaxScheduleId: number;
  /** Watts, 16 bits; `limit`: what the charger can really do, as far as the field holds it. */
  readonly pMax: number | 'limit';
  /** Seconds. */
  readonly duration?: number;
}

/** How a charger behaves where DIN SPEC 70121 leaves it a choice, and where real ones take one it does not leave. */
export interface ChargerProfile {
  readonly name: string;
  readonly sessionSetup: 'OK' | 'OK_NewSessionEstablished';
  readonly sessionId: SessionIdShape;
  /** Hex. Renault Zoe and Tesla Model 3 want one; seven bytes satisfy all cars seen. */
  readonly evseId: string;
  readonly service: {
    readonly id: number;
    readonly free: boolean;
    readonly energyTransfer: 'DC_core' | 'DC_extended';
  };
  readonly status: Readonly<Record<StatusMoment, StatusRow>>;
  /** How often at least a request is answered Ongoing, however soon the answer is there. */
  readonly ongoing: {
    readonly authorization: number;
    readonly parameters: number;
    readonly cableCheck: number;
  };
  readonly scheduleOngoing: Schedule;
  readonly scheduleFinished: Schedule;
  /** NotificationMaxDelay beside StopCharging, in seconds. */
  readonly stopMaxDelay: number;
  /** How long an answer takes; at once where nothing is said. */
  readonly delay: Readonly<Partial<Record<'supportedAppProtocolReq' | DinRequestName, Duration>>>;
}

const schedule: Schedule = { tupleId: 1, pMaxScheduleId: 1, pMax: 'limit', duration: 86_400 };

/**
 * What cars accept, all of them that were seen: Ready and Valid together with Finished (Audi Q4), a whole schedule
 * (BMW iX3, Togg), an EVSEID (Zoe, Model 3), Ready in PreCharge (Model Y).
 */
const base: ChargerProfile = {
  name: 'default',
  sessionSetup: 'OK_NewSessionEstablished',
  sessionId: { prefix: '', random: 8 },
  evseId: '5A5A3030303030', // 'ZZ00000'
  service: { id: 1, free: false, energyTransfer: 'DC_extended' },
  status: {
    'ChargeParameterDiscovery.Ongoing': { code: 'EVSE_NotReady', isolation: 'Invalid' },
    'ChargeParameterDiscovery.Finished': { code: 'EVSE_Ready', isolation: 'Invalid' },
    'CableCheck.Ongoing': { code: 'EVSE_IsolationMonitoringActive', isolation: 'Invalid' },
    'CableCheck.Finished': { code: 'EVSE_Ready', isolation: 'last' },
    PreCharge: { code: 'EVSE_Ready', isolation: 'last' },
    PowerDelivery: { code: 'EVSE_Ready', isolation: 'last' },
    CurrentDemand: { code: 'EVSE_Ready', isolation: 'last' },
    PowerOff: { code: 'EVSE_Shutdown', isolation: 'last' },
    WeldingDetection: { code: 'EVSE_Shutdown', isolation: 'last' },
  },
  ongoing: { authorization: 0, parameters: 0, cableCheck: 0 },
  scheduleOngoing: schedule,
  scheduleFinished: schedule,
  stopMaxDelay: 0,
  delay: {},
};

/** Behaviour of chargers: the default, and three as they were recorded. Response times are medians. */
export const chargerProfiles = {
  default: base,
  /** Seen 2022-12-20, 2023-04-19. */
  alpitronic: {
    ...base,
    name: 'alpitronic',
    sessionId: { prefix: '00000000', random: 4 },
    evseId: '00',
    status: { ...base.status, 'ChargeParameterDiscovery.Ongoing': { code: 'EVSE_Ready', isolation: 'Invalid' } },
    ongoing: { authorization: 0, parameters: 6, cableCheck: 13 },
    scheduleOngoing: { tupleId: 0, pMaxScheduleId: 0, pMax: 0 },
    scheduleFinished: { ...schedule, pMax: 32_767 },
    stopMaxDelay: 10,
    delay: {
      supportedAppProtocolReq: ms(9),
      SessionSetupReq: ms(9),
      ServiceDiscoveryReq: ms(8),
      ServicePaymentSelectionReq: ms(7),
      ContractAuthenticationReq: ms(7),
      ChargeParameterDiscoveryReq: ms(10),
      CableCheckReq: ms(10),
      PreChargeReq: ms(10),
      PowerDeliveryReq: ms(49),
      CurrentDemandReq: ms(7),
      WeldingDetectionReq: ms(10),
      SessionStopReq: ms(40),
    },
  },
  /** Seen 2022-11-25, up to ServicePaymentSelection; later phases as reported. */
  abb: {
    ...base,
    name: 'abb',
    sessionSetup: 'OK',
    sessionId: { prefix: '4142423030', random: 3 },
    evseId: '00',
    status: {
      ...base.status,
      'ChargeParameterDiscovery.Ongoing': { code: 'EVSE_IsolationMonitoringActive', isolation: 'Invalid' },
    },
    ongoing: { authorization: 0, parameters: 1, cableCheck: 1 },
    delay: {
      supportedAppProtocolReq: ms(113),
      SessionSetupReq: ms(16),
      ServiceDiscoveryReq: ms(22),
      ServicePaymentSelectionReq: ms(16),
    },
  },
  /** Seen 2022-12-13. */
  compleo: {
    ...base,
    name: 'compleo',
    evseId: '00',
    status: {
      ...base.status,
      'ChargeParameterDiscovery.Ongoing': { code: 'EVSE_NotReady', isolation: 'Invalid' },
      'ChargeParameterDiscovery.Finished': { code: 'EVSE_NotReady', isolation: 'Invalid' },
    },
    ongoing: { authorization: 0, parameters: 1, cableCheck: 9 },
    scheduleOngoing: { tupleId: 10, pMaxScheduleId: 20, pMax: 32_767, duration: 16_777_215 },
    scheduleFinished: { tupleId: 10, pMaxScheduleId: 20, pMax: 32_767, duration: 16_777_215 },
    delay: {
      supportedAppProtocolReq: ms(113),
      SessionSetupReq: ms(61),
      ServiceDiscoveryReq: ms(113),
      ServicePaymentSelectionReq: ms(62),
      ContractAuthenticationReq: ms(211),
      ChargeParameterDiscoveryReq: ms(512),
      CableCheckReq: ms(402),
      PreChargeReq: ms(212),
      PowerDeliveryReq: ms(909),
      CurrentDemandReq: ms(26),
    },
  },
} as const satisfies Readonly<Record<string, ChargerProfile>>;
export type ChargerName = keyof typeof chargerProfiles;
