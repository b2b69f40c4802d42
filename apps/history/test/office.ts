import { ocppMessage, ocppState } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import { uuidv7 } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { expect, test } from 'vitest';
import type { RunningHistory } from '../src/index.js';
import { get, station, until } from './place.js';
import type { Place } from './place.js';

type Row = Readonly<Record<string, unknown>>;
interface Detail {
  readonly transactions: readonly Row[];
}
type Frame = Pick<PayloadOf<typeof ocppMessage>, 'dir' | 'kind'> & Partial<PayloadOf<typeof ocppMessage>>;

/** Long before and after whatever else the suite says. */
const begin = Date.UTC(2026, 6, 1, 12);
const at = (second: number): string => new Date(begin + second * 1_000).toISOString();
const register = (second: number, context: string, value: number) => ({ timestamp: at(second), sampledValue: [{ value, context, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'Wh' } }] });

/** What is kept of the conversation with the CSMS. */
export function officeTests(given: { readonly history: () => RunningHistory; readonly here: () => Place; readonly charged: (session: string, at: number) => Promise<void> }): void {
  let count = 0;
  const say = async (bridge: Bus, second: number, frame: Frame): Promise<void> => {
    await bridge.publish(ocppMessage, { station }, { ts: at(second), id: `m-${++count}`, ...frame });
  };
  const event = (bridge: Bus, second: number, eventType: string, over: object): Promise<void> =>
    say(bridge, second, { dir: 'out', kind: 'call', action: 'TransactionEvent', payload: { eventType, timestamp: at(second), seqNo: 0, transactionInfo: { transactionId: 'tx-2' }, evse: { id: 1 }, ...over } });
  const stored = (action: string, n: number) => until(
    () => get<{ messages: Row[] }>(given.history().url, `/api/v1/ocpp/messages?station=${station}&kind=call&action=${action}`), ({ body: { messages } }) => messages.length >= n,
  );
  const transactionsOf = async (session: string, n: number): Promise<readonly Row[]> =>
    (await until(() => get<Detail>(given.history().url, `/api/v1/sessions/${session}`), ({ body: { transactions } }) => transactions?.length === n && transactions.every(({ endedAt }) => endedAt !== null))).body.transactions;
  /** A charge of a minute that began then. */
  const charged = async (second: number): Promise<string> => {
    const id = uuidv7(begin + second * 1_000);
    await given.charged(id, begin + second * 1_000);
    return id;
  };

  test('a transaction of 2.x is told, and shown with its session; what is said twice is there once', async () => {
    const bridge = await given.here().bridge();
    await bridge.publish(ocppState, { station }, { ...ocppState.example, ts: at(-60), protocol: 'ocpp2.1' });
    const session = await charged(0);
    const begins = { idToken: { idToken: 'CARD-1', type: 'ISO14443' }, meterValue: [register(0, 'Transaction.Begin', 500)] };
    await event(bridge, 0, 'Started', begins);
    await event(bridge, 0, 'Started', begins);
    await event(bridge, 0, 'Updated', { meterValue: [register(30, 'Sample.Periodic', 900)] });
    await stored('TransactionEvent', 3);
    await event(bridge, 0, 'Ended', { timestamp: at(50), transactionInfo: { transactionId: 'tx-2', stoppedReason: 'EVDisconnected' }, meterValue: [register(0, 'Transaction.Begin', 500), register(30, 'Sample.Periodic', 900), register(50, 'Transaction.End', 1_500)] });
    expect(await transactionsOf(session, 1)).toEqual([
      { id: 'tx-2', ocpp: 'ocpp2.1', evse: 1, idToken: 'CARD-1', startedAt: at(0), endedAt: at(50), meterStartWh: 500, meterStopWh: 1_500, energyWh: 1_000, reason: 'EVDisconnected' },
    ]);
    expect(await given.history().db.query(`SELECT ts, value, unit FROM meter_values WHERE transaction_id = 'tx-2' ORDER BY ts`)).toEqual([[0, 500], [30, 900], [50, 1_500]].map(([second = 0, value]) => ({ ts: at(second), value, unit: 'Wh' })));
    await bridge.close();
  });

  test('one of 1.6 has the number that the CSMS gave it; a CSMS that begins to count anew takes nothing away', async () => {
    const bridge = await given.here().bridge();
    const sessions: string[] = [];
    for (const second of [1_000, 2_000]) {
      sessions.push(await charged(second));
      const id = `start-${second}`;
      await say(bridge, second, { dir: 'out', kind: 'call', id, action: 'StartTransaction', payload: { connectorId: 1, idTag: '***', meterStart: second, timestamp: at(second) } });
      await say(bridge, second, { dir: 'in', kind: 'result', id, action: 'StartTransaction', payload: { transactionId: 1, idTagInfo: { status: 'Accepted' } } });
      await say(bridge, second + 20, { dir: 'out', kind: 'call', action: 'MeterValues', payload: { connectorId: 1, transactionId: 1, meterValue: [{ timestamp: at(second + 20), sampledValue: [{ value: String(second + 10) }] }] } });
      await say(bridge, second + 50, { dir: 'out', kind: 'call', action: 'StopTransaction', payload: { transactionId: 1, meterStop: second + 40, timestamp: at(second + 50), reason: 'Remote' } });
    }
    // Only the second tells that the number of the first was no name.
    await transactionsOf(sessions[1] as string, 1);
    for (const [n, second] of [1_000, 2_000].entries()) {
      expect(await transactionsOf(sessions[n] as string, 1)).toEqual([
        { id: n === 0 ? `1@${at(1_000)}` : '1', ocpp: 'ocpp1.6', evse: 1, idToken: null, startedAt: at(second), endedAt: at(second + 50), meterStartWh: second, meterStopWh: second + 40, energyWh: 40, reason: 'Remote' },
      ]);
    }
    expect(await given.history().db.query(`SELECT transaction_id, value FROM meter_values WHERE transaction_id LIKE '1%' ORDER BY ts`)).toEqual([{ transaction_id: `1@${at(1_000)}`, value: 1_010 }, { transaction_id: '1', value: 2_010 }]);
    await bridge.close();
  });

  test('messages are found by what they are, page by page', async () => {
    const bridge = await given.here().bridge();
    for (let n = 0; n < 5; n++) {
      await say(bridge, 3_000 + n, { dir: 'out', kind: 'call', id: `beat-${n}`, action: 'Heartbeat', payload: {} });
      await say(bridge, 3_000 + n, { dir: 'in', kind: n === 4 ? 'error' : 'result', id: `beat-${n}`, action: 'Heartbeat', ...(n === 4 ? { code: 'InternalError' } : { payload: { currentTime: at(3_000 + n) } }) });
    }
    await until(() => get<{ messages: Row[] }>(given.history().url, `/api/v1/ocpp/messages?action=Heartbeat`), ({ body }) => body.messages.length === 10);
    const seen: unknown[] = [];
    for (let before: number | null = 0; before !== null;) {
      const { body }: { readonly body: { messages: Row[]; next: number | null } } = await get(given.history().url, `/api/v1/ocpp/messages?station=${station}&dir=out&action=Heartbeat&from=${at(3_001)}&to=${at(3_004)}&limit=2${before === 0 ? '' : `&before=${before}`}`);
      seen.push(...body.messages.map(({ messageId }) => messageId));
      before = body.next;
    }
    expect(seen).toEqual(['beat-3', 'beat-2', 'beat-1']);
    const { body: { messages } } = await get<{ messages: Row[] }>(given.history().url, '/api/v1/ocpp/messages?messageId=beat-4');
    expect(messages.map(({ dir, kind, code, payload }) => [dir, kind, code, payload])).toEqual([['in', 'error', 'InternalError', null], ['out', 'call', null, {}]]);
    expect((await get(given.history().url, '/api/v1/ocpp/messages?dir=up')).status).toBe(400);
    await bridge.close();
  });

  test('it is known when a station was connected, also when its bridge died', async () => {
    const bridge = await given.here().bridge('line');
    const state = { ...ocppState.example, protocol: 'ocpp1.6' as const };
    const rows = (n: number) => until(() => given.history().db.query(`SELECT ts, connected, why FROM ocpp_states WHERE station = 'line' ORDER BY ts`), (found) => found.length >= n);
    await bridge.publish(ocppState, { station: 'line' }, { ...state, ts: at(0) });
    await bridge.publish(ocppState, { station: 'line' }, { ...state, ts: at(10), queue: { ...state.queue, waiting: 3 } });
    await bridge.publish(ocppState, { station: 'line' }, { ...state, ts: at(20), connected: false, registration: 'none', why: 'the CSMS does not answer' });
    await bridge.publish(ocppState, { station: 'line' }, { ...state, ts: at(30) });
    expect(await rows(3)).toEqual([[0, true, null], [20, false, 'the CSMS does not answer'], [30, true, null]].map(([second, connected, why]) => ({ ts: at(Number(second)), connected, why })));
    // Its last words are those of its will.
    await bridge.close();
    expect((await rows(4)).at(-1)).toMatchObject({ connected: false, why: 'the bridge is gone' });
  });
}
