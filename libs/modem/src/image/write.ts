import type { Mme } from '@pilotwire/homeplug';
import {
  COMMIT_FACTORY_PIB, COMMIT_FORCE, COMMIT_NO_RESET, MODULE_BLOCK, MODULE_ID_PIB, MODULE_PIB,
} from '@pilotwire/homeplug';
import type { Duration, Instant } from '@pilotwire/machine';
import { xorChecksum32 } from '@pilotwire/wire';
import type { FoundModem } from '../chips.js';
import type { Received } from '../frames.js';
import type { Ask, Progress, Task } from '../task.js';
import { ask, asked, done, failed, going, retry } from '../task.js';
import type { ModemTiming } from '../timing.js';
import { RECORD } from './read.js';

/** What open-plc-utils' plctool closes with when it writes a parameter block; nobody is known to have tried another. */
const COMMIT = (COMMIT_FORCE | COMMIT_NO_RESET | COMMIT_FACTORY_PIB) >>> 0;

/** A parameter block on its way into a modem's flash. */
export interface Writing {
  readonly modem: FoundModem;
  readonly image: Uint8Array;
  /** Names this try, so that answers of another are not taken for its own. */
  readonly session: number;
  /** From `octets` on the modem may have changed. */
  readonly phase: 'open' | 'octets' | 'close';
  /** Octets that the modem has confirmed. */
  readonly offset: number;
  readonly ask: Ask;
}

type Going = Omit<Writing, 'ask'>;

const operation = (one: Extract<Mme, { readonly mme: 'VS_MODULE_OPERATION.REQ' }>['operations'][number]): Mme =>
  ({ mme: 'VS_MODULE_OPERATION.REQ', operations: [one] });

const recordOf = ({ modem, image, offset }: Going): Uint8Array =>
  image.subarray(offset, offset + (modem.access === 'module' ? RECORD : MODULE_BLOCK));

function question(state: Going): Mme {
  const { modem, image, session, phase, offset } = state;
  const data = recordOf(state);
  if (modem.access === 'module') {
    if (phase === 'close') return { mme: 'VS_MOD_NVM.REQ', moduleId: MODULE_PIB };
    return { mme: 'VS_WR_MOD.REQ', moduleId: MODULE_PIB, length: data.length, offset, checksum: xorChecksum32(data), data };
  }
  switch (phase) {
    case 'open': {
      const module = { moduleId: MODULE_ID_PIB, subId: 0, length: image.length, checksum: xorChecksum32(image) };
      return operation({ op: 'start', session, modules: [module] });
    }
    case 'octets':
      return operation({ op: 'write', session, index: 0, moduleId: MODULE_ID_PIB, subId: 0, length: data.length, offset, data });
    case 'close':
      return operation({ op: 'close', session, commitCode: COMMIT });
  }
}

function patience(phase: Writing['phase'], timing: ModemTiming): readonly [Duration, number] {
  switch (phase) {
    case 'open':
      return [timing.start_wait, timing.start_tries];
    case 'octets':
      return [timing.write_wait, timing.write_tries];
    case 'close':
      return [timing.close_wait, timing.close_tries];
  }
}

function next(state: Going, timing: ModemTiming, now: Instant): Progress<Writing, undefined> {
  const [wait, tries] = patience(state.phase, timing);
  const first = ask(state.modem.mac, question(state), wait, tries, now);
  return going({ ...state, ask: first }, asked(first));
}

/**
 * Writes a whole parameter block (in the form in which it was read) into the modem's flash. The modem goes on with the
 * old one until it restarts. `session` is any number of 32 bits that was not used before.
 */
export function beginWriting(modem: FoundModem, image: Uint8Array, session: number, timing: ModemTiming, now: Instant): Progress<Writing, undefined> {
  if (modem.access === 'none') return failed({ why: 'no-access', chip: modem.chip });
  const phase = modem.access === 'module' ? 'octets' : 'open';
  return next({ modem, image, session: session >>> 0, phase, offset: 0 }, timing, now);
}

/** Whether a message answers what was asked last, and how. */
function answerOf(state: Writing, { mme }: Received): { readonly status: number } | undefined {
  const { phase, session, offset } = state;
  const { length } = recordOf(state);
  switch (mme.mme) {
    case 'VS_MODULE_OPERATION.CNF': {
      if (state.modem.access !== 'operation') return undefined;
      if (mme.status !== 0) return { status: mme.status };
      const [found] = mme.operations ?? [];
      if (found === undefined || !('session' in found) || found.session !== session) return undefined;
      if (phase === 'open') return found.op === 'start' ? { status: 0 } : undefined;
      if (phase === 'octets') return found.op === 'write' && found.offset === offset && found.length === length ? { status: 0 } : undefined;
      // The modem says for each module what became of it.
      return found.op === 'close' ? { status: found.modules.find(({ status }) => status !== 0)?.status ?? 0 } : undefined;
    }
    case 'VS_WR_MOD.CNF':
      if (phase !== 'octets' || mme.moduleId !== MODULE_PIB) return undefined;
      if (mme.status !== 0) return { status: mme.status };
      return mme.offset === offset && mme.length === length ? { status: 0 } : undefined;
    case 'VS_MOD_NVM.CNF':
      return phase === 'close' ? { status: mme.status } : undefined;
    default:
      return undefined;
  }
}

/**
 * A modem that is told to commit restarts by itself, and then has nothing more to commit: where it says so to the second
 * request, it is the answer to the first that was lost. Whether that is so is seen when the block is read back.
 */
const isAfterwards = ({ modem, phase, ask: { left } }: Writing, { close_tries }: ModemTiming): boolean =>
  modem.access === 'module' && phase === 'close' && left < close_tries - 1;

export const writing = (timing: ModemTiming): Task<Writing, undefined> => ({
  step(state, input, now) {
    if (input.kind !== 'mme') return retry(state, now);
    const answer = input.from === state.modem.mac ? answerOf(state, input) : undefined;
    if (answer === undefined) return going(state);
    if (answer.status !== 0 && isAfterwards(state, timing)) return done(undefined);
    if (answer.status !== 0) return failed({ why: 'refused', asked: state.ask.mme.mme, status: answer.status });
    if (state.phase === 'close') return done(undefined);
    if (state.phase === 'open') return next({ ...state, phase: 'octets' }, timing, now);
    const offset = state.offset + recordOf(state).length;
    return next({ ...state, offset, phase: offset < state.image.length ? 'octets' : 'close' }, timing, now);
  },
  deadline: (state) => state.ask.deadline,
});
