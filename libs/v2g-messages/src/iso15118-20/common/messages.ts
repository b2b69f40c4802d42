import { boolean, choice, enumeration, list, optional, short, unsignedByte, unsignedLong } from '@pilotwire/exi';
import {
  description,
  EVSEStatusType,
  identifier,
  ListOfRootCertificateIDsType,
  name,
  processing,
  V2GRequestType,
  V2GResponseType,
} from '../common-types.js';
import { commonMessages } from '../namespaces.js';
import {
  authorization,
  EIM_AReqAuthorizationModeType,
  EIM_ASResAuthorizationModeType,
  PnC_AReqAuthorizationModeType,
  PnC_ASResAuthorizationModeType,
} from './authorization.js';
import {
  CertificateChainType,
  EMAIDListType,
  SignedCertificateChainType,
  SignedInstallationDataType,
} from './certificates.js';
import { SignedMeteringDataType } from './metering.js';
import {
  Dynamic_SEReqControlModeType,
  Dynamic_SEResControlModeType,
  EVPowerProfileType,
  maxSupportingPointsScheduleTuple,
  Scheduled_SEReqControlModeType,
  Scheduled_SEResControlModeType,
} from './schedules.js';
import {
  SelectedServiceListType,
  SelectedServiceType,
  serviceID,
  ServiceIDListType,
  ServiceListType,
  ServiceParameterListType,
} from './services.js';

/* V2G_CI_CommonMessages.xsd: each message is an element of the same name, of the type named beside it. */

export const SessionSetupReq = commonMessages.element(
  'SessionSetupReq',
  commonMessages.extension(V2GRequestType, 'SessionSetupReqType', { EVCCID: identifier }),
);
export const SessionSetupRes = commonMessages.element(
  'SessionSetupRes',
  commonMessages.extension(V2GResponseType, 'SessionSetupResType', { EVSEID: identifier }),
);
export const AuthorizationSetupReq = commonMessages.element(
  'AuthorizationSetupReq',
  commonMessages.extension(V2GRequestType, 'AuthorizationSetupReqType', {}),
);
export const AuthorizationSetupRes = commonMessages.element(
  'AuthorizationSetupRes',
  commonMessages.extension(V2GResponseType, 'AuthorizationSetupResType', {
    AuthorizationServices: list(authorization, { max: 2 }),
    CertificateInstallationService: boolean,
    mode: choice({
      EIM_ASResAuthorizationMode: EIM_ASResAuthorizationModeType,
      PnC_ASResAuthorizationMode: PnC_ASResAuthorizationModeType,
    }),
  }),
);
export const AuthorizationReq = commonMessages.element(
  'AuthorizationReq',
  commonMessages.extension(V2GRequestType, 'AuthorizationReqType', {
    SelectedAuthorizationService: authorization,
    mode: choice({
      EIM_AReqAuthorizationMode: EIM_AReqAuthorizationModeType,
      PnC_AReqAuthorizationMode: PnC_AReqAuthorizationModeType,
    }),
  }),
);
export const AuthorizationRes = commonMessages.element(
  'AuthorizationRes',
  commonMessages.extension(V2GResponseType, 'AuthorizationResType', { EVSEProcessing: processing }),
);
export const ServiceDiscoveryReq = commonMessages.element(
  'ServiceDiscoveryReq',
  commonMessages.extension(V2GRequestType, 'ServiceDiscoveryReqType', { SupportedServiceIDs: optional(ServiceIDListType) }),
);
export const ServiceDiscoveryRes = commonMessages.element(
  'ServiceDiscoveryRes',
  commonMessages.extension(V2GResponseType, 'ServiceDiscoveryResType', {
    ServiceRenegotiationSupported: boolean,
    EnergyTransferServiceList: ServiceListType,
    VASList: optional(ServiceListType),
  }),
);
export const ServiceDetailReq = commonMessages.element(
  'ServiceDetailReq',
  commonMessages.extension(V2GRequestType, 'ServiceDetailReqType', { ServiceID: serviceID }),
);
export const ServiceDetailRes = commonMessages.element(
  'ServiceDetailRes',
  commonMessages.extension(V2GResponseType, 'ServiceDetailResType', {
    ServiceID: serviceID,
    ServiceParameterList: ServiceParameterListType,
  }),
);
export const ServiceSelectionReq = commonMessages.element(
  'ServiceSelectionReq',
  commonMessages.extension(V2GRequestType, 'ServiceSelectionReqType', {
    SelectedEnergyTransferService: SelectedServiceType,
    SelectedVASList: optional(SelectedServiceListType),
  }),
);
export const ServiceSelectionRes = commonMessages.element(
  'ServiceSelectionRes',
  commonMessages.extension(V2GResponseType, 'ServiceSelectionResType', {}),
);
export const ScheduleExchangeReq = commonMessages.element(
  'ScheduleExchangeReq',
  commonMessages.extension(V2GRequestType, 'ScheduleExchangeReqType', {
    MaximumSupportingPoints: maxSupportingPointsScheduleTuple,
    mode: choice({
      Dynamic_SEReqControlMode: Dynamic_SEReqControlModeType,
      Scheduled_SEReqControlMode: Scheduled_SEReqControlModeType,
    }),
  }),
);
export const ScheduleExchangeRes = commonMessages.element(
  'ScheduleExchangeRes',
  commonMessages.extension(V2GResponseType, 'ScheduleExchangeResType', {
    EVSEProcessing: processing,
    GoToPause: optional(boolean),
    mode: choice({
      Dynamic_SEResControlMode: Dynamic_SEResControlModeType,
      Scheduled_SEResControlMode: Scheduled_SEResControlModeType,
    }),
  }),
);
const chargeProgress = enumeration('Start', 'Stop', 'Standby', 'ScheduleRenegotiation');
const channelSelection = enumeration('Charge', 'Discharge');
export const PowerDeliveryReq = commonMessages.element(
  'PowerDeliveryReq',
  commonMessages.extension(V2GRequestType, 'PowerDeliveryReqType', {
    EVProcessing: processing,
    ChargeProgress: chargeProgress,
    EVPowerProfile: optional(EVPowerProfileType),
    BPT_ChannelSelection: optional(channelSelection),
  }),
);
export const PowerDeliveryRes = commonMessages.element(
  'PowerDeliveryRes',
  commonMessages.extension(V2GResponseType, 'PowerDeliveryResType', { EVSEStatus: optional(EVSEStatusType) }),
);
export const MeteringConfirmationReq = commonMessages.element(
  'MeteringConfirmationReq',
  commonMessages.extension(V2GRequestType, 'MeteringConfirmationReqType', { SignedMeteringData: SignedMeteringDataType }),
);
export const MeteringConfirmationRes = commonMessages.element(
  'MeteringConfirmationRes',
  commonMessages.extension(V2GResponseType, 'MeteringConfirmationResType', {}),
);
const chargingSession = enumeration('Pause', 'Terminate', 'ServiceRenegotiation');
export const SessionStopReq = commonMessages.element(
  'SessionStopReq',
  commonMessages.extension(V2GRequestType, 'SessionStopReqType', {
    ChargingSession: chargingSession,
    EVTerminationCode: optional(name),
    EVTerminationExplanation: optional(description),
  }),
);
export const SessionStopRes = commonMessages.element(
  'SessionStopRes',
  commonMessages.extension(V2GResponseType, 'SessionStopResType', {}),
);
export const CertificateInstallationReq = commonMessages.element(
  'CertificateInstallationReq',
  commonMessages.extension(V2GRequestType, 'CertificateInstallationReqType', {
    OEMProvisioningCertificateChain: SignedCertificateChainType,
    ListOfRootCertificateIDs: ListOfRootCertificateIDsType,
    MaximumContractCertificateChains: unsignedByte,
    PrioritizedEMAIDs: optional(EMAIDListType),
  }),
);
export const CertificateInstallationRes = commonMessages.element(
  'CertificateInstallationRes',
  commonMessages.extension(V2GResponseType, 'CertificateInstallationResType', {
    EVSEProcessing: processing,
    CPSCertificateChain: CertificateChainType,
    SignedInstallationData: SignedInstallationDataType,
    RemainingContractCertificateChains: unsignedByte,
  }),
);
const evCheckInStatus = enumeration('CheckIn', 'Processing', 'Completed');
const parkingMethod = enumeration('AutoParking', 'MVGuideManual', 'Manual');
export const VehicleCheckInReq = commonMessages.element(
  'VehicleCheckInReq',
  commonMessages.extension(V2GRequestType, 'VehicleCheckInReqType', {
    EVCheckInStatus: evCheckInStatus,
    ParkingMethod: parkingMethod,
    VehicleFrame: optional(short),
    DeviceOffset: optional(short),
    VehicleTravel: optional(short),
  }),
);
export const VehicleCheckInRes = commonMessages.element(
  'VehicleCheckInRes',
  commonMessages.extension(V2GResponseType, 'VehicleCheckInResType', {
    ParkingSpace: optional(short),
    DeviceLocation: optional(short),
    TargetDistance: optional(short),
  }),
);
const evCheckOutStatus = enumeration('CheckOut', 'Processing', 'Completed');
export const VehicleCheckOutReq = commonMessages.element(
  'VehicleCheckOutReq',
  commonMessages.extension(V2GRequestType, 'VehicleCheckOutReqType', {
    EVCheckOutStatus: evCheckOutStatus,
    /** Unix time, seconds. */
    CheckOutTime: unsignedLong,
  }),
);
const evseCheckOutStatus = enumeration('Scheduled', 'Completed');
export const VehicleCheckOutRes = commonMessages.element(
  'VehicleCheckOutRes',
  commonMessages.extension(V2GResponseType, 'VehicleCheckOutResType', { EVSECheckOutStatus: evseCheckOutStatus }),
);
