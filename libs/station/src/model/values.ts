/** What goes over the wire, and onto the disk. A member that is undefined is left out. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** The OCPP versions by their WebSocket subprotocols. */
export const protocols = ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const;
export type Protocol = (typeof protocols)[number];

/**
 * When something happened. Where the clock was not known then, by the life of the process and its monotonic clock, to
 * be put right once the two have met.
 */
export type Stamp = { readonly utc: number } | { readonly life: string; readonly at: number };

/** How a token is presented; the words of OCPP 2.x. 1.6 knows the text alone. */
export type TokenType = 'Central' | 'eMAID' | 'ISO14443' | 'ISO15693' | 'KeyCode' | 'Local' | 'MacAddress' | 'NoAuthorization';
export const tokenTypes: readonly TokenType[] = [
  'Central', 'eMAID', 'ISO14443', 'ISO15693', 'KeyCode', 'Local', 'MacAddress', 'NoAuthorization',
];
export interface Token {
  readonly id: string;
  readonly type: TokenType;
}

/** Tokens are compared without regard to case (CiString, idToken of 2.x). */
export const tokenKey = ({ id }: Token): string => id.toLowerCase();
export const sameToken = (a: Token | undefined, b: Token | undefined): boolean =>
  a !== undefined && b !== undefined && tokenKey(a) === tokenKey(b);

/** What 2.x says of a token; the five of 1.6 are among them. */
export const tokenStatuses = [
  'Accepted', 'Blocked', 'ConcurrentTx', 'Expired', 'Invalid', 'NoCredit', 'NotAllowedTypeEVSE', 'NotAtThisLocation', 'NotAtThisTime',
  'Unknown',
] as const;
export type TokenStatus = (typeof tokenStatuses)[number];
export interface TokenInfo {
  readonly status: TokenStatus;
  /** Milliseconds since 1970. */
  readonly expiry?: number | undefined;
  readonly group?: Token | undefined;
}

export type BootReason =
  | 'ApplicationReset' | 'FirmwareUpdate' | 'LocalReset' | 'PowerUp' | 'RemoteReset' | 'ScheduledReset' | 'Triggered' | 'Unknown' | 'Watchdog';

/** What flows at an outlet: nothing, energy, or nothing for a while by the EV's or the EVSE's doing. */
export type Charging = 'none' | 'charging' | 'suspended-ev' | 'suspended-evse';

/** Why a transaction ended; the words of 2.x, and the resets of 1.6. */
export const stopReasons = [
  'DeAuthorized', 'EmergencyStop', 'EnergyLimitReached', 'EVDisconnected', 'GroundFault', 'HardReset', 'ImmediateReset', 'Local', 'MasterPass',
  'Other', 'OvercurrentFault', 'PowerLoss', 'PowerQuality', 'Reboot', 'Remote', 'SoftReset', 'SOCLimitReached', 'StoppedByEV',
  'TimeLimitReached', 'Timeout', 'UnlockCommand',
] as const;
export type StopReason = (typeof stopReasons)[number];

/** What brought a transaction event about; the words of 2.x. */
export type Trigger =
  | 'AbnormalCondition' | 'Authorized' | 'CablePluggedIn' | 'ChargingRateChanged' | 'ChargingStateChanged' | 'Deauthorized'
  | 'EnergyLimitReached' | 'EVCommunicationLost' | 'EVConnectTimeout' | 'EVDeparted' | 'LimitSet' | 'MeterValueClock' | 'MeterValuePeriodic'
  | 'RemoteStart' | 'RemoteStop' | 'ResetCommand' | 'StopAuthorized' | 'TimeLimitReached' | 'Trigger' | 'UnlockCommand';

/** Why a sample was taken. */
export type SampleContext =
  | 'Interruption.Begin' | 'Interruption.End' | 'Other' | 'Sample.Clock' | 'Sample.Periodic' | 'Transaction.Begin' | 'Transaction.End'
  | 'Trigger';
export const measurands = [
  'Energy.Active.Import.Register', 'Power.Active.Import', 'Current.Import', 'Voltage', 'SoC', 'Current.Offered', 'Power.Offered', 'Temperature',
] as const;
export type Measurand = (typeof measurands)[number];
export interface SampledValue {
  readonly measurand: Measurand;
  readonly value: number;
}
export interface MeterValue {
  readonly at: Stamp;
  readonly context: SampleContext;
  readonly values: readonly SampledValue[];
}
