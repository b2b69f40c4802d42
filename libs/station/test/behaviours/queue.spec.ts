import { describe, expect, test } from 'vitest';
import type { TransactionRecord } from '../../src/index.js';
import { Bench } from '../bench.js';
import { card, charge, energy, full, hold, plug, unplug } from '../charge.js';

const offline = { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' };
const whole = (bench: Bench): void => {
  charge(bench);
  bench.advance(61);
  energy(bench, 500);
  full(bench);
  unplug(bench);
};

describe('B3 queue', () => {
  test('B3: a record is sent only once it is on disk', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    bench.diskStalls = true;
    charge(bench);
    bench.advance(20);
    expect(bench.sent('TransactionEvent')).toEqual([]);
    const keys = bench.state.entries.map(({ key }) => key);
    bench.diskStalls = false;
    for (const key of keys) bench.feed({ kind: 'stored', key, ok: true });
    bench.advance(5);
    expect(bench.sent('TransactionEvent').map(({ seqNo }) => seqNo)).toEqual([0, 1]);
  });

  test('B3: the next one waits until it is on disk that the one before is done with', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    bench.diskStalls = true;
    bench.feed({ kind: 'requeue', record: { kind: 'security', type: 'x', at: { utc: 0 } } }, { kind: 'requeue', record: { kind: 'security', type: 'y', at: { utc: 0 } } });
    const [x, y] = bench.state.entries.map(({ key }) => key);
    for (const key of [x, y]) bench.feed({ kind: 'stored', key: key ?? 0, ok: true });
    bench.advance(5);
    expect(bench.sent('SecurityEventNotification').map(({ type }) => type)).toEqual(['x']);
    bench.feed({ kind: 'dropped', key: x ?? 0 }).advance(1);
    expect(bench.sent('SecurityEventNotification').map(({ type }) => type)).toEqual(['x', 'y']);
  });

  test('B3: what an answer taught is written before its record is dropped', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    const ids = bench.outputs.findIndex((output) => output.kind === 'persist' && output.part === 'ids');
    const drop = bench.outputs.findIndex(({ kind }) => kind === 'drop');
    expect(ids).toBeGreaterThan(0);
    expect(drop).toBeGreaterThan(ids);
  });

  test('B3: of what happened offline the CSMS hears in order, older than any status', () => {
    const bench = new Bench('ocpp2.0.1', { variables: offline }).connect().disconnect().forget();
    whole(bench);
    bench.advance(100).connect().advance(5);
    const events = bench.sent('TransactionEvent');
    expect(events.map(({ seqNo, offline: was }) => [seqNo, was])).toEqual([[0, true], [1, true], [2, true], [3, true]]);
    expect(bench.actions().slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 'TransactionEvent'));
  });

  test('B3: a status, a heartbeat and an Authorize are not kept for later', () => {
    const bench = new Bench('ocpp1.6').connect().disconnect().forget();
    plug(bench);
    hold(bench);
    unplug(bench);
    bench.advance(10).connect();
    expect(bench.actions()).toEqual([]);
    // Nor are those that wait, or are on their way, when the connection breaks.
    bench.answersAfter = undefined;
    plug(bench);
    hold(bench);
    bench.answersAfter = 20;
    bench.disconnect().forget();
    unplug(bench);
    bench.connect();
    expect(bench.calls.map(({ payload }) => payload['status'])).toEqual(['Available']);
  });

  test('B3: an error is tried again after interval x attempt, with a new id; being offline is no attempt', () => {
    const bench = new Bench('ocpp1.6', { variables: { 'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]': '10' } }).connect();
    bench.answers['StartTransaction'] = () => ({ error: { code: 'InternalError', description: 'no' } });
    plug(bench);
    bench.forget();
    hold(bench);
    bench.advance(8);
    expect(bench.sent('StartTransaction')).toHaveLength(1);
    bench.advance(3);
    expect(bench.sent('StartTransaction')).toHaveLength(2);
    bench.advance(17);
    expect(bench.sent('StartTransaction')).toHaveLength(2);
    bench.answers['StartTransaction'] = () => undefined;
    bench.advance(5);
    expect(bench.sent('StartTransaction')).toHaveLength(3);
    bench.disconnect().advance(500);
    expect(bench.state.entries[0]?.attempts).toBe(2);
    bench.connect();
    expect(bench.sent('StartTransaction')).toHaveLength(4);
    expect(new Set(bench.outputs.flatMap((one) => (one.kind === 'send' ? [one.id] : []))).size).toBe(
      bench.outputs.filter(({ kind }) => kind === 'send').length,
    );
  });

  test('B3: after the last attempt it is a dead letter, with what the CSMS said; the rest of its transaction follows it', () => {
    const bench = new Bench('ocpp1.6', { variables: { 'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]': '1' } }).connect();
    bench.answers['StartTransaction'] = () => ({ error: { code: 'InternalError', description: 'database' } });
    whole(bench);
    bench.advance(60);
    const dead = bench.told('dead-letter');
    expect(dead[0]?.answers).toEqual(['InternalError: database', 'InternalError: database', 'InternalError: database']);
    expect(dead.map(({ record }) => (record as TransactionRecord).type)).toEqual(['started', 'updated', 'ended']);
    expect(bench.sent('StopTransaction')).toEqual([]);
    expect(bench.disk.records.size).toBe(0);
  });

  test('B3: a dead letter can be tried again', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'OCPPCommCtrlr.MessageAttempts[TransactionEvent]': '1' } }).connect();
    bench.answers['TransactionEvent'] = () => ({ error: { code: 'InternalError' } });
    charge(bench);
    const [first] = bench.told('dead-letter');
    bench.answers['TransactionEvent'] = () => ({});
    bench.forget();
    if (first !== undefined) bench.feed({ kind: 'requeue', record: first.record }).advance(1);
    expect(bench.last('TransactionEvent')).toMatchObject({ eventType: 'Started', seqNo: 0 });
  });

  test('B3: without an answer the call is over after MessageTimeout', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    bench.answersAfter = undefined;
    charge(bench);
    bench.forget().answersAfter = 20;
    bench.advance(95);
    expect(bench.sent('TransactionEvent')[0]).toMatchObject({ seqNo: 0 });
  });

  test('B3: an answer that comes too late is taken for none', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    charge(bench);
    bench.answersAfter = 31_000;
    full(bench);
    bench.advance(31);
    expect(bench.told('call-failed').length).toBeGreaterThan(0);
    expect(bench.state.entries.length).toBeGreaterThan(0);
  });

  test('B3: of too many, every other periodic event goes, and never the begin or the end', () => {
    const bench = new Bench('ocpp2.0.1', {
      variables: { ...offline, 'PilotwireCtrlr.QueueLimit': '20', 'SampledDataCtrlr.TxUpdatedInterval': '10' },
    });
    charge(bench);
    bench.advance(3_600);
    full(bench);
    const kept = [...bench.disk.records.values()] as TransactionRecord[];
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept[0]?.type).toBe('started');
    expect(kept.at(-1)?.type).toBe('ended');
    expect(kept.map(({ seqNo }) => seqNo)).toEqual(kept.map(({ seqNo }) => seqNo).toSorted((a, b) => a - b));
    expect(bench.told('dropped').length).toBeGreaterThan(0);
  });

  test('B3: the CSMS may speak first when the connection comes back', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { ...offline, 'PilotwireCtrlr.QueueResumeDelay': '20' } });
    charge(bench);
    bench.connect().advance(15);
    expect(bench.sent('TransactionEvent')).toEqual([]);
    bench.advance(10);
    expect(bench.sent('TransactionEvent').length).toBeGreaterThan(0);
  });

  test('B3: a full disk stops no charge and no sending, and lets none begin offline', () => {
    const bench = new Bench('ocpp2.0.1', { variables: offline }).connect();
    bench.diskFull = true;
    charge(bench);
    expect(bench.sent('TransactionEvent').length).toBeGreaterThan(0);
    expect(bench.told('disk-full')).toHaveLength(1);
    bench.disconnect();
    plug(bench, 2);
    hold(bench, { id: 'CARD-9', type: 'ISO14443' }, 2);
    expect(bench.done('authorize').at(-1)).toMatchObject({ evse: 2, accept: false });
    expect(bench.state.durable.transactions[1]).toBeDefined();
  });
});

describe('B4 1.6 offline start', () => {
  test('B4: what waits for a transaction id is patched when it comes, over a restart too', () => {
    const first = new Bench('ocpp1.6', { variables: offline });
    whole(first);
    const second = new Bench('ocpp1.6', { disk: first.settled(), start: 200_000 });
    second.answers['StartTransaction'] = () => ({ idTagInfo: { status: 'Accepted' }, transactionId: 4_711 });
    second.connect().advance(5);
    expect(second.last('MeterValues')).toMatchObject({ transactionId: 4_711 });
    expect(second.last('StopTransaction')).toMatchObject({ transactionId: 4_711 });
    expect(second.actions().filter((one) => /Transaction|Meter/.test(one))).toEqual(['StartTransaction', 'MeterValues', 'StopTransaction']);
  });

  test('B4: 0 is a transaction id', () => {
    const bench = new Bench('ocpp1.6').connect();
    bench.answers['StartTransaction'] = () => ({ idTagInfo: { status: 'Accepted' }, transactionId: 0 });
    charge(bench);
    full(bench);
    expect(bench.last('StopTransaction')).toMatchObject({ transactionId: 0 });
  });

  test('B4: the id outlives a restart between the begin and the end', () => {
    const first = new Bench('ocpp1.6').connect();
    charge(first);
    const session = first.state.evses[0]?.session;
    const second = new Bench('ocpp1.6', { disk: first.settled(), start: 200_000 }).connect();
    second.feed({ kind: 'session', evse: 1, session });
    full(second);
    expect(second.last('StopTransaction')).toMatchObject({ transactionId: 100, reason: 'Other' });
  });
});

describe('B5 transactions of 2.0.1', () => {
  test('B5: a UUID of its own, seqNo from 0 without a gap, the token only where it is new', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    whole(bench);
    whole(bench);
    const events = bench.sent('TransactionEvent').map((one) => ({ ...one, id: (one['transactionInfo'] as { transactionId: string }).transactionId }));
    const ids = [...new Set(events.map(({ id }) => id))];
    expect(ids).toHaveLength(2);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
      const own = events.filter((one) => one.id === id) as Record<string, unknown>[];
      expect(own.map(({ seqNo }) => seqNo)).toEqual(own.map((_, index) => index));
      expect(own.map(({ idToken }) => idToken !== undefined)).toEqual(own.map((_, index) => index === 0));
    }
  });

  test('B5: remoteStartId and reservationId are told once', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    bench.result('ReserveNow', { id: 9, expiryDateTime: '2026-03-01T11:00:00Z', evseId: 1, idToken: { idToken: card.id, type: 'ISO14443' } });
    plug(bench);
    bench.result('RequestStartTransaction', { evseId: 1, remoteStartId: 77, idToken: { idToken: card.id, type: 'ISO14443' } });
    energy(bench, 10);
    full(bench);
    const events = bench.sent('TransactionEvent');
    expect(events[0]).toMatchObject({ triggerReason: 'RemoteStart', reservationId: 9, transactionInfo: { remoteStartId: 77 } });
    expect(JSON.stringify(events.slice(1))).not.toMatch(/remoteStartId|reservationId/);
  });

  test('B5: with EVConnected as its start point a transaction begins with the plug, and learns its token later', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'TxCtrlr.TxStartPoint': 'EVConnected' } }).connect();
    plug(bench);
    hold(bench);
    expect(bench.sent('TransactionEvent')).toMatchObject([
      { eventType: 'Started', triggerReason: 'CablePluggedIn', transactionInfo: { chargingState: 'EVConnected' } },
      { eventType: 'Updated', triggerReason: 'Authorized', idToken: { idToken: 'CARD-1' } },
    ]);
  });

  test('B5: with Authorized as its start point it begins with the token, and ends when nobody plugs in', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'TxCtrlr.TxStartPoint': 'Authorized' } }).connect();
    hold(bench);
    bench.advance(121);
    expect(bench.sent('TransactionEvent').filter(({ triggerReason }) => triggerReason !== 'MeterValuePeriodic')).toMatchObject([
      { eventType: 'Started', transactionInfo: { chargingState: 'Idle' } },
      { eventType: 'Ended', triggerReason: 'EVConnectTimeout', transactionInfo: { stoppedReason: 'Timeout' } },
    ]);
  });

  test('B5: with EVConnected as its only stop point it goes on until the plug is out, and keeps its reason', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'TxCtrlr.TxStopPoint': 'EVConnected' } }).connect();
    charge(bench);
    hold(bench);
    bench.advance(5);
    expect(bench.sent('TransactionEvent').some(({ eventType }) => eventType === 'Ended')).toBe(false);
    unplug(bench);
    expect(bench.last('TransactionEvent')).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'Local' } });
  });

  test('B5: with EnergyTransfer as its start point it begins with the energy', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'TxCtrlr.TxStartPoint': 'EnergyTransfer' } }).connect();
    plug(bench);
    hold(bench);
    expect(bench.sent('TransactionEvent')).toEqual([]);
    energy(bench, 5);
    expect(bench.last('TransactionEvent')).toMatchObject({ eventType: 'Started', idToken: { idToken: 'CARD-1' }, transactionInfo: { chargingState: 'Charging' } });
  });

  test('B5: 2.1 limits a transaction by its state of charge, and hears that it does', () => {
    const bench = new Bench('ocpp2.1').connect();
    bench.answers['TransactionEvent'] = ({ eventType }) => (eventType === 'Started' ? { transactionLimit: { maxSoC: 50, maxCost: 3 } } : {});
    charge(bench);
    expect(bench.sent('TransactionEvent').find(({ triggerReason }) => triggerReason === 'LimitSet')).toMatchObject({
      transactionInfo: { transactionLimit: { maxSoC: 50 } },
    });
    bench.feed({ kind: 'meter', evse: 1, reading: { voltage: 400, current: 100, power: 40_000, energy: 20, soc: 50 } }).advance(2);
    expect(bench.last('TransactionEvent')).toMatchObject({
      eventType: 'Ended', triggerReason: 'SoCLimitReached', transactionInfo: { stoppedReason: 'SOCLimitReached' },
    });
  });
});

describe('B6 power loss in a transaction', () => {
  test.each(['ocpp1.6', 'ocpp2.0.1'] as const)('B6: %s ends it at the next boot with the last value that was stored', (protocol) => {
    const first = new Bench(protocol).connect();
    charge(first);
    first.advance(58);
    energy(first, 700);
    first.advance(5);
    const second = new Bench(protocol, { disk: first.settled(), start: 900_000 }).connect();
    second.feed({ kind: 'session', evse: 1, session: undefined }).advance(1);
    const end = second.last(protocol === 'ocpp1.6' ? 'StopTransaction' : 'TransactionEvent');
    expect(end).toMatchObject(
      protocol === 'ocpp1.6'
        ? { meterStop: 700, reason: 'PowerLoss', transactionId: 100 }
        : { eventType: 'Ended', triggerReason: 'AbnormalCondition', transactionInfo: { stoppedReason: 'PowerLoss' } },
    );
    expect(Object.keys(second.state.durable.transactions)).toEqual([]);
  });

  test('B6: where the gateway says nothing, that is the answer after two minutes', () => {
    const first = new Bench('ocpp2.0.1').connect();
    charge(first);
    const second = new Bench('ocpp2.0.1', { disk: first.settled(), start: 900_000 }).connect().advance(121);
    expect(second.last('TransactionEvent')).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'PowerLoss' } });
  });

  test('B6: a car that is plugged in anew was not there before', () => {
    const first = new Bench('ocpp2.0.1').connect();
    charge(first);
    const second = new Bench('ocpp2.0.1', { disk: first.settled(), start: 900_000 }).connect();
    charge(second);
    expect(second.sent('TransactionEvent').map(({ eventType }) => eventType)).toEqual(['Ended', 'Started', 'Updated']);
  });

  test('B6: a process that was gone alone goes on with the transaction', () => {
    const first = new Bench('ocpp2.0.1').connect();
    charge(first);
    const session = first.state.evses[0]?.session;
    const second = new Bench('ocpp2.0.1', { disk: first.settled(), start: 30_000 }).connect();
    second.feed({ kind: 'session', evse: 1, session });
    energy(second, 800);
    second.advance(200);
    full(second);
    const seen = [...first.sent('TransactionEvent'), ...second.sent('TransactionEvent')];
    expect(seen.map(({ seqNo }) => seqNo)).toEqual(seen.map((_, index) => index));
    expect(second.last('TransactionEvent')).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'StoppedByEV' } });
  });

  test('B6: what the gateway says of its session is what was missed', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    bench.feed({ kind: 'session', evse: 1, session: 'another' }).advance(1);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'EVDisconnected' });
    expect(bench.state.evses[0]).toMatchObject({ plugged: true, session: 'another', authorization: undefined });
    bench.feed({ kind: 'session', evse: 1, session: undefined }).advance(1);
    expect(bench.last('StatusNotification')).toMatchObject({ status: 'Available' });
    bench.feed({ kind: 'session', evse: 2, session: 'new' }).advance(1);
    expect(bench.last('StatusNotification')).toMatchObject({ connectorId: 2, status: 'Preparing' });
  });

  test('B6: a restart that was planned is a Reboot', () => {
    const first = new Bench('ocpp2.0.1').connect();
    charge(first);
    first.feed({ kind: 'firmware-status', status: 'InstallRebooting' });
    const second = new Bench('ocpp2.0.1', { disk: first.settled(), start: 900_000 });
    second.feed({ kind: 'session', evse: 1, session: undefined });
    second.connect();
    expect(second.last('TransactionEvent')).toMatchObject({ transactionInfo: { stoppedReason: 'Reboot' } });
  });
});
