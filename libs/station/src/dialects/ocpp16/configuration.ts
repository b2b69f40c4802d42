import { setVariable, shown } from '../../device-model/model.js';
import { number } from '../../device-model/settings.js';
import { variableOf } from '../../device-model/variables.js';
import type { VariableName } from '../../device-model/variables.js';
import { owe } from '../../maintenance/hooks.js';
import type { StationState } from '../../model/state.js';
import type { JsonObject } from '../../model/values.js';
import type { Turn } from '../../turn.js';
import { later, reply } from '../dialect.js';
import type { Handled } from '../dialect.js';

/** The configuration keys of 1.6 (section 9, and the security whitepaper): other names of the device model's variables. */
export const aliases: Readonly<Record<string, VariableName>> = {
  AllowOfflineTxForUnknownId: 'AuthCtrlr.OfflineTxForUnknownIdEnabled',
  AuthorizationCacheEnabled: 'AuthCacheCtrlr.Enabled',
  AuthorizationKey: 'SecurityCtrlr.BasicAuthPassword',
  AuthorizeRemoteTxRequests: 'AuthCtrlr.AuthorizeRemoteStart',
  AutoChargeEnabled: 'PilotwireCtrlr.AutoChargeEnabled',
  CertificateStoreMaxLength: 'SecurityCtrlr.CertificateEntries',
  AdditionalRootCertificateCheck: 'SecurityCtrlr.AdditionalRootCertificateCheck',
  ChargeProfileMaxStackLevel: 'SmartChargingCtrlr.ProfileStackLevel',
  ChargingScheduleMaxPeriods: 'SmartChargingCtrlr.PeriodsPerSchedule',
  ClockAlignedDataInterval: 'AlignedDataCtrlr.Interval',
  ConnectionTimeOut: 'TxCtrlr.EVConnectionTimeOut',
  CpoName: 'SecurityCtrlr.OrganizationName',
  HeartbeatInterval: 'OCPPCommCtrlr.HeartbeatInterval',
  LocalAuthListEnabled: 'LocalAuthListCtrlr.Enabled',
  LocalAuthListMaxLength: 'LocalAuthListCtrlr.MaxEntries',
  LocalAuthorizeOffline: 'AuthCtrlr.LocalAuthorizeOffline',
  LocalPreAuthorize: 'AuthCtrlr.LocalPreAuthorize',
  MaxChargingProfilesInstalled: 'SmartChargingCtrlr.Entries',
  MaxEnergyOnInvalidId: 'TxCtrlr.MaxEnergyOnInvalidId',
  MeterValueSampleInterval: 'SampledDataCtrlr.TxUpdatedInterval',
  MeterValuesAlignedData: 'AlignedDataCtrlr.Measurands',
  MeterValuesSampledData: 'SampledDataCtrlr.TxUpdatedMeasurands',
  MinimumStatusDuration: 'PilotwireCtrlr.MinimumStatusDuration',
  ResetRetries: 'OCPPCommCtrlr.ResetRetries',
  SendLocalListMaxLength: 'LocalAuthListCtrlr.ItemsPerMessage',
  StopTransactionOnEVSideDisconnect: 'TxCtrlr.StopTxOnEVSideDisconnect',
  StopTransactionOnInvalidId: 'TxCtrlr.StopTxOnInvalidId',
  StopTxnAlignedData: 'AlignedDataCtrlr.TxEndedMeasurands',
  StopTxnSampledData: 'SampledDataCtrlr.TxEndedMeasurands',
  TransactionMessageAttempts: 'OCPPCommCtrlr.MessageAttempts[TransactionEvent]',
  TransactionMessageRetryInterval: 'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]',
  UnlockConnectorOnEVSideDisconnect: 'OCPPCommCtrlr.UnlockOnEVSideDisconnect',
  WebSocketPingInterval: 'OCPPCommCtrlr.WebSocketPingInterval',
};

/** Keys that no variable stands behind. They are read, and only `SecurityProfile` can be raised. */
const fixed: Readonly<Record<string, (state: StationState) => string>> = {
  ChargingScheduleAllowedChargingRateUnit: () => 'Current,Power',
  ConnectorPhaseRotation: ({ evses }) => evses.map(({ id }) => `${id}.NotApplicable`).join(','),
  ConnectorSwitch3to1PhaseSupported: () => 'false',
  GetConfigurationMaxKeys: () => String(keysMost),
  NumberOfConnectors: ({ evses }) => String(evses.length),
  ReserveConnectorZeroSupported: () => 'true',
  SecurityProfile: (state) => String(number(state, 'SecurityCtrlr.SecurityProfile')),
  SupportedFeatureProfiles: () => 'Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger',
  SupportedFileTransferProtocols: () => 'HTTP,HTTPS,FTP',
};

const keysMost = 100;
export const fixedKeys: readonly string[] = Object.keys(fixed);
export const keys16: readonly string[] = [...Object.keys(aliases), ...Object.keys(fixed)].sort();

/** Keys know no case. */
const canonical = (key: string): string | undefined => keys16.find((one) => one.toLowerCase() === key.toLowerCase());

/** GetConfiguration: the keys that were asked for, or all of them. */
export function getConfiguration(state: StationState, wanted: readonly string[] | undefined): JsonObject {
  const asked = wanted === undefined || wanted.length === 0 ? keys16 : wanted.slice(0, keysMost);
  const known = [...new Set(asked.map(canonical))].filter((key) => key !== undefined);
  const unknown = [...new Set(asked.filter((key) => canonical(key) === undefined))];
  return {
    configurationKey: known.map((key) => {
      const alias = aliases[key];
      if (alias === undefined) return { key, readonly: key !== 'SecurityProfile', value: fixed[key]?.(state) };
      return { key, readonly: variableOf(alias).access === 'ReadOnly', value: shown(state, alias)?.slice(0, 500) };
    }),
    ...(unknown.length > 0 && { unknownKey: unknown }),
  };
}

/** ChangeConfiguration. A password of hex digits is the octets that they mean (security whitepaper, A01). */
export function changeConfiguration(turn: Turn, wanted: string, value: string): Handled {
  const key = canonical(wanted);
  if (key === undefined) return reply({ status: 'NotSupported' });
  const alias = aliases[key];
  if (key === 'SecurityProfile') return raise(turn, value);
  if (alias === undefined) return reply({ status: 'Rejected' });

  const status = setVariable(turn, alias, variableOf(alias).type === 'boolean' ? value.trim().toLowerCase() : value.trim());
  return reply({ status: status === 'ReadOnly' ? 'Rejected' : status });
}

/** A CSMS can make a connection safer, never less so; whether there is all that this needs, the host knows (A05). */
function raise(turn: Turn, value: string): Handled {
  const now = number(turn.state, 'SecurityCtrlr.SecurityProfile');
  const profile = /^[0-3]$/.test(value.trim()) ? Number(value) : undefined;
  if (profile === undefined || profile <= now) return reply({ status: 'Rejected' });
  return later(owe(turn, 'ChangeConfiguration', (request) => ({ do: 'security-profile', profile, request })));
}
