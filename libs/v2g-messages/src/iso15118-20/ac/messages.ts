import { optional, substitutionGroup } from '@pilotwire/exi';
import {
  ChargeLoopReqType,
  ChargeLoopResType,
  ChargeParameterDiscoveryReqType,
  ChargeParameterDiscoveryResType,
  RationalNumberType,
} from '../common-types.js';
import { ac } from '../namespaces.js';
import { reqControlModes, reqEnergyTransferModes, resControlModes, resEnergyTransferModes } from './modes.js';

/* V2G_CI_AC.xsd: each message is an element of the same name, of the type named beside it. */

export const AC_ChargeParameterDiscoveryReq = ac.element(
  'AC_ChargeParameterDiscoveryReq',
  ac.extension(ChargeParameterDiscoveryReqType, 'AC_ChargeParameterDiscoveryReqType', {
    EnergyTransferMode: substitutionGroup(...reqEnergyTransferModes),
  }),
);
export const AC_ChargeParameterDiscoveryRes = ac.element(
  'AC_ChargeParameterDiscoveryRes',
  ac.extension(ChargeParameterDiscoveryResType, 'AC_ChargeParameterDiscoveryResType', {
    EnergyTransferMode: substitutionGroup(...resEnergyTransferModes),
  }),
);
export const AC_ChargeLoopReq = ac.element(
  'AC_ChargeLoopReq',
  ac.extension(ChargeLoopReqType, 'AC_ChargeLoopReqType', { ControlMode: substitutionGroup(...reqControlModes) }),
);
export const AC_ChargeLoopRes = ac.element(
  'AC_ChargeLoopRes',
  ac.extension(ChargeLoopResType, 'AC_ChargeLoopResType', {
    EVSETargetFrequency: optional(RationalNumberType),
    ControlMode: substitutionGroup(...resControlModes),
  }),
);
