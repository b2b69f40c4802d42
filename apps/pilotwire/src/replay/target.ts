import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRequest, judge, processingOf, recordedAnswer, thinkTime, typeOf } from '@pilotwire/simulation';
import type { Exchange, RecordedSession } from '@pilotwire/simulation';
import { DinStream } from '@pilotwire/v2g-session';
import type { V2gMessage } from '@pilotwire/v2g-session';
import { CliError, UsageError } from '../errors.js';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** `HOST:PORT`, an IPv6 address in brackets, with its zone where it is link-local. */
export function targetOf(text: string): Target {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) throw new UsageError(`--target is HOST:PORT or [IPV6%ZONE]:PORT: ${text}`);
  return { host, port: Number(port) };
}

/** An answer that takes longer than any car waits. */
const patience = 10_000;
/** Rounds of Ongoing that a car goes through, at most. */
const mostRounds = 600;

/**
 * A recorded car at a charger somewhere else, in real time; `fast`: without its think times. The session id is the one that
 * the charger gives; a request that is answered Ongoing is asked again until it is Finished, as the car would, and what the
 * recording has of that beyond is left out.
 */
export async function replayAt(target: Target, session: RecordedSession, fast: boolean): Promise<Exchange[]> {
  const line = await Line.open(target);
  const judged = judge();
  const exchanges: Exchange[] = [];
  let id: string | undefined;
  let finished: string | undefined;
  try {
    for (const [i, request] of session.entries()) {
      if (!isRequest(request) || request.type === finished) continue;
      for (let round = 0; round < mostRounds; round++) {
        if (!fast) await sleep(thinkTime(session, i));
        const answer = await line.ask(withId(request.message, request.type === 'SessionSetupReq' ? undefined : id));
        exchanges.push(judged(request, answer, recordedAnswer(session, i)));
        if (answer === undefined) return exchanges;
        if (typeOf(answer) === 'SessionSetupRes' && 'V2G_Message' in answer) id = answer.V2G_Message.Header.SessionID;
        if (processingOf(answer) !== 'Ongoing') break;
        if (fast) await sleep(20); // or it would be asked without end while it works
      }
      finished = processingOf(exchanges.at(-1)?.answer ?? request.message) === 'Finished' ? request.type : undefined;
    }
    return exchanges;
  } finally {
    line.close();
  }
}

const withId = (message: V2gMessage, id: string | undefined): V2gMessage =>
  id === undefined || !('V2G_Message' in message)
    ? message
    : { V2G_Message: { Header: { ...message.V2G_Message.Header, SessionID: id }, Body: message.V2G_Message.Body } };

/** A TCP connection on which one message is answered by one. */
class Line {
  readonly #socket: Socket;
  readonly #stream = new DinStream();
  readonly #heard: V2gMessage[] = [];
  #wake: () => void = () => {};
  #over = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      for (const input of this.#stream.push(bytes)) if (input.kind === 'message') this.#heard.push(input.message);
      this.#wake();
    });
    for (const event of ['close', 'error'] as const) {
      socket.on(event, () => {
        this.#over = true;
        this.#wake();
      });
    }
  }

  static open({ host, port }: Target): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true });
      socket.once('connect', () => resolve(new Line(socket)));
      socket.once('error', (error) => reject(new CliError(`no connection to ${host} port ${port}: ${error.message}`)));
    });
  }

  /** The answer, or undefined where none came in time or the connection is gone. */
  async ask(message: V2gMessage): Promise<V2gMessage | undefined> {
    this.#heard.length = 0;
    if (!this.#over) this.#socket.write(this.#stream.write(message));
    const until = AbortSignal.timeout(patience);
    while (this.#heard.length === 0 && !this.#over && !until.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        until.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return this.#heard.shift();
  }

  close(): void {
    this.#socket.end();
  }
}
