import { expect, test } from 'vitest';
import { helpRows, readWords } from './words.js';

test.each([
  ['start CARD-1', { kind: 'order', order: { do: 'start', token: 'CARD-1' } }],
  ['start 2 CARD-1', { kind: 'order', order: { do: 'start', evse: 2, token: 'CARD-1' } }],
  ['stop', { kind: 'stop', transaction: undefined }],
  ['stop 0190', { kind: 'stop', transaction: '0190' }],
  ['limit 1 11000', { kind: 'order', order: { do: 'limit', evse: 1, watts: 11_000 } }],
  ['limit 0 off', { kind: 'order', order: { do: 'limit', evse: 0 } }],
  ['report', { kind: 'order', order: { do: 'report' } }],
  ['get AuthCtrlr.Enabled', { kind: 'order', order: { do: 'get', name: 'AuthCtrlr.Enabled' } }],
  ['set  HeartbeatInterval   two words ', { kind: 'order', order: { do: 'set', name: 'HeartbeatInterval', value: 'two words' } }],
  ['trigger StatusNotification 1', { kind: 'order', order: { do: 'trigger', message: 'StatusNotification', evse: 1 } }],
  ['reset', { kind: 'order', order: { do: 'reset', hard: false } }],
  ['reset hard', { kind: 'order', order: { do: 'reset', hard: true } }],
  ['availability 1 off', { kind: 'order', order: { do: 'availability', evse: 1, operative: false } }],
  ['unlock 1', { kind: 'order', order: { do: 'unlock', evse: 1 } }],
  ['call ClearCache', { kind: 'call', action: 'ClearCache', payload: {} }],
  ['call Reset {"type": "Soft"}', { kind: 'call', action: 'Reset', payload: { type: 'Soft' } }],
  ['pending', { kind: 'boot', answer: 'pending' }],
  ['quit', { kind: 'quit' }],
])('%s', (line, asked) => {
  expect(readWords(line)).toEqual({ station: undefined, asked });
  expect(readWords(`  @CP-1 ${line}`)).toEqual({ station: 'CP-1', asked });
});

test.each([
  ['start', 'write: start [EVSE] TOKEN'], ['start 1 A B', 'write: start [EVSE] TOKEN'], ['limit 1', 'write: limit EVSE WATTS|off'],
  ['limit 1 much', 'write: limit EVSE WATTS|off'], ['availability 1 maybe', 'write: availability EVSE on|off'], ['reset softly', 'write: reset [hard]'],
  ['set Name', 'write: set NAME VALUE'], ['quit now', 'write: quit'], ['strat X', 'unknown: strat (did you mean start?); type help'], ['toString', 'unknown: toString; type help'],
  ['call Reset [1]', 'the payload of a call is an object: {…}'],
])('%s is put right', (line, why) => {
  expect(readWords(line)?.asked).toEqual({ kind: 'problem', why });
});

test('a payload that is no JSON is told with the reason', () => {
  expect(readWords('call Reset {type}')?.asked).toMatchObject({ kind: 'problem', why: expect.stringMatching(/^the payload is no JSON: /) as string });
});

test('an empty line is nothing, a station alone is the one that is meant from now on', () => {
  expect(readWords('   ')).toBeUndefined();
  expect(readWords('@CP-2')).toEqual({ station: 'CP-2', asked: { kind: 'use' } });
});

test('all words are explained', () => {
  expect(helpRows.map(([form]) => form.split(' ')[0])).toContain('trigger');
  expect(helpRows.every(([, help]) => help.length > 0)).toBe(true);
});
