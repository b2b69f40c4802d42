import {
  base64Binary,
  choice,
  enumeration,
  list,
  optional,
  short,
  string,
  unsignedByte,
  unsignedShort,
} from '@pilotwire/exi';
import { identifier, numericID, RationalNumberType } from '../common-types.js';
import { wpt } from '../namespaces.js';

/* V2G_CI_WPT.xsd: what the messages of wireless power transfer hold. */

export const WPT_FinePositioningMethod = enumeration('Manual', 'LF_TxEV', 'LF_TxPrimaryDevice', 'LPE', 'Proprietary');
export const WPT_PairingMethod = enumeration(
  'External confirmation',
  'LPE',
  'LF_TxEV',
  'LF_TxPrimaryDevice',
  'Optical',
  'Proprietary',
);
export const WPT_AlignmentCheckMethod = enumeration('PowerCheck', 'LPE', 'Proprietary');
export const WPT_EVPCChargeDiagnostics = enumeration(
  'EVPCNoIssue',
  'EVPCTempOverheatDetected',
  'EVPCPowerTransferAnomalyDetected',
  'EVPCAnomalyDetected',
);
export const WPT_SPCChargeDiagnostics = enumeration(
  'SPCNoIssue',
  'SPCFODDetected',
  'SPCLOPDetected',
  'SPCTempOverheatDetected',
  'SPCPowerTransferAnomalyDetected',
  'SPCAnomalyDetected',
);
export const WPT_PowerClass = enumeration('MF-WPT1', 'MF-WPT2', 'MF-WPT3', 'MF-WPT4');
export const WPT_EVResult = enumeration('EVResultUnknown', 'EVResultSuccess', 'EVResultFailed');
export const bssid = string({ maxLength: 12 });
export const ipaddress = string({ maxLength: 39 });
export const WPT_DataContainer = base64Binary({ maxLength: 256 });
export const WPT_FinePositioningMethodListType = wpt.complex('WPT_FinePositioningMethodListType', {
  WPT_FinePositioningMethod: list(WPT_FinePositioningMethod, { max: 8 }),
});
export const WPT_PairingMethodListType = wpt.complex('WPT_PairingMethodListType', {
  WPT_PairingMethod: list(WPT_PairingMethod, { max: 8 }),
});
export const WPT_AlignmentCheckMethodListType = wpt.complex('WPT_AlignmentCheckMethodListType', {
  WPT_AlignmentCheckMethod: list(WPT_AlignmentCheckMethod, { max: 8 }),
});
export const WPT_CoordinateXYZType = wpt.complex('WPT_CoordinateXYZType', {
  Coord_X: short,
  Coord_Y: short,
  Coord_Z: short,
});
export const WPT_TxRxSpecDataType = wpt.complex('WPT_TxRxSpecDataType', {
  TxRxIdentifier: numericID,
  TxRxPosition: WPT_CoordinateXYZType,
  TxRxOrientation: WPT_CoordinateXYZType,
});
export const WPT_TxRxPulseOrderType = wpt.complex('WPT_TxRxPulseOrderType', {
  IndexNumber: unsignedShort,
  TxRxIdentifier: numericID,
});
export const WPT_TxRxPackageSpecDataType = wpt.complex('WPT_TxRxPackageSpecDataType', {
  PulseSequenceOrder: list(WPT_TxRxPulseOrderType, { min: 2, max: 255 }),
  PulseSeparationTime: unsignedShort,
  PulseDuration: unsignedShort,
  PackageSeparationTime: unsignedShort,
});
export const WPT_LF_TransmitterDataType = wpt.complex('WPT_LF_TransmitterDataType', {
  NumberOfTransmitters: unsignedByte,
  SignalFrequency: RationalNumberType,
  TxSpecData: list(WPT_TxRxSpecDataType, { min: 2, max: 255 }),
  TxPackageSpecData: optional(WPT_TxRxPackageSpecDataType),
});
export const WPT_LF_ReceiverDataType = wpt.complex('WPT_LF_ReceiverDataType', {
  NumberOfReceivers: unsignedByte,
  RxSpecData: list(WPT_TxRxSpecDataType, { min: 2, max: 255 }),
});
export const WPT_LF_SystemSetupDataType = wpt.complex('WPT_LF_SystemSetupDataType', {
  end: choice({
    LF_TransmitterSetupData: WPT_LF_TransmitterDataType,
    LF_ReceiverSetupData: WPT_LF_ReceiverDataType,
  }),
});
export const WPT_LF_TxDataType = wpt.complex('WPT_LF_TxDataType', {
  TxIdentifier: numericID,
  EIRP: RationalNumberType,
});
export const WPT_LF_TxDataListType = wpt.complex('WPT_LF_TxDataListType', { WPT_LF_TxDataList: WPT_LF_TxDataType });
export const WPT_LF_RxRSSIType = wpt.complex('WPT_LF_RxRSSIType', {
  TxIdentifier: numericID,
  RSSI: RationalNumberType,
});
export const WPT_LF_RxRSSIListType = wpt.complex('WPT_LF_RxRSSIListType', { RSSIDataList: WPT_LF_RxRSSIType });
export const WPT_LF_RxDataType = wpt.complex('WPT_LF_RxDataType', {
  RxIdentifier: numericID,
  RSSIData: WPT_LF_RxRSSIListType,
});
export const WPT_LF_RxDataListType = wpt.complex('WPT_LF_RxDataListType', { WPT_LF_RxDataList: WPT_LF_RxDataType });
export const WPT_LF_DataPackageType = wpt.complex('WPT_LF_DataPackageType', {
  PackageIndex: unsignedByte,
  end: choice({
    LF_TxData: WPT_LF_TxDataListType,
    LF_RxData: WPT_LF_RxDataListType,
  }),
});
export const WPT_LF_DataPackageListType = wpt.complex('WPT_LF_DataPackageListType', {
  NumPackages: unsignedByte,
  WPT_LF_DataPackage: WPT_LF_DataPackageType,
});
export const AlternativeSECCType = wpt.complex('AlternativeSECCType', {
  SSID: optional(identifier),
  /** Upper-case hex, without colons. */
  BSSID: optional(bssid),
  /** IPv6, upper-case hex with colons. */
  IPAddress: optional(ipaddress),
  Port: optional(unsignedShort),
});
export const AlternativeSECCListType = wpt.complex('AlternativeSECCListType', {
  AlternativeSECC: list(AlternativeSECCType, { max: 8 }),
});
export const WPT_EVPCPowerControlParameterType = wpt.complex('WPT_EVPCPowerControlParameterType', {
  EVPCCoilCurrentRequest: RationalNumberType,
  EVPCCoilCurrentInformation: RationalNumberType,
  EVPCCurrentOutputInformation: RationalNumberType,
  EVPCVoltageOutputInformation: RationalNumberType,
});
export const WPT_SPCPowerControlParameterType = wpt.complex('WPT_SPCPowerControlParameterType', {
  SPCPrimaryDeviceCoilCurrentInformation: RationalNumberType,
});
