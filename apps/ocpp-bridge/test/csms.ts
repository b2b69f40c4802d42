import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { JsonObject, Protocol } from '@pilotwire/station';
import { answersOf } from '../../../libs/station/test/csms.js';
import type { Answers } from '../../../libs/station/test/csms.js';
import { validate, validateError } from '../../../libs/station/test/schemas.js';
import type { LineListener, OpenLine, ReplyOutcome, WayInUse } from '../src/index.js';

export interface Call {
  readonly at: number;
  readonly id: string;
  readonly action: string;
  readonly payload: JsonObject;
}

/** A CSMS without a network. It answers after 20 ms, and checks every frame against the schemas of its version. */
export class MemoryCsms {
  readonly protocol: Protocol;
  readonly calls: Call[] = [];
  readonly replies = new Map<string, ReplyOutcome>();
  readonly answers: Answers;
  /** It accepts connections. */
  #up = true;
  /** By which way it is reached; undefined: by the settings of the machine. */
  way: WayInUse | undefined;
  /** It hears calls, and says nothing. */
  silent = false;
  readonly #time: Timeline;
  readonly #listeners = new Set<{ readonly listener: LineListener; connected: boolean }>();
  readonly #outgoing = new Map<string, string>();
  #count = 0;

  constructor(time: Timeline, protocol: Protocol, utc: () => number) {
    this.#time = time;
    this.protocol = protocol;
    this.answers = answersOf(protocol, utc);
  }

  readonly openLine: OpenLine = (_, { memory }, listener) => {
    const one = { listener, connected: false };
    this.#listeners.add(one);
    this.#time.schedule(() => this.#connect(one), ms(10));
    return {
      send: (id, action, payload) => {
        if (!one.connected) return;
        this.#heard(one, { at: this.#time.now, id, action, payload });
      },
      reply: (id, outcome) => {
        if (!one.connected) return;
        const action = this.#outgoing.get(id);
        if ('error' in outcome) validateError(this.protocol, outcome.error.code, outcome.error.description);
        else validate(this.protocol, action as string, 'conf', outcome.result);
        this.replies.set(id, outcome);
      },
      reconnect: () => {
        this.#disconnect(one);
        this.#time.schedule(() => this.#connect(one), ms(10));
      },
      inUse: () => this.way ?? { slot: undefined, url: 'ws://csms.example', securityProfile: memory.securityProfile ?? 0 },
      objectionTo: () => undefined,
      pingEvery: () => undefined,
      close: () => {
        one.connected = false;
        this.#listeners.delete(one);
        return Promise.resolve();
      },
    };
  };

  get up(): boolean {
    return this.#up;
  }
  set up(up: boolean) {
    this.#up = up;
    for (const one of this.#listeners) {
      if (up) this.#connect(one);
      else this.#disconnect(one);
    }
  }

  /** The way by which it is reached is the safest that there has been. */
  safer(securityProfile: number): void {
    for (const { listener } of this.#listeners) listener.safer(securityProfile);
  }

  /** Whoever is connected hears nothing any more, and is not heard: its process has died. */
  cutOff(): void {
    for (const one of this.#listeners) one.connected = false;
    this.#listeners.clear();
  }

  /** Calls the station; the reply is at the id. */
  call(action: string, payload: JsonObject): string {
    const id = `csms-${++this.#count}`;
    this.#outgoing.set(id, action);
    for (const { listener, connected } of this.#listeners) if (connected) listener.fact({ kind: 'received', id, action, payload });
    return id;
  }

  /** Answers a call for which `answers` had nothing. */
  answer(id: string, result: JsonObject): void {
    for (const { listener, connected } of this.#listeners) if (connected) listener.fact({ kind: 'answered', id, result });
  }

  of(action: string): JsonObject[] {
    return this.calls.filter((call) => call.action === action).map(({ payload }) => payload);
  }
  get actions(): string[] {
    return this.calls.map(({ action }) => action);
  }

  #connect(one: { readonly listener: LineListener; connected: boolean }): void {
    if (!this.#up || one.connected || !this.#listeners.has(one)) return;
    one.connected = true;
    one.listener.fact({ kind: 'connected', protocol: this.protocol });
  }
  #disconnect(one: { readonly listener: LineListener; connected: boolean }): void {
    if (!one.connected) return;
    one.connected = false;
    one.listener.fact({ kind: 'disconnected' });
  }

  #heard(one: { readonly listener: LineListener; connected: boolean }, call: Call): void {
    validate(this.protocol, call.action, 'req', call.payload);
    this.calls.push(call);
    if (this.silent) return;
    this.#time.schedule(() => {
      if (!one.connected) return;
      const answer = this.answers[call.action]?.(call.payload);
      if (answer === undefined) return;
      const { error } = answer as { error?: { code: string } };
      one.listener.fact({ kind: 'answered', id: call.id, ...(error === undefined ? { result: answer } : { error }) });
    }, ms(20));
  }
}
