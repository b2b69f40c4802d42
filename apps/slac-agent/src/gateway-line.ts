import type { AgentEnd, AgentWord, GatewayWord } from '@pilotwire/pair';

type Request = NonNullable<GatewayWord['dlink']>['request'];

export interface GatewayListener {
  /** A word came. `anew`: the first of this gateway, or since it was silent. */
  heard(anew: boolean): void;
  /** Nobody has spoken for too long, or another process speaks now. */
  silent(why: string): void;
  asked(request: Request): void;
}

/** The gateway, as its agent knows it: the last word, and each of its requests once. */
export class GatewayLine {
  readonly #channel: ReturnType<AgentEnd> | undefined;
  #word: GatewayWord | undefined;
  #session: string | undefined;
  /** Undefined: where the first word begins to count. */
  #count: number | undefined;

  constructor(pair: AgentEnd, listener: GatewayListener) {
    this.#channel = pair({
      // Whoever answers while the end is being taken says the same again.
      receive: (word) => this.#channel !== undefined && this.#heard(word, listener),
      status: (status) => {
        // The first word tells that somebody is there.
        if (status.state === 'up') return;
        this.#word = undefined;
        this.#count = undefined;
        listener.silent(status.why);
      },
    });
  }

  /** Undefined while the gateway is silent. */
  get word(): GatewayWord | undefined {
    return this.#word;
  }

  /** Of the last word; a gateway that falls silent ends no session. */
  get session(): string | undefined {
    return this.#session;
  }

  /** Why it is not to be left now. */
  get held(): string | undefined {
    return this.#word?.sessionId === undefined ? undefined : 'the gateway has a session: change its role first, which ends the session in order';
  }

  /** The plug is out: where nobody says what session it is, there is none. */
  unplugged(): void {
    if (this.#word === undefined) this.#session = undefined;
  }

  say(word: AgentWord): void {
    this.#channel?.send(word);
  }

  close(): void {
    this.#channel?.close();
  }

  #heard(word: GatewayWord, listener: GatewayListener): void {
    const [before, anew] = [this.#count, this.#word === undefined];
    const { count, request } = word.dlink ?? { count: 0, request: undefined };
    this.#count = count;
    this.#word = word;
    this.#session = word.sessionId;
    listener.heard(anew);
    if (before !== undefined && request !== undefined && count > before) listener.asked(request);
  }
}
