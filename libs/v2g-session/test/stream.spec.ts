import { din } from '@pilotwire/v2g-messages';
import { EXI_MESSAGE, SDP_REQUEST, writeFrame } from '@pilotwire/v2gtp';
import { describe, expect, test } from 'vitest';
import { DinStream } from '../src/stream.js';
import { handshake, message, requests } from './requests.js';

const setup = message(requests.SessionSetupReq, '00');
const demand = message(requests.CurrentDemandReq, '0102030405060708');
const bytes = (): Uint8Array => {
  const car = new DinStream();
  return Uint8Array.from([handshake, setup, demand].flatMap((one) => [...car.write(one)]));
};

describe('the byte rim', () => {
  test('finds the same messages wherever the bytes are cut', () => {
    const whole = bytes();
    for (let cut = 0; cut <= whole.length; cut++) {
      const stream = new DinStream();
      const inputs = [...stream.push(whole.subarray(0, cut)), ...stream.push(whole.subarray(cut))];
      expect(inputs).toEqual([handshake, setup, demand].map((one) => ({ kind: 'message', message: one })));
    }
  });

  test('tells the handshake from DIN, before and after it', () => {
    const stream = new DinStream();
    const car = new DinStream();
    expect(stream.push(car.write(setup))).toEqual([{ kind: 'message', message: setup }]);
    stream.write({ supportedAppProtocolRes: { ResponseCode: 'OK_SuccessfulNegotiation', SchemaID: 1 } });
    expect(stream.push(car.write(handshake))).toEqual([{ kind: 'message', message: handshake }]);
    expect(stream.push(car.write(demand))).toEqual([{ kind: 'message', message: demand }]);
  });

  test.each([
    ['bytes that are no header', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 'skipped', 'a V2GTP header begins with 01 fe'],
    ['another payload type', writeFrame(SDP_REQUEST, Uint8Array.of(0, 0)), 'unknown-payload-type', '9000'],
    ['no EXI', writeFrame(EXI_MESSAGE, Uint8Array.of(1, 2, 3)), 'undecodable', undefined],
    ['an element that is no message', writeFrame(EXI_MESSAGE, Uint8Array.of(0x80, 0x02)), 'undecodable', undefined],
    ['a length beyond any DIN message', Uint8Array.of(1, 0xfe, 0x80, 1, 0, 0, 0x10, 1), 'skipped', 'payload of 4097 bytes exceeds 4096'],
    ['a truncated message', writeFrame(EXI_MESSAGE, din.encode(demand).subarray(0, 12)), 'undecodable', undefined],
  ] as const)('%s: garbage that says what', (_, garbage, why, detail) => {
    const stream = new DinStream();
    const [input] = stream.push(garbage);
    expect(input).toMatchObject({ kind: 'garbage', why, ...(detail && { detail: expect.stringContaining(detail) as string }) });
    expect(input?.kind === 'garbage' && input.detail.length > 0).toBe(true);
    expect(stream.push(new DinStream().write(demand)).at(-1)).toEqual({ kind: 'message', message: demand });
  });

  test('shows the octets of each input to whoever wants to see them', () => {
    const seen: [string, string][] = [];
    const garbage = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    new DinStream().push(Uint8Array.of(...garbage, ...new DinStream().write(setup)), (octets, { kind }) => seen.push([kind, String(octets)]));
    expect(seen).toEqual([['garbage', String(garbage)], ['message', String(din.encode(setup))]]);
  });

  test('an anomaly goes along with its message (Model Y sends a byte too many)', () => {
    const [input] = new DinStream().push(writeFrame(EXI_MESSAGE, Uint8Array.of(...din.encode(setup), 0)));
    expect(input).toMatchObject({ kind: 'message', message: setup, anomalies: [{ code: 'trailing-bytes' }] });
  });
});
