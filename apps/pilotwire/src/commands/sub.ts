import { isFilter, tapTopics } from '@pilotwire/bus';
import type { Delivery } from '@pilotwire/bus';
import { allContracts, anyEvent, matches, paramsOf } from '@pilotwire/contracts';
import type { Reading } from '@pilotwire/contracts';
import { systemClock } from '@pilotwire/runtime';
import { UsageError } from '../errors.js';
import { plain } from '../site/plain.js';
import { siteCommand } from '../site/settings.js';
import { connectionFor, noBroker, visitorName } from '../site/visitor.js';

const everything = 'pilotwire/v1/#';

export const sub = siteCommand({
  summary: 'Prints what is said on the bus: topic and payload of everything under a filter.',
  usage: ['[--json] [--count NUMBER] [FILTER]'],
  options: {
    json: { help: 'one object a line: "topic", "retained", "payload"; "problem" where it is not as its contract says' },
    count: { help: 'end after so many messages', value: 'NUMBER' },
  },
  notes: `FILTER is that of MQTT, in quotes: + stands for a level, # for all that follow; default: ${everything}. What was there
before is marked as retained. What is not as docs/reference/topics.md says is printed as it is, with what is wrong.`,
  run: async (site, { json, count }, words, io) => {
    const [filter = everything, ...more] = words;
    if (more.length > 0) throw new UsageError(`sub takes one FILTER, in quotes: ${words.join(' ')}`);
    if (!isFilter(filter)) throw new UsageError(`no topic filter: ${filter}; + stands for a whole level, # for all that follow and comes last`);
    const most = count === undefined ? Infinity : Number(count);
    if (!(most >= 1)) throw new UsageError(`--count is a number from 1: ${count}`);
    const connection = connectionFor(site);
    let [came, down] = [0, false];
    let enough: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      enough = resolve;
    });
    io.onInterrupt(enough);
    const tap = tapTopics({
      ...connection, clientId: `pilotwire-${visitorName('sub')}`, clock: systemClock(), filter,
      onMessage: (delivery) => {
        if (came >= most) return;
        came++;
        void io.out.line(json ? JSON.stringify(read(delivery)) : text(read(delivery)));
        if (came >= most) enough();
      },
      onUp: () => {
        if (down) io.err.write(`pilotwire: sub: ${tap.where} is there again\n`);
        down = false;
      },
      onDown: (why) => {
        if (!down) io.err.write(`pilotwire: sub: ${noBroker(tap.where, why, site)}; trying on\n`);
        down = true;
      },
    });
    await over;
    await tap.close();
    return 0;
  },
});

interface Read {
  readonly topic: string;
  readonly retained: boolean;
  /** As it came; a text where it is no JSON; null where it is empty. */
  readonly payload: unknown;
  readonly problem?: string;
}

/** A message, and what is wrong with it by its contract. Topics that are not ours may say what they like. */
export function read({ topic, payload, retained }: Delivery): Read {
  let json: unknown = null;
  try {
    if (payload !== '') json = JSON.parse(payload);
  } catch (error) {
    return { topic, retained, payload, ...(matches(everything, topic) && { problem: `no JSON: ${(error as Error).message}` }) };
  }
  const reading = contracted(topic, json);
  return { topic, retained, payload: json, ...(reading?.ok === false && { problem: reading.problem }) };
}

function contracted(topic: string, json: unknown): Reading<unknown> | undefined {
  const contract = allContracts.find((one) => paramsOf(one.topic, topic) !== undefined);
  if (contract !== undefined) return contract.read(json);
  // Of a later version, perhaps.
  if (paramsOf(anyEvent.topic, topic) !== undefined) return anyEvent.read(json);
  return matches(everything, topic) ? { ok: false, problem: 'no contract has this topic' } : undefined;
}

const text = ({ topic, retained, payload, problem }: Read): string =>
  plain(`${topic}${retained ? ' (retained)' : ''} ${payload === null ? '(empty)' : JSON.stringify(payload)}${problem === undefined ? '' : `  NOT AS ITS CONTRACT: ${problem}`}`);
