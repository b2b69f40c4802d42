import { z } from 'zod';
import { contract, read } from './contract.js';
import type { Contract, Readable } from './contract.js';
import { evse } from './evse-topics.js';
import type { Service } from './services.js';
import { boot, evseNumber, exampleBoot, exampleSession, exampleTime, name, sessionId, timestamp } from './values.js';

const eventType = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/).max(48);

/**
 * What surrounds every event. `id` is unique: what is delivered twice is known by it. `boot` and `seq` count the events
 * of one publisher (`src`) and station, so that a consumer sees what it missed and asks for it.
 */
const envelope = <Type extends z.ZodType, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({
    v: z.literal(1),
    id: z.uuidv7(),
    type,
    ts: timestamp,
    st: name,
    evse: evseNumber,
    sessionId: sessionId.optional(),
    src: z.string().regex(/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/).max(97).describe('service/instance'),
    boot,
    seq: z.int().min(1),
    data,
  });
type Envelope<Type extends z.ZodType, Data extends z.ZodType> = ReturnType<typeof envelope<Type, Data>>;

export interface EventContract<Type extends string = string, Data extends z.ZodType = z.ZodType>
  extends Contract<`pilotwire/v1/{station}/evse/{evse}/event/${Type}`, Envelope<z.ZodLiteral<Type>, Data>> {
  readonly type: Type;
  readonly data: Data;
}
export type DataOf<E> = E extends { readonly data: infer Data extends z.ZodType } ? z.output<Data> : never;

export interface EventDeclaration<Type extends string, Data extends z.ZodType> {
  readonly doc: string;
  readonly from: Service;
  readonly data: Data;
  readonly example: z.output<Data>;
  readonly type: Type;
}

export function event<const Type extends string, Data extends z.ZodType>(
  { type, doc, from, data, example }: EventDeclaration<Type, Data>,
): EventContract<Type, Data> {
  const payload = envelope(z.literal(type), data);
  return {
    ...contract({
      topic: evse(`event/${type}`),
      doc,
      from,
      qos: 1,
      retain: false,
      payload,
      // The fields around `data` are right for any `data`; the compiler cannot follow a schema that it does not know.
      example: {
        v: 1, id: '019b7967-6d00-7000-8000-0000000000ee', type, ts: exampleTime, st: 'demo', evse: 1, sessionId: exampleSession,
        src: `${from}/main`, boot: exampleBoot, seq: 7, data: example,
      } as z.output<typeof payload>,
    }),
    type,
    data,
  };
}

const anyEnvelope = envelope(eventType, z.json());
/** An event of whatever type. */
export type AnyEvent = z.output<typeof anyEnvelope>;

/**
 * Every event of an outlet. Those of a known type are read by their own contract; the others are kept as they are, for
 * a later version knows them.
 */
export function everyEvent(known: readonly EventContract[]): Readable<'pilotwire/v1/{station}/evse/{evse}/event/{type}', AnyEvent> {
  const byType = new Map<string, EventContract>(known.map((one) => [one.type, one]));
  return {
    topic: evse('event/{type}'),
    qos: 1,
    retain: false,
    read(json) {
      const any = read(anyEnvelope, json);
      const own = any.ok ? byType.get(any.payload.type) : undefined;
      return own === undefined ? any : (own.read(json) as typeof any);
    },
  };
}
