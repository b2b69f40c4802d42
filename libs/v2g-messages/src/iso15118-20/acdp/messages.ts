import { boolean, short } from '@pilotwire/exi';
import { processing, V2GRequestType, V2GResponseType } from '../common-types.js';
import { acdp } from '../namespaces.js';
import {
  ACDP_ConnectReqType,
  ACDP_ConnectResType,
  EVTechnicalStatusType,
  isolationStatus,
  mechanicalChargingDeviceStatus,
} from './types.js';

/* V2G_CI_ACDP.xsd: each message is an element of the same name, of the type named beside it. */

export const ACDP_VehiclePositioningReq = acdp.element(
  'ACDP_VehiclePositioningReq',
  acdp.extension(V2GRequestType, 'ACDP_VehiclePositioningReqType', {
    EVMobilityStatus: boolean,
    EVPositioningSupport: boolean,
  }),
);
export const ACDP_VehiclePositioningRes = acdp.element(
  'ACDP_VehiclePositioningRes',
  acdp.extension(V2GResponseType, 'ACDP_VehiclePositioningResType', {
    EVSEProcessing: processing,
    EVSEPositioningSupport: boolean,
    EVRelativeXDeviation: short,
    EVRelativeYDeviation: short,
    ContactWindowXc: short,
    ContactWindowYc: short,
    EVInChargePosition: boolean,
  }),
);
// Disconnecting has the types of connecting. libcbv2g has exchanged the event codes of ACDP_ConnectRes and ACDP_DisconnectReq.
export const ACDP_ConnectReq = acdp.element('ACDP_ConnectReq', ACDP_ConnectReqType);
export const ACDP_ConnectRes = acdp.element('ACDP_ConnectRes', ACDP_ConnectResType);
export const ACDP_DisconnectReq = acdp.element('ACDP_DisconnectReq', ACDP_ConnectReqType);
export const ACDP_DisconnectRes = acdp.element('ACDP_DisconnectRes', ACDP_ConnectResType);
export const ACDP_SystemStatusReq = acdp.element(
  'ACDP_SystemStatusReq',
  acdp.extension(V2GRequestType, 'ACDP_SystemStatusReqType', { EVTechnicalStatus: EVTechnicalStatusType }),
);
export const ACDP_SystemStatusRes = acdp.element(
  'ACDP_SystemStatusRes',
  acdp.extension(V2GResponseType, 'ACDP_SystemStatusResType', {
    EVSEMechanicalChargingDeviceStatus: mechanicalChargingDeviceStatus,
    EVSEReadyToCharge: boolean,
    EVSEIsolationStatus: isolationStatus,
    EVSEDisabled: boolean,
    EVSEUtilityInterruptEvent: boolean,
    EVSEEmergencyShutdown: boolean,
    EVSEMalfunction: boolean,
    EVInChargePosition: boolean,
    EVAssociationStatus: boolean,
  }),
);
