import { fromHex, toHex } from '@pilotwire/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DeframeEvent, Deframer, payloadTypes, writeFrame } from './index.js';

const bytes = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', '')) ?? expect.fail(`not hex: ${hex}`);

const concat = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** One line an event: payload type and payload of a message, error code and bytes of what was skipped. */
const brief = (events: readonly DeframeEvent[]): string[] =>
  events.map((event) =>
    event.kind === 'message'
      ? `${event.payloadType.toString(16)} ${toHex(event.payload)} @${event.at}`
      : `${event.error.code} ${toHex(event.bytes)} @${event.at}`,
  );

/** A handshake answer, and a longer payload: what is in them does not matter here. */
const handshake = bytes('80400040');
const longer = bytes('809a0040000000000000000113500000000000');
const two = concat([writeFrame(0x8001, handshake), writeFrame(0x8001, longer)]);
const twoMessages = [`8001 ${toHex(handshake)} @0`, `8001 ${toHex(longer)} @12`];

describe('in step', () => {
  test('several messages in one segment come out one by one', () => {
    expect(brief(new Deframer().push(two))).toEqual(twoMessages);
  });

  test('two messages cut at any byte come out the same', () => {
    for (let cut = 0; cut <= two.length; cut++) {
      const deframer = new Deframer();
      const events = [...deframer.push(two.subarray(0, cut)), ...deframer.push(two.subarray(cut))];
      expect(brief(events), `cut at ${cut}`).toEqual(twoMessages);
    }
  });

  test('two messages in single bytes come out the same', () => {
    const deframer = new Deframer();
    expect(brief([...two].flatMap((byte) => deframer.push(Uint8Array.of(byte))))).toEqual(twoMessages);
  });

  test('a message in pieces does not change when the buffers it came in are used again', () => {
    const deframer = new Deframer();
    const buffer = writeFrame(0x8001, handshake);
    deframer.push(buffer.subarray(0, 10));
    const events = deframer.push(buffer.slice(10));
    buffer.fill(0);
    expect(brief(events)).toEqual([twoMessages[0]]);
  });

  test('an unknown payload type is a message, because its length still tells where the next one begins', () => {
    const stream = concat([writeFrame(0x7777, handshake), two]);
    expect(brief(new Deframer().push(stream))[0]).toBe('7777 80400040 @0');
    expect(brief(new Deframer().push(stream))).toHaveLength(3);
  });

  test('a message without payload is a message', () => {
    expect(brief(new Deframer().push(writeFrame(0x8001, new Uint8Array(0))))).toEqual(['8001  @0']);
  });
});

describe('lost', () => {
  test('a wrong version is skipped up to the next header, and the skipped bytes are reported', () => {
    const deframer = new Deframer();
    expect(brief(deframer.push(concat([bytes('02fd 8001 00000001 aa'), two])))).toEqual([
      'bad-version 02fd800100000001aa @0',
      `8001 ${toHex(handshake)} @9`,
      `8001 ${toHex(longer)} @21`,
    ]);
  });

  test('a length beyond the cap is not waited for', () => {
    const events = new Deframer({ maxPayload: 4096 }).push(concat([bytes('01fe 8001 00001001'), two]));
    expect(brief(events).slice(0, 2)).toEqual(['payload-too-long 01fe800100001001 @0', '8001 80400040 @8']);
    expect(events[0]).toMatchObject({ error: { name: 'V2gtpError', byte: 4 } });
  });

  test('a length that says too little costs the rest of that message and no other', () => {
    const short = bytes('01fe 8001 00000002 80400040');
    expect(brief(new Deframer().push(concat([short, two]))).slice(0, 3)).toEqual([
      '8001 8040 @0',
      'bad-version 0040 @10',
      '8001 80400040 @12',
    ]);
  });

  test('a length that says too much hides the messages behind it only until the stream ends', () => {
    const deframer = new Deframer();
    expect(deframer.push(concat([bytes('01fe 8001 00000fff'), two]))).toEqual([]);
    expect(brief(deframer.end())).toEqual([
      'cut-off 01fe800100000fff @0',
      '8001 80400040 @8',
      `8001 ${toHex(longer)} @20`,
    ]);
  });

  test('a stream that ends inside a header or a payload says so', () => {
    for (const cut of [3, 10]) {
      const deframer = new Deframer();
      deframer.push(two.subarray(0, cut));
      expect(brief(deframer.end())).toEqual([`cut-off ${toHex(two.subarray(0, cut))} @0`]);
    }
  });

  test('missing bytes cost the message they lie in', () => {
    const deframer = new Deframer();
    deframer.push(two.subarray(0, 15));
    expect(brief(deframer.gap(10))).toEqual(['cut-off 01fe80 @12']);
    expect(brief(deframer.push(concat([two.subarray(25), two])))).toEqual([
      `cut-off ${toHex(two.subarray(25))} @25`,
      `8001 ${toHex(handshake)} @39`,
      `8001 ${toHex(longer)} @51`,
    ]);
  });

  test('a stream joined in its middle begins at the first header that fits', () => {
    const deframer = new Deframer({ midStream: true });
    const lies = '01fe01fe8001ffffffff01fe7777000000010001'; // a length, and a payload type, that cannot be
    expect(brief(deframer.push(concat([bytes(lies), two])))).toEqual([
      `mid-stream ${lies} @0`,
      `8001 ${toHex(handshake)} @20`,
      `8001 ${toHex(longer)} @32`,
    ]);
  });
});

test('every byte of any stream comes back once, in order, and whole messages between garbage are found', () => {
  const message = fc.record({
    type: fc.constantFrom(...payloadTypes.keys()),
    payload: fc.uint8Array({ maxLength: 40 }),
  });
  // Garbage without 0x01 cannot be mistaken for a header.
  const garbage = fc.array(fc.integer({ min: 2, max: 255 }), { maxLength: 12 }).map((list) => Uint8Array.from(list));
  const cuts = fc.array(fc.nat(400));
  fc.assert(
    fc.property(fc.array(fc.tuple(garbage, message)), cuts, (parts, cuts) => {
      const stream = concat(parts.flatMap(([noise, { type, payload }]) => [noise, writeFrame(type, payload)]));
      const ends = [...cuts.filter((cut) => cut < stream.length), stream.length].toSorted((a, b) => a - b);
      const deframer = new Deframer();
      const events = ends.flatMap((end, i) => [...deframer.push(stream.subarray(ends[i - 1] ?? 0, end))]);
      events.push(...deframer.end());
      const back = events.map((event) =>
        event.kind === 'message' ? writeFrame(event.payloadType, event.payload) : event.bytes,
      );
      expect(toHex(concat(back))).toBe(toHex(stream));
      const found = events.flatMap((event) => (event.kind === 'message' ? [toHex(event.payload)] : []));
      expect(found).toEqual(parts.map(([, { payload }]) => toHex(payload)));
    }),
    { seed: 15118 },
  );
});

test('any bytes with any gaps give events, each byte once', () => {
  const piece = fc.uint8Array({ maxLength: 30 });
  const header = fc
    .tuple(fc.constantFrom('01fe8001000000', '01fe8001ffff00', '01fe00'), fc.integer({ min: 16, max: 255 }))
    .map(([hex, last]) => bytes(hex + last.toString(16)));
  const step = fc.oneof(piece, header, fc.nat(9));
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const deframer = new Deframer({ maxPayload: 64 });
      const events = steps.flatMap((step) => [
        ...(typeof step === 'number' ? deframer.gap(step) : deframer.push(step)),
      ]);
      events.push(...deframer.end());
      const back = events.map((event) =>
        event.kind === 'message' ? writeFrame(event.payloadType, event.payload) : event.bytes,
      );
      const pushed = steps.flatMap((step) => (typeof step === 'number' ? [] : [step]));
      expect(toHex(concat(back))).toBe(toHex(concat(pushed)));
    }),
    { seed: 15118, numRuns: 500 },
  );
});
