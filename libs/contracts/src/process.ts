import { z } from 'zod';
import { command } from './command.js';
import { contract } from './contract.js';
import { modes } from './services.js';
import { boot, count, exampleBoot, exampleTime, milliseconds, name, oneOf, text, timestamp } from './values.js';

const at = <const Name extends string>(topic: Name) => `pilotwire/v1/svc/{service}/{instance}/${topic}` as const;

/** The last will of each process: a connection has one, so it belongs to the process, not to a station. */
export const serviceStatus = contract({
  topic: at('status'),
  doc: 'Whether a process is there. The broker says offline where the process cannot.',
  from: 'each',
  qos: 1,
  retain: true,
  payload: z.object({
    state: oneOf(['online', 'offline'], 'offline'),
    version: text(32),
    startedAt: timestamp,
    stations: z.array(name).max(1_024),
  }),
  example: { state: 'online', version: '0.1.0', startedAt: exampleTime, stations: ['demo'] },
});

export const serviceInfo = contract({
  topic: at('info'),
  doc: 'What a process is made of, and the configuration in force, secrets hidden.',
  from: 'each',
  qos: 0,
  retain: true,
  payload: z.object({
    ts: timestamp,
    version: text(32),
    contracts: z.literal(1).describe('version of this tree'),
    node: text(32),
    platform: text(64),
    mode: oneOf([...modes, 'other'], 'other'),
    config: z.record(text(96), z.union([text(512), z.number(), z.boolean(), z.null()])),
  }),
  example: {
    ts: exampleTime, version: '0.1.0', contracts: 1, node: 'v24.21.0', platform: 'linux arm64', mode: 'evse', config: { 'mqtt.url': 'mqtt://127.0.0.1:1883' },
  },
});

export const serviceHealth = contract({
  topic: at('health'),
  doc: 'How a process fares, every 60 s.',
  from: 'each',
  qos: 0,
  retain: true,
  payload: z.object({
    ts: timestamp,
    uptimeS: count,
    rssMb: z.number().min(0),
    eventLoopLagMs: milliseconds,
    queued: count.describe('messages that wait for the broker'),
    counters: z.record(text(64), z.number()),
  }),
  example: { ts: exampleTime, uptimeS: 60, rssMb: 71.5, eventLoopLagMs: 1.2, queued: 0, counters: { 'bus.published': 412 } },
});

/** Of one station's events in one process. */
const streamHead = z.object({
  station: name,
  boot,
  firstSeq: count.describe('the oldest event that can still be asked for'),
  lastSeq: count.describe('0: no event yet'),
});

export const journalHead = contract({
  topic: at('journal'),
  doc: 'How far the events of a process go, by station: a consumer that has less asks for the rest.',
  from: 'each',
  qos: 1,
  retain: true,
  payload: z.object({ ts: timestamp, streams: z.array(streamHead).max(1_024) }),
  example: { ts: exampleTime, streams: [{ station: 'demo', boot: exampleBoot, firstSeq: 1, lastSeq: 17 }] },
});

export const replay = command({
  name: 'replay',
  prefix: at(''),
  doc: 'Publish events again, from the journal, on their own topics. Their ids are the same, so nobody takes them for new.',
  executor: 'each',
  requesters: ['history', 'ocpp-bridge', 'pilotwire'],
  modes,
  args: z.strictObject({ station: name, boot, fromSeq: z.int().min(1), toSeq: z.int().min(1) }),
  example: { station: 'demo', boot: exampleBoot, fromSeq: 12, toSeq: 17 },
});

export const sendAgain = command({
  name: 'send-again',
  prefix: at(''),
  doc: 'Publish again what has no journal and was said of late: batches of telemetry, of the last 45 s at least. For a consumer whom the broker did not know while they were said.',
  executor: 'each',
  requesters: ['history'],
  modes,
  args: z.strictObject({}),
  example: {},
});

export const role = command({
  name: 'role',
  prefix: at(''),
  doc: 'Play another side of the cable from now on, until the process ends: it begins with what its configuration says. A gateway ends a session that runs in order first; an agent does not leave one.',
  executor: 'each',
  requesters: ['history', 'pilotwire'],
  modes,
  args: z.strictObject({ role: z.enum(modes) }),
  example: { role: 'listen' },
});
