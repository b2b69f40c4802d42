import { ms, seconds } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import { sdpSecurity } from '@pilotwire/v2gtp';
import { DIN_NAMESPACE, DIN_VERSION } from '../handshake.js';
import type { AppProtocol } from '../handshake.js';
import type { OrderedRequest } from '../phases.js';
import { evccTiming as timing } from '../timing.js';

/** How a car behaves where DIN SPEC 70121 leaves it a choice, and where real ones take one it does not leave. */
export interface CarProfile {
  readonly name: string;
  /** Hex, up to eight bytes; cars send their MAC address, and some chargers abort without. */
  readonly evccId: string;
  /** Hex: the session id before there is one. */
  readonly noSession: string;
  readonly offers: readonly AppProtocol[];
  /** From the matched link to the first SDP request. */
  readonly linkToSdp: Duration;
  /** What it asks SDP for, in turn, and how often. */
  readonly sdp: readonly { readonly security: number; readonly tries: number }[];
  /** From the last response to this request; `others` for those that are not named. */
  readonly think: Readonly<Partial<Record<OrderedRequest, Duration>>> & { readonly others: Duration };
  /** How long an answer is waited for; `others` for those that are not named. */
  readonly timeouts: Readonly<Partial<Record<OrderedRequest, Duration>>> & { readonly others: Duration };
  /** ChargeParameterDiscoveryReq. Volts, amperes, watts, watt hours, percent. The voltage must be 15 V above the full
   * battery's at least: Tritium stops within seconds otherwise. */
  readonly parameters: {
    readonly maxVoltage: number;
    readonly maxCurrent: number;
    readonly maxPower?: number;
    readonly energyCapacity?: number;
    readonly energyRequest?: number;
    readonly fullSoc?: number;
    readonly bulkSoc?: number;
  };
  readonly sends: {
    readonly serviceCategory: boolean;
    /** EVCabinConditioning and EVRESSConditioning, both false. */
    readonly conditioning: boolean;
    /** EVReady in ChargeParameterDiscovery already. */
    readonly readyEarly: boolean;
    /** The limits in every CurrentDemandReq: Plugit charges only with them. */
    readonly limitsInDemand: boolean;
    readonly bulkComplete: boolean;
    readonly remainingTime: boolean;
  };
  readonly cableCheck: {
    /** What beside Finished: nothing, an isolation that is not bad, or Ready and Valid (Audi Q4). */
    readonly wants: 'finished' | 'not-bad' | 'ready-and-valid';
    /** How long it is silent before it leaves because of that. */
    readonly sulk: Duration;
  };
  readonly preCharge: {
    /** Amperes asked for in the first request, and in those that follow. */
    readonly first: number;
    readonly current: number;
    /** Whether the reported voltage is enough, or the inlet's own must be there, as real cars want it. */
    readonly trusts: 'reported' | 'inlet';
    /** Volts from the battery's. */
    readonly tolerance: number;
    readonly patience: Duration;
  };
  /** To which of EVSE_Shutdown and StopCharging it listens (Volvo XC40, JAC: not to StopCharging). */
  readonly heeds: { readonly status: boolean; readonly notification: boolean };
  /** WeldingDetection until the voltage is below, or for so long; undefined: none. */
  readonly welding: { readonly below: number; readonly time: Duration } | undefined;
  /** It breaks off when it gets next to nothing of what it asks for. */
  readonly starves?: Duration;
}

const dinOffer = (SchemaID = 1, Priority = 1): AppProtocol => ({
  ProtocolNamespace: DIN_NAMESPACE,
  VersionNumberMajor: DIN_VERSION.major,
  VersionNumberMinor: DIN_VERSION.minor,
  SchemaID,
  Priority,
});
const other = (
  ProtocolNamespace: string,
  major: number,
  minor: number,
  SchemaID: number,
  Priority: number,
): AppProtocol => ({
  ProtocolNamespace,
  VersionNumberMajor: major,
  VersionNumberMinor: minor,
  SchemaID,
  Priority,
});
const tesla = (priority: number): AppProtocol => other('urn:tesla:din:2018:MsgDef', 0, 7, 2, priority);
const iso2: AppProtocol = other('urn:iso:15118:2:2013:MsgDef', 2, 0, 0, 2);

const plainSdp = [{ security: sdpSecurity.none, tries: 50 }] as const;

/** Patient with everything that chargers were seen to do, and sends all that one of them was seen to need. */
const base: CarProfile = {
  name: 'default',
  evccId: '020000000001',
  noSession: '0000000000000000',
  offers: [dinOffer()],
  linkToSdp: ms(500),
  sdp: plainSdp,
  think: {
    others: ms(50),
    CurrentDemandReq: ms(100),
    PreChargeReq: ms(100),
    CableCheckReq: ms(200),
    ContractAuthenticationReq: ms(500),
  },
  timeouts: {
    others: timing.V2G_EVCC_Msg_Timeout,
    CurrentDemandReq: timing.V2G_EVCC_Msg_Timeout_CurrentDemand,
    'PowerDeliveryReq(start)': timing.V2G_EVCC_Msg_Timeout_PowerDelivery,
    'PowerDeliveryReq(stop)': timing.V2G_EVCC_Msg_Timeout_PowerDelivery,
    WeldingDetectionReq: timing.V2G_EVCC_Msg_Timeout_WeldingDetection,
  },
  parameters: {
    maxVoltage: 420,
    maxCurrent: 250,
    maxPower: 100_000,
    energyCapacity: 60_000,
    fullSoc: 100,
    bulkSoc: 80,
  },
  sends: {
    serviceCategory: false,
    conditioning: false,
    readyEarly: true,
    limitsInDemand: true,
    bulkComplete: true,
    remainingTime: true,
  },
  cableCheck: { wants: 'not-bad', sulk: ms(0) },
  preCharge: { first: 1, current: 1, trusts: 'inlet', tolerance: 20, patience: timing.preCharge },
  heeds: { status: true, notification: true },
  welding: { below: 60, time: seconds(2) },
};

/** Behaviour of cars: the default, and some as they were recorded. Times between messages are medians. */
export const carProfiles = {
  default: base,
  /** Seen 2023-04-16, 2023-05-24 and with an alpitronic. */
  ioniq: {
    ...base,
    name: 'ioniq',
    evccId: '0465650064C3',
    linkToSdp: ms(4_117),
    think: {
      others: ms(260),
      supportedAppProtocolReq: ms(882),
      CableCheckReq: ms(80),
      PreChargeReq: ms(93),
      CurrentDemandReq: ms(91),
      WeldingDetectionReq: ms(90),
      SessionStopReq: ms(57),
    },
    parameters: {
      maxVoltage: 412.8,
      maxCurrent: 200,
      maxPower: 98_000,
      energyCapacity: 28_000,
      energyRequest: 20_440,
      fullSoc: 94,
      bulkSoc: 83,
    },
    sends: { ...base.sends, serviceCategory: true, conditioning: true, readyEarly: false },
    cableCheck: { wants: 'finished', sulk: ms(0) },
    preCharge: { first: 1, current: 1, trusts: 'reported', tolerance: 10, patience: seconds(20) },
    starves: ms(600_800),
  },
  /** Seen 2024-04-20. */
  'model-y': {
    ...base,
    name: 'model-y',
    evccId: '98ED5CDAD998',
    offers: [dinOffer(1, 2), tesla(1)],
    linkToSdp: ms(431),
    think: {
      others: ms(15),
      supportedAppProtocolReq: ms(67),
      ChargeParameterDiscoveryReq: ms(388),
      CurrentDemandReq: ms(40),
    },
    parameters: { maxVoltage: 418, maxCurrent: 549, maxPower: 230_000 },
    sends: { ...base.sends, serviceCategory: true },
    cableCheck: { wants: 'finished', sulk: ms(0) },
    preCharge: { first: 0, current: 0, trusts: 'inlet', tolerance: 10, patience: seconds(12) },
  },
  /** Seen 2025-07-22. */
  'model-x': {
    ...base,
    name: 'model-x',
    evccId: '98ED5CDAD999',
    offers: [dinOffer(1, 3), tesla(2)],
    linkToSdp: ms(722),
    sdp: [{ security: sdpSecurity.tls, tries: 50 }],
    think: { others: ms(33), supportedAppProtocolReq: ms(29), PreChargeReq: ms(37), CurrentDemandReq: ms(40) },
    parameters: { maxVoltage: 457, maxCurrent: 799, maxPower: 326_000 },
    sends: { ...base.sends, serviceCategory: true, bulkComplete: false, remainingTime: false },
    preCharge: { first: 0, current: 0, trusts: 'reported', tolerance: 10, patience: seconds(12) },
  },
  /** Seen 2024-06-11 and 2024-06-18. */
  'polestar-2': {
    ...base,
    name: 'polestar-2',
    evccId: '48C58DB1E43E',
    noSession: '00',
    offers: [dinOffer(), iso2],
    linkToSdp: ms(546),
    think: {
      others: ms(20),
      supportedAppProtocolReq: ms(661),
      CableCheckReq: ms(224),
      PreChargeReq: ms(224),
      'PowerDeliveryReq(start)': ms(76),
      'PowerDeliveryReq(stop)': ms(76),
      CurrentDemandReq: ms(123),
      WeldingDetectionReq: ms(152),
      SessionStopReq: ms(77),
    },
    parameters: {
      maxVoltage: 470,
      maxCurrent: 375,
      energyCapacity: 78_500,
      energyRequest: 17_800,
      fullSoc: 100,
      bulkSoc: 80,
    },
    sends: { ...base.sends, readyEarly: false },
    cableCheck: { wants: 'finished', sulk: ms(0) },
    preCharge: { first: 0, current: 1, trusts: 'inlet', tolerance: 10, patience: seconds(4) },
    welding: { below: 300, time: ms(600) },
  },
  /** Seen 2026-02-08. */
  'audi-q4': {
    ...base,
    name: 'audi-q4',
    evccId: '001A37000001',
    noSession: '00',
    offers: [dinOffer(), iso2],
    linkToSdp: ms(3_275),
    sdp: [{ security: sdpSecurity.tls, tries: 50 }, { security: sdpSecurity.none, tries: 50 }],
    think: { others: ms(98), supportedAppProtocolReq: ms(133), CableCheckReq: ms(131) },
    parameters: { maxVoltage: 420, maxCurrent: 350, energyRequest: 5_300 },
    cableCheck: { wants: 'ready-and-valid', sulk: ms(59_500) },
  },
  /** pyPLC as a car, 2022: without EVCCID, patient, slow. */
  pyplc: {
    ...base,
    name: 'pyplc',
    evccId: '',
    think: {
      others: ms(130),
      ContractAuthenticationReq: ms(833),
      ChargeParameterDiscoveryReq: ms(969),
      CableCheckReq: ms(1_028),
      PreChargeReq: ms(397),
      CurrentDemandReq: ms(96),
      'PowerDeliveryReq(start)': ms(419),
      'PowerDeliveryReq(stop)': ms(419),
    },
    timeouts: {
      others: seconds(2),
      ChargeParameterDiscoveryReq: seconds(5),
      CableCheckReq: seconds(30),
      PreChargeReq: seconds(30),
      'PowerDeliveryReq(start)': seconds(6),
      'PowerDeliveryReq(stop)': seconds(6),
      CurrentDemandReq: seconds(5),
    },
    parameters: { maxVoltage: 398, maxCurrent: 100 },
    sends: { ...base.sends, limitsInDemand: false, bulkComplete: false, remainingTime: false },
    cableCheck: { wants: 'finished', sulk: ms(0) },
    preCharge: { first: 1, current: 1, trusts: 'reported', tolerance: 10, patience: seconds(30) },
  },
} as const satisfies Readonly<Record<string, CarProfile>>;
export type CarName = keyof typeof carProfiles;
