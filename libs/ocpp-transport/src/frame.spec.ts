import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Protocol } from '@pilotwire/station';
import { longestFrame, readFrame } from './frame.js';

const answerTo = (text: string, protocol: Protocol) => {
  const frame = readFrame(text, protocol);
  return frame.kind === 'bad' ? (frame.answer && [frame.answer.id, frame.answer.code]) : frame.kind;
};

describe('a frame that is none', () => {
  test.each([
    ['not JSON at all', 'what?', undefined, ['-1', 'RpcFrameworkError']],
    ['half a call', '[2,"id-1","Reset",{"type":"So', ['id-1', 'FormationViolation'], ['id-1', 'RpcFrameworkError']],
    ['an object', '{"a":1}', undefined, ['-1', 'RpcFrameworkError']],
    ['a number', '17', undefined, ['-1', 'RpcFrameworkError']],
    ['a type in words', '["CALL","id-1","Reset",{}]', ['id-1', 'FormationViolation'], ['id-1', 'RpcFrameworkError']],
    ['a call without an id', '[2,{},"Reset",{}]', undefined, ['-1', 'RpcFrameworkError']],
    ['an empty id', '[2,"","Reset",{}]', undefined, ['-1', 'RpcFrameworkError']],
    ['an action that is none', '[2,"id-1",7,{}]', ['id-1', 'FormationViolation'], ['id-1', 'RpcFrameworkError']],
    ['no payload', '[2,"id-1","Reset"]', ['id-1', 'FormationViolation'], ['id-1', 'FormatViolation']],
    ['a type that nobody knows', '[9,"id-1","Reset",{}]', undefined, ['id-1', 'MessageTypeNotSupported']],
    ['a SEND before 2.1', '[6,"id-1","NotifyPeriodicEventStream",{}]', undefined, ['id-1', 'MessageTypeNotSupported']],
    ['half an answer', '[3,"id-1",{', undefined, undefined],
    ['an answer without an id', '[3,{},{}]', undefined, undefined],
    ['an error without an id', '[4]', undefined, undefined],
  ])('%s', (_, text, in16, in2) => {
    expect(answerTo(text, 'ocpp1.6')).toEqual(in16);
    expect(answerTo(text, 'ocpp2.0.1')).toEqual(in2);
  });

  test('in 2.1 SEND and CALLRESULTERROR have no answer', () => {
    expect(answerTo('[6,"id-1","NotifyPeriodicEventStream",{}]', 'ocpp2.1')).toBeUndefined();
    expect(answerTo('[5,"id-1","FormatViolation","",{}]', 'ocpp2.1')).toBeUndefined();
  });

  test('one that is too long is answered by the id at its beginning', () => {
    const text = `[2,"id-1","DataTransfer",{"data":"${'x'.repeat(longestFrame)}"}]`;
    expect(answerTo(text, 'ocpp2.0.1')).toEqual(['id-1', 'FormatViolation']);
    expect(answerTo(text, 'ocpp1.6')).toEqual(['id-1', 'FormationViolation']);
  });

  test('one that is nested too deep is refused, and an answer of that kind settles its call', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(answerTo(`[2,"id-1","DataTransfer",${deep}]`, 'ocpp2.0.1')).toEqual(['id-1', 'FormatViolation']);
    expect(readFrame(`[3,"id-1",${deep}]`, 'ocpp2.0.1')).toMatchObject({ kind: 'error', id: 'id-1', code: 'FormatViolation' });
  });
});

test('what is said in an error is taken as far as it is text, and no further', () => {
  expect(readFrame(`[4,"id-1",17,null,"x"]`, 'ocpp1.6')).toEqual({ kind: 'error', id: 'id-1', code: 'GenericError', description: '' });
  expect(readFrame(JSON.stringify([4, 'id-1', 'InternalError', 'y'.repeat(9_000)]), 'ocpp1.6')).toMatchObject({ description: 'y'.repeat(255) });
});

test('whatever comes, it is read without throwing, and an answer goes out only to what may be a call', () => {
  const almost = fc.tuple(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.jsonValue()), fc.oneof(fc.string(), fc.jsonValue()), fc.jsonValue(), fc.jsonValue());
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), almost.map((frame) => JSON.stringify(frame))), fc.constantFrom<Protocol>('ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'), (text, protocol) => {
      const frame = readFrame(text, protocol);
      if (frame.kind !== 'bad' || frame.answer === undefined) return;
      expect(frame.answer.id.length).toBeGreaterThan(0);
      expect(text.trimStart()).not.toMatch(/^\[\s*[34]\s*,/);
    }),
    { numRuns: 2_000 },
  );
});
