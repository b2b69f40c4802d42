import { optional } from '@pilotwire/exi';
import {
  ChargeLoopReqType,
  ChargeLoopResType,
  ChargeParameterDiscoveryReqType,
  ChargeParameterDiscoveryResType,
  RationalNumberType,
} from '../common-types.js';
import { ac } from '../namespaces.js';
import {
  anyCLReqControlMode,
  anyCLResControlMode,
  anyCPDReqEnergyTransferMode,
  anyCPDResEnergyTransferMode,
} from './modes.js';

/* V2G_CI_AC.xsd: each message is an element of the same name, of the type named beside it. */

export const AC_ChargeParameterDiscoveryReq = ac.element(
  'AC_ChargeParameterDiscoveryReq',
  ac.extension(ChargeParameterDiscoveryReqType, 'AC_ChargeParameterDiscoveryReqType', {
    AC_CPDReqEnergyTransferMode: anyCPDReqEnergyTransferMode,
  }),
);
export const AC_ChargeParameterDiscoveryRes = ac.element(
  'AC_ChargeParameterDiscoveryRes',
  ac.extension(ChargeParameterDiscoveryResType, 'AC_ChargeParameterDiscoveryResType', {
    AC_CPDResEnergyTransferMode: anyCPDResEnergyTransferMode,
  }),
);
export const AC_ChargeLoopReq = ac.element(
  'AC_ChargeLoopReq',
  ac.extension(ChargeLoopReqType, 'AC_ChargeLoopReqType', { CLReqControlMode: anyCLReqControlMode }),
);
export const AC_ChargeLoopRes = ac.element(
  'AC_ChargeLoopRes',
  ac.extension(ChargeLoopResType, 'AC_ChargeLoopResType', {
    EVSETargetFrequency: optional(RationalNumberType),
    CLResControlMode: anyCLResControlMode,
  }),
);
