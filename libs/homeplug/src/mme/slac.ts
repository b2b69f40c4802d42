import type { Owner } from '@pilotwire/wire';
import { bytes, constant, counted, le16, listOf, mac, reserved, u8, usual, when } from '@pilotwire/wire';
import { mme, qualcomm } from './declare.js';

/*
 * Signal level attenuation characterization. Layouts: HomePlug Green PHY 1.1 as ISO 15118-3 Annex A uses it.
 * ids, run ids, NID and NMK are byte strings in the order of the wire; numbers are little-endian.
 */

const toEvse = { direction: 'ev->evse' } as const;
const toEv = { direction: 'evse->ev' } as const;

/** ISO 15118-3 knows application 0 (PEV to EVSE matching) and security 0 (none) only. */
const matching = { applicationType: usual(u8, 0), securityType: usual(u8, 0) };
const secured = ({ securityType }: Owner): boolean => securityType === 1;

const runId = bytes(8);
/** Station ids are unused in ISO 15118-3 and zero; pev of open-plc-utils ships another, which EVerest refuses. */
const stationId = usual(bytes(17), new Uint8Array(17));
/** The modem reports one level a carrier group; consumer modems (QCA7420) report no group at all. */
const groups = { usual: 58 };

/** EV, broadcast: who is there? */
export const CmSlacParmReq = mme('CM_SLAC_PARM.REQ', 0x6064, {
  ...matching,
  runId,
  cipherSuites: when(secured, counted(u8, le16)),
}, toEvse);

/** EVSE: how to sound. `timeOut` in 100 ms. */
export const CmSlacParmCnf = mme('CM_SLAC_PARM.CNF', 0x6065, {
  mSoundTarget: mac,
  numSounds: u8,
  timeOut: u8,
  respType: u8,
  forwardingSta: mac,
  ...matching,
  runId,
  cipherSuite: when(secured, le16),
}, toEv);

/** EV, sent three times: sounds will follow. `timeOut` in 100 ms. Compleo (2022) ignores a `timeOut` of 10. */
export const CmStartAttenCharInd = mme('CM_START_ATTEN_CHAR.IND', 0x606a, {
  ...matching,
  numSounds: u8,
  timeOut: u8,
  respType: u8,
  forwardingSta: mac,
  runId,
}, toEvse);

/** EV: one sound. `cnt` counts down to 0. */
export const CmMnbcSoundInd = mme('CM_MNBC_SOUND.IND', 0x6076, {
  ...matching,
  senderId: stationId,
  cnt: u8,
  runId,
  reserved: reserved(8),
  rnd: bytes(16),
}, toEvse);

/** EVSE's modem to its own host: the attenuation of one sound, in dB a carrier group. It carries no RunID. */
export const CmAttenProfileInd = mme('CM_ATTEN_PROFILE.IND', 0x6086, {
  pevMac: mac,
  attenuation: counted(u8, u8, { ...groups, gap: reserved(1) }),
});

/**
 * Qualcomm modem to its host, right before CM_ATTEN_PROFILE.IND, with the same levels; also seen by the EV, from each
 * EVSE modem in range. One modem sends it with an OUI of zeros (dSPACE test system, 2025).
 */
export const VsAttenuationCharacteristicsInd = mme('VS_ATTENUATION_CHARACTERISTICS.IND', 0xa14e, {
  pevMac: mac,
  numGroups: u8,
  reserved: reserved(1),
  carriersPerGroup: usual(u8, 16),
  reserved2: reserved(7),
  attenuation: listOf('numGroups', u8),
}, { header: { ...qualcomm, alsoOui: 0x000000 }, listedAs: '0xa14c.IND' });

/** EVSE: how loudly each carrier group was heard. evse of open-plc-utils sends 255 groups' room, zeros at the end. */
export const CmAttenCharInd = mme('CM_ATTEN_CHAR.IND', 0x606e, {
  ...matching,
  /** The EV's MAC address, not the sender's. */
  sourceAddress: mac,
  runId,
  sourceId: stationId,
  respId: stationId,
  numSounds: u8,
  attenuation: counted(u8, u8, groups),
}, toEv);

/** EV: heard you. `result` 0 is success. */
export const CmAttenCharRsp = mme('CM_ATTEN_CHAR.RSP', 0x606f, {
  ...matching,
  sourceAddress: mac,
  runId,
  sourceId: stationId,
  respId: stationId,
  result: u8,
}, toEvse);

/** EV: toggle test on the control pilot. `timer` in 100 ms, 0 is 100 ms; `result` 1 is ready. */
export const CmValidateReq = mme('CM_VALIDATE.REQ', 0x6078, { signalType: usual(u8, 0), timer: u8, result: u8 });

/** EVSE: `result` 0 not ready, 1 ready, 2 success, 3 failure, 4 not required. */
export const CmValidateCnf = mme('CM_VALIDATE.CNF', 0x6079, { signalType: usual(u8, 0), toggleNum: u8, result: u8 });

/** EV: I am connected to you. */
export const CmSlacMatchReq = mme('CM_SLAC_MATCH.REQ', 0x607c, {
  ...matching,
  mvfLength: constant(le16, 0x3e),
  pevId: stationId,
  pevMac: mac,
  evseId: stationId,
  evseMac: mac,
  runId,
  reserved: reserved(8),
}, toEvse);

/** EVSE: join this network. pyPLC's NID is not the hash of its NMK. */
export const CmSlacMatchCnf = mme('CM_SLAC_MATCH.CNF', 0x607d, {
  ...matching,
  mvfLength: constant(le16, 0x56),
  pevId: stationId,
  pevMac: mac,
  evseId: stationId,
  evseMac: mac,
  runId,
  reserved: reserved(8),
  nid: bytes(7),
  reserved2: reserved(1),
  nmk: bytes(16),
}, toEv);
