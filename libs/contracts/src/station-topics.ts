import { z } from 'zod';
import { contract } from './contract.js';
import { evse } from './evse-topics.js';
import { count, exampleTime, oneOf, text, timestamp } from './values.js';

/** What a station and its back office say, besides what concerns one outlet. */
export const at = <const Name extends string>(topic: Name) => `pilotwire/v1/{station}/${topic}` as const;

const protocol = oneOf(['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1', 'other'], 'other');

export const ocppState = contract({
  topic: at('ocpp/state'),
  doc: 'How a station stands with its CSMS.',
  from: 'ocpp-bridge',
  qos: 1,
  retain: true,
  payload: z.object({
    ts: timestamp,
    csms: text(512).optional().describe('its URL, without a password; absent where none is set'),
    identity: text(48),
    connected: z.boolean(),
    protocol: protocol.optional(),
    registration: oneOf(['none', 'accepted', 'pending', 'rejected'], 'none'),
    securityProfile: z.int().min(0).max(3),
    queue: z.object({
      waiting: count.describe('records on disk that the CSMS has not confirmed'),
      messages: count.describe('messages that wait in memory'),
      deadLetters: count,
    }),
    diskFull: z.boolean(),
    lastRx: timestamp.optional(),
    lastTx: timestamp.optional(),
    why: text(256).optional().describe('why there is no connection'),
  }),
  example: {
    ts: exampleTime, csms: 'wss://csms.example/ocpp', identity: 'demo', connected: true, protocol: 'ocpp2.0.1', registration: 'accepted',
    securityProfile: 2, queue: { waiting: 0, messages: 0, deadLetters: 0 }, diskFull: false, lastRx: exampleTime, lastTx: exampleTime,
  },
});

export const ocppMessage = contract({
  topic: at('ocpp/message'),
  doc: 'Each frame to and from the CSMS, as it was read. Passwords and keys are hidden, and tokens unless ocpp.tokens says otherwise.',
  from: 'ocpp-bridge',
  qos: 0,
  retain: false,
  payload: z.object({
    ts: timestamp,
    dir: z.enum(['out', 'in']),
    kind: z.enum(['call', 'result', 'error']),
    id: text(64),
    action: text(64).optional(),
    code: text(64).optional().describe('of an error'),
    payload: z.unknown().optional().describe('JSON; left out where it is longer than 16 KiB'),
  }),
  example: { ts: exampleTime, dir: 'out', kind: 'call', id: '0190f3a27c444c1e9a51-1', action: 'Heartbeat', payload: {} },
});

/** A record that the CSMS did not take, without its tokens. */
const letter = z.object({
  letter: count,
  kind: oneOf(['transaction', 'security', 'other'], 'other'),
  type: text(64).describe('started, updated or ended; or what concerns security'),
  transaction: text(64).optional(),
  evse: count.optional(),
  seqNo: count.optional(),
  givenUpAt: timestamp,
  answers: z.array(text(256)).max(16).describe('of the CSMS, one an attempt'),
});

export const deadLetters = contract({
  topic: at('ocpp/dead-letters'),
  doc: 'Records that were given up after the attempts of the standard. They are kept until the command dead-letter says what becomes of them.',
  from: 'ocpp-bridge',
  qos: 1,
  retain: true,
  payload: z.object({ ts: timestamp, total: count, letters: z.array(letter).max(100).describe('the oldest') }),
  example: {
    ts: exampleTime, total: 1,
    letters: [{ letter: 17, kind: 'transaction', type: 'ended', transaction: '0190f3a2-7c44-4c1e-9a51-000000000001', evse: 1, seqNo: 4, givenUpAt: exampleTime, answers: ['InternalError: no room', 'Timeout', 'Timeout'] }],
  },
});

export const ocppDataTransfer = contract({
  topic: at('ocpp/datatransfer'),
  doc: 'A DataTransfer of the CSMS, of a vendor that ocpp.dataTransfer names.',
  from: 'ocpp-bridge',
  qos: 1,
  retain: false,
  payload: z.object({ ts: timestamp, vendorId: text(255), messageId: text(50).optional(), data: z.unknown().optional().describe('JSON') }),
  example: { ts: exampleTime, vendorId: 'com.example', messageId: 'greeting', data: 'hello' },
});

export const stationConfig = contract({
  topic: at('config'),
  doc: 'Variables of the device model that the CSMS or a person has set, by component and variable; no secrets.',
  from: 'ocpp-bridge',
  qos: 1,
  retain: true,
  payload: z.object({ ts: timestamp, variables: z.record(text(96), text(2_500)) }),
  example: { ts: exampleTime, variables: { 'SampledDataCtrlr.TxUpdatedInterval': '30' } },
});

export const cost = contract({
  topic: evse('cost'),
  doc: 'What the charge costs so far, as the CSMS says.',
  from: 'ocpp-bridge',
  qos: 1,
  retain: true,
  payload: z.object({ ts: timestamp, transaction: text(64), total: z.number() }),
  example: { ts: exampleTime, transaction: '0190f3a2-7c44-4c1e-9a51-000000000001', total: 12.4 },
});

export const tokenTypes = ['Central', 'eMAID', 'ISO14443', 'ISO15693', 'KeyCode', 'Local', 'MacAddress'] as const;
