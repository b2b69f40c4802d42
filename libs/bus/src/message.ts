import { topicFor } from '@pilotwire/contracts';
import type { Contract, Params } from '@pilotwire/contracts';
import type { z } from 'zod';
import { BusError } from './error.js';
import type { Message } from './transport.js';

/** In UTF-16 code units of JSON: no broker should be asked to carry more. */
export const largestPayload = 524_288;

/** A payload at its topic. Throws `ContractError`, `TopicError`, `BusError` `too-large`. */
export function messageFor<Topic extends string, Schema extends z.ZodType>(
  { topic: template, qos, retain, write }: Pick<Contract<Topic, Schema>, 'topic' | 'qos' | 'retain' | 'write'>,
  params: Params<Topic>,
  value: z.output<Schema>,
): Message {
  const [topic, payload] = [topicFor(template, params), write(value)];
  if (payload.length > largestPayload) throw new BusError('too-large', `${topic}: ${payload.length} characters; ${largestPayload} at most`);
  return { topic, payload, qos, retain };
}
