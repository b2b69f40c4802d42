import type { AppMessage, DinBody, DinMessage } from '@pilotwire/v2g-messages';

// One well-formed message of every name, as a car or a charger would send it.

export const evStatus = { EVReady: true, EVErrorCode: 'NO_ERROR', EVRESSSOC: 42 } as const;
const v = (Value: number, Multiplier = 0) => ({ Multiplier, Unit: 'V', Value }) as const;
const a = (Value: number, Multiplier = 0) => ({ Multiplier, Unit: 'A', Value }) as const;
const certificates = {
  ContractSignatureCertChain: { Certificate: '01' },
  ContractID: 'c',
  DHParams: '02',
} as const;

export const din = (version = 2, minor = 0, priority = 1, schemaId = 1) => ({
  ProtocolNamespace: 'urn:din:70121:2012:MsgDef',
  VersionNumberMajor: version,
  VersionNumberMinor: minor,
  SchemaID: schemaId,
  Priority: priority,
});
export const handshake: AppMessage = { supportedAppProtocolReq: { AppProtocol: [din()] } };

/** By the name under which the order of a session knows them. */
export const requests = {
  SessionSetupReq: { SessionSetupReq: { EVCCID: '0465650064C3' } },
  ServiceDiscoveryReq: { ServiceDiscoveryReq: {} },
  ServiceDetailReq: { ServiceDetailReq: { ServiceID: 1 } },
  ServicePaymentSelectionReq: {
    ServicePaymentSelectionReq: {
      SelectedPaymentOption: 'ExternalPayment',
      SelectedServiceList: { SelectedService: [{ ServiceID: 1 }] },
    },
  },
  PaymentDetailsReq: { PaymentDetailsReq: { ContractID: 'c', ContractSignatureCertChain: { Certificate: '01' } } },
  ContractAuthenticationReq: { ContractAuthenticationReq: {} },
  ChargeParameterDiscoveryReq: {
    ChargeParameterDiscoveryReq: {
      EVRequestedEnergyTransferType: 'DC_extended',
      DC_EVChargeParameter: {
        DC_EVStatus: evStatus,
        EVMaximumCurrentLimit: a(2_000, -1),
        EVMaximumPowerLimit: { Multiplier: 1, Unit: 'W', Value: 9_800 },
        EVMaximumVoltageLimit: v(4_128, -1),
      },
    },
  },
  CableCheckReq: { CableCheckReq: { DC_EVStatus: evStatus } },
  PreChargeReq: { PreChargeReq: { DC_EVStatus: evStatus, EVTargetVoltage: v(350), EVTargetCurrent: a(1) } },
  'PowerDeliveryReq(start)': { PowerDeliveryReq: { ReadyToChargeState: true } },
  'PowerDeliveryReq(stop)': { PowerDeliveryReq: { ReadyToChargeState: false } },
  CurrentDemandReq: {
    CurrentDemandReq: { DC_EVStatus: evStatus, EVTargetCurrent: a(100), ChargingComplete: false, EVTargetVoltage: v(360) },
  },
  WeldingDetectionReq: { WeldingDetectionReq: { DC_EVStatus: evStatus } },
  SessionStopReq: { SessionStopReq: {} },
  ChargingStatusReq: { ChargingStatusReq: {} },
  MeteringReceiptReq: { MeteringReceiptReq: { SessionID: '01', MeterInfo: { MeterID: 'm' } } },
  CertificateUpdateReq: {
    CertificateUpdateReq: { ...certificates, ListOfRootCertificateIDs: { RootCertificateID: ['r'] } },
  },
  CertificateInstallationReq: {
    CertificateInstallationReq: {
      OEMProvisioningCert: '01',
      ListOfRootCertificateIDs: { RootCertificateID: ['r'] },
      DHParams: '02',
    },
  },
} as const satisfies Readonly<Record<string, DinBody>>;
export type RequestKey = keyof typeof requests;

export const message = (body: DinBody, SessionID: string): DinMessage => ({
  V2G_Message: { Header: { SessionID }, Body: body },
});
