import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACK, ascii, car, charger, concat, FIN, RST, SYN, tcpFrame } from '../../capture/test/frames.js';
import type { ConversationRecord } from '../src/index.js';
import { captures, decodersKnowing, expectedOf } from './expected.js';
import { brief, bytes, charge, hexOf, listen, opening, type Segment, segmentsOf, toFrame } from './talk.js';

const expected = charge.map(brief);
const v2gtp = (records: readonly ConversationRecord[]): string[] =>
  records.filter(({ kind }) => kind === 'v2gtp').map(brief);
const whole = (): number => 10_000;

describe('messages on TCP', () => {
  test('one segment each', () => {
    const { records, stats } = listen([...opening(), ...segmentsOf(charge, whole).map(toFrame)]);
    expect(records.map(brief)).toEqual(expected);
    expect(records.map(({ n, t }) => [n, t])).toEqual(charge.map((_, i) => [i + 3, i + 2]));
    expect(stats).toMatchObject({ packets: 10, records: { v2gtp: 8 }, errors: 0, otherConnections: 0 });
  });

  test('one byte a segment, complete with the last of them', () => {
    const { records } = listen([...opening(), ...segmentsOf(charge, () => 1).map(toFrame)]);
    expect(records.map(brief)).toEqual(expected);
    let n = 2;
    expect(records.map((record) => record.n)).toEqual(charge.map(({ hex }) => (n += 8 + hex.length / 2)));
  });

  test('several in one segment, cut anywhere', () => {
    const requests = charge.filter(({ dir }) => dir === 'ev->evse');
    const stream = concat(...segmentsOf(requests, whole).map(({ payload }) => payload));
    for (let cut = 0; cut <= stream.length; cut++) {
      const parts = [
        tcpFrame(car, charger, 1000, ACK, stream.slice(0, cut)),
        tcpFrame(car, charger, 1000 + cut, ACK, stream.slice(cut)),
      ];
      const { records } = listen([...opening(), ...parts], decodersKnowing(charge));
      expect(records.map(hexOf), `cut at ${cut}`).toEqual(requests.map(({ hex }) => hex));
    }
  });

  test('sequence numbers that run over 2^32 in the middle', () => {
    const start = 0x1_0000_0000 - 60;
    const { records } = listen([...opening(start), ...segmentsOf(charge, () => 7, start).map(toFrame)]);
    expect(records.map(brief)).toEqual(expected);
  });

  test('a stream joined in its middle begins at the first header, and a request tells who is the car', () => {
    const segments = segmentsOf(charge, () => 9).slice(1);
    const { records } = listen(segments.map(toFrame));
    expect(v2gtp(records)).toEqual(expected.slice(1));
    const skipped = records.filter(({ kind }) => kind === 'tcp');
    expect(skipped).toMatchObject([{ n: 1, type: 'skipped', error: { code: 'mid-stream' } }]);
    expect(skipped.map(hexOf)).toEqual([charge[0]?.hex.slice(2)]);
  });

  test('who opened the connection is the car, whatever it sends', () => {
    const syn = [tcpFrame(charger, car, 999, SYN)];
    const { records } = listen([...syn, ...segmentsOf(charge, whole).map(toFrame)]);
    expect(records.slice(0, 2).map(({ dir }) => dir)).toEqual(['evse->ev', 'ev->evse']);
  });

  test('a car whose port and address sort last is still the car', () => {
    const swap = ({ from, to, ...rest }: Segment): Segment => ({ ...rest, from: to, to: from });
    const syn = [tcpFrame(charger, car, 999, SYN), tcpFrame(car, charger, 999, SYN | ACK)];
    expect(listen([...syn, ...segmentsOf(charge, whole).map(swap).map(toFrame)]).records.map(brief)).toEqual(expected);
    expect(listen(segmentsOf(charge, whole).map(swap).map(toFrame)).records.map(brief)).toEqual(expected);
  });
});

describe('garbled streams', () => {
  const frames = (...payloads: readonly Uint8Array[]): Uint8Array[] => {
    let sequence = 1000;
    return payloads.map((payload) => {
      const frame = tcpFrame(car, charger, sequence, ACK, payload);
      sequence += payload.length;
      return frame;
    });
  };
  const [request] = segmentsOf(charge.slice(2, 3), whole);
  const good = request!.payload;

  test('garbage between messages is told once, with its bytes, before the next message', () => {
    const garbage = Array.from({ length: 5 }, (_, i) => Uint8Array.of(0x02, i));
    const { records, stats } = listen([...opening(), ...frames(good, ...garbage, good)]);
    expect(records.map(({ kind, n }) => [kind, n])).toEqual([
      ['v2gtp', 3],
      ['tcp', 4],
      ['v2gtp', 9],
    ]);
    expect(records[1]).toMatchObject({
      type: 'skipped',
      decoded: { length: 10 },
      error: { code: 'bad-version', byte: 22 },
    });
    expect(hexOf(records[1]!)).toBe('02000201020202030204');
    expect(stats.errors).toBe(1);
  });

  test('of long garbage the beginning is kept and the rest counted', () => {
    const { records } = listen([...opening(), ...frames(good, new Uint8Array(3000), new Uint8Array(3000), good)]);
    expect(records[1]).toMatchObject({ type: 'skipped', decoded: { length: 6000 } });
    expect(records[1]?.bytes).toHaveLength(1024);
  });

  test('garbage before the first message is told once the connection is known to be V2GTP', () => {
    const { records } = listen([...opening(), ...frames(ascii('HELO'), ascii('xyz'), good)]);
    expect(records.map(({ kind }) => kind)).toEqual(['tcp', 'v2gtp']);
    expect(records[0]).toMatchObject({ n: 3, decoded: { length: 7 } });
  });

  test('a message that the connection ends within is told', () => {
    const { records } = listen([
      ...opening(),
      ...frames(good, good.subarray(0, 12)),
      tcpFrame(charger, car, 1000, RST),
    ]);
    expect(records.map(({ kind }) => kind)).toEqual(['v2gtp', 'tcp']);
    expect(records[1]).toMatchObject({ n: 4, type: 'skipped', error: { code: 'cut-off' }, decoded: { length: 12 } });
  });

  test('missing bytes are told, and cost only the messages they lie in', () => {
    const segments = segmentsOf(charge, () => 9);
    const lost = segments.findIndex(({ from }, i) => i > 20 && from === car);
    const { records, stats } = listen([...opening(), ...segments.filter((_, i) => i !== lost).map(toFrame)]);
    const [gap] = records.filter((record) => record.kind === 'tcp' && record.type === 'gap');
    expect(gap).toMatchObject({ dir: 'ev->evse', decoded: { length: segments[lost]?.payload.length } });
    expect(v2gtp(records)).toHaveLength(charge.length - 1);
    expect(stats.tcp.gaps).toBe(1);
  });

  test('a message with a gap inside is told before the gap', () => {
    const later = tcpFrame(car, charger, 1100, ACK, good);
    const { records } = listen([...opening(), ...frames(good, good.subarray(0, 12)), later]);
    expect(
      records.map((record) => [record.kind, record.n, 'decoded' in record && record.kind === 'tcp' ? record.type : '']),
    ).toEqual([
      ['v2gtp', 3, ''],
      ['tcp', 4, 'skipped'],
      ['tcp', 5, 'gap'],
      ['v2gtp', 5, ''],
    ]);
  });

  test('a direction that ends, or loses bytes, after its first two is told as well', () => {
    const two = tcpFrame(charger, car, 1000, ACK, good.subarray(0, 2));
    const skipped = { kind: 'tcp', type: 'skipped', dir: 'evse->ev', n: 4, decoded: { length: 2 } };
    const ended = listen([...opening(), ...frames(good), two]).records;
    expect(ended).toMatchObject([{ kind: 'v2gtp' }, skipped]);
    const lost = listen([...opening(), ...frames(good), two, tcpFrame(charger, car, 1100, ACK, good)]).records;
    expect(lost).toMatchObject([{ kind: 'v2gtp' }, skipped, { type: 'gap' }, { kind: 'v2gtp', n: 5 }]);
  });

  test('a payload type that is none is shown with its bytes', () => {
    const { records } = listen([...opening(), ...frames(bytes('01fe77770000000201fe'), good)]);
    expect(records[0]).toMatchObject({
      schema: null,
      type: null,
      payloadType: '7777',
      decoded: null,
      error: { code: 'unknown-payload-type' },
    });
    expect(records.map(hexOf)).toEqual(['01fe', charge[2]?.hex]);
  });

  test('a message that its schema cannot read stays, with the reason', () => {
    const { records } = listen([
      ...opening(),
      ...segmentsOf([...charge.slice(0, 2), { ...charge[2]!, hex: '809affff' }], whole).map(toFrame),
    ]);
    expect(records[2]).toMatchObject({
      schema: 'din',
      type: null,
      decoded: null,
      dir: 'ev->evse',
      error: { code: 'unheard-of' },
    });
  });
});

describe('connections', () => {
  test('others are ignored and counted', () => {
    const http = [
      tcpFrame(car, charger, 1, SYN),
      tcpFrame(car, charger, 2, ACK, ascii('GET / HTTP/1.1\r\n\r\n')),
      tcpFrame(charger, car, 1, ACK, ascii('HTTP/1.1 204 No Content\r\n\r\n')),
    ];
    const { records, stats } = listen(http);
    expect(records).toEqual([]);
    expect(stats).toMatchObject({ otherConnections: 1, tcp: { connections: 1, segments: 3 } });
  });

  test('each has its own number, and its own handshake', () => {
    const first = [...opening(), ...segmentsOf(charge, whole).map(toFrame), tcpFrame(charger, car, 5000, RST)];
    const second = [...opening(9000), ...segmentsOf(charge.slice(2), whole, 9000).map(toFrame)];
    const { records } = listen([...first, ...second], { ...decodersKnowing(charge), bestFit: () => undefined });
    const messages = records.filter((record) => record.kind === 'v2gtp');
    expect(messages.map(({ conn }) => conn)).toEqual([...charge.map(() => 0), ...charge.slice(2).map(() => 1)]);
    expect(messages.slice(8).map(({ schema, error }) => [schema, error?.code])).toEqual(
      charge.slice(2).map(() => [null, 'no-schema']),
    );
  });

  test('an orderly end leaves nothing behind', () => {
    const end = [tcpFrame(car, charger, 5000, ACK | FIN), tcpFrame(charger, car, 5000, ACK | FIN)];
    expect(listen([...opening(), ...segmentsOf(charge, whole).map(toFrame), ...end]).records.map(brief)).toEqual(
      expected,
    );
  });
});

test('any splitting, repeating, overlapping and swapping of neighbours gives the same messages', () => {
  const name = captures.find((capture) => capture.startsWith('2024-06-11'));
  const messages = name === undefined ? charge : expectedOf(name).filter(({ kind }) => kind === 'v2gtp');
  const decoders = decodersKnowing(messages);
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 });
  const events = fc.array(fc.constantFrom('as it is', 'twice', 'swapped', 'again later', 'overlapping'), {
    minLength: 1,
    maxLength: 50,
  });
  fc.assert(
    fc.property(sizes, events, fc.constantFrom(1000, 0xffff_ff80), (sizes, events, start) => {
      const segments = segmentsOf(messages, (i) => sizes[i % sizes.length] ?? 1, start);
      const sent: Segment[] = [];
      for (let i = 0; i < segments.length; i++) {
        const [one, two] = [segments[i]!, segments[i + 1]];
        switch (events[i % events.length]) {
          case 'twice':
            sent.push(one, one);
            break;
          case 'swapped':
            if (two !== undefined && two.from === one.from) {
              sent.push(two, one);
              i++;
            } else sent.push(one);
            break;
          case 'again later':
            sent.push(one, ...sent.slice(-3));
            break;
          case 'overlapping': {
            const joined =
              two !== undefined && two.from === one.from
                ? concat(one.payload, two.payload.subarray(0, 1))
                : one.payload;
            sent.push({ ...one, payload: joined });
            break;
          }
          default:
            sent.push(one);
        }
      }
      const { records } = listen([...opening(start), ...sent.map(toFrame)], decoders);
      expect(records.map(brief)).toEqual(messages.map(brief));
    }),
    { seed: 70121, numRuns: 100 },
  );
});
