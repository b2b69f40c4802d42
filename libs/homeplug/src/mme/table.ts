import type { Infer } from '@pilotwire/wire';
import type { MmeDeclaration } from './declare.js';
import * as keys from './keys.js';
import * as lumissil from './lumissil.js';
import * as moduleOperation from './module-operation.js';
import * as network from './network.js';
import * as qualcomm from './qualcomm.js';
import * as slac from './slac.js';
import * as userData from './user-data.js';

/** Every declared message. Where two share a name, the first is the one written unless the value's `mmv` says otherwise. */
export const mmes = [
  slac.CmSlacParmReq,
  slac.CmSlacParmCnf,
  slac.CmStartAttenCharInd,
  slac.CmMnbcSoundInd,
  slac.CmAttenProfileInd,
  slac.VsAttenuationCharacteristicsInd,
  slac.CmAttenCharInd,
  slac.CmAttenCharRsp,
  slac.CmValidateReq,
  slac.CmValidateCnf,
  slac.CmSlacMatchReq,
  slac.CmSlacMatchCnf,
  userData.CmSlacUserDataReq,
  keys.CmSetKeyReq,
  keys.CmSetKeyCnf,
  keys.CmGetKeyReq,
  keys.CmGetKeyCnf,
  keys.VsSetKeyReq,
  keys.VsSetKeyCnf,
  network.CmAmpMapReq,
  network.CmAmpMapCnf,
  network.CmNwStatsReq,
  network.CmNwStatsCnf,
  network.VsNwInfoReq,
  network.VsNwInfoCnf,
  network.VsNwInfoReq0,
  network.VsNwInfoCnf0,
  qualcomm.VsSwVerReq,
  qualcomm.VsSwVerCnf,
  qualcomm.VsRsDevReq,
  qualcomm.VsRsDevCnf,
  qualcomm.VsWrModReq,
  qualcomm.VsWrModCnf,
  qualcomm.VsRdModReq,
  qualcomm.VsRdModCnf,
  qualcomm.VsModNvmReq,
  qualcomm.VsModNvmCnf,
  qualcomm.VsSnifferReq,
  qualcomm.VsSnifferCnf,
  qualcomm.VsSnifferInd,
  qualcomm.VsOpAttributesReq,
  qualcomm.VsOpAttributesCnf,
  qualcomm.VsPlLinkStatusReq,
  qualcomm.VsPlLinkStatusCnf,
  moduleOperation.VsModuleOperationReq,
  moduleOperation.VsModuleOperationCnf,
  lumissil.NscmGetVersionReq,
  lumissil.NscmGetVersionCnf,
  lumissil.NscmResetDeviceReq,
  lumissil.NscmGetDLinkStatusReq,
  lumissil.NscmGetDLinkStatusCnf,
] as const satisfies readonly MmeDeclaration[];

/** The value of any declared message, told apart by `mme` (and `mmv`, for VS_NW_INFO). */
export type Mme = Infer<(typeof mmes)[number]>;

export type MmeName = Mme['mme'];

/** The value of one message: `MmeOf<'CM_SLAC_MATCH.CNF'>`. */
export type MmeOf<N extends MmeName> = Extract<Mme, { readonly mme: N }>;
