import { after, seconds } from '@pilotwire/machine';
import { isOnline } from '../boot/boot.js';
import type { FirmwareStatus, LogStatus } from '../model/message.js';
import type { Order } from '../model/outputs.js';
import type { Turn } from '../turn.js';

export interface LogWish {
  readonly log: 'diagnostics' | 'security';
  readonly location: string;
  readonly request: number | undefined;
  /** By GetDiagnostics of 1.6, whose statuses have a message of their own. */
  readonly diagnostics: boolean;
  readonly retries: number | undefined;
  readonly retryInterval: number | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

const isBusy = (status: LogStatus | undefined): boolean => status === 'Uploading';

/** Asks for an upload. One that is under way makes place for the new one. */
export function uploadLog(turn: Turn, wish: LogWish): { status: 'Accepted' | 'AcceptedCanceled'; name: string } {
  const { log, location, request, diagnostics, from, to } = wish;
  const running = turn.state.log;
  const canceled = isBusy(running?.status);
  if (canceled) {
    turn.perform({ do: 'cancel-log' });
    turn.say({ kind: 'log-status', status: 'AcceptedCanceled', request: running?.request, diagnostics: running?.diagnostics ?? false });
  }
  const name = `${log}-${turn.state.configuration.life.slice(0, 8)}-${turn.count('request')}.zip`;
  turn.set({ log: { status: 'Uploading', request, diagnostics } });
  turn.perform({
    do: 'upload-log', log, location, name, retries: wish.retries ?? 0, retryInterval: wish.retryInterval ?? 60,
    ...(from !== undefined && { from }), ...(to !== undefined && { to }),
  });
  return { status: canceled ? 'AcceptedCanceled' : 'Accepted', name };
}

/** How an upload goes, by whoever does it. */
export function logStatus(turn: Turn, status: LogStatus): void {
  const { log } = turn.state;
  if (log === undefined) return;
  turn.set({ log: { ...log, status } });
  turn.say({ kind: 'log-status', ...log, status });
}

/** Says how an upload stands, because somebody asked: Idle, unless it runs. */
export function sayLogStatus(turn: Turn, diagnostics: boolean): void {
  const { log } = turn.state;
  const busy = isBusy(log?.status);
  turn.say({ kind: 'log-status', status: busy ? 'Uploading' : 'Idle', request: busy ? log?.request : undefined, diagnostics }, true);
}

export interface FirmwareWish {
  readonly location: string;
  readonly request: number | undefined;
  readonly signed: boolean;
  readonly retrieveAt: number;
  readonly installAt: number | undefined;
  readonly retries: number | undefined;
  readonly retryInterval: number | undefined;
  readonly certificate: string | undefined;
  readonly signature: string | undefined;
}

const over: readonly FirmwareStatus[] = ['Idle', 'Installed', 'DownloadFailed', 'InstallationFailed', 'InstallVerificationFailed', 'InvalidSignature'];

export function updateFirmware(turn: Turn, wish: FirmwareWish): 'Accepted' | 'AcceptedCanceled' {
  const { location, request, signed, retrieveAt, installAt, certificate, signature } = wish;
  const busy = turn.state.firmware !== undefined && !over.includes(turn.state.firmware.status);
  turn.set({ firmware: { status: 'Idle', request, signed } });
  turn.perform({
    do: 'update-firmware', location, retrieveAt, retries: wish.retries ?? 0, retryInterval: wish.retryInterval ?? 60,
    ...(installAt !== undefined && { installAt }), ...(certificate !== undefined && { certificate }), ...(signature !== undefined && { signature }),
  });
  return busy ? 'AcceptedCanceled' : 'Accepted';
}

/** How an update goes. What ends with a restart is remembered beyond it, so that the last word can be said then. */
export function firmwareStatus(turn: Turn, status: FirmwareStatus): void {
  const kept = turn.state.durable.firmware;
  const { request, signed } = turn.state.firmware ?? kept ?? { request: undefined, signed: false };
  turn.set({ firmware: { status, request, signed } });
  if (status === 'InstallRebooting') {
    turn.keep('firmware', { request, signed });
    turn.keep('bootReason', 'FirmwareUpdate');
  } else if (kept !== undefined && over.includes(status)) {
    turn.keep('firmware', undefined);
  }
  turn.say({ kind: 'firmware-status', status, request, signed });
}

export function sayFirmwareStatus(turn: Turn): void {
  const { firmware } = turn.state;
  const busy = firmware !== undefined && !over.includes(firmware.status);
  turn.say(
    { kind: 'firmware-status', status: busy ? firmware.status : 'Idle', request: busy ? firmware.request : undefined, signed: firmware?.signed ?? false },
    true,
  );
}

/** How long the host has for something that a reply waits for. */
const hostMost = seconds(20);

/** Asks the host for something, and owes the CSMS a reply until it is done. */
export function owe(turn: Turn, action: string, order: (request: string) => Order): string {
  const request = String(turn.count('request'));
  turn.perform(order(request));
  turn.set({ later: { ...turn.state.later, [request]: { id: '', action, until: after(turn.now, hostMost) } } });
  return request;
}

/** Whether a trigger of 1.6 and 2.x alike may be answered with a message now. */
export const canTell = (turn: Turn): boolean => isOnline(turn.state) || turn.state.registration.at === 'pending';
