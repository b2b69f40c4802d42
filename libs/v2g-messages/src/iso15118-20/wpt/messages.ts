import { boolean, list, optional, unsignedShort } from '@pilotwire/exi';
import {
  ChargeLoopReqType,
  ChargeLoopResType,
  ChargeParameterDiscoveryReqType,
  ChargeParameterDiscoveryResType,
  numericID,
  processing,
  RationalNumberType,
  V2GRequestType,
  V2GResponseType,
} from '../common-types.js';
import { wpt } from '../namespaces.js';
import {
  AlternativeSECCListType,
  WPT_AlignmentCheckMethodListType,
  WPT_DataContainer,
  WPT_EVPCChargeDiagnostics,
  WPT_EVPCPowerControlParameterType,
  WPT_EVResult,
  WPT_FinePositioningMethodListType,
  WPT_LF_DataPackageListType,
  WPT_LF_SystemSetupDataType,
  WPT_PairingMethodListType,
  WPT_PowerClass,
  WPT_SPCChargeDiagnostics,
  WPT_SPCPowerControlParameterType,
} from './types.js';

/* V2G_CI_WPT.xsd: each message is an element of the same name, of the type named beside it. */

const dataContainers = optional(list(WPT_DataContainer, { max: 16 }));

export const WPT_FinePositioningSetupReq = wpt.element(
  'WPT_FinePositioningSetupReq',
  wpt.extension(V2GRequestType, 'WPT_FinePositioningSetupReqType', {
    EVProcessing: processing,
    EVDeviceFinePositioningMethodList: WPT_FinePositioningMethodListType,
    EVDevicePairingMethodList: WPT_PairingMethodListType,
    EVDeviceAlignmentCheckMethodList: WPT_AlignmentCheckMethodListType,
    NaturalOffset: unsignedShort,
    VendorSpecificDataContainer: dataContainers,
    LF_SystemSetupData: optional(WPT_LF_SystemSetupDataType),
  }),
);
export const WPT_FinePositioningSetupRes = wpt.element(
  'WPT_FinePositioningSetupRes',
  wpt.extension(V2GResponseType, 'WPT_FinePositioningSetupResType', {
    PrimaryDeviceFinePositioningMethodList: WPT_FinePositioningMethodListType,
    PrimaryDevicePairingMethodList: WPT_PairingMethodListType,
    PrimaryDeviceAlignmentCheckMethodList: WPT_AlignmentCheckMethodListType,
    NaturalOffset: unsignedShort,
    VendorSpecificDataContainer: dataContainers,
    LF_SystemSetupData: optional(WPT_LF_SystemSetupDataType),
  }),
);
export const WPT_FinePositioningReq = wpt.element(
  'WPT_FinePositioningReq',
  wpt.extension(V2GRequestType, 'WPT_FinePositioningReqType', {
    EVProcessing: processing,
    EVResultCode: WPT_EVResult,
    VendorSpecificDataContainer: dataContainers,
    WPT_LF_DataPackageList: optional(WPT_LF_DataPackageListType),
  }),
);
export const WPT_FinePositioningRes = wpt.element(
  'WPT_FinePositioningRes',
  wpt.extension(V2GResponseType, 'WPT_FinePositioningResType', {
    EVSEProcessing: processing,
    VendorSpecificDataContainer: dataContainers,
    WPT_LF_DataPackageList: optional(WPT_LF_DataPackageListType),
  }),
);
export const WPT_PairingReq = wpt.element(
  'WPT_PairingReq',
  wpt.extension(V2GRequestType, 'WPT_PairingReqType', {
    EVProcessing: processing,
    ObservedIDCode: optional(numericID),
    EVResultCode: WPT_EVResult,
    VendorSpecificDataContainer: dataContainers,
  }),
);
export const WPT_PairingRes = wpt.element(
  'WPT_PairingRes',
  wpt.extension(V2GResponseType, 'WPT_PairingResType', {
    EVSEProcessing: processing,
    ObservedIDCode: optional(numericID),
    AlternativeSECCList: optional(AlternativeSECCListType),
    VendorSpecificDataContainer: dataContainers,
  }),
);
export const WPT_ChargeParameterDiscoveryReq = wpt.element(
  'WPT_ChargeParameterDiscoveryReq',
  wpt.extension(ChargeParameterDiscoveryReqType, 'WPT_ChargeParameterDiscoveryReqType', {
    EVPCMaxReceivablePower: RationalNumberType,
    SDMaxGroundClearence: unsignedShort,
    SDMinGroundClearence: unsignedShort,
    EVPCNaturalFrequency: RationalNumberType,
    EVPCDeviceLocalControl: boolean,
    VendorSpecificDataContainer: dataContainers,
  }),
);
export const WPT_ChargeParameterDiscoveryRes = wpt.element(
  'WPT_ChargeParameterDiscoveryRes',
  wpt.extension(ChargeParameterDiscoveryResType, 'WPT_ChargeParameterDiscoveryResType', {
    PDInputPowerClass: WPT_PowerClass,
    SDMinOutputPower: RationalNumberType,
    SDMaxOutputPower: RationalNumberType,
    SDMaxGroundClearanceSupport: unsignedShort,
    SDMinGroundClearanceSupport: unsignedShort,
    PDMinCoilCurrent: RationalNumberType,
    PDMaxCoilCurrent: RationalNumberType,
    SDManufacturerSpecificDataContainer: dataContainers,
  }),
);
export const WPT_AlignmentCheckReq = wpt.element(
  'WPT_AlignmentCheckReq',
  wpt.extension(V2GRequestType, 'WPT_AlignmentCheckReqType', {
    EVProcessing: processing,
    TargetCoilCurrent: optional(RationalNumberType),
    EVResultCode: WPT_EVResult,
    VendorSpecificDataContainer: dataContainers,
  }),
);
export const WPT_AlignmentCheckRes = wpt.element(
  'WPT_AlignmentCheckRes',
  wpt.extension(V2GResponseType, 'WPT_AlignmentCheckResType', {
    EVSEProcessing: processing,
    PowerTransmitted: optional(RationalNumberType),
    SupplyDeviceCurrent: optional(RationalNumberType),
    VendorSpecificDataContainer: dataContainers,
  }),
);
export const WPT_ChargeLoopReq = wpt.element(
  'WPT_ChargeLoopReq',
  wpt.extension(ChargeLoopReqType, 'WPT_ChargeLoopReqType', {
    EVPCPowerRequest: RationalNumberType,
    EVPCPowerOutput: RationalNumberType,
    EVPCChargeDiagnostics: WPT_EVPCChargeDiagnostics,
    EVPCOperatingFrequency: optional(RationalNumberType),
    EVPCPowerControlParameter: optional(WPT_EVPCPowerControlParameterType),
    ManufacturerSpecificDataContainer: dataContainers,
  }),
);
export const WPT_ChargeLoopRes = wpt.element(
  'WPT_ChargeLoopRes',
  wpt.extension(ChargeLoopResType, 'WPT_ChargeLoopResType', {
    EVPCPowerRequest: RationalNumberType,
    SDPowerInput: optional(RationalNumberType),
    SPCMaxOutputPowerLimit: RationalNumberType,
    SPCMinOutputPowerLimit: RationalNumberType,
    SPCChargeDiagnostics: WPT_SPCChargeDiagnostics,
    SPCOperatingFrequency: optional(RationalNumberType),
    SPCPowerControlParameter: optional(WPT_SPCPowerControlParameterType),
    ManufacturerSpecificDataContainer: dataContainers,
  }),
);
