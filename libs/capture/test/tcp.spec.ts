import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dissect, linkType, type Side, TcpReassembler, type TcpLimits } from '../src/index.js';
import { ACK, ascii, car, charger, type End, FIN, RST, SYN, tcpFrame } from './frames.js';

/** A reassembler with what it says written down: `connection side text @frame`. */
function watch(limits: Partial<TcpLimits> = {}) {
  const log: string[] = [];
  const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
  const clients = new Map<number, () => Side | undefined>();
  const reassembler = new TcpReassembler((connection) => {
    const { id } = connection;
    clients.set(id, () => connection.client);
    return {
      data: (side, bytes, { n }) => log.push(`${id} ${side} ${text(bytes)} @${n}`),
      gap: (side, length, { n }) => log.push(`${id} ${side} gap ${length} @${n}`),
      close: (why) => log.push(`${id} ${why}`),
    };
  }, limits);
  let n = 0;
  const frame = (bytes: Uint8Array, seconds = 0): void => {
    const segment = dissect({ linkType: linkType.ethernet, bytes });
    if (segment.kind !== 'tcp') return expect.fail(`no TCP: ${segment.kind}`);
    reassembler.segment(segment, { n: ++n, time: { seconds, nanos: 0 } });
  };
  const send =
    (from: End, to: End) =>
    (sequence: number, payload = '', flags = ACK, acknowledgment = 0, seconds = 0): void =>
      frame(tcpFrame(from, to, sequence >>> 0, flags, ascii(payload), acknowledgment >>> 0), seconds);
  const take = (): string[] => log.splice(0);
  return { reassembler, frame, fromCar: send(car, charger), fromCharger: send(charger, car), take, clients };
}

describe('one direction', () => {
  test('segments in order come out with their frames', () => {
    const { fromCar, take } = watch();
    fromCar(100, '', SYN);
    fromCar(101, 'ab');
    fromCar(103, 'c');
    expect(take()).toEqual(['0 0 ab @2', '0 0 c @3']);
  });

  test('bytes that came before are not given again', () => {
    const { reassembler, fromCar, take } = watch();
    fromCar(1, 'abc');
    fromCar(1, 'abc');
    fromCar(2, 'XXd');
    fromCar(0, '-'); // a keep-alive
    expect(take()).toEqual(['0 0 abc @1', '0 0 d @3']);
    expect(reassembler.stats.retransmittedBytes).toBe(6);
  });

  test('segments out of order wait for the missing one, and come with the frame that completes them', () => {
    const { fromCar, take } = watch();
    fromCar(1, 'a');
    fromCar(4, 'd');
    fromCar(3, 'c');
    expect(take()).toEqual(['0 0 a @1']);
    fromCar(2, 'b');
    expect(take()).toEqual(['0 0 b @4', '0 0 c @4', '0 0 d @4']);
  });

  test('of overlapping bytes the first seen win', () => {
    const { fromCar, take } = watch();
    fromCar(1, 'a');
    fromCar(4, 'def');
    fromCar(3, 'CDEFG');
    fromCar(2, 'bXYZ');
    expect(take()).toEqual(['0 0 a @1', '0 0 b @4', '0 0 C @4', '0 0 def @4', '0 0 G @4']);
  });

  test('sequence numbers run over 2^32', () => {
    const { fromCar, take } = watch();
    fromCar(0xffff_fffd, '', SYN);
    fromCar(0, 'c');
    fromCar(2, 'e');
    fromCar(0xffff_fffe, 'ab');
    fromCar(1, 'd');
    expect(take()).toEqual(['0 0 ab @4', '0 0 c @4', '0 0 d @5', '0 0 e @5']);
  });

  test('bytes that the receiver had before they were missed were not captured', () => {
    const { fromCar, fromCharger, take } = watch();
    fromCar(1, 'abc');
    fromCharger(1, 'ok', ACK, 10);
    fromCar(10, 'def');
    expect(take()).toEqual(['0 0 abc @1', '0 1 ok @2', '0 0 gap 6 @3', '0 0 def @3']);
  });

  test('bytes that the receiver acknowledges twice were not captured', () => {
    const { fromCar, fromCharger, take } = watch();
    fromCar(1, 'abc');
    fromCar(10, 'def');
    fromCharger(1, '', ACK, 4);
    fromCharger(1, '', ACK, 13);
    expect(take()).toEqual(['0 0 abc @1']);
    fromCharger(1, '', ACK, 13);
    expect(take()).toEqual(['0 0 gap 6 @2', '0 0 def @2']);
  });

  test('waiting ends after a while, after many bytes and after many segments', () => {
    const late = watch();
    late.fromCar(1, 'a', ACK, 0, 100);
    late.fromCar(3, 'c', ACK, 0, 100);
    late.fromCar(4, 'd', ACK, 0, 105);
    expect(late.take()).toEqual(['0 0 a @1']);
    late.fromCar(5, 'e', ACK, 0, 106);
    expect(late.take()).toEqual(['0 0 gap 1 @2', '0 0 c @2', '0 0 d @3', '0 0 e @4']);

    const full = watch({ maxHeld: 4 });
    full.fromCar(1, 'a');
    full.fromCar(4, 'defg');
    full.fromCar(9, 'i');
    expect(full.take()).toEqual(['0 0 a @1', '0 0 gap 2 @2', '0 0 defg @2']);

    const many = watch({ maxSegments: 2 });
    for (const sequence of [1, 4, 6, 8]) many.fromCar(sequence, 'x');
    expect(many.take()).toEqual(['0 0 x @1', '0 0 gap 2 @2', '0 0 x @2']);
  });

  test('what the capture did not keep of a segment is a gap', () => {
    const { frame, fromCar, take } = watch();
    const cut = tcpFrame(car, charger, 1, ACK, ascii('abcdef'));
    frame(cut.subarray(0, cut.length - 4));
    fromCar(7, 'gh');
    frame(cut.subarray(0, cut.length - 4));
    expect(take()).toEqual(['0 0 ab @1', '0 0 gap 4 @1', '0 0 gh @2']);
  });

  test('a sequence number from nowhere costs a gap and not the connection', () => {
    const { fromCar, take } = watch();
    fromCar(1, 'abc');
    fromCar(0x4000_0000, '??');
    fromCar(4, 'def');
    expect(take()).toEqual(['0 0 abc @1', '0 0 gap 0 @2', '0 0 ?? @2', '0 0 gap 0 @3', '0 0 def @3']);
  });
});

describe('connections', () => {
  test('whoever sent the SYN opened it; a SYN-ACK tells as well; without both nobody knows', () => {
    const bySyn = watch();
    bySyn.fromCharger(1, '', SYN);
    expect(bySyn.clients.get(0)?.()).toBe(1);
    const bySynAck = watch();
    bySynAck.fromCharger(1, '', SYN | ACK);
    expect(bySynAck.clients.get(0)?.()).toBe(0);
    const neither = watch();
    neither.fromCharger(1, 'x');
    expect(neither.clients.get(0)?.()).toBeUndefined();
  });

  test('ends when both sides have sent FIN and everything before it was seen', () => {
    const { fromCar, fromCharger, take } = watch();
    fromCharger(0, '', ACK | SYN);
    fromCar(1, 'a', ACK | FIN);
    fromCharger(2, '', ACK | FIN);
    expect(take()).toEqual(['0 0 a @2']);
    fromCharger(1, 'b');
    expect(take()).toEqual(['0 1 b @4', '0 finished']);
  });

  test('a reset ends it, after what was still held', () => {
    const { fromCar, fromCharger, take } = watch();
    fromCar(1, 'a');
    fromCar(3, 'c');
    fromCharger(1, '', RST);
    expect(take()).toEqual(['0 0 a @1', '0 0 gap 1 @2', '0 0 c @2', '0 reset']);
  });

  test('a connection that goes on after its end keeps the one who opened it', () => {
    const { fromCar, fromCharger, take, clients } = watch();
    fromCharger(10, '', SYN);
    fromCar(20, 'a', RST | ACK);
    fromCharger(11, 'b');
    expect(take()).toEqual(['0 0 a @2', '0 reset', '1 1 b @3']);
    expect(clients.get(1)?.()).toBe(1);
  });

  test('retransmissions after the end are no new connection, new bytes are', () => {
    const { reassembler, fromCar, fromCharger, take } = watch();
    fromCar(10, '', SYN);
    fromCar(11, 'ab');
    fromCharger(1, '', RST);
    fromCar(11, 'ab');
    fromCar(10, '', SYN);
    fromCar(13, '', ACK);
    expect(take()).toEqual(['0 0 ab @2', '0 reset']);
    expect(reassembler.stats).toMatchObject({ connections: 1, retransmittedBytes: 2 });
    fromCar(13, 'c');
    expect(take()).toEqual(['1 0 c @7']);
  });

  test('a SYN with another number is a new connection on the same ports, a repeated SYN is not', () => {
    const { fromCar, take, clients } = watch();
    fromCar(1, '', SYN);
    fromCar(1, '', SYN);
    fromCar(2, 'a');
    fromCar(5000, '', SYN);
    fromCar(5001, 'b');
    expect(take()).toEqual(['0 0 a @3', '0 reused', '1 0 b @5']);
    expect([...clients.keys()]).toEqual([0, 1]);
  });

  test('the same connection again from its SYN, as in a file joined from two copies, is another one', () => {
    const { fromCar, fromCharger, take } = watch();
    for (let round = 0; round < 2; round++) {
      fromCar(1, '', SYN);
      fromCharger(1, '', SYN | ACK);
      fromCar(2, 'a');
      fromCharger(2, 'b');
    }
    expect(take()).toEqual(['0 0 a @3', '0 1 b @4', '0 reused', '1 0 a @7', '1 1 b @8']);
  });

  test('only so many are remembered, the longest silent goes first', () => {
    const { reassembler, frame, take } = watch({ maxConnections: 2 });
    const from = (port: number, sequence: number): void =>
      frame(tcpFrame({ ...car, port }, charger, sequence, ACK, ascii('x')));
    from(1, 1);
    from(2, 1);
    from(1, 2);
    from(3, 1);
    from(1, 3);
    expect(take()).toEqual(['0 0 x @1', '1 0 x @2', '0 0 x @3', '1 evicted', '2 0 x @4', '0 0 x @5']);
    expect(reassembler.stats.evicted).toBe(1);
  });

  test('all together hold only so many bytes', () => {
    const { frame, take } = watch({ maxHeldTotal: 5 });
    for (const port of [1, 2, 3]) {
      frame(tcpFrame({ ...car, port }, charger, 1, ACK, ascii('a')));
      frame(tcpFrame({ ...car, port }, charger, 3, ACK, ascii('cd')));
    }
    expect(take()).toEqual(['0 0 a @1', '1 0 a @3', '2 0 a @5', '2 0 gap 1 @6', '2 0 cd @6']);
  });

  test('the end of the capture delivers what is held', () => {
    const { reassembler, fromCar, take } = watch();
    fromCar(1, 'a');
    fromCar(3, 'c');
    reassembler.end();
    expect(take()).toEqual(['0 0 a @1', '0 0 gap 1 @2', '0 0 c @2', '0 end of capture']);
  });
});

test('any shuffled, repeated and overlapping segments of a stream give the stream', () => {
  const stream = 'The quick brown fox jumps over the lazy dog, twice over.';
  const piece = fc.tuple(fc.nat(stream.length - 1), fc.integer({ min: 1, max: 12 }));
  const cut = fc.array(fc.integer({ min: 1, max: stream.length - 1 })).map((cuts) => {
    const ends = [...new Set([...cuts, stream.length])].toSorted((a, b) => a - b);
    return ends.map((end, i): [number, number] => [ends[i - 1] ?? 0, end - (ends[i - 1] ?? 0)]);
  });
  const order = fc
    .tuple(cut, fc.array(piece))
    .chain(([whole, extra]) => fc.shuffledSubarray([...whole, ...extra], { minLength: whole.length + extra.length }));
  fc.assert(
    fc.property(order, fc.constantFrom(5, 0xffff_fff0), (order, start) => {
      const { fromCar, take } = watch();
      fromCar(start - 1, '', SYN);
      for (const [at, length] of order) fromCar(start + at, stream.slice(at, at + length));
      expect(
        take()
          .map((line) => /^0 0 (.*) @\d+$/s.exec(line)?.[1])
          .join(''),
      ).toBe(stream);
    }),
    { seed: 9293, numRuns: 500 },
  );
});

test('any segments keep what is held within the limits, and never throw', () => {
  const step = fc.record({
    car: fc.boolean(),
    port: fc.integer({ min: 1, max: 3 }),
    sequence: fc.oneof(fc.nat(200), fc.integer({ min: 0xffff_ff00, max: 0xffff_ffff }), fc.nat()),
    acknowledgment: fc.nat(200),
    flags: fc.constantFrom(ACK, ACK, ACK, SYN, SYN | ACK, FIN | ACK, RST, 0xff),
    length: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { reassembler, frame, take } = watch({ maxConnections: 2, maxHeld: 30, maxHeldTotal: 40, maxSegments: 3 });
      let sent = 0;
      for (const { car: byCar, port, sequence, acknowledgment, flags, length } of steps) {
        const [from, to] = byCar ? [{ ...car, port }, charger] : [charger, { ...car, port }];
        frame(tcpFrame(from, to, sequence >>> 0, flags, ascii('.'.repeat(length)), acknowledgment));
        sent += length;
      }
      reassembler.end();
      const given = take().reduce((sum, line) => sum + (/ (\.*) @/.exec(line)?.[1]?.length ?? 0), 0);
      expect(given + reassembler.stats.retransmittedBytes).toBe(sent);
    }),
    { seed: 793, numRuns: 1000 },
  );
});
