export { scsDiagnostic } from './diagnostics.js';
export type { ScsDiagnostic } from './diagnostics.js';
export {
  BROADCAST, ETHERNET_HEADER, ETHERTYPE_HOMEPLUG, isHomeplug, LOCAL_MODEM, MAX_FRAME, MIN_FRAME, readEthernet, writeEthernet,
} from './ethernet.js';
export type { EthernetHeader } from './ethernet.js';
export { dakFromPassword, NID_LENGTH, nidFromNmk, NMK_LENGTH, nmkFromPassword } from './keys.js';
export type { SecurityLevel } from './keys.js';
export { decodeMme, encodeMme } from './mme/codec.js';
export type { DecodedMme, MmeFrame } from './mme/codec.js';
export type { Direction, MmeDeclaration, MmeHeader } from './mme/declare.js';
export {
  COMMIT_FACTORY_PIB, COMMIT_FORCE, COMMIT_NO_RESET, MODULE_BLOCK, MODULE_ID_FIRMWARE, MODULE_ID_PIB, MODULE_ID_SOFTLOADER,
} from './mme/module-operation.js';
export type { OtherOperation } from './mme/module-operation.js';
export { directionOf, mmeName } from './mme/name.js';
export { MODULE_MAC, MODULE_PIB } from './mme/qualcomm.js';
export { mmes } from './mme/table.js';
export type { Mme, MmeName, MmeOf } from './mme/table.js';
export type { Tlv } from './mme/user-data.js';
export { isPibError, PibError } from './pib/error.js';
export type { PibErrorCode } from './pib/error.js';
export { diffPib, patchPib, readPib } from './pib/fields.js';
export type { PibChange, PibFieldName, PibFields } from './pib/fields.js';
export { openPib } from './pib/file.js';
export type { NvmModule, PibFile } from './pib/file.js';
export { pibRoles } from './pib/roles.js';
export type { PibRole } from './pib/roles.js';
