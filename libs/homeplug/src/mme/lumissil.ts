import { le16, reserved, struct, u8 } from '@pilotwire/wire';
import { lumissil, mme } from './declare.js';

/* Lumissil modems (IS32CG5317), as far as EVerest's libslac uses them; not seen in a capture. */

const header = { header: lumissil };

/** Precedes every message of this vendor. */
const lms = struct({ version: le16, reserved: reserved(4), requestId: u8, reserved2: reserved(12) });

/** EVerest recognises a Lumissil modem by the answer, as it does a Qualcomm one by VS_OP_ATTRIBUTES. */
export const NscmGetVersionReq = mme('NSCM_GET_VERSION.REQ', 0xac6c, { lms }, header);

export const NscmGetVersionCnf = mme('NSCM_GET_VERSION.CNF', 0xac6d, {
  lms,
  versionMajor: le16,
  versionMinor: le16,
  versionPatch: le16,
  versionBuild: le16,
  reserved: reserved(2),
}, header);

/** `mode` 0 is a normal reset. It is not answered. */
export const NscmResetDeviceReq = mme('NSCM_RESET_DEVICE.REQ', 0xac70, { lms, mode: u8 }, header);

export const NscmGetDLinkStatusReq = mme('NSCM_GET_D_LINK_STATUS.REQ', 0xac9c, { lms }, header);
export const NscmGetDLinkStatusCnf = mme('NSCM_GET_D_LINK_STATUS.CNF', 0xac9d, { lms, linkStatus: u8 }, header);
