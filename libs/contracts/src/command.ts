import { z } from 'zod';
import { contract } from './contract.js';
import type { Contract } from './contract.js';
import type { Mode, Service } from './services.js';
import { exampleTime, text, timestamp } from './values.js';

/** How a command came out. A value is added only with a meaning for those who do not know it: they take it for `failed`. */
export const commandCodes = [
  'done',
  'accepted', // begun; events tell the rest
  'bad-shape', // not as the contract says
  'retained', // a command is never retained
  'expired',
  'lives-too-long', // it would expire later than is allowed
  'wrong-mode', // this process plays another side of the cable
  'not-simulated', // only a simulation can do that
  'rate-limited',
  'busy',
  'not-now', // the state does not allow it
  'unknown-target', // no such station, EVSE, stream
  'not-supported',
  'failed',
] as const;
export type CommandCode = (typeof commandCodes)[number];

/** What `status` a code has: the closed list in two words. */
export const statusOf = (code: CommandCode): 'accepted' | 'done' | 'rejected' | 'failed' =>
  code === 'done' || code === 'accepted' || code === 'failed' ? code : 'rejected';

const requestId = z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/).describe("the caller's; results echo it");
const lenientCode = z.preprocess(
  (code) => (typeof code === 'string' && code.length <= 64 && !(commandCodes as readonly string[]).includes(code) ? 'failed' : code),
  z.enum(commandCodes),
);

const resultSchema = z.object({
  requestId: requestId.nullable().describe('null where the command had none that could be read'),
  ts: timestamp,
  status: z.enum(['accepted', 'done', 'rejected', 'failed']),
  code: lenientCode,
  message: text(256).optional(),
});
export type CommandResult = z.output<typeof resultSchema>;

const requestSchema = <Args extends z.ZodType>(args: Args) =>
  z.object({ requestId, issuedAt: timestamp, expiresAt: timestamp, source: text(64), args });
export type RequestSchema<Args extends z.ZodType> = ReturnType<typeof requestSchema<Args>>;

/** A command: a request that is never retained and expires, and exactly one result. */
export interface Command<Prefix extends string = string, Name extends string = string, Args extends z.ZodType = z.ZodType> {
  readonly name: Name;
  readonly doc: string;
  readonly modes: readonly Mode[];
  /** Only a simulation can carry it out. */
  readonly simulated: boolean;
  readonly args: Args;
  readonly request: Contract<`${Prefix}cmd/${Name}`, RequestSchema<Args>>;
  readonly result: Contract<`${Prefix}cmd-result/${Name}`, typeof resultSchema>;
}

/** Any command, whatever it asks. */
export type AnyCommand = Pick<Command, 'name' | 'doc' | 'modes' | 'simulated'> & {
  readonly request: Omit<Contract, 'write' | 'example'> & { readonly example: unknown };
  readonly result: Contract<string, typeof resultSchema>;
};

export interface CommandDeclaration<Prefix extends string, Name extends string, Args extends z.ZodType> {
  readonly name: Name;
  readonly prefix: Prefix;
  readonly doc: string;
  /** The one service that carries it out; `each`: every process its own. */
  readonly executor: Service | 'each';
  /** Who may ask; the broker refuses the others. */
  readonly requesters: readonly Service[];
  readonly modes: readonly Mode[];
  readonly simulated?: boolean;
  /** What is asked is understood whole or refused, so declare it with `z.strictObject`. */
  readonly args: Args;
  readonly example: z.output<Args>;
}

export function command<const Prefix extends string, const Name extends string, Args extends z.ZodType>(
  declaration: CommandDeclaration<Prefix, Name, Args>,
): Command<Prefix, Name, Args> {
  const { name, prefix, doc, executor, requesters, modes, simulated = false, args, example } = declaration;
  const request = requestSchema(args);
  return {
    name,
    doc,
    modes,
    simulated,
    args,
    request: contract({
      topic: `${prefix}cmd/${name}`,
      doc,
      from: requesters,
      qos: 1,
      retain: false,
      payload: request,
      // The fields around `args` are right for any `args`; the compiler cannot follow a schema that it does not know.
      example: {
        requestId: 'cli-1', issuedAt: exampleTime, expiresAt: '2026-01-01T12:00:30.000Z', source: 'pilotwire', args: example,
      } as z.output<typeof request>,
    }),
    result: contract({
      topic: `${prefix}cmd-result/${name}`,
      doc: `How a ${name} came out.`,
      from: executor,
      qos: 1,
      retain: false,
      payload: resultSchema,
      example: { requestId: 'cli-1', ts: exampleTime, status: 'done', code: 'done' },
    }),
  };
}
