import { describe, expect, test } from 'vitest';
import { Ledger } from './ledger.js';
import { readingOf } from './meter.js';

const at = '2026-01-01T12:00:00Z';

describe('the ledger', () => {
  test('counts an event once, and names those that are missing until they come', () => {
    const ledger = new Ledger();
    const hear = (seqNo: number, register = 0) => ledger.hear('CP-1', 't', { at, evse: 1, seqNo, register });
    expect(hear(0, 100).what).toBe('began');
    expect(hear(0, 100).what).toBe('repeated');
    expect(hear(3, 400)).toMatchObject({ what: 'reading', transaction: { from: 100, to: 400, missing: [1, 2] } });
    expect(hear(2, 300)).toMatchObject({ what: 'reading', transaction: { to: 400, missing: [1], seqNo: 3 } });
    expect(ledger.hear('CP-1', 't', { at, seqNo: 4, ends: { reason: 'Local' } })).toMatchObject({ what: 'ended', transaction: { ended: at, reason: 'Local', missing: [1] } });
    expect(hear(4).what).toBe('repeated');
    expect(hear(1, 200)).toMatchObject({ transaction: { ended: at, missing: [] } });
    expect(ledger.transactions).toHaveLength(1);
  });

  test('one whose begin was never heard misses it', () => {
    expect(new Ledger().hear('CP-1', 't', { at, evse: 1, seqNo: 2 }).transaction.missing).toEqual([0, 1]);
  });

  test('gives a StartTransaction that comes twice the same number, and another one another', () => {
    const ledger = new Ledger();
    const number = ledger.number('CP-1', 1, at, 0);
    expect(ledger.number('CP-1', 1, at, 0)).toBe(number);
    expect(ledger.number('CP-2', 1, at, 0)).not.toBe(number);
    expect(ledger.number('CP-1', 1, at, 5)).not.toBe(number);
  });

  test('a StopTransaction that comes twice ends it once', () => {
    const ledger = new Ledger();
    ledger.hear('CP-1', '1', { at, evse: 1, register: 0 });
    expect(ledger.hear('CP-1', '1', { at, register: 5, ends: { reason: undefined } }).what).toBe('ended');
    expect(ledger.hear('CP-1', '1', { at, register: 5, ends: { reason: undefined } }).what).toBe('repeated');
  });

  test('forgets the oldest that has ended, and none that runs', () => {
    const ledger = new Ledger();
    ledger.hear('CP-1', 'runs', { at, evse: 1 });
    for (let i = 0; i < 10_005; i++) ledger.hear('CP-1', `t${i}`, { at, evse: 1, ends: { reason: 'Local' } });
    expect(ledger.transactions).toHaveLength(10_000);
    expect(ledger.transactions[0]?.id).toBe('runs');
    expect(ledger.running('CP-1').map(({ id }) => id)).toEqual(['runs']);
  });

  test('names no more than a thousand, whatever number is sent', () => {
    expect(new Ledger().hear('CP-1', 't', { at, seqNo: 2_147_483_647 }).transaction.missing).toHaveLength(1_000);
  });
});

test('values are read in the units of either version', () => {
  const in16 = [{ timestamp: at, sampledValue: [{ value: '1.5', unit: 'kWh' }, { value: '50', measurand: 'Power.Active.Import', unit: 'kW' }, { value: '42', measurand: 'SoC' }, { value: '9', phase: 'L1' }] }];
  expect(readingOf(in16)).toEqual({ register: 1_500, watts: 50_000, soc: 42 });
  const in2 = [{ timestamp: at, sampledValue: [{ value: 15, unitOfMeasure: { unit: 'Wh', multiplier: 2 } }, { value: 7, measurand: 'Voltage' }] }];
  expect(readingOf(in2)).toEqual({ register: 1_500 });
  expect(readingOf([{ sampledValue: [{ value: 'a lot' }] }, 'nonsense', null])).toEqual({});
});
