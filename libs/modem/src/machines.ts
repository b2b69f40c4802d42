import type { Machine } from '@pilotwire/machine';
import type { FoundModem } from './chips.js';
import type { Finding } from './find.js';
import { beginFinding, finding } from './find.js';
import type { Reading } from './image/read.js';
import { beginReading, reading } from './image/read.js';
import type { KeySet, SettingKey } from './set-key.js';
import { beginSettingKey, settingKey } from './set-key.js';
import type { ModemStatus, Questioning } from './status.js';
import { beginQuestioning, questioning } from './status.js';
import type { Progress, Task } from './task.js';
import { done } from './task.js';
import type { AtModem, HostOptions, Start, TaskInput, TaskOutput, TaskState } from './task-machine.js';
import { modemMachine, taskMachine } from './task-machine.js';
import { modemTiming } from './timing.js';

type Doing<Begin, State, Result> = Machine<TaskState<State>, TaskInput<Begin>, TaskOutput<Result>>;
type DoingAt<Begin, State, Result> = Doing<Begin, AtModem<Begin, State>, Result>;

/** Which modems are there: those at this end of the line first, then those beyond. */
export function findModems({ mac, timing = modemTiming }: HostOptions): Doing<{ readonly kind: 'start' }, Finding, readonly FoundModem[]> {
  return taskMachine(mac, (_, now) => beginFinding(timing, now), finding(timing));
}

/** What one modem tells of its link and its network. */
export function modemStatus(options: HostOptions): DoingAt<Start, Questioning, ModemStatus> {
  const { timing = modemTiming } = options;
  return modemMachine(options, timing, (modem, _: Start, now) => beginQuestioning(modem, timing, now), questioning(timing));
}

/** `nmk`: 16 octets. */
export interface StartKey extends Start {
  readonly nmk: Uint8Array;
}

/** Gives a modem the key of its network. */
export function setModemKey(options: HostOptions): DoingAt<StartKey, SettingKey, KeySet> {
  const { timing = modemTiming } = options;
  return modemMachine(options, timing, (modem, { nmk, modem: mac }: StartKey, now) => beginSettingKey(modem, nmk, mac, timing, now), settingKey(timing));
}

/** What was read from a modem: a file that `readPib` and `openPib` take. */
export interface PibRead {
  readonly modem: FoundModem;
  readonly bytes: Uint8Array;
}

/** Reads a modem's parameter block. */
export function readModem(options: HostOptions): DoingAt<Start, Reading, PibRead> {
  const { timing = modemTiming } = options;
  const task = reading(timing);
  const named = (modem: FoundModem, progress: Progress<Reading, Uint8Array>): Progress<Reading, PibRead> =>
    (progress.kind === 'done' ? done({ modem, bytes: progress.result }) : progress);
  const withModem: Task<Reading, PibRead> = {
    step: (state, input, now) => named(state.modem, task.step(state, input, now)),
    deadline: task.deadline,
  };
  return modemMachine(options, timing, (modem, _: Start, now) => named(modem, beginReading(modem, timing, now)), withModem);
}
