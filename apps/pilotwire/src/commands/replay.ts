import { codesOf, replayCar, replayCharger, typeOf } from '@pilotwire/simulation';
import type { ChargerReplay, Exchange, RecordedSession } from '@pilotwire/simulation';
import { readCapture } from '../captures.js';
import { command } from '../command.js';
import { CliError, UsageError } from '../errors.js';
import { openInput } from '../input.js';
import type { Io } from '../io.js';
import { recordingOf } from '../replay/sessions.js';
import { replayAt, targetOf } from '../replay/target.js';
import type { Target } from '../replay/target.js';
import { exchangeLines, questionLines } from '../replay/text.js';

/** How a session went: its lines, and whether each answer was as expected. */
interface Played {
  readonly lines: readonly string[];
  readonly json: readonly object[];
  readonly end: string;
  readonly good: boolean;
}

export const replay = command({
  summary: 'Plays a recorded car to our charger, or a recorded charger to our car.',
  usage: ['--as ev [--target HOST:PORT] [--fast] [--json] FILE', '--as evse [--fast] [--json] FILE'],
  options: {
    as: { help: 'who is played: ev, the recorded car; evse, the recorded charger', value: 'ev|evse' },
    target: { help: 'play the car to the charger that waits there for a V2G connection by TCP', value: 'HOST:PORT' },
    fast: { help: "without the car's think times; without --target no time passes anyway" },
    json: { help: 'one JSON object a line: each exchange, then the end of each session' },
  },
  notes: `Each request with the codes of its answer, and those of the recorded answer where they differ. The sessions of a
capture are played one after the other. The exit code is 0 if every answer was as expected: OK, or FAILED_SequenceError
where the recorded car broke the order, or the refusal that was recorded; otherwise 1.`,
  run: async ({ as, target, fast, json }, words, io) => {
    const [file, ...more] = words;
    if (as !== 'ev' && as !== 'evse') throw new UsageError(`--as is ev or evse${as === undefined ? '' : `: ${as}`}`);
    if (target !== undefined && as === 'evse') throw new UsageError('--target goes with --as ev: a recorded charger waits for nobody');
    if (file === undefined || more.length > 0) throw new UsageError('replay plays one FILE');
    const { sessions, passedOver } = await read(file, io);
    const at = target === undefined ? undefined : targetOf(target);
    let good = true;
    for (const [i, session] of sessions.entries()) {
      const played = await play(as, session, at, fast);
      good &&= played.good;
      const number = i + 1;
      if (!json) await io.out.line(`session ${number} of ${sessions.length}`);
      const lines = json ? played.json.map((one) => JSON.stringify({ session: number, ...one })) : played.lines;
      for (const line of lines) await io.out.line(line);
      const verdict = played.good ? 'as expected' : 'NOT as expected';
      await io.out.line(json ? JSON.stringify({ session: number, end: played.end, good: played.good }) : `end: ${played.end}; ${verdict}`);
    }
    for (const line of passedOver) io.err.write(`pilotwire: replay: ${file}: passed over: ${line}\n`);
    return good ? 0 : 1;
  },
});

async function read(file: string, io: Io): Promise<Awaited<ReturnType<typeof recordingOf>>> {
  const input = await openInput(file, io);
  const warn = (message: string): void => io.err.write(`pilotwire: replay: ${file}: ${message}\n`);
  const recording = await recordingOf(readCapture(input.bytes, { name: file, warn }));
  if (recording.sessions.length === 0) {
    throw new CliError([`${file}: no session of DIN SPEC 70121`, ...recording.passedOver].join('; '));
  }
  return recording;
}

async function play(as: 'ev' | 'evse', session: RecordedSession, at: Target | undefined, fast: boolean): Promise<Played> {
  if (as === 'evse') return ofCharger(replayCharger(session));
  if (at !== undefined) return ofCar(await replayAt(at, session, fast), 'the recording');
  const { exchanges, end } = replayCar(session);
  return ofCar(exchanges, end === undefined ? 'nothing but a handshake' : `${end.reason} in ${end.phase}, by ${end.by}`);
}

function ofCar(exchanges: readonly Exchange[], end: string): Played {
  return {
    lines: exchangeLines(exchanges),
    json: exchanges.map(({ request, answer, recorded, verdict }) => ({
      request: request.type, answer: answer && codesOf(answer), recorded: recorded && codesOf(recorded.message), verdict,
    })),
    end,
    good: exchanges.length > 0 && exchanges.every(({ verdict }) => verdict !== 'unexpected'),
  };
}

/** Ends that the charger brought about, or the recording. */
const theirs: ReadonlySet<string> = new Set(['completed', 'stopped-by-charger', 'charger-emergency', 'charger-malfunction', 'failed-response']);

function ofCharger(replayed: ChargerReplay): Played {
  const { questions, unanswered, end } = replayed;
  const reason = end === undefined ? 'no end' : `${end.reason} in ${end.phase}, by ${end.by}`;
  return {
    lines: questionLines(replayed),
    json: questions.map(({ request, answer, recorded }) => ({
      request: typeOf(request), answer: answer && codesOf(answer.message), recorded: recorded?.type,
    })),
    end: unanswered === undefined ? reason : `the recording ends at ${unanswered}`,
    good: unanswered !== undefined || (end !== undefined && theirs.has(end.reason)),
  };
}
