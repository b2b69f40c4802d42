import type { Charging, MeterValue, Stamp, StopReason, Token, Trigger } from './values.js';

/** OCPP's transaction, as it is kept on disk while it runs. */
export interface Transaction {
  /** A UUID of its own; what 2.x calls it. 1.6 lets the CSMS number it. */
  readonly id: string;
  readonly evse: number;
  /** The gateway's session in which it runs. */
  readonly session: string | undefined;
  /** The number of its next event. */
  readonly seqNo: number;
  readonly began: Stamp;
  /** Of the latest event, so that none is stamped before the one it follows. */
  readonly stamped: Stamp;
  /** Energy registers in Wh: at the beginning, and when it was last heard of. */
  readonly beganAt: number;
  readonly register: number;
  readonly token: Token | undefined;
  readonly group: Token | undefined;
  readonly remoteStartId: number | undefined;
  /** The CSMS has refused the token afterwards, at this register. */
  readonly refusedAt: number | undefined;
  /** The state that was told last. */
  readonly charging: ChargingState;
  /** TransactionLimit of 2.1, as far as it is kept. */
  readonly limits: TransactionLimits;
}
export interface TransactionLimits {
  readonly maxEnergy?: number | undefined;
  readonly maxTime?: number | undefined;
  readonly maxSoc?: number | undefined;
}

/** The words of 2.x. */
export type ChargingState = 'Idle' | 'EVConnected' | 'Charging' | 'SuspendedEV' | 'SuspendedEVSE';

/** What happened to a transaction: the durable record from which each dialect writes its message. */
export interface TransactionRecord {
  readonly kind: 'transaction';
  readonly type: 'started' | 'updated' | 'ended';
  readonly id: string;
  readonly evse: number;
  readonly seqNo: number;
  readonly at: Stamp;
  readonly trigger: Trigger;
  readonly charging: ChargingState;
  /** The energy register in whole Wh. */
  readonly register: number;
  readonly offline: boolean;
  readonly token?: Token | undefined;
  readonly remoteStartId?: number | undefined;
  /** The gateway's session, in the first event: a restart may have nothing else to know it by. */
  readonly session?: string | undefined;
  readonly reservationId?: number | undefined;
  readonly stopReason?: StopReason | undefined;
  readonly meter?: readonly MeterValue[] | undefined;
  /** What the CSMS has limited it to, as a confirmation (2.1). */
  readonly limits?: TransactionLimits | undefined;
}

export interface SecurityRecord {
  readonly kind: 'security';
  readonly type: string;
  readonly at: Stamp;
  readonly info?: string | undefined;
}

/** What is written to disk before it is sent. */
export type QueueRecord = TransactionRecord | SecurityRecord;

/** Only these may be dropped when there are too many. */
export const isPeriodic = (record: QueueRecord): boolean =>
  record.kind === 'transaction' && record.type === 'updated'
  && (record.trigger === 'MeterValuePeriodic' || record.trigger === 'MeterValueClock');

/** The state of an outlet as a transaction event tells it. */
export function chargingState(plugged: boolean, charging: Charging): ChargingState {
  if (!plugged) return 'Idle';
  switch (charging) {
    case 'none':
      return 'EVConnected';
    case 'charging':
      return 'Charging';
    case 'suspended-ev':
      return 'SuspendedEV';
    case 'suspended-evse':
      return 'SuspendedEVSE';
  }
}
