import { expect } from 'vitest';
import type { JsonObject } from '@pilotwire/station';
import type { Call } from './csms.js';

/** What happened at an outlet, as whoever made it happen knows it. Times in milliseconds since 1970, energy in Wh. */
export interface Deed {
  readonly charging: number;
  readonly stopped: number;
  readonly energyWh: number;
}

interface Event {
  readonly eventType: 'Started' | 'Updated' | 'Ended';
  readonly timestamp: string;
  readonly seqNo: number;
  readonly triggerReason: string;
  readonly transactionInfo: { readonly transactionId: string; readonly stoppedReason?: string; readonly chargingState?: string };
  readonly meterValue?: readonly { readonly timestamp: string; readonly sampledValue: readonly { readonly value: number; readonly measurand?: string; readonly context?: string }[] }[];
}

/**
 * Holds what a CSMS has heard against what happened: nothing is missing, all is in order, no number is left out, times are
 * those of the deeds. A message may have come twice only where a kill fell while it was on its way, and then word for word.
 */
export function compare(deeds: readonly Deed[], calls: readonly Call[], kills: number): void {
  const told = calls.filter(({ action }) => action === 'TransactionEvent').map(({ payload }) => payload as unknown as Event & JsonObject);
  const repeats = told.filter((event, i) => i > 0 && sameEvent(event, told[i - 1] as Event));
  for (const [i, event] of told.entries()) {
    const before = told[i - 1];
    if (before !== undefined && sameEvent(event, before)) expect(event).toEqual(before);
  }
  expect(repeats.length).toBeLessThanOrEqual(kills);
  const once = told.filter((event, i) => i === 0 || !sameEvent(event, told[i - 1] as Event));
  const ids = [...new Set(once.map(({ transactionInfo }) => transactionInfo.transactionId))];
  // Each transaction is told to its end before the next one begins: there is one outlet.
  expect(once.map(({ transactionInfo }) => transactionInfo.transactionId)).toEqual(ids.flatMap((id) => once.filter(({ transactionInfo }) => transactionInfo.transactionId === id).map(() => id)));
  const transactions = ids.map((id) => once.filter(({ transactionInfo }) => transactionInfo.transactionId === id));
  expect(transactions).toHaveLength(deeds.length);
  for (const [i, events] of transactions.entries()) {
    const { charging, stopped, energyWh } = deeds[i] as Deed;
    expect(events.map(({ seqNo }) => seqNo)).toEqual(events.map((_, n) => n));
    expect(events.map(({ eventType }) => eventType)).toEqual(['Started', ...events.slice(2).map(() => 'Updated'), 'Ended']);
    const times = events.map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(events.find(({ transactionInfo }) => transactionInfo.chargingState === 'Charging')?.timestamp).toBe(new Date(charging).toISOString());
    const last = events.at(-1) as Event;
    expect([last.timestamp, last.transactionInfo.stoppedReason]).toEqual([new Date(stopped).toISOString(), 'StoppedByEV']);
    const register = (event: Event, context: string): number => event.meterValue?.flatMap(({ sampledValue }) => sampledValue).find((one) => one.measurand === 'Energy.Active.Import.Register' && one.context === context)?.value as number;
    expect(Math.abs(register(last, 'Transaction.End') - register(events[0] as Event, 'Transaction.Begin') - energyWh)).toBeLessThanOrEqual(1);
  }
}

const sameEvent = (a: Event, b: Event): boolean => a.seqNo === b.seqNo && a.transactionInfo.transactionId === b.transactionInfo.transactionId;
