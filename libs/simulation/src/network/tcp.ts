import { after, earliest, ms, stay } from '@pilotwire/machine';
import type { Duration, Instant, Machine, Step, Tick } from '@pilotwire/machine';
import { tcpFlag } from '@pilotwire/capture';
import type { Segment } from './packets.js';

export type TcpInput =
  /** Connect; the sequence number is a random one. */
  | { readonly kind: 'open'; readonly sequence: number }
  /** Wait for a SYN. */
  | { readonly kind: 'listen'; readonly sequence: number }
  | { readonly kind: 'write'; readonly bytes: Uint8Array }
  /** Nothing more will be written. */
  | { readonly kind: 'finish' }
  /** Gone at once, and the other side is told so. */
  | { readonly kind: 'abort' }
  | { readonly kind: 'segment'; readonly segment: Segment };

export type TcpOutput =
  | { readonly kind: 'segment'; readonly segment: Segment }
  | { readonly kind: 'opened' }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** The other side will write no more. */
  | { readonly kind: 'finished' }
  /** `refused`: nobody listens; `reset`: the other side is gone at once; `timeout`: it does not answer. */
  | { readonly kind: 'closed'; readonly why: 'done' | 'refused' | 'reset' | 'timeout' };

/** One end of one connection. `done`: both sides have finished, and late segments are still understood (TIME-WAIT). */
export interface TcpState {
  readonly at: 'closed' | 'listening' | 'opening' | 'accepting' | 'open' | 'done';
  /** The next sequence numbers: ours, and the one expected. */
  readonly next: number;
  readonly expected: number;
  readonly unacknowledged: readonly Segment[];
  /** What came too early. */
  readonly held: readonly Segment[];
  readonly finished: { readonly here: boolean; readonly there: boolean };
  readonly retries: number;
  readonly resendAt: Instant | undefined;
  readonly acknowledgeAt: Instant | undefined;
}

export const closedTcp: TcpState = {
  at: 'closed', next: 0, expected: 0, unacknowledged: [], held: [], finished: { here: false, there: false }, retries: 0,
  resendAt: undefined, acknowledgeAt: undefined,
};

/** As Linux has them. */
const retransmission: Duration = ms(200);
const delayedAcknowledgment: Duration = ms(40);
/** Doubling from 200 ms: given up after 25 s. Linux tries for many minutes; V2G is over long before. */
const mostRetries = 6;
/** Segments ahead of one that is missing. */
const mostHeld = 64;
/** Longer writes leave in several segments. */
const largest = 1_440;

const nothing = new Uint8Array(0);
type TcpStep = Step<TcpState, TcpOutput>;
type Draft = { -readonly [Key in keyof TcpState]: TcpState[Key] };

/**
 * TCP as far as two machines on one line need it: handshake, acknowledgment, retransmission, reordering, FIN and RST.
 * Not here: windows, congestion, urgent data.
 */
export const tcp: Machine<TcpState, TcpInput, TcpOutput> = {
  step,
  deadline: ({ resendAt, acknowledgeAt }) => earliest(resendAt, acknowledgeAt),
};

function step(state: TcpState, input: TcpInput | Tick, now: Instant): TcpStep {
  switch (input.kind) {
    case 'open':
      return transmit({ ...closedTcp, at: 'opening', next: input.sequence }, tcpFlag.syn, nothing, now);
    case 'listen':
      return stay({ ...closedTcp, at: 'listening', next: input.sequence });
    case 'write': {
      if (state.at !== 'open' || state.finished.here) return stay(state);
      let next: TcpStep = stay(state);
      for (let at = 0; at < input.bytes.length; at += largest) {
        next = then(next, (written) => transmit(written, tcpFlag.ack | PSH, input.bytes.subarray(at, at + largest), now));
      }
      return next;
    }
    case 'finish': {
      if (state.at !== 'open' || state.finished.here) return stay(state);
      return transmit({ ...state, finished: { ...state.finished, here: true } }, tcpFlag.fin | tcpFlag.ack, nothing, now);
    }
    case 'abort':
      if (state.at === 'closed' || state.at === 'listening' || state.at === 'done') return stay(state);
      return stay(closedTcp, reset(state.next, state.expected));
    case 'segment':
      return received(state, input.segment, now);
    case 'tick':
      return due(state, now);
  }
}

const PSH = 0x08;
const segmentOut = (segment: Segment): TcpOutput => ({ kind: 'segment', segment });
const reset = (sequence: number, acknowledgment: number): TcpOutput =>
  segmentOut({ sequence, acknowledgment, flags: tcpFlag.rst | tcpFlag.ack, payload: nothing });
/** What a host says to a segment that belongs to no connection. */
export const refusal = ({ sequence, flags, payload }: Segment): Segment => ({
  sequence: 0,
  acknowledgment: (sequence + payload.length + (flags & tcpFlag.syn ? 1 : 0)) >>> 0,
  flags: tcpFlag.rst | tcpFlag.ack,
  payload: nothing,
});

function then(first: TcpStep, second: (state: TcpState) => TcpStep): TcpStep {
  const { state, outputs } = second(first.state);
  return { state, outputs: [...first.outputs, ...outputs] };
}

/** Sends what must be acknowledged; SYN and FIN count as one octet. */
function transmit(state: TcpState, flags: number, payload: Uint8Array, now: Instant): TcpStep {
  const segment: Segment = { sequence: state.next, acknowledgment: state.expected, flags, payload };
  return stay(
    {
      ...state,
      next: (state.next + payload.length + (flags & (tcpFlag.syn | tcpFlag.fin) ? 1 : 0)) >>> 0,
      unacknowledged: [...state.unacknowledged, segment],
      resendAt: state.resendAt ?? after(now, retransmission),
      acknowledgeAt: undefined,
    },
    segmentOut(segment),
  );
}

/** How far `b` lies ahead of `a`; sequence numbers wrap. */
const distance = (a: number, b: number): number => (b - a) | 0;
const endOf = ({ sequence, flags, payload }: Segment): number =>
  (sequence + payload.length + (flags & (tcpFlag.syn | tcpFlag.fin) ? 1 : 0)) >>> 0;

function received(state: TcpState, segment: Segment, now: Instant): TcpStep {
  const { flags } = segment;
  if (state.at === 'closed') return stay(state);
  if (state.at === 'done') return flags & tcpFlag.fin ? stay(state, pure(state)) : stay(state);
  if (flags & tcpFlag.rst) return wasReset(state, segment);
  if (state.at === 'listening') {
    if (!(flags & tcpFlag.syn)) return stay(state);
    const accepting: TcpState = { ...state, at: 'accepting', expected: endOf(segment) };
    return transmit(accepting, tcpFlag.syn | tcpFlag.ack, nothing, now);
  }
  const heard = acknowledged(state, segment, now);
  if (state.at === 'opening') {
    if (!(flags & tcpFlag.syn) || heard.unacknowledged.length > 0) return stay(state);
    return stay({ ...heard, at: 'open', expected: endOf(segment) }, pure({ ...heard, expected: endOf(segment) }), { kind: 'opened' });
  }
  const open: TcpStep =
    heard.at === 'accepting' && heard.unacknowledged.length === 0 ? stay({ ...heard, at: 'open' }, { kind: 'opened' }) : stay(heard);
  const taken = then(open, (next) => take(next, segment, now));
  const { finished, unacknowledged } = taken.state;
  if (!finished.here || !finished.there || unacknowledged.length > 0) return taken;
  const { next, expected } = taken.state;
  return { state: { ...closedTcp, at: 'done', next, expected }, outputs: [...taken.outputs, { kind: 'closed', why: 'done' }] };
}

function wasReset(state: TcpState, { acknowledgment }: Segment): TcpStep {
  if (state.at === 'listening') return stay(state);
  if (state.at === 'opening' && acknowledgment !== state.next) return stay(state);
  return stay(closedTcp, { kind: 'closed', why: state.at === 'opening' ? 'refused' : 'reset' });
}

function acknowledged(state: TcpState, { flags, acknowledgment }: Segment, now: Instant): TcpState {
  if (!(flags & tcpFlag.ack) || state.unacknowledged.length === 0) return state;
  const left = state.unacknowledged.filter((segment) => distance(acknowledgment, endOf(segment)) > 0);
  if (left.length === state.unacknowledged.length) return state;
  return { ...state, unacknowledged: left, retries: 0, resendAt: left.length === 0 ? undefined : after(now, retransmission) };
}

/** What a segment carries, if it is what comes next; what is not is acknowledged anew, so that the other side knows. */
function take(state: TcpState, segment: Segment, now: Instant): TcpStep {
  const { payload, flags, sequence } = segment;
  if (payload.length === 0 && !(flags & (tcpFlag.fin | tcpFlag.syn))) return stay(state);
  if (sequence !== state.expected) {
    const early = distance(state.expected, sequence) > 0 && state.held.length < mostHeld;
    return stay({ ...state, held: early ? [...state.held, segment] : state.held, acknowledgeAt: undefined }, pure(state));
  }
  const next: Draft = { ...state, expected: endOf(segment) };
  const outputs: TcpOutput[] = payload.length > 0 ? [{ kind: 'data', bytes: payload }] : [];
  if (flags & tcpFlag.fin) {
    next.finished = { ...state.finished, there: true };
    next.acknowledgeAt = undefined;
    return stay<TcpState, TcpOutput>(next, pure(next), ...outputs, { kind: 'finished' });
  }
  // The next message takes the acknowledgment along, if it comes soon.
  next.acknowledgeAt = after(now, delayedAcknowledgment);
  const taken = stay<TcpState, TcpOutput>(next, ...outputs);
  const following = next.held.find((early) => early.sequence === next.expected);
  if (following === undefined) return taken;
  const held = next.held.filter((early) => distance(endOf(following), early.sequence) >= 0);
  return then(taken, (opened) => take({ ...opened, held }, following, now));
}

const pure = ({ next, expected }: TcpState): TcpOutput =>
  segmentOut({ sequence: next, acknowledgment: expected, flags: tcpFlag.ack, payload: nothing });

function due(state: TcpState, now: Instant): TcpStep {
  if (state.resendAt !== undefined && state.resendAt <= now) {
    if (state.retries >= mostRetries) return stay(closedTcp, { kind: 'closed', why: 'timeout' });
    const retries = state.retries + 1;
    const resent = state.unacknowledged.map((segment) => segmentOut({ ...segment, acknowledgment: state.expected }));
    return stay({ ...state, retries, resendAt: after(now, ms(retransmission * 2 ** retries)), acknowledgeAt: undefined }, ...resent);
  }
  if (state.acknowledgeAt !== undefined && state.acknowledgeAt <= now) {
    return stay({ ...state, acknowledgeAt: undefined }, pure(state));
  }
  return stay(state);
}
