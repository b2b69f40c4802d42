import { after, earliest, ms, stay } from '@pilotwire/machine';
import type { Duration, Instant, Machine, Step, Tick } from '@pilotwire/machine';
import type { Status } from '@pilotwire/outlet';
import { timing } from '../limits.js';
import { lastNumber, orderLine, protocol, readLine, readWord, splitLines, writeLine } from './line.js';
import type { BoardOrder, BoardWord } from './line.js';

export type BoardSample = Extract<BoardWord, { readonly word: 'pilot' | 'inlet' }>;
type Role = 'evse' | 'ev';

/** This side of a board's line. */
export interface Host {
  readonly role: Role;
  /** What the board is told, again and again. */
  readonly order: BoardOrder;
  /** The number of the next line. */
  readonly number: number;
  readonly open: boolean;
  /** The beginning of a line whose end has not come. */
  readonly held: string;
  /** It has said who it is, and is of the right kind. */
  readonly known: boolean;
  /** The number of its last line. */
  readonly last: number | undefined;
  readonly noise: Noise;
  readonly repeatAt: Instant | undefined;
  readonly silentAt: Instant | undefined;
  readonly noiseAt: Instant | undefined;
  readonly deadline: Instant | undefined;
}

/** In the last second: lines that were none, and lines that never came. */
export interface Noise {
  readonly broken: number;
  readonly lost: number;
}

export type HostInput =
  | { readonly kind: 'open' }
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'order'; readonly order: BoardOrder };

export type HostOutput =
  | { readonly kind: 'write'; readonly text: string }
  | { readonly kind: 'sample'; readonly sample: BoardSample }
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'noise'; readonly noise: Noise };

type HostStep = Step<Host, HostOutput>;

const quiet: Noise = { broken: 0, lost: 0 };
const noisePeriod: Duration = ms(1_000);
/** More lines than this are not looked at in one piece: a board says 100 a second. */
const mostLines = 256;

export const newHost = (role: Role, order: BoardOrder): Host => ({
  role, order, number: 0, open: false, held: '', known: false, last: undefined, noise: quiet,
  repeatAt: undefined, silentAt: undefined, noiseAt: undefined, deadline: undefined,
});

/**
 * A pilot board, as its host sees it. It is up once it has said who it is and has measured; each measurement is good for
 * 60 ms. What it is told, it is told every 100 ms, and at once where that changes.
 */
export const boardHost: Machine<Host, HostInput, HostOutput> = {
  step(host, input, now) {
    const { state, outputs } = take(host, input, now);
    return { state: { ...state, deadline: earliest(state.repeatAt, state.silentAt, state.noiseAt) }, outputs };
  },
  deadline: ({ deadline }) => deadline,
};

function take(host: Host, input: HostInput | Tick, now: Instant): HostStep {
  switch (input.kind) {
    case 'open':
      return say({ ...host, open: true, held: '', known: false, last: undefined, silentAt: after(now, timing.pilotSilence) }, now);
    case 'lost':
      return stay({ ...host, open: false, known: false, repeatAt: undefined, silentAt: undefined }, down(input.why));
    case 'order':
      return sameOrder(host.order, input.order) ? stay(host) : say({ ...host, order: input.order }, now);
    case 'text':
      return hear(host, input.text, now);
    case 'tick':
      return tick(host, now);
  }
}

function tick(host: Host, now: Instant): HostStep {
  const due = (at: Instant | undefined): boolean => at !== undefined && at <= now;
  const outputs: HostOutput[] = [];
  let next = host;
  if (due(host.silentAt)) {
    // A board that says nothing of its pilot may have been changed for another one.
    next = { ...next, silentAt: undefined, known: false };
    outputs.push(down('the pilot board says nothing'));
  }
  if (due(host.noiseAt)) {
    outputs.push({ kind: 'noise', noise: next.noise });
    next = { ...next, noise: quiet, noiseAt: undefined };
  }
  if (!due(host.repeatAt)) return { state: next, outputs };
  const said = say(next, now);
  return { state: said.state, outputs: [...outputs, ...said.outputs] };
}

function say(host: Host, now: Instant): HostStep {
  if (!host.open) return stay(host);
  // Whoever it is that is there: until it has said so.
  const who = host.known ? '' : writeLine({ word: 'who', number: host.number, fields: [] });
  const number = host.known ? host.number : following(host.number);
  const text = who + orderLine(host.order, number);
  return stay({ ...host, number: following(number), repeatAt: after(now, timing.orderRepeat) }, { kind: 'write', text });
}

function hear(host: Host, text: string, now: Instant): HostStep {
  if (!host.open) return stay(host);
  const { lines, held } = splitLines(host.held, text);
  const outputs: HostOutput[] = [];
  let next: Host = { ...host, held };
  for (const line of lines.slice(-mostLines)) {
    const step = hearLine(next, line, now);
    next = step.state;
    outputs.push(...step.outputs);
  }
  return { state: next, outputs };
}

function hearLine(host: Host, text: string, now: Instant): HostStep {
  const line = readLine(text);
  if (line === undefined) return stay(noisy(host, { broken: 1, lost: 0 }, now));
  const missed = host.last === undefined ? 0 : (line.number - following(host.last) + lastNumber + 1) % (lastNumber + 1);
  const word = readWord(line);
  // A board that began anew counts anew.
  const counted = { ...host, last: line.number };
  const next = missed === 0 || word?.word === 'board' ? counted : noisy(counted, { broken: 0, lost: Math.min(missed, 100) }, now);
  if (word === undefined) return stay(next);
  if (word.word === 'board') return greet(next, word);
  return next.known ? measured(next, word, now) : stay(next);
}

function greet(host: Host, { protocol: spoken, role, name, version }: Extract<BoardWord, { word: 'board' }>): HostStep {
  const which = `the board ${name} ${version}`;
  if (spoken !== protocol) return stay({ ...host, known: false, silentAt: undefined }, down(`${which} speaks version ${spoken} of the line protocol, this driver ${protocol}: flash the firmware that came with this driver`));
  if (role !== host.role) return stay({ ...host, known: false, silentAt: undefined }, down(`${which} is set up as ${sideOf(role)}, not as ${sideOf(host.role)}`));
  return stay({ ...host, known: true });
}
const sideOf = (role: Role): string => (role === 'evse' ? 'a charger' : 'a car');

function measured(host: Host, sample: BoardSample, now: Instant): HostStep {
  if (sample.cause === 'fault') return stay({ ...host, silentAt: after(now, timing.pilotSilence) }, down('the pilot board cannot measure: its own fault'));
  return stay({ ...host, silentAt: after(now, timing.pilotSilence) }, { kind: 'status', status: { state: 'up' } }, { kind: 'sample', sample });
}

const noisy = (host: Host, { broken, lost }: Noise, now: Instant): Host => ({
  ...host, noise: { broken: host.noise.broken + broken, lost: host.noise.lost + lost }, noiseAt: host.noiseAt ?? after(now, noisePeriod),
});
const down = (why: string): HostOutput => ({ kind: 'status', status: { state: 'down', why } });
const following = (number: number): number => (number === lastNumber ? 0 : number + 1);
const sameOrder = (one: BoardOrder, other: BoardOrder): boolean => orderLine(one, 0) === orderLine(other, 0);
