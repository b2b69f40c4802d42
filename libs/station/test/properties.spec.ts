import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '@pilotwire/machine';
import { iso } from '../src/index.js';
import type { Input, Json, JsonObject, Protocol, TransactionRecord } from '../src/index.js';
import { Bench, emptyDisk } from './bench.js';

/** A busy machine takes its time. */
const patience = 120_000;
const versions = ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const;
const actions = [
  'ChangeAvailability', 'ChangeConfiguration', 'ClearCache', 'DataTransfer', 'GetConfiguration', 'RemoteStartTransaction', 'RemoteStopTransaction', 'Reset',
  'UnlockConnector', 'TriggerMessage', 'ExtendedTriggerMessage', 'SetChargingProfile', 'ClearChargingProfile', 'GetCompositeSchedule',
  'GetLocalListVersion', 'SendLocalList', 'ReserveNow', 'CancelReservation', 'GetDiagnostics', 'UpdateFirmware', 'GetLog', 'SignedUpdateFirmware',
  'CertificateSigned', 'InstallCertificate', 'DeleteCertificate', 'GetInstalledCertificateIds', 'GetVariables', 'SetVariables', 'GetBaseReport',
  'GetReport', 'GetChargingProfiles', 'RequestStartTransaction', 'RequestStopTransaction', 'GetTransactionStatus', 'CostUpdated', 'SetNetworkProfile',
  'SetVariableMonitoring', 'toString', '__proto__', '',
];
const members = [
  'connectorId', 'evseId', 'evse', 'id', 'type', 'idTag', 'idToken', 'key', 'value', 'duration', 'chargingRateUnit', 'csChargingProfiles', 'chargingProfile',
  'requestId', 'reportBase', 'listVersion', 'versionNumber', 'updateType', 'localAuthorizationList', 'expiryDate', 'reservationId', 'transactionId',
  'getVariableData', 'setVariableData', 'component', 'variable', 'name', 'requestedMessage', 'remoteStartId', 'operationalStatus', '__proto__',
];
const words = [
  'Soft', 'Hard', 'Immediate', 'OnIdle', 'Operative', 'Inoperative', 'W', 'A', 'FullInventory', 'Full', 'Differential', '2026-03-01T12:00:00Z', 'TxProfile',
  'MeterValues', 'Heartbeat', 'BootNotification', 'StatusNotification', 'CARD-1', 'Central', 'TxCtrlr', 'NumberOfConnectors', '',
];
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json; leaf: Json }>((tie) => ({
  leaf: fc.oneof(fc.constantFrom(...words), fc.integer({ min: -3, max: 120 }), fc.boolean(), fc.constant(null), fc.double(), fc.string()),
  value: fc.oneof({ depthSize: 'small' }, tie('leaf'), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.constantFrom(...members), tie('value'), { maxKeys: 6 })),
})).value;

describe('whatever the CSMS says', () => {
  test.each(versions)('%s: any call has one answer of its version, and nothing is thrown', (protocol) => {
    const bench = new Bench(protocol).connect();
    fc.assert(
      fc.property(fc.constantFrom(...actions), json, (action, payload) => {
        const reply = bench.ask(action, payload as JsonObject);
        expect(reply !== undefined || Object.keys(bench.state.later).length > 0).toBe(true);
        if (bench.done('unlock').length + bench.done('certificate').length > 5) bench.advance(30).forget();
      }),
      { numRuns: 800, seed: 7 },
    );
  }, patience);

  test.each(versions)('%s: any answer is borne', (protocol) => {
    fc.assert(
      fc.property(fc.array(json, { minLength: 8, maxLength: 8 }), (answers) => {
        const bench = new Bench(protocol);
        let next = 0;
        for (const action of Object.keys(bench.answers)) {
          const yes = bench.answers[action];
          bench.answers[action] = (payload) => (next++ % 3 === 2 ? (answers[next % 8] as JsonObject | null) ?? undefined : yes?.(payload));
        }
        bench.connect();
        for (const input of life(new Random(next), 30)) bench.feed(input).advance(3);
        bench.advance(400);
        expect(bench.state.registration.at).toBeDefined();
      }),
      { numRuns: 12, seed: 11 },
    );
  }, patience);
});

test('a CSMS that asks and never answers fills nothing without end', () => {
  const bench = new Bench('ocpp2.0.1').connect();
  bench.answersAfter = undefined;
  for (let asked = 0; asked < 2_000; asked++) bench.result('TriggerMessage', { requestedMessage: 'StatusNotification' });
  expect(bench.state.outbox.length).toBeLessThanOrEqual(500);
});

/** A time at an outlet or two, in any order at all. */
function life(random: Random, length: number): Input[] {
  return Array.from({ length }, (): Input => {
    const evse = random.int(1, 2);
    switch (random.int(0, 13)) {
      case 0:
      case 1:
        return { kind: 'plugged', evse, session: `s${random.int(1, 1_000_000)}` };
      case 2:
        return { kind: 'unplugged', evse };
      case 3:
      case 4:
        return { kind: 'authorization-wanted', evse };
      case 5:
      case 6:
        return { kind: 'token', token: { id: random.pick(['CARD-1', 'CARD-2']), type: 'ISO14443' }, evse };
      case 7:
      case 8:
        return { kind: 'charging', evse, charging: random.pick(['none', 'charging', 'charging', 'suspended-ev', 'suspended-evse']) };
      case 9:
      case 10:
        return { kind: 'meter', evse, reading: { voltage: 400, current: 100, power: 40_000, energy: random.int(0, 50_000), counter: random.pick(['a', 'b']), soc: random.int(0, 100) } };
      case 11:
        return { kind: 'session-ended', evse, reason: random.pick(['StoppedByEV', 'Other', 'EmergencyStop', 'SOCLimitReached']) };
      case 12:
        return { kind: 'fault', evse, fault: { name: random.pick(['over-voltage', 'odd-one']), blocks: undefined } };
      default:
        return { kind: 'fault-cleared', evse, name: 'over-voltage' };
    }
  });
}

describe('whatever happens', () => {
  test.each(versions)('%s: every frame is valid, numbers have no gap, the register never falls', (protocol) => {
    for (let seed = 0; seed < 12; seed++) {
      const random = new Random(`life-${seed}`);
      const bench = new Bench(protocol, { variables: { 'SampledDataCtrlr.TxUpdatedInterval': '20', 'AlignedDataCtrlr.Interval': '60' } }).connect();
      for (const input of life(random, 60)) {
        bench.feed(input).advance(random.int(0, 15));
        if (random.int(0, 9) === 0) bench.disconnect().advance(random.int(0, 90)).connect();
      }
      bench.connect().advance(60);
      check(protocol, stored(bench));
    }
  }, patience);
});

const stored = (bench: Bench): TransactionRecord[] =>
  bench.outputs.flatMap((output) => (output.kind === 'store' && output.record.kind === 'transaction' ? [output.record] : []));

/** What holds for the events of all transactions, whatever came between them. */
function check(protocol: Protocol, records: readonly TransactionRecord[]): void {
  for (const id of new Set(records.map((one) => one.id))) {
    const own = records.filter((one) => one.id === id);
    expect([protocol, id, own.map(({ seqNo }) => seqNo)]).toEqual([protocol, id, own.map((_, index) => index)]);
    expect(own[0]?.type).toBe('started');
    expect(own.slice(1).every(({ type }) => type !== 'started')).toBe(true);
    expect(own.slice(0, -1).every(({ type }) => type !== 'ended')).toBe(true);
    const registers = own.map(({ register }) => register);
    expect(registers).toEqual(registers.toSorted((a, b) => a - b));
    const stamps = own.map(({ at }) => ('utc' in at ? at.utc : Number.NaN));
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
  }
}

describe('killed at any moment', () => {
  test.each(versions)('%s: nothing is lost, the order is kept, a repeat is what was in flight', (protocol) => {
    for (let seed = 0; seed < 15; seed++) {
      const random = new Random(`kill-${seed}`);
      const disk = emptyDisk();
      const heard: Heard[] = [];
      const written: TransactionRecord[] = [];
      let start = 0;
      const runs = 8;
      for (let run = 0; run <= runs; run++) {
        const bench = new Bench(protocol, {
          disk, start, configuration: { life: `${String(run).padStart(8, '0')}-0000-4000-8000-${String(seed).padStart(12, '0')}` },
          variables: { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true', 'SampledDataCtrlr.TxUpdatedInterval': '10' },
        });
        if (run < runs) bench.diesAfter = random.int(2, 300);
        bench.writesYet = random.int(0, 6);
        const same = run < runs && random.int(0, 1) === 0;
        for (const evse of [1, 2]) bench.feed({ kind: 'session', evse, session: same ? bench.state.evses[evse - 1]?.session : undefined });
        if (run === runs || random.int(0, 2) > 0) bench.connect();
        for (const input of run < runs ? life(random, 40) : []) {
          bench.feed(input).advance(random.int(0, 8));
          if (random.int(0, 7) === 0) bench.disconnect().connect();
        }
        bench.advance(run < runs ? 1 : 60);
        bench.kill();
        heard.push(...bench.calls.flatMap(lineOf));
        written.push(...bench.written.filter((one) => one.kind === 'transaction'));
        start = bench.time.now + 5_000;
      }
      const repeats = heard.filter((one, index) => heard.findIndex(({ line }) => line === one.line) < index);
      const adjacent = heard.filter((one, index) => heard[index - 1]?.line === one.line && heard[index - 1]?.payload === one.payload);
      expect([seed, repeats]).toEqual([seed, adjacent]);
      const once = [...new Set(heard.map(({ line }) => line))];
      expect([seed, once]).toEqual([seed, written.flatMap((record) => expected(protocol, record))]);
      expect(disk.records.size).toBe(0);
      check(protocol, written);
      const open = written.filter(({ id }) => !written.some((other) => other.id === id && other.type === 'ended'));
      expect([seed, open]).toEqual([seed, []]);
    }
  }, patience);
});

/** What a CSMS heard of a transaction, by what identifies it. */
interface Heard {
  readonly line: string;
  readonly payload: string;
}
function lineOf({ action, payload }: { action: string; payload: JsonObject }): Heard[] {
  const heard = (...parts: unknown[]): Heard[] => [{ line: parts.join(' '), payload: JSON.stringify({ ...payload, transactionId: 0 }) }];
  switch (action) {
    case 'StartTransaction':
      return heard('started', payload['timestamp'], payload['connectorId']);
    case 'StopTransaction':
      return heard('ended', payload['timestamp'], payload['meterStop']);
    case 'MeterValues': {
      const [first] = payload['meterValue'] as unknown as { timestamp: string }[];
      return payload['transactionId'] === undefined ? [] : heard('updated', first?.timestamp, payload['connectorId']);
    }
    case 'TransactionEvent':
      return heard((payload['transactionInfo'] as JsonObject)['transactionId'], payload['seqNo']);
    default:
      return [];
  }
}
function expected(protocol: Protocol, record: TransactionRecord): string[] {
  if (protocol !== 'ocpp1.6') return [`${record.id} ${record.seqNo}`];
  const time = (at: TransactionRecord['at'] | undefined) => (at !== undefined && 'utc' in at ? iso(at.utc) : '');
  if (record.type === 'updated') return record.meter === undefined ? [] : [`updated ${time(record.meter[0]?.at)} ${record.evse}`];
  return record.type === 'started' ? [`started ${time(record.at)} ${record.evse}`] : [`ended ${time(record.at)} ${record.register}`];
}
