import { topicFor } from '@pilotwire/contracts';
import type { Contract, Output, Params, Schema } from '@pilotwire/contracts';
import { BusError } from './error.js';
import type { Message } from './transport.js';

/** In UTF-16 code units of JSON: no broker should be asked to carry more. */
export const largestPayload = 524_288;

/** A payload at its topic. Throws `ContractError`, `TopicError`, `BusError` `too-large`. */
export function messageFor<Topic extends string, Payload extends Schema>(
  { topic: template, qos, retain, again, write }: Pick<Contract<Topic, Payload>, 'topic' | 'qos' | 'retain' | 'again' | 'write'>,
  params: Params<Topic>,
  value: Output<Payload>,
): Message {
  const [topic, payload] = [topicFor(template, params), write(value)];
  if (payload.length > largestPayload) throw new BusError('too-large', `${topic}: ${payload.length} characters; ${largestPayload} at most`);
  return { topic, payload, qos, retain, ...(again === true && { again }) };
}
