import { measurands } from '../model/values.js';

/** A variable of the device model. `list` members are separated by commas on the wire. */
export interface Variable {
  readonly type: 'integer' | 'boolean' | 'string' | 'OptionList' | 'MemberList' | 'SequenceList';
  readonly default: string;
  readonly access: 'ReadOnly' | 'ReadWrite' | 'WriteOnly';
  readonly unit?: string;
  readonly min?: number;
  /** The largest number, or the most characters of a string. */
  readonly max?: number;
  readonly values?: readonly string[];
  /** Takes effect with the next start. */
  readonly reboot?: true;
}

const whole = (initial: number, unit: string | undefined, min: number, max: number): Variable => ({
  type: 'integer', default: String(initial), access: 'ReadWrite', min, max, ...(unit !== undefined && { unit }),
});
const flag = (initial: boolean): Variable => ({ type: 'boolean', default: String(initial), access: 'ReadWrite' });
const words = (type: 'MemberList' | 'SequenceList' | 'OptionList', initial: readonly string[], values: readonly string[]): Variable => ({
  type, default: initial.join(','), access: 'ReadWrite', values,
});
const measured = (initial: readonly string[]): Variable => words('MemberList', initial, measurands);
const text = (initial: string, max: number): Variable => ({ type: 'string', default: initial, access: 'ReadWrite', max });
const fixed = (variable: Variable): Variable => ({ ...variable, access: 'ReadOnly' });

const seconds = 's';
const year = 31_536_000;
const register = 'Energy.Active.Import.Register';
const usual = [register, 'Power.Active.Import', 'Current.Import', 'Voltage', 'SoC'];
const txPoints = ['EVConnected', 'Authorized', 'PowerPathClosed', 'EnergyTransfer'];

/**
 * The device model: components and variables of OCPP 2.x (part 2, appendices), with their defaults here. Configuration
 * keys of 1.6 are other names of these. `PilotwireCtrlr` has what no standard component has.
 */
export const variables = {
  'AlignedDataCtrlr.Enabled': flag(true),
  'AlignedDataCtrlr.Interval': whole(0, seconds, 0, 86_400),
  'AlignedDataCtrlr.Measurands': measured(usual),
  'AlignedDataCtrlr.SendDuringIdle': flag(false),
  'AlignedDataCtrlr.TxEndedInterval': whole(0, seconds, 0, 86_400),
  'AlignedDataCtrlr.TxEndedMeasurands': measured([]),
  'AuthCacheCtrlr.Enabled': flag(true),
  'AuthCacheCtrlr.LifeTime': whole(604_800, seconds, 0, year),
  'AuthCtrlr.Enabled': flag(true),
  'AuthCtrlr.AuthorizeRemoteStart': flag(false),
  'AuthCtrlr.LocalAuthorizeOffline': flag(true),
  'AuthCtrlr.LocalPreAuthorize': flag(false),
  'AuthCtrlr.MasterPassGroupId': text('', 36),
  'AuthCtrlr.OfflineTxForUnknownIdEnabled': flag(false),
  'ClockCtrlr.TimeSource': words('SequenceList', ['NTP', 'Heartbeat'], ['NTP', 'Heartbeat']),
  'DeviceDataCtrlr.BytesPerMessage[GetReport]': fixed(whole(60_000, undefined, 1, 1_000_000)),
  'DeviceDataCtrlr.BytesPerMessage[GetVariables]': fixed(whole(60_000, undefined, 1, 1_000_000)),
  'DeviceDataCtrlr.BytesPerMessage[SetVariables]': fixed(whole(60_000, undefined, 1, 1_000_000)),
  'DeviceDataCtrlr.ItemsPerMessage[GetReport]': fixed(whole(50, undefined, 1, 1_000)),
  'DeviceDataCtrlr.ItemsPerMessage[GetVariables]': fixed(whole(100, undefined, 1, 1_000)),
  'DeviceDataCtrlr.ItemsPerMessage[SetVariables]': fixed(whole(100, undefined, 1, 1_000)),
  'ISO15118Ctrlr.ContractValidationOffline': fixed(flag(false)),
  'ISO15118Ctrlr.PnCEnabled': fixed(flag(false)),
  'ISO15118Ctrlr.V2GCertificateInstallationEnabled': fixed(flag(false)),
  'LocalAuthListCtrlr.Enabled': flag(true),
  'LocalAuthListCtrlr.BytesPerMessage': fixed(whole(1_000_000, undefined, 1, 10_000_000)),
  'LocalAuthListCtrlr.ItemsPerMessage': fixed(whole(1_000, undefined, 1, 10_000)),
  'LocalAuthListCtrlr.MaxEntries': fixed(whole(10_000, undefined, 1, 100_000)),
  'MonitoringCtrlr.Enabled': fixed(flag(false)),
  'OCPPCommCtrlr.FileTransferProtocols': fixed(words('MemberList', ['HTTP', 'HTTPS', 'FTP'], ['HTTP', 'HTTPS', 'FTP'])),
  'OCPPCommCtrlr.HeartbeatInterval': whole(300, seconds, 1, 86_400),
  'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]': whole(60, seconds, 0, 86_400),
  'OCPPCommCtrlr.MessageAttempts[TransactionEvent]': whole(3, undefined, 1, 100),
  'OCPPCommCtrlr.MessageTimeout[Default]': whole(30, seconds, 1, 600),
  'OCPPCommCtrlr.NetworkConfigurationPriority': text('0', 100),
  'OCPPCommCtrlr.NetworkProfileConnectionAttempts': whole(3, undefined, 1, 100),
  'OCPPCommCtrlr.OfflineThreshold': whole(60, seconds, 0, year),
  'OCPPCommCtrlr.QueueAllMessages': fixed(flag(false)),
  'OCPPCommCtrlr.ResetRetries': whole(0, undefined, 0, 10),
  'OCPPCommCtrlr.RetryBackOffRandomRange': whole(5, seconds, 0, 3_600),
  'OCPPCommCtrlr.RetryBackOffRepeatTimes': whole(5, undefined, 0, 20),
  'OCPPCommCtrlr.RetryBackOffWaitMinimum': whole(5, seconds, 1, 3_600),
  'OCPPCommCtrlr.UnlockOnEVSideDisconnect': fixed(flag(false)),
  'OCPPCommCtrlr.WebSocketPingInterval': whole(30, seconds, 0, 86_400),
  /** Authorize a car by its EVCCID. A MAC address can be copied or drawn by lot, so it is off until somebody wants it. */
  'PilotwireCtrlr.AutoChargeEnabled': flag(false),
  'PilotwireCtrlr.MinimumStatusDuration': whole(0, seconds, 0, 3_600),
  /** The most records in the queue before periodic ones are dropped. */
  'PilotwireCtrlr.QueueLimit': whole(500, undefined, 10, 100_000),
  /** How long the CSMS may speak first after the connection came back. */
  'PilotwireCtrlr.QueueResumeDelay': whole(0, seconds, 0, 600),
  /** How long a reset waits for its transactions to be told. */
  'PilotwireCtrlr.ResetStopDelay': whole(10, seconds, 0, 600),
  'ReservationCtrlr.Enabled': flag(true),
  'ReservationCtrlr.NonEvseSpecific': fixed(flag(true)),
  'SampledDataCtrlr.Enabled': flag(true),
  'SampledDataCtrlr.TxEndedInterval': whole(0, seconds, 0, 86_400),
  'SampledDataCtrlr.TxEndedMeasurands': measured([register, 'SoC']),
  'SampledDataCtrlr.TxStartedMeasurands': measured([register, 'SoC']),
  'SampledDataCtrlr.TxUpdatedInterval': whole(60, seconds, 0, 86_400),
  'SampledDataCtrlr.TxUpdatedMeasurands': measured(usual),
  'SecurityCtrlr.AdditionalRootCertificateCheck': fixed(flag(false)),
  'SecurityCtrlr.BasicAuthPassword': { type: 'string', default: '', access: 'WriteOnly', min: 16, max: 40 },
  'SecurityCtrlr.CertificateEntries': fixed(whole(20, undefined, 0, 1_000)),
  'SecurityCtrlr.OrganizationName': text('', 50),
  'SecurityCtrlr.SecurityProfile': fixed(whole(0, undefined, 0, 3)),
  'SmartChargingCtrlr.Enabled': flag(true),
  'SmartChargingCtrlr.Entries': fixed(whole(100, undefined, 1, 1_000)),
  'SmartChargingCtrlr.ExternalControlSignalsEnabled': fixed(flag(false)),
  'SmartChargingCtrlr.LimitChangeSignificance': { type: 'integer', default: '1', access: 'ReadWrite', unit: 'Percent', min: 0, max: 100 },
  'SmartChargingCtrlr.NotifyChargingLimitWithSchedules': fixed(flag(false)),
  'SmartChargingCtrlr.PeriodsPerSchedule': fixed(whole(1_024, undefined, 1, 1_024)),
  'SmartChargingCtrlr.ProfileStackLevel': fixed(whole(100, undefined, 0, 1_000)),
  'SmartChargingCtrlr.RateUnit': fixed(words('MemberList', ['A', 'W'], ['A', 'W'])),
  'TxCtrlr.EVConnectionTimeOut': whole(120, seconds, 0, 86_400),
  'TxCtrlr.MaxEnergyOnInvalidId': whole(0, 'Wh', 0, 1_000_000),
  /** A tethered DC cable that is pulled out ends the session; there is nothing to be had by saying no. */
  'TxCtrlr.StopTxOnEVSideDisconnect': fixed(flag(true)),
  'TxCtrlr.StopTxOnInvalidId': flag(true),
  'TxCtrlr.TxStartPoint': words('MemberList', ['PowerPathClosed'], txPoints),
  'TxCtrlr.TxStopPoint': words('MemberList', ['EVConnected', 'Authorized'], txPoints),
} as const satisfies Readonly<Record<string, Variable>>;

export type VariableName = keyof typeof variables;
export const variableNames = Object.keys(variables) as readonly VariableName[];
export const isVariable = (name: string): name is VariableName => Object.hasOwn(variables, name);
export const variableOf = (name: VariableName): Variable => variables[name];

/** The parts of a name: `OCPPCommCtrlr.MessageAttempts[TransactionEvent]`. */
export function partsOf(name: VariableName): { component: string; variable: string; instance: string | undefined } {
  const [component, rest] = name.split('.') as [string, string];
  const open = rest.indexOf('[');
  if (open < 0) return { component, variable: rest, instance: undefined };
  return { component, variable: rest.slice(0, open), instance: rest.slice(open + 1, -1) };
}

/** Why a value is none for this variable; undefined where it is one. */
export function objection({ type, min, max, values }: Variable, value: string): string | undefined {
  switch (type) {
    case 'integer': {
      if (!/^-?\d{1,10}$/.test(value)) return 'not a whole number';
      const number = Number(value);
      if ((min !== undefined && number < min) || (max !== undefined && number > max)) return `not from ${min} to ${max}`;
      return undefined;
    }
    case 'boolean':
      return /^(true|false)$/i.test(value) ? undefined : 'neither true nor false';
    case 'string':
      if (value.length < (min ?? 0)) return `shorter than ${min} characters`;
      return value.length > (max ?? 0) ? `longer than ${max} characters` : undefined;
    case 'OptionList':
      return values?.includes(value) ? undefined : `not one of ${values?.join(', ')}`;
    case 'MemberList':
    case 'SequenceList': {
      const strange = members(value).find((one) => !values?.includes(one));
      return strange === undefined ? undefined : `${strange.slice(0, 50)} is not one of ${values?.join(', ')}`;
    }
  }
}

/** The members of a list. */
export const members = (value: string): readonly string[] =>
  value.split(',').map((one) => one.trim()).filter((one) => one !== '');
