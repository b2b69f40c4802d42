import { diffPib, isPibError, readPib } from '@pilotwire/homeplug';
import type { Instant, Machine, Step, Tick } from '@pilotwire/machine';
import { go, machine, stay } from '@pilotwire/machine';
import type { FoundModem } from '../chips.js';
import { beginIdentifying, identifying } from '../find.js';
import { beginReading, reading } from '../image/read.js';
import type { Restarted } from '../image/restart.js';
import { beginRestart, restarting } from '../image/restart.js';
import { beginWriting, writing } from '../image/write.js';
import { planChange, sameBlock } from '../plan.js';
import type { Progress, Task, Trouble } from '../task.js';
import type { ModemTiming } from '../timing.js';
import { modemTiming } from '../timing.js';
import type { InstallDoing, InstallEnd, InstallInput, InstallOutput, InstallState, Job, NotTaken } from './types.js';

export const installInitial: InstallState = { at: 'idle' };

type Result = Step<InstallState, InstallOutput>;
type At<Name extends InstallState['at']> = Extract<InstallState, { readonly at: Name }>;

const end = (ending: InstallEnd): Result =>
  go<InstallState, InstallOutput>({ at: 'ended', end: ending }, { kind: 'ended', end: ending });

/** The outputs in front of those of a step that was reached by something else. */
const preceded = ({ state, outputs }: Result, ...before: InstallOutput[]): Result => ({ state, outputs: [...before, ...outputs] });

/**
 * Changes a modem's parameter block, so that it ends with the old or the new one: reads it, offers it as a backup, and
 * once that is stored writes, restarts the modem, reads back and compares; where that differs, the backup is written
 * in the same way. `mac` is the host's own address.
 */
export function install({ mac, timing = modemTiming }: { readonly mac: string; readonly timing?: ModemTiming }): Machine<InstallState, InstallInput, InstallOutput> {
  const tasks = { find: identifying(timing), read: reading(timing), write: writing(timing), restart: restarting(timing) };

  /** The state that a task leads to: one that holds it, or what follows its end. */
  const lead = <State, Value>(
    task: Task<State, Value>,
    progress: Progress<State, Value>,
    hold: (state: State, deadline: Instant) => InstallState,
    then: (value: Value) => Result,
    otherwise: (trouble: Trouble) => Result,
  ): Result => {
    switch (progress.kind) {
      case 'going':
        return go<InstallState, InstallOutput>(hold(progress.state, task.deadline(progress.state)), ...progress.sends);
      case 'done':
        return then(progress.result);
      case 'failed':
        return otherwise(progress.trouble);
    }
  };

  const untouched = (why: Extract<InstallEnd, { readonly outcome: 'untouched' }>['why']): Result => end({ outcome: 'untouched', why });

  const find = (begun: At<'finding'>['begun'], progress: Parameters<typeof lead<At<'finding'>['task'], FoundModem>>[1], now: Instant): Result =>
    lead(tasks.find, progress, (task, deadline) => ({ at: 'finding', begun, task, deadline }),
      (modem) => preceded(read(begun, modem, beginReading(modem, timing, now)), doing('reading', 0)), untouched);

  const read = (begun: At<'reading'>['begun'], modem: FoundModem, progress: Progress<At<'reading'>['task'], Uint8Array>): Result =>
    lead(tasks.read, progress, (task, deadline) => ({ at: 'reading', begun, task, deadline }), (backup) => {
      const plan = planChange(modem, backup, begun.change, begun.force);
      if ('why' in plan) return untouched(plan);
      if (plan.changes.length === 0) return end({ outcome: 'same' });
      return go<InstallState, InstallOutput>({ at: 'offering', begun, modem, backup, plan }, { kind: 'backup', modem, bytes: backup, plan });
    }, untouched);

  const write = (job: Job, now: Instant): Result => {
    const bytes = job[job.which];
    const progress = beginWriting(job.modem, bytes, job.session, timing, now);
    return preceded(written(job, progress, now), doing(job.which === 'image' ? 'writing' : 'restoring', 0));
  };

  const written = (given: Job, progress: Progress<At<'writing'>['task'], undefined>, now: Instant): Result => {
    const job = progress.kind === 'going' && progress.state.phase !== 'open' ? { ...given, touched: true } : given;
    return lead(tasks.write, progress, (task, deadline) => ({ at: 'writing', job, task, deadline }),
      () => restart(job, now),
      (trouble) => {
        const failed = { ...job, session: (job.session + 1) >>> 0, attempts: job.attempts + 1, trouble: job.trouble ?? trouble };
        if (failed.attempts < timing.attempts) return write(failed, now);
        if (!failed.touched) return untouched(trouble);
        // The modem still works with what it had. Its flash gets that back before anything restarts it.
        if (failed.which === 'image') return write({ ...failed, which: 'backup', attempts: 0 }, now);
        return end({ outcome: 'unknown', why: trouble });
      });
  };

  const restart = (job: Job, now: Instant): Result => {
    const macs = [...new Set([job.modem.mac, ...[job.image, job.backup].flatMap((bytes) => readPib(bytes).mac ?? [])])];
    return preceded(restarted(job, beginRestart(job.modem, macs, timing, now), now), doing('restarting', 0));
  };

  const restarted = (job: Job, progress: Progress<At<'restarting'>['task'], Restarted>, now: Instant): Result =>
    lead(tasks.restart, progress, (task, deadline) => ({ at: 'restarting', job, task, deadline }),
      // A modem that has not restarted tells what it works with, and not what is in its flash.
      ({ modem, confirmed }) => (confirmed
        ? preceded(checked({ ...job, modem }, beginReading(modem, timing, now), now), doing('checking', 0))
        : anew({ ...job, modem }, { outcome: 'unknown', why: { why: 'silent', asked: 'VS_RS_DEV.REQ' } }, now)),
      (trouble) => end({ outcome: 'unknown', why: trouble }));

  /** Another restart; or the end, where there were enough of them. */
  const anew = (job: Job, otherwise: InstallEnd, now: Instant): Result => {
    const rounds = job.rounds + 1;
    return rounds < timing.restart_rounds ? restart({ ...job, rounds }, now) : end(otherwise);
  };

  const checked = (job: Job, progress: Progress<At<'checking'>['task'], Uint8Array>, now: Instant): Result =>
    lead(tasks.read, progress, (task, deadline) => ({ at: 'checking', job, task, deadline }),
      (bytes) => compared(job, bytes, now),
      (trouble) => {
        // A block that is none was read, or nothing: the first is to be mended, the second only asked again.
        if (trouble.why === 'no-image') return missed(job, [], now);
        return anew(job, { outcome: 'unknown', why: trouble }, now);
      });

  const compared = (job: Job, bytes: Uint8Array, now: Instant): Result => {
    if (sameBlock(bytes, job.image)) return end({ outcome: 'written' });
    if (!sameBlock(bytes, job.backup)) return missed(job, differences(job[job.which], bytes), now);
    const why = job.trouble ?? { why: 'not-taken', differs: differences(job.image, bytes) };
    if (job.which === 'backup') return end({ outcome: 'restored', why });
    // Perhaps it had not gone down yet when it answered.
    return anew(job, { outcome: 'kept', why }, now);
  };

  /** What the modem holds is neither. */
  const missed = (job: Job, differs: NotTaken['differs'], now: Instant): Result => {
    const why: NotTaken = { why: 'not-taken', differs };
    const next = { ...job, session: (job.session + 1) >>> 0, attempts: 0, trouble: job.trouble ?? why };
    if (job.which === 'image') return write({ ...next, which: 'backup', rounds: 0 }, now);
    const rounds = job.rounds + 1;
    return rounds < timing.restart_rounds ? write({ ...next, rounds }, now) : end({ outcome: 'unknown', why });
  };

  const step = (state: InstallState, input: InstallInput | Tick, now: Instant): Result => {
    if (input.kind === 'start') {
      if (state.at !== 'idle') return stay<InstallState, InstallOutput>(state);
      return find(input, beginIdentifying(input.modem, timing, now), now);
    }
    if (input.kind === 'stored' || input.kind === 'cancel') return decided(state, input.kind, now);
    if (input.kind === 'mme' && input.to !== mac) return stay<InstallState, InstallOutput>(state);
    switch (state.at) {
      case 'finding':
        return find(state.begun, tasks.find.step(state.task, input, now), now);
      case 'reading':
        return progressed(state.task.bytes.length, 'reading', read(state.begun, state.task.modem, tasks.read.step(state.task, input, now)));
      case 'writing':
        return progressed(state.task.offset, state.job.which === 'image' ? 'writing' : 'restoring', written(state.job, tasks.write.step(state.task, input, now), now));
      case 'restarting':
        return restarted(state.job, tasks.restart.step(state.task, input, now), now);
      case 'checking':
        return progressed(state.task.bytes.length, 'checking', checked(state.job, tasks.read.step(state.task, input, now), now));
      case 'idle':
      case 'offering':
      case 'ended':
        return stay<InstallState, InstallOutput>(state);
    }
  };

  const decided = (state: InstallState, kind: 'stored' | 'cancel', now: Instant): Result => {
    if (kind === 'cancel' && (state.at === 'finding' || state.at === 'reading' || state.at === 'offering')) return untouched({ why: 'cancelled' });
    if (kind === 'cancel' || state.at !== 'offering') return stay<InstallState, InstallOutput>(state);
    const { begun, modem, backup, plan } = state;
    const job = { modem, backup, image: plan.image, session: begun.session, which: 'image', attempts: 0, rounds: 0, touched: false, trouble: undefined } as const;
    return write(job, now);
  };

  return machine(step);
}

const doing = (what: InstallDoing, octets: number): InstallOutput => ({ kind: 'doing', doing: what, octets });

/** Tells how many octets are through, where that has changed. */
function progressed(before: number, what: InstallDoing, result: Result): Result {
  const { state } = result;
  if (!('task' in state) || state.at === 'finding' || state.at === 'restarting') return result;
  const octets = state.at === 'writing' ? state.task.offset : state.task.bytes.length;
  return octets > before ? preceded(result, doing(what, octets)) : result;
}

/** What is read as another block than it should be; nothing where the two cannot be compared. */
function differences(should: Uint8Array, is: Uint8Array): NotTaken['differs'] {
  try {
    return diffPib(should, is);
  } catch (error) {
    if (!isPibError(error)) throw error;
    return [];
  }
}
