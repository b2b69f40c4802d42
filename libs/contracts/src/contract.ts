import type { z } from 'zod';
import type { Service } from './services.js';
import type { Params } from './topic.js';

/** What a payload is made of, and the value that comes out of it: for those who need not know of zod. */
export type Schema = z.ZodType;
export type Output<S extends Schema> = z.output<S>;

/** What can be read from a topic: its parameters come from the template, its payload from the schema. */
export interface Readable<Topic extends string, Payload> {
  readonly topic: Topic;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** The payload is text and no JSON, as others write it. */
  readonly text?: true;
  /** Lenient: fields that are not known fall away, an enum's later value becomes its fallback. */
  read(json: unknown): Reading<Payload>;
}

export type Reading<Payload> =
  | { readonly ok: true; readonly payload: Payload }
  | { readonly ok: false; readonly problem: string };

/** What a topic carries, who writes it, and how. */
export interface Declaration<Topic extends string, Schema extends z.ZodType> {
  /** The template; each name in braces is a parameter. */
  readonly topic: Topic;
  /** One sentence for the reader of the reference. */
  readonly doc: string;
  /** The one service that writes it; a list only where several may ask, as for a command. */
  readonly from: Service | readonly Service[] | 'each';
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /**
   * A second delivery does no harm, and a lost one would: after a lost connection the last ones are sent again, for a broker
   * that died took with it what it had acknowledged since it last saved.
   */
  readonly again?: true;
  /** Strict when publishing, lenient when reading. `null` is the empty payload, which clears a retained topic. */
  readonly payload: Schema;
  readonly example: z.output<Schema>;
}

export interface Contract<Topic extends string = string, Schema extends z.ZodType = z.ZodType>
  extends Declaration<Topic, Schema>, Readable<Topic, z.output<Schema>> {
  readonly writers: readonly Service[] | 'each';
  /** Strict: throws `ContractError` for anything that would not come back from reading as it was given. */
  write(payload: z.output<Schema>): string;
}

/** Any contract, whatever it carries. */
export type AnyContract = Omit<Contract, 'read' | 'write' | 'example'> & {
  readonly example: unknown;
  read(json: unknown): Reading<unknown>;
};

export type TopicOf<C> = C extends { readonly topic: infer Topic extends string } ? Topic : never;
export type ParamsOf<C> = Params<TopicOf<C>>;
export type PayloadOf<C> = C extends Readable<string, infer Payload> ? Payload : never;

/** A payload that is not what its contract says; `path` says where. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly topic: string;
  readonly path: string;

  constructor(topic: string, path: string, problem: string) {
    super(`${topic}: ${path === '' ? '' : `${path}: `}${problem}`);
    this.topic = topic;
    this.path = path;
  }
}

/** Declares what a topic carries. The declaration is the documentation, the schema, the types and the access rule. */
export function contract<const Topic extends string, Schema extends z.ZodType>(
  declaration: Declaration<Topic, Schema>,
): Contract<Topic, Schema> {
  const { payload: schema, from, topic } = declaration;
  return {
    ...declaration,
    writers: from === 'each' || typeof from !== 'string' ? from : [from],
    read: (json) => read(schema, json),
    write(payload) {
      const parsed = schema.safeParse(payload);
      if (!parsed.success) {
        const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'refused' };
        throw new ContractError(topic, path.join('.'), message);
      }
      // A reader drops what it does not know and takes an enum's strange value for its fallback; a writer may not.
      const lost = firstDifference(payload, parsed.data, '');
      if (lost !== undefined) throw new ContractError(topic, lost, 'is not in the contract');
      return payload === null ? '' : JSON.stringify(payload);
    },
  };
}

export function read<Schema extends z.ZodType>(schema: Schema, json: unknown): Reading<z.output<Schema>> {
  try {
    const parsed = schema.safeParse(json);
    if (parsed.success) return { ok: true, payload: parsed.data };
    const problems = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || 'payload'}: ${message}`);
    return { ok: false, problem: problems.join('; ') };
  } catch (error) {
    // JSON in JSON, a few thousand times: the stack ends before it does.
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, problem: 'payload: nested too deep' };
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function firstDifference(given: unknown, kept: unknown, path: string): string | undefined {
  if (!isObject(given) || !isObject(kept)) return given === kept ? undefined : path;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const at = path === '' ? name : `${path}.${name}`;
    if (!(name in kept)) return at;
    const found = firstDifference(value, kept[name], at);
    if (found !== undefined) return found;
  }
  return undefined;
}
