import { encodeSdpRequest } from '@pilotwire/v2gtp';
import { expect, test } from 'vitest';
import type { Address, Connection } from '../src/index.js';
import { Bench } from './bench.js';

const address: Address = { ip: '::ffff:7f00:1', port: 50_000 };

/** Somebody on the network who is no car of ours. */
function stranger(bench: Bench, to = address) {
  const seen = { connected: false, closed: false, finished: false, data: [] as Uint8Array[] };
  const connection: Connection = bench.network.car.connect(to, {
    connected: () => void (seen.connected = true),
    data: (octets) => seen.data.push(octets),
    finished: () => void (seen.finished = true),
    closed: () => void (seen.closed = true),
  });
  bench.advance(5);
  return { seen, connection };
}

test('without a link nobody is let in', () => {
  const bench = new Bench();
  expect(stranger(bench).seen).toMatchObject({ closed: true, data: [] });
  bench.plug();
  bench.advance(100);
  expect(stranger(bench).seen).toMatchObject({ closed: true, data: [] });
  expect(bench.charger.server.connections).toBe(0);
});

test('a second connection is refused, and the first goes on', () => {
  const bench = new Bench({ outlet: { speed: 1 } }).to('CurrentDemand');
  const { seen, connection } = stranger(bench);
  connection.write(Uint8Array.of(1, 0xfe, 0x80, 1, 0, 0, 0, 2, 0x80, 0x02));
  bench.advance(5);
  expect([seen.closed, seen.data, bench.charger.server.connections]).toEqual([true, [], 1]);
  bench.advance(5_000);
  expect([bench.phase, bench.of('evse', 'warning')]).toMatchObject(['CurrentDemand', [{ what: 'second-connection' }]]);
});

test('garbage is told, and the third time it costs the connection', () => {
  const bench = new Bench();
  bench.car.halt();
  bench.plug();
  expect(bench.until(() => bench.phase === 'linked')).toBe(true);
  const { seen, connection } = stranger(bench);
  expect(bench.phase).toBe('Connected');
  for (let i = 0; i < 3; i++) {
    connection.write(Uint8Array.from({ length: 40 }, (_, at) => (at * 37 + i) & 0xff));
    // In step again by a frame that holds nothing.
    connection.write(Uint8Array.of(1, 0xfe, 0x80, 1, 0, 0, 0, 2, 0x80, 0x02));
    bench.advance(5);
  }
  expect([seen.closed, bench.phase, bench.of('evse', 'end')[0]?.end.reason]).toEqual([true, 'ended', 'undecodable']);
  expect(bench.of('evse', 'warning').length).toBeGreaterThan(1);
  expect(bench.charger.server.counts.garbage).toBeGreaterThanOrEqual(3);
});

test('a connection that comes to nothing may be followed by another', () => {
  const bench = new Bench();
  bench.car.halt();
  bench.plug();
  bench.until(() => bench.phase === 'linked');
  const first = stranger(bench);
  first.connection.finish();
  bench.advance(5);
  expect([first.seen.finished, first.seen.closed, bench.phase, bench.charger.server.connections]).toEqual([true, true, 'linked', 0]);
  stranger(bench);
  expect(bench.phase).toBe('Connected');
});

test('SDP is answered to whoever asks in order, fifty times a second at most', () => {
  const bench = new Bench();
  bench.car.halt();
  let answers = 0;
  const question = bench.network.car.sdp({ receive: () => answers++ });
  const ask = (octets: Uint8Array): void => {
    question.ask(octets);
    bench.advance(2);
  };
  const request = encodeSdpRequest({ security: 0x10, transport: 0 });
  ask(request);
  expect(answers, 'nobody is matched').toBe(0);
  bench.plug();
  bench.until(() => bench.phase === 'linked');
  bench.advance(1_000 - (bench.time.now % 1_000));
  for (const garbage of [request.subarray(0, 9), Uint8Array.of(...request, 0), new Uint8Array(2_000), Uint8Array.of()]) ask(garbage);
  expect(answers).toBe(0);
  ask(encodeSdpRequest({ security: 0, transport: 0 }));
  expect([answers, bench.of('evse', 'warning')[0]?.what]).toEqual([1, 'tls-declined']);
  for (let i = 0; i < 200; i++) ask(request);
  expect(answers).toBeLessThanOrEqual(50);
  bench.advance(1_000);
  ask(request);
  expect(answers).toBeLessThanOrEqual(51);
  expect(answers).toBeGreaterThan(40);
});

test('a port that is taken is said, and had as soon as it is free', () => {
  const bench = new Bench();
  bench.charger.halt();
  bench.network.occupied = true;
  const charger = bench.again();
  bench.advance(5_000);
  expect(charger.problems).toEqual(['SDP: the port is taken', 'TCP: the port is taken']);
  bench.network.occupied = false;
  bench.advance(1_100);
  expect(charger.problems).toEqual([]);
});
