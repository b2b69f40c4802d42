import { bytes, le16, mac, padding, u8, usual } from '@pilotwire/wire';
import { mme, qualcomm } from './declare.js';

const nonce = bytes(4);
/** What an exchange belongs to: `pid` 4 is a key set by the layers above (HLE), `prn` and `pmn` number its messages. */
const protocol = { pid: u8, prn: le16, pmn: u8 };

/** Host to its modem: use this network key. `keyType` and `newEks` 1 are the NMK. */
export const CmSetKeyReq = mme('CM_SET_KEY.REQ', 0x6008, {
  keyType: usual(u8, 1),
  myNonce: nonce,
  yourNonce: nonce,
  ...protocol,
  ccoCapability: u8,
  nid: bytes(7),
  newEks: usual(u8, 1),
  newKey: bytes(16),
});

/**
 * Modem to its host. HomePlug AV: `result` 0 is success and 1 failure; real Qualcomm modems answer 1 on success, every
 * time. The answer itself is the success, the link status its confirmation. open-plc-utils refuses a 0.
 */
export const CmSetKeyCnf = mme('CM_SET_KEY.CNF', 0x6009, {
  result: u8,
  myNonce: nonce,
  yourNonce: nonce,
  ...protocol,
  ccoCapability: u8,
});

/** pyPLC broadcasts it after a match and counts the answers: two modems mean that the network is up. */
export const CmGetKeyReq = mme('CM_GET_KEY.REQ', 0x600c, {
  requestType: u8,
  keyType: u8,
  nid: bytes(7),
  myNonce: nonce,
  ...protocol,
});

/** `result` 0 from the own modem, 1 and no key from others, with their NID. Modems send 425 octets, zeros at the end. */
export const CmGetKeyCnf = mme('CM_GET_KEY.CNF', 0x600d, {
  result: u8,
  keyType: u8,
  myNonce: nonce,
  yourNonce: nonce,
  nid: bytes(7),
  eks: u8,
  ...protocol,
  key: bytes(16),
  padding,
});

/** Qualcomm's own way to set a network key. `peks` 0x0f: in the local modem; 0x00: in the one `rda` names, by its `dak`. */
export const VsSetKeyReq = mme('VS_SET_KEY.REQ', 0xa050, {
  eks: u8,
  nmk: bytes(16),
  peks: u8,
  rda: mac,
  dak: bytes(16),
}, { header: qualcomm });

export const VsSetKeyCnf = mme('VS_SET_KEY.CNF', 0xa051, { status: u8 }, { header: qualcomm });
