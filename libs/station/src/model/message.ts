import type { EvNeeds, Fault } from './evse.js';
import type { Profile } from './profile.js';
import type { BootReason, Json, MeterValue, Stamp, Token } from './values.js';

/** How an outlet stands, in the nine words of 1.6; 2.x has five, which follow from these and from the plug. */
export type StatusWord =
  | 'Available' | 'Preparing' | 'Charging' | 'SuspendedEVSE' | 'SuspendedEV' | 'Finishing' | 'Reserved' | 'Unavailable' | 'Faulted';
export interface StatusView {
  /** 0: the station. */
  readonly evse: number;
  readonly word: StatusWord;
  readonly plugged: boolean;
  readonly fault: Fault | undefined;
}

/** Whoever waits for the answer of an Authorize. */
export interface AuthorizeFor {
  readonly evse: number;
  /** `stop`: a second card, which may be of the group that charges. */
  readonly to: 'start' | 'stop';
  /** Nobody held a card there: the car identified itself, or the CSMS asked for it. */
  readonly by: 'card' | 'autocharge' | 'remote';
  readonly remoteStartId: number | undefined;
  /** The session that was there when it was asked; the answer is for no other. */
  readonly session?: string | undefined;
}

/** A line of a device report. */
export interface ReportItem {
  readonly component: string;
  readonly evse?: number | undefined;
  readonly connector?: number | undefined;
  readonly variable: string;
  readonly instance?: string | undefined;
  readonly value: string | undefined;
  readonly access: 'ReadOnly' | 'ReadWrite' | 'WriteOnly';
  readonly type: string;
  readonly unit?: string | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly values?: readonly string[] | undefined;
}

/** What a station says besides what its queue holds; lost with the connection, and none the worse for it. */
export type Message =
  | { readonly kind: 'boot'; readonly reason: BootReason }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'status'; readonly view: StatusView; readonly at: Stamp }
  | { readonly kind: 'authorize'; readonly token: Token; readonly for: AuthorizeFor }
  | { readonly kind: 'meter'; readonly evse: number; readonly values: readonly MeterValue[] }
  | { readonly kind: 'log-status'; readonly status: LogStatus; readonly request: number | undefined; readonly diagnostics: boolean }
  | { readonly kind: 'firmware-status'; readonly status: FirmwareStatus; readonly request: number | undefined; readonly signed: boolean }
  | { readonly kind: 'needs'; readonly evse: number; readonly needs: EvNeeds }
  | {
      readonly kind: 'report'; readonly request: number; readonly seqNo: number; readonly more: boolean; readonly at: Stamp;
      readonly items: readonly ReportItem[];
    }
  | {
      readonly kind: 'fault'; readonly eventId: number; readonly evse: number; readonly fault: Fault; readonly cleared: boolean;
      readonly at: Stamp; readonly transaction: string | undefined;
    }
  | { readonly kind: 'reservation-status'; readonly reservation: number; readonly status: 'Expired' | 'Removed' }
  | {
      readonly kind: 'profiles'; readonly request: number; readonly evse: number; readonly more: boolean; readonly profiles: readonly Profile[];
    }
  | { readonly kind: 'sign-certificate'; readonly csr: string }
  | { readonly kind: 'data-transfer'; readonly request: string; readonly vendorId: string; readonly messageId?: string; readonly data?: Json };

/** The words of 2.x; 1.6 has fewer. */
export const logStatuses = [
  'Idle', 'Uploading', 'Uploaded', 'UploadFailure', 'BadMessage', 'NotSupportedOperation', 'PermissionDenied', 'AcceptedCanceled',
] as const;
export type LogStatus = (typeof logStatuses)[number];
export const firmwareStatuses = [
  'Idle', 'Downloading', 'Downloaded', 'DownloadFailed', 'DownloadScheduled', 'DownloadPaused', 'SignatureVerified', 'InvalidSignature',
  'InstallScheduled', 'Installing', 'InstallRebooting', 'Installed', 'InstallationFailed', 'InstallVerificationFailed',
] as const;
export type FirmwareStatus = (typeof firmwareStatuses)[number];

/** Messages that are worth sending after a new connection; the others would be news of yesterday. */
export const isLasting = ({ kind }: Message): boolean =>
  kind === 'log-status' || kind === 'firmware-status' || kind === 'reservation-status' || kind === 'sign-certificate';
