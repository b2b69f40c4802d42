import { filterFor, paramsOf, statusOf, topicFor } from '@pilotwire/contracts';
import type { Command, CommandCode, CommandResult, Mode, Output, Params, PayloadOf, Schema, Wildcards } from '@pilotwire/contracts';
import type { Clock } from '@pilotwire/runtime';
import { Admission, longestLife } from './admission.js';
import { messageFor } from './message.js';
import type { BusReport } from './report.js';
import type { Body, Route } from './router.js';
import type { Delivery, Message } from './transport.js';

/** How an execution came out: its code, and a word to the person who asked. */
export type Verdict = CommandCode | { readonly code: CommandCode; readonly message: string };

export interface CommandContext<Prefix extends string> {
  readonly params: Params<Prefix>;
  readonly requestId: string;
  readonly source: string;
  /** A process that has ended may have carried it out already: what must not be done twice is refused. */
  readonly repeated: boolean;
}

/** Carries a command out. It is called once for each command that is in shape, in time, in rate and of this mode. */
export type Execute<Prefix extends string, Args extends Schema> = (
  args: Output<Args>,
  context: CommandContext<Prefix>,
) => Verdict | Promise<Verdict>;

export interface ExecutorOptions {
  readonly mode: Mode;
  readonly simulated: boolean;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly time: () => number;
  readonly report: (report: BusReport) => void;
  readonly answer: (topic: string, payload: string) => void;
}

/** The side that carries commands out: judges each, and answers each exactly once. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #admission = new Admission();

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  route<Prefix extends string, Name extends string, Args extends Schema>(
    command: Command<Prefix, Name, Args>,
    params: Wildcards<Prefix>,
    execute: Execute<Prefix, Args>,
  ): Route {
    const { topic } = command.request;
    return {
      filter: filterFor(topic, params as Wildcards<typeof topic>),
      retain: false,
      take: (delivery, body) => {
        const found = paramsOf(topic, delivery.topic) as Params<Prefix> | undefined;
        if (found !== undefined) void this.#take(command, found, delivery, body, execute);
      },
    };
  }

  async #take<Prefix extends string, Name extends string, Args extends Schema>(
    command: Command<Prefix, Name, Args>,
    params: Params<Prefix>,
    { topic, retained, repeated }: Pick<Delivery, 'topic' | 'retained' | 'repeated'>,
    body: Body,
    execute: Execute<Prefix, Args>,
  ): Promise<void> {
    const { report, time, clock } = this.#options;
    const reading = body.ok ? command.request.read(body.json) : body;
    const { requestId, expiresAt } = idOf(body.ok ? body.json : undefined);
    const answer = (verdict: Verdict): void => this.#answer(command, params, requestId, verdict);
    if (requestId !== null) {
      const seen = this.#admission.first(topic, requestId, Math.min(expiresAt ?? Infinity, time() + longestLife), time());
      if (seen === 'again') {
        report({ kind: 'repeated-command', topic, requestId });
        return;
      }
      if (seen === 'full') {
        answer({ code: 'rate-limited', message: 'too many commands in too short a time' });
        return;
      }
    }
    const refusal = retained ? 'retained' : reading.ok ? this.#refusal(command, reading.payload as { expiresAt: string }) : undefined;
    if (refusal !== undefined) return answer(refusal);
    if (!reading.ok) return answer({ code: 'bad-shape', message: reading.problem.slice(0, 256) });
    if (!this.#admission.allows(topic, clock.now())) return answer({ code: 'rate-limited', message: 'too many of this command' });
    const { args, source } = reading.payload as { args: Output<Args>; source: string };
    try {
      answer(await execute(args, { params, requestId: requestId as string, source, repeated }));
    } catch (error) {
      report({ kind: 'handler', topic, error });
      answer({ code: 'failed', message: 'the execution broke off' });
    }
  }

  #refusal(command: { readonly modes: readonly Mode[]; readonly simulated: boolean }, { expiresAt }: { expiresAt: string }): Verdict | undefined {
    const { mode, simulated, time } = this.#options;
    const left = Date.parse(expiresAt) - time();
    if (left <= 0) return { code: 'expired', message: `${Math.round(-left)} ms too late, by the clock of this machine` };
    if (left > longestLife) return { code: 'lives-too-long', message: `a command lives ${longestLife / 1_000} s at most; this one ${Math.ceil(left / 1_000)} s more, by the clock of this machine` };
    if (!command.modes.includes(mode)) return { code: 'wrong-mode', message: `this process plays ${mode}; the command is for ${command.modes.join(', ')}` };
    if (command.simulated && !simulated) return { code: 'not-simulated', message: 'only a simulation can do that' };
    return undefined;
  }

  #answer<Prefix extends string, Name extends string, Args extends Schema>(
    { result }: Command<Prefix, Name, Args>,
    params: Params<Prefix>,
    requestId: string | null,
    verdict: Verdict,
  ): void {
    const { code, message } = typeof verdict === 'string' ? { code: verdict, message: undefined } : verdict;
    const payload: CommandResult = {
      requestId,
      ts: new Date(this.#options.time()).toISOString(),
      status: statusOf(code),
      code,
      ...(message !== undefined && { message: message.slice(0, 256) }),
    };
    this.#options.answer(topicFor(result.topic, params as Params<typeof result.topic>), result.write(payload));
  }
}

/** What can be known of a command whose shape is wrong, so that whoever sent it learns that. */
function idOf(json: unknown): { readonly requestId: string | null; readonly expiresAt: number | undefined } {
  const { requestId, expiresAt } = (typeof json === 'object' && json !== null ? json : {}) as { requestId?: unknown; expiresAt?: unknown };
  const end = typeof expiresAt === 'string' ? Date.parse(expiresAt) : Number.NaN;
  return {
    requestId: typeof requestId === 'string' && /^[A-Za-z0-9_.:-]{1,64}$/.test(requestId) ? requestId : null,
    expiresAt: Number.isNaN(end) ? undefined : end,
  };
}

/** What a requester sends. */
export function requestOf<Prefix extends string, Name extends string, Args extends Schema>(
  { request }: Command<Prefix, Name, Args>,
  params: Params<Prefix>,
  args: Output<Args>,
  { requestId, source, time, life }: { readonly requestId: string; readonly source: string; readonly time: number; readonly life: number },
): Message {
  const stamp = (at: number): string => new Date(at).toISOString();
  const payload = { requestId, issuedAt: stamp(time), expiresAt: stamp(time + life), source, args };
  return messageFor(request, params as Params<typeof request.topic>, payload as PayloadOf<typeof request>);
}
