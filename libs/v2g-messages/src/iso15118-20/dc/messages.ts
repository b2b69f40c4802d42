import { boolean } from '@pilotwire/exi';
import {
  ChargeLoopReqType,
  ChargeLoopResType,
  ChargeParameterDiscoveryReqType,
  ChargeParameterDiscoveryResType,
  processing,
  RationalNumberType,
  V2GRequestType,
  V2GResponseType,
} from '../common-types.js';
import { dc } from '../namespaces.js';
import {
  anyCLReqControlMode,
  anyCLResControlMode,
  anyCPDReqEnergyTransferMode,
  anyCPDResEnergyTransferMode,
} from './modes.js';

/* V2G_CI_DC.xsd: each message is an element of the same name, of the type named beside it. */

export const DC_ChargeParameterDiscoveryReq = dc.element(
  'DC_ChargeParameterDiscoveryReq',
  dc.extension(ChargeParameterDiscoveryReqType, 'DC_ChargeParameterDiscoveryReqType', {
    DC_CPDReqEnergyTransferMode: anyCPDReqEnergyTransferMode,
  }),
);
export const DC_ChargeParameterDiscoveryRes = dc.element(
  'DC_ChargeParameterDiscoveryRes',
  dc.extension(ChargeParameterDiscoveryResType, 'DC_ChargeParameterDiscoveryResType', {
    DC_CPDResEnergyTransferMode: anyCPDResEnergyTransferMode,
  }),
);
export const DC_CableCheckReq = dc.element(
  'DC_CableCheckReq',
  dc.extension(V2GRequestType, 'DC_CableCheckReqType', {}),
);
export const DC_CableCheckRes = dc.element(
  'DC_CableCheckRes',
  dc.extension(V2GResponseType, 'DC_CableCheckResType', { EVSEProcessing: processing }),
);
export const DC_PreChargeReq = dc.element(
  'DC_PreChargeReq',
  dc.extension(V2GRequestType, 'DC_PreChargeReqType', {
    EVProcessing: processing,
    EVPresentVoltage: RationalNumberType,
    EVTargetVoltage: RationalNumberType,
  }),
);
export const DC_PreChargeRes = dc.element(
  'DC_PreChargeRes',
  dc.extension(V2GResponseType, 'DC_PreChargeResType', { EVSEPresentVoltage: RationalNumberType }),
);
export const DC_ChargeLoopReq = dc.element(
  'DC_ChargeLoopReq',
  dc.extension(ChargeLoopReqType, 'DC_ChargeLoopReqType', {
    EVPresentVoltage: RationalNumberType,
    CLReqControlMode: anyCLReqControlMode,
  }),
);
export const DC_ChargeLoopRes = dc.element(
  'DC_ChargeLoopRes',
  dc.extension(ChargeLoopResType, 'DC_ChargeLoopResType', {
    EVSEPresentCurrent: RationalNumberType,
    EVSEPresentVoltage: RationalNumberType,
    EVSEPowerLimitAchieved: boolean,
    EVSECurrentLimitAchieved: boolean,
    EVSEVoltageLimitAchieved: boolean,
    CLResControlMode: anyCLResControlMode,
  }),
);
export const DC_WeldingDetectionReq = dc.element(
  'DC_WeldingDetectionReq',
  dc.extension(V2GRequestType, 'DC_WeldingDetectionReqType', { EVProcessing: processing }),
);
export const DC_WeldingDetectionRes = dc.element(
  'DC_WeldingDetectionRes',
  dc.extension(V2GResponseType, 'DC_WeldingDetectionResType', { EVSEPresentVoltage: RationalNumberType }),
);
