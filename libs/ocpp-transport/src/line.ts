import { after, ms, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { protocols } from '@pilotwire/station';
import type { Json, Protocol } from '@pilotwire/station';
import { withoutSecrets } from './addresses.js';
import { readFrame, writeCall, writeError, writeResult } from './frame.js';
import type { Line, LineListener, LineStatus, LineSurroundings } from './line-types.js';
import { redact } from './redact.js';
import { waitAfter } from './retry.js';
import type { LineSettings } from './settings.js';
import { Socket } from './socket.js';
import { securityEventOf, troubleOf } from './trouble.js';
import type { LineTrouble } from './trouble.js';
import { objectionTo } from './usable.js';

/** A connection that held for so long was a good one: the waits begin anew. */
const goodAfter = seconds(60);
/** A CSMS that lets so much wait to be read reads no more. */
const mostWaiting = 4 * 1_048_576;
/** How long a goodbye may take. */
const goodbyeMost = seconds(2);
/** Bad frames are told together, so that a CSMS that sends nothing else fills no log. */
const badFramesEvery = ms(600_000);

type Phase =
  | { readonly at: 'connecting'; readonly socket: Socket; readonly stopWaiting: () => void }
  | { readonly at: 'open'; readonly socket: Socket; readonly protocol: Protocol; readonly since: Instant }
  | { readonly at: 'waiting'; readonly stopWaiting: () => void }
  /** A goodbye is under way, and the next connection waits for it. */
  | { readonly at: 'leaving' }
  | { readonly at: 'unusable' }
  | { readonly at: 'closed' };

/**
 * Opens the line of one station: it connects, and connects again for ever, with waits that grow. Each attempt is a client
 * of its own and offers all subprotocols, so that a CSMS that has learnt a newer version is met in it.
 */
export function openLine(settings: LineSettings, surroundings: LineSurroundings, listener: LineListener): Line {
  return new StationLine(settings, surroundings, listener);
}

class StationLine implements Line {
  readonly #clock: LineSurroundings['clock'];
  readonly #random: () => number;
  readonly #listener: LineListener;
  #settings: LineSettings;
  #phase: Phase = { at: 'closed' };
  /** Attempts since a connection was good. */
  #attempts = 0;
  /** Security events that were told since a connection was open: an hour of 401 is one. */
  readonly #told = new Set<string>();
  #badFrames: { count: number; toldAt: Instant | undefined } = { count: 0, toldAt: undefined };
  readonly #leaving = new Set<Promise<void>>();

  constructor(settings: LineSettings, { clock, random }: LineSurroundings, listener: LineListener) {
    this.#settings = settings;
    this.#clock = clock;
    this.#random = random;
    this.#listener = listener;
    this.#connect();
  }

  send(id: string, action: string, payload: Parameters<Line['send']>[2]): void {
    if (this.#phase.at === 'open' && this.#post(this.#phase.socket, writeCall(id, action, payload))) return;
    this.#listener.fact({ kind: 'answered', id, error: { code: 'NotConnected', description: 'there is no connection to the CSMS' } });
  }

  reply(id: string, reply: Parameters<Line['reply']>[1]): void {
    if (this.#phase.at !== 'open') return;
    this.#post(this.#phase.socket, 'result' in reply ? writeResult(id, reply.result) : writeError({ id, ...reply.error }));
  }

  pingEvery(pingInterval: LineSettings['pingInterval']): void {
    this.#settings = { ...this.#settings, pingInterval };
    if (this.#phase.at === 'open') this.#phase.socket.pingEvery(pingInterval);
  }

  use(settings: LineSettings): void {
    this.#settings = settings;
  }

  reconnect(settings: Partial<LineSettings> = {}): void {
    if (this.#phase.at === 'closed') return;
    this.#settings = { ...this.#settings, ...settings };
    this.#attempts = 0;
    this.#told.clear();
    if (this.#phase.at === 'leaving') return;
    // A CSMS that takes the new connection for the old one would close the wrong one.
    const goodbye = this.#leave();
    if (goodbye === undefined) return this.#connect();
    const leaving: Phase = { at: 'leaving' };
    this.#phase = leaving;
    void goodbye.then(() => this.#phase === leaving && this.#connect());
  }

  async close(): Promise<void> {
    if (this.#phase.at !== 'closed') {
      void this.#leave();
      this.#enter({ at: 'closed' }, { at: 'closed' });
    }
    await Promise.all(this.#leaving);
  }

  #enter(phase: Phase, status: LineStatus): void {
    this.#phase = phase;
    this.#listener.status(status);
  }

  #connect(): void {
    const objection = objectionTo(this.#settings);
    if (objection !== undefined) return this.#enter({ at: 'unusable' }, { at: 'unusable', why: objection });
    this.#attempts++;
    const isCurrent = (): boolean => (this.#phase.at === 'connecting' || this.#phase.at === 'open') && this.#phase.socket === socket;
    const socket: Socket = new Socket(this.#settings, {
      open: () => isCurrent() && this.#opened(socket),
      message: (text) => isCurrent() && this.#read(socket, text),
      gone: (code, reason) => isCurrent() && this.#gone(code, reason),
    });
    const stopWaiting = this.#clock.wake(after(this.#clock.now(), this.#settings.connectTimeout), () => {
      if (!isCurrent()) return;
      this.#wait({ code: 'timed-out', detail: `not connected within ${this.#settings.connectTimeout} ms` });
      void this.#dismiss(socket);
    });
    this.#enter({ at: 'connecting', socket, stopWaiting }, { at: 'connecting', attempt: this.#attempts });
    socket.connect().catch((error: unknown) => {
      if (isCurrent()) this.#wait(troubleOf(error));
    });
  }

  #opened(socket: Socket): void {
    if (this.#phase.at === 'connecting') this.#phase.stopWaiting();
    const protocol = protocols.find((one) => one === socket.protocol);
    if (protocol === undefined) {
      this.#wait({ code: 'protocol', detail: 'the CSMS chose no subprotocol' });
      void this.#dismiss(socket);
      return;
    }
    this.#told.clear();
    this.#enter({ at: 'open', socket, protocol, since: this.#clock.now() }, { at: 'open', protocol });
    this.#listener.fact({ kind: 'connected', protocol });
  }

  #gone(code: number, reason: string): void {
    const said = reason === '' ? '' : `: ${withoutSecrets(reason).slice(0, 120)}`;
    this.#wait({ code: 'closed', detail: code === 1006 ? 'the connection broke' : `the CSMS closed the connection (${code}${said})` });
  }

  /** Ends what there is, and connects anew after a while. */
  #wait(why: LineTrouble): void {
    const { at } = this.#phase;
    if (this.#phase.at === 'connecting') this.#phase.stopWaiting();
    if (this.#phase.at === 'open' && this.#clock.now() - this.#phase.since >= goodAfter) this.#attempts = 0;
    const event = securityEventOf(why);
    const until = after(this.#clock.now(), waitAfter(this.#settings.retry, Math.max(this.#attempts, 1), why.code, this.#random()));
    const stopWaiting = this.#clock.wake(until, () => this.#connect());
    this.#enter({ at: 'waiting', stopWaiting }, { at: 'waiting', attempt: this.#attempts, until, why });
    if (at === 'open') this.#listener.fact({ kind: 'disconnected' });
    if (event !== undefined) this.#tellOnce(event, why.detail);
  }

  #tellOnce(type: string, info: string): void {
    if (this.#told.has(type)) return;
    this.#told.add(type);
    this.#listener.security({ type, info: info.slice(0, 255) });
  }

  /** Leaves whatever phase it is in, of one's own accord. */
  #leave(): Promise<void> | undefined {
    const phase = this.#phase;
    this.#phase = { at: 'leaving' };
    if ('stopWaiting' in phase) phase.stopWaiting();
    const goodbye = 'socket' in phase ? this.#dismiss(phase.socket) : undefined;
    if (phase.at === 'open') this.#listener.fact({ kind: 'disconnected' });
    return goodbye;
  }

  /** A socket that is no longer ours: it says goodbye, and is broken off where that takes too long. */
  #dismiss(socket: Socket): Promise<void> {
    const stopWaiting = this.#clock.wake(after(this.#clock.now(), goodbyeMost), () => socket.breakOff());
    const left: Promise<void> = socket.leave().finally(() => {
      stopWaiting();
      this.#leaving.delete(left);
    });
    this.#leaving.add(left);
    return left;
  }

  #read(socket: Socket, text: string): void {
    if (this.#phase.at !== 'open') return;
    const frame = readFrame(text, this.#phase.protocol);
    this.#copyIn(frame.kind === 'bad' ? undefined : text, text.length);
    switch (frame.kind) {
      case 'call':
        return this.#listener.fact({ kind: 'received', id: frame.id, action: frame.action, payload: frame.payload });
      case 'result':
        return this.#listener.fact({ kind: 'answered', id: frame.id, result: frame.payload });
      case 'error':
        return this.#listener.fact({ kind: 'answered', id: frame.id, error: { code: frame.code, description: frame.description } });
      case 'bad':
        this.#tellBad(frame.why);
        if (frame.answer !== undefined) this.#post(socket, writeError(frame.answer));
    }
  }

  #tellBad(why: string): void {
    const now = this.#clock.now();
    const { count, toldAt } = this.#badFrames;
    if (toldAt !== undefined && now - toldAt < badFramesEvery) {
      this.#badFrames = { count: count + 1, toldAt };
      return;
    }
    this.#badFrames = { count: 0, toldAt: now };
    this.#listener.security({ type: 'InvalidMessages', info: count === 0 ? why : `${why}; ${count} more since the last time` });
  }

  /** Writes a frame; false where the connection is gone, or is given up here because nobody reads at its other end. */
  #post(socket: Socket, frame: Json): boolean {
    if (socket.waiting > mostWaiting) {
      this.#wait({ code: 'closed', detail: 'the CSMS does not read what it is sent' });
      socket.breakOff();
      return false;
    }
    try {
      socket.post(JSON.stringify(frame));
    } catch {
      // It is closing; that it is gone will be told.
      return false;
    }
    this.#copy('out', frame);
    return true;
  }

  #copyIn(text: string | undefined, length: number): void {
    if (this.#listener.frame === undefined) return;
    if (text !== undefined) return this.#copy('in', JSON.parse(text) as Json);
    this.#listener.frame({ direction: 'in', at: this.#clock.now(), text: `(${length} characters that cannot be read)` });
  }

  #copy(direction: 'in' | 'out', frame: Json): void {
    this.#listener.frame?.({ direction, at: this.#clock.now(), text: JSON.stringify(redact(frame, this.#settings.hideTokens)) });
  }
}
