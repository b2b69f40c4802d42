import { ms, seconds } from '@pilotwire/machine';

// Every time of a DIN session, by name. "Field" means: as EVerest or pyPLC have it, which charge real cars and talk to
// real chargers. The text of DIN SPEC 70121 was not at hand, so even its numbers come through open implementations
// (EcoG iso15118, RISE-V2G); what nobody confirms is marked unsure.

/** The charger's side. */
export const seccTiming = {
  /** V2G_SECC_CommunicationSetup_Timeout: from the link to SessionSetupReq. Field: 18 s; the norm says 20. */
  V2G_SECC_CommunicationSetup_Timeout: seconds(18),
  /** V2G_SECC_Sequence_Timeout: from a response to the next request. */
  V2G_SECC_Sequence_Timeout: seconds(60),
  /** ContractAuthenticationRes Ongoing at most this long: a person at the charger has a card to find. Field. */
  authorizationOngoing: seconds(300),
  /** ChargeParameterDiscoveryRes Ongoing. Field: 55 s, below the 60 s that a car waits. */
  parametersOngoing: seconds(55),
  /** CableCheckRes Ongoing: the car gives up at 40 s. Unsure by how much to stay below. */
  cableCheckOngoing: seconds(38),
  /** CP must be B (or A) this long after PowerDelivery(stop); late is a warning. Norm variants 250 ms to 1.5 s. Unsure. */
  pilotLeavesC: ms(1_500),
  /** PowerDeliveryRes(stop) waits this long for the current to go. The norm allows DIN 1.5 s. Unsure. */
  currentGone: seconds(1),
  /**
   * PowerDeliveryRes(start) waits this long for a voltage that is there to prove that it stays. Ours: the power path
   * wants 200 ms; the norm allows DIN 1.5 s.
   */
  preChargeSettles: seconds(1),
  /** A stop asked for by the charger: the car has this long to react (Volvo XC40 and JAC never do), then power ends. */
  stopRamp: seconds(5),
  /** Then responses say FAILED. Field. */
  stopFailed: seconds(10),
  /** Then the connection is closed. Field: 12 to 20 s. */
  stopHard: seconds(20),
  /** After an emergency the car is told, and then left. Unsure. */
  emergencyHard: seconds(5),
  /** After a fault: long enough for a car that thinks for a minute (Audi Q4 59.6 s). */
  faultHard: seconds(62),
  /** After SessionStopRes the car closes first; then we do. Field. */
  tcpLinger: seconds(2),
  /** From our FIN to the car's. Field. */
  tcpFinish: seconds(3),
  /** 5 % stay on the pilot after a session (Renault Zoe unlocks by it) until the car is unplugged, or so long. Unsure. */
  pwmHold: seconds(60),
  /** In the charge loop without energy for so long, a countdown begins. Field. */
  starvedNotice: seconds(5),
  /** Hyundai Ioniq gives up 600.8 s after it got no current worth the name; we end in order before. */
  starvedStop: seconds(540),
  /** When such a car gives up: what the countdown counts to. Seen: Ioniq 28, four sessions. */
  starvedGivesUp: seconds(600),
} as const;

/** Where an answer is due on the car's side; ours keep well below, in any profile. DIN SPEC 70121 performance times. */
export const responseBudget = {
  CurrentDemandReq: ms(250),
  PowerDeliveryReq: ms(1_500),
  other: seconds(2),
} as const;

/** The car's side. */
export const evccTiming = {
  /** V2G_EVCC_CommunicationSetup_Timeout: from the link to SessionSetupRes. */
  V2G_EVCC_CommunicationSetup_Timeout: seconds(20),
  /** SDP: an answer is waited for this long, then asked again; 50 times. ISO 15118-2, DIN SPEC 70121. */
  V2G_EVCC_SDP_Retry: ms(250),
  /** A refused or lost connection is tried again. Field: ABB and Hiro need 3 s of it. */
  tcpRetry: ms(100),
  tcpRetryFor: seconds(5),
  /** V2G_EVCC_Msg_Timeout of any request but those below. */
  V2G_EVCC_Msg_Timeout: seconds(2),
  /** The norm's 250 ms. A charger at the end of a slow power line is late now and then (pyPLC: 164 ms at p99). */
  V2G_EVCC_Msg_Timeout_CurrentDemand: ms(250),
  /** Compleo needs 0.9 to 1.5 s, others up to 6 s. Field. */
  V2G_EVCC_Msg_Timeout_PowerDelivery: seconds(6),
  /** Without an answer (ABB Terra) the car goes on to SessionStop. Field. */
  V2G_EVCC_Msg_Timeout_WeldingDetection: seconds(1),
  /** Safe stop: pilot B, then contactors open, then the plug unlocks. Field. */
  contactorsAfterPilot: seconds(2),
  unlockAfterContactors: seconds(1),
  /** The car's contactors must report closed. Field: 330 ms; unsure how long to wait. */
  contactorsClose: seconds(2),
  /** V2G_EVCC_Ongoing_Timeout and the like: patience with Ongoing. Field: 60 to 120 s. */
  authorizationOngoing: seconds(120),
  parametersOngoing: seconds(60),
  cableCheckOngoing: seconds(60),
  /** Pre-charge: the norm says 7 s; cars wait 4 (Polestar 2) to 12 s (Model Y). */
  preCharge: seconds(7),
} as const;
