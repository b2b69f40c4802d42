/** The codes under which others know a fault: 1.6's errorCode, and ChargeX's minimum required error code (MREC). */
export interface FaultCodes {
  readonly errorCode: string;
  readonly mrec: string | undefined;
}

const table: Readonly<Record<string, FaultCodes>> = {
  'contactors-lost': { errorCode: 'PowerSwitchFailure', mrec: 'CX017' },
  'contactors-not-closed': { errorCode: 'PowerSwitchFailure', mrec: 'CX017' },
  'contactors-opened': { errorCode: 'PowerSwitchFailure', mrec: 'CX017' },
  'contactors-welded': { errorCode: 'PowerSwitchFailure', mrec: 'CX017' },
  'cable-over-temperature': { errorCode: 'HighTemperature', mrec: 'CX019' },
  'connector-lock': { errorCode: 'ConnectorLockFailure', mrec: 'CX001' },
  'emergency-stop': { errorCode: 'OtherError', mrec: 'CX008' },
  'ev-maximum-exceeded': { errorCode: 'OverVoltage', mrec: 'CX005' },
  'ground-fault': { errorCode: 'GroundFailure', mrec: 'CX002' },
  'isolation-fault': { errorCode: 'GroundFailure', mrec: 'CX011' },
  'isolation-timeout': { errorCode: 'GroundFailure', mrec: 'CX011' },
  'measurement-lost': { errorCode: 'PowerMeterFailure', mrec: undefined },
  'over-current': { errorCode: 'OverCurrentFailure', mrec: 'CX004' },
  'over-temperature': { errorCode: 'HighTemperature', mrec: 'CX003' },
  'over-voltage': { errorCode: 'OverVoltage', mrec: 'CX005' },
  'pilot-left': { errorCode: 'EVCommunicationError', mrec: 'CX014' },
  'pilot-lost': { errorCode: 'EVCommunicationError', mrec: 'CX014' },
  'pilot-not-ready': { errorCode: 'EVCommunicationError', mrec: 'CX014' },
  'power-driver-down': { errorCode: 'InternalError', mrec: undefined },
  'power-loss': { errorCode: 'OtherError', mrec: 'CX015' },
  'self-test-failed': { errorCode: 'GroundFailure', mrec: 'CX011' },
  'self-test-timeout': { errorCode: 'GroundFailure', mrec: 'CX011' },
  'slac-failed': { errorCode: 'EVCommunicationError', mrec: undefined },
  'supply-fault': { errorCode: 'InternalError', mrec: undefined },
  'supply-lost': { errorCode: 'InternalError', mrec: undefined },
  'test-voltage': { errorCode: 'OtherError', mrec: 'CX011' },
  'under-voltage': { errorCode: 'UnderVoltage', mrec: 'CX006' },
};

/** A fault by its name; one that has no code of its own is an OtherError. */
export const codesOf = (name: string): FaultCodes => (Object.hasOwn(table, name) ? table[name] : undefined) ?? { errorCode: 'OtherError', mrec: undefined };

/** Whom `mrec` codes belong to (1.6 vendorId). */
export const mrecVendor = 'https://chargex.inl.gov';
