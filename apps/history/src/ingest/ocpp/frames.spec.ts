import { describe, expect, test } from 'vitest';
import { begun16, toldBy } from './frames.js';

const at = (second: number): string => new Date(Date.UTC(2026, 2, 2, 12, 0, second)).toISOString();
const out = (action: string, payload: unknown) => toldBy({ dir: 'out', kind: 'call', id: 'x-1', action, payload });
const sampled = (second: number, context: string, wh: number) => ({ timestamp: at(second), sampledValue: [{ value: wh, context, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'Wh' } }] });
const event = (eventType: string, second: number, over: object = {}) => ({ eventType, timestamp: at(second), seqNo: 0, triggerReason: 'x', transactionInfo: { transactionId: 'T' }, evse: { id: 1 }, ...over });

describe('2.x', () => {
  test('the beginning has the token and the first reading', () => {
    expect(out('TransactionEvent', event('Started', 0, { idToken: { idToken: 'CARD', type: 'ISO14443' }, meterValue: [sampled(0, 'Transaction.Begin', 500)] }))).toMatchObject({
      word: { id: 'T', evse: 1, idToken: 'CARD', startedAt: at(0), meterStartWh: 500 }, readings: [{ ts: at(0), value: 500, unit: 'Wh' }],
    });
  });

  test('the end alone tells the whole, for it repeats the first reading', () => {
    expect(out('TransactionEvent', event('Ended', 9, { meterValue: [sampled(0, 'Transaction.Begin', 500), sampled(5, 'Sample.Periodic', 700), sampled(9, 'Transaction.End', 900)] }))).toMatchObject({
      word: { id: 'T', startedAt: at(0), endedAt: at(9), meterStartWh: 500, meterStopWh: 900, reason: 'Local' },
    });
  });

  test('what is between says neither beginning nor end', () => {
    const told = out('TransactionEvent', event('Updated', 5, { meterValue: [sampled(5, 'Sample.Periodic', 700)], idToken: { idToken: 'OTHER', type: 'ISO14443' } }));
    expect(told).toMatchObject({ kind: 'transaction', word: { id: 'T', evse: 1 } });
    expect(Object.keys(told?.kind === 'transaction' ? told.word : {})).toEqual(['id', 'evse']);
  });
});

describe('1.6', () => {
  test('the answer gives the number, the call the rest', () => {
    expect(toldBy({ dir: 'in', kind: 'result', id: 'x-1', action: 'StartTransaction', payload: { transactionId: 7, idTagInfo: { status: 'Accepted' } } })).toEqual({ kind: 'numbered', call: 'x-1', id: '7' });
    expect(begun16('7', { connectorId: 2, idTag: 'CARD', meterStart: 500, timestamp: at(0) })).toEqual({ id: '7', ocpp: 'ocpp1.6', evse: 2, idToken: 'CARD', startedAt: at(0), meterStartWh: 500 });
  });

  test('readings are texts, in kWh as well; those of one phase are left out', () => {
    const meterValue = [{ timestamp: at(3), sampledValue: [{ value: '0.7', unit: 'kWh' }, { value: '3', phase: 'L1' }, { value: '', measurand: 'SoC' }, { value: '41', measurand: 'SoC', unit: 'Percent' }] }];
    expect(out('MeterValues', { connectorId: 2, transactionId: 7, meterValue })).toEqual({
      kind: 'transaction', word: { id: '7', ocpp: 'ocpp1.6', evse: 2 },
      readings: [{ ts: at(3), measurand: 'Energy.Active.Import.Register', value: 700, unit: 'Wh' }, { ts: at(3), measurand: 'SoC', value: 41, unit: 'Percent' }],
    });
  });

  test('the end has the register', () => {
    expect(out('StopTransaction', { transactionId: 7, meterStop: 900, timestamp: at(9), idTag: 'OTHER', reason: 'EVDisconnected' })).toEqual({
      kind: 'transaction', word: { id: '7', ocpp: 'ocpp1.6', endedAt: at(9), meterStopWh: 900, reason: 'EVDisconnected' }, readings: [],
    });
  });
});

test('a hidden token is none', () => {
  expect(begun16('7', { idTag: '***' })).toEqual({ id: '7', ocpp: 'ocpp1.6' });
  expect(out('TransactionEvent', event('Started', 0, { idToken: { idToken: '***', type: 'ISO14443' } }))).toMatchObject({ word: expect.not.objectContaining({ idToken: expect.anything() as unknown }) as unknown });
});

test.each([
  ['Heartbeat', {}], ['TransactionEvent', undefined], ['TransactionEvent', 'x'], ['TransactionEvent', { transactionInfo: { transactionId: 'x'.repeat(65) } }], ['TransactionEvent', { transactionInfo: [] }],
  ['MeterValues', { connectorId: 1, meterValue: [] }], ['StopTransaction', { transactionId: '7' }], ['StopTransaction', { transactionId: 1.5 }],
] as const)('%s %j tells nothing', (action, payload) => {
  expect(out(action, payload)).toBeUndefined();
});

test('what is not as it should be inside is as if it were not there', () => {
  const told = out('TransactionEvent', event('Ended', 9, { timestamp: 'yesterday', evse: { id: 0 }, meterValue: [7, { timestamp: 'x', sampledValue: [{ value: 1 }] }, { timestamp: at(1), sampledValue: [{ value: 'NaN' }, { value: null }, { value: 1, unitOfMeasure: { multiplier: 400 } }] }] }));
  expect(told).toEqual({ kind: 'transaction', word: { id: 'T', reason: 'Local' }, readings: [] });
});
