import type { PibChange } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import type { FoundModem } from '../chips.js';
import type { Finding } from '../find.js';
import type { Received, Send } from '../frames.js';
import type { Reading } from '../image/read.js';
import type { Restarting } from '../image/restart.js';
import type { Writing } from '../image/write.js';
import type { Change, Plan, Refused } from '../plan.js';
import type { Trouble } from '../task.js';

export type InstallInput =
  /** `session`: any 32 bits; `modem`: its address, where it is not the only one at this end of the line. */
  | { readonly kind: 'start'; readonly change: Change; readonly force: boolean; readonly session: number; readonly modem?: string | undefined }
  /** The backup lies where it survives a power cut, and whoever is responsible has agreed to the changes. */
  | { readonly kind: 'stored' }
  /** Nothing is to be written. It is heard until then, and no longer. */
  | { readonly kind: 'cancel' }
  | Received;

/**
 * How it ended. `written`: the modem has restarted and holds what it should. `same`: it held that already. `untouched`:
 * nothing was sent that could change it, and why. `kept`: it holds its old block, read back after a restart. `restored`:
 * it held something else, and its old block was written and read back. `unknown`: neither could be made sure of;
 * `differs` says what was read last, where anything was.
 */
export type InstallEnd =
  | { readonly outcome: 'written' }
  | { readonly outcome: 'same' }
  | { readonly outcome: 'untouched'; readonly why: Trouble | Refused | { readonly why: 'cancelled' } }
  | { readonly outcome: 'kept' | 'restored'; readonly why: Trouble | NotTaken }
  | { readonly outcome: 'unknown'; readonly why: Trouble | NotTaken };

/** It took the block, and does not hold it after a restart. `differs` from what it should hold: empty where it is no block. */
export interface NotTaken {
  readonly why: 'not-taken';
  readonly differs: readonly PibChange[];
}

export type InstallDoing = 'reading' | 'writing' | 'restoring' | 'restarting' | 'checking';

export type InstallOutput =
  | Send
  /** What the modem holds, to be stored before anything is written, and what would be changed. */
  | { readonly kind: 'backup'; readonly modem: FoundModem; readonly bytes: Uint8Array; readonly plan: Plan }
  | { readonly kind: 'doing'; readonly doing: InstallDoing; readonly octets: number }
  | { readonly kind: 'ended'; readonly end: InstallEnd };

interface Begun {
  readonly change: Change;
  readonly force: boolean;
  readonly session: number;
}

/** The work, from the backup's being stored on. */
export interface Job {
  readonly modem: FoundModem;
  readonly backup: Uint8Array;
  readonly image: Uint8Array;
  readonly session: number;
  /** What is written now, or was last. */
  readonly which: 'image' | 'backup';
  /** Tries to write it that failed. */
  readonly attempts: number;
  /** Times it was written, and was not there after the restart. */
  readonly rounds: number;
  /** Octets were sent to the modem that it may have put into its flash. */
  readonly touched: boolean;
  /** The first thing that went wrong. */
  readonly trouble: Trouble | NotTaken | undefined;
}

export type InstallState =
  | { readonly at: 'idle' }
  | { readonly at: 'finding'; readonly begun: Begun; readonly task: Finding; readonly deadline: Instant }
  | { readonly at: 'reading'; readonly begun: Begun; readonly task: Reading; readonly deadline: Instant }
  /** The backup is offered; nothing is sent. */
  | { readonly at: 'offering'; readonly begun: Begun; readonly modem: FoundModem; readonly backup: Uint8Array; readonly plan: Plan }
  | { readonly at: 'writing'; readonly job: Job; readonly task: Writing; readonly deadline: Instant }
  | { readonly at: 'restarting'; readonly job: Job; readonly task: Restarting; readonly deadline: Instant }
  | { readonly at: 'checking'; readonly job: Job; readonly task: Reading; readonly deadline: Instant }
  | { readonly at: 'ended'; readonly end: InstallEnd };
