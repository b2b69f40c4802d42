import { arbitraryMessage, type Compiled, decodeByGrammar, encodeByGrammar, isExiError, type SchemaSet, type Type } from '@pilotwire/exi';
import { describe, expect, test } from 'vitest';
import { app, codecs, din, iso20Wpt, type MessageCodec, type SchemaName } from './index.js';
import { soil } from '../test/soil.js';
import { meet, typesOf } from '../test/types-met.js';
import * as compiledApp from './generated/app.js';
import * as compiledDin from './generated/din.js';
import * as compiledIso2 from './generated/iso2.js';
import * as compiledIso20Ac from './generated/iso20-ac.js';
import * as compiledIso20Acdp from './generated/iso20-acdp.js';
import * as compiledIso20Common from './generated/iso20-common.js';
import * as compiledIso20Dc from './generated/iso20-dc.js';
import * as compiledIso20Wpt from './generated/iso20-wpt.js';

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Repeatable chance; the seed is printed where a test fails. */
function chooser(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const known: Readonly<Record<SchemaName, MessageCodec<unknown>>> = codecs;
const compiledOf: Readonly<Record<SchemaName, Compiled>> = {
  app: compiledApp,
  din: compiledDin,
  iso2: compiledIso2,
  'iso20-common': compiledIso20Common,
  'iso20-dc': compiledIso20Dc,
  'iso20-ac': compiledIso20Ac,
  'iso20-acdp': compiledIso20Acdp,
  'iso20-wpt': compiledIso20Wpt,
};

function anyMessage(set: SchemaSet, choose: (below: number) => number): unknown {
  return arbitraryMessage(set, set.messages[choose(set.messages.length)]?.name ?? '', choose);
}

describe.each(Object.keys(compiledOf) as SchemaName[])('%s', (name) => {
  const codec = known[name];
  const compiled = compiledOf[name];
  const { set } = codec;

  test('any valid value, of each type, comes back from its bytes, and compiled code and grammars write the same', () => {
    let straight = 0;
    const types = typesOf(set.messages);
    const met = new Set<Type<unknown>>();
    for (let seed = 1; seed <= 300 || (met.size < types.size && seed <= 5000); seed++) {
      const value = anyMessage(set, chooser(seed));
      meet(set.messages, value, met);
      soil();
      const bytes = codec.encode(value);
      if (compiled.decode(bytes) !== undefined) straight++;
      expect(hexOf(encodeByGrammar(set, value)), `seed ${seed}`).toBe(hexOf(bytes));
      expect(codec.decode(bytes), `seed ${seed}`).toEqual({ value, anomalies: [] });
    }
    expect(straight).toBeGreaterThan(30);
    expect([...types].filter((type) => !met.has(type)).map((type) => type.kind === 'complex' && type.name)).toEqual([]);
  });

  test('compiled code never says otherwise than the grammars, whatever the bytes', () => {
    const outcomes = { value: 0, error: 0, compiled: 0 };
    for (let seed = 1; seed <= 1000; seed++) {
      const choose = chooser(seed);
      const bytes = codec.encode(anyMessage(set, choose));
      for (let flips = 1 + choose(3); flips > 0; flips--) {
        const at = choose(bytes.length);
        bytes[at] = (bytes[at] as number) ^ (1 << choose(8));
      }
      const value = compiled.decode(bytes);
      if (value !== undefined) {
        outcomes.compiled++;
        expect(decodeByGrammar(set, bytes), `seed ${seed}`).toEqual({ value, anomalies: [] });
      }
      try {
        codec.decode(bytes);
        outcomes.value++;
      } catch (error) {
        expect(isExiError(error), `seed ${seed}: ${error}`).toBe(true);
        outcomes.error++;
      }
    }
    expect(Math.min(...Object.values(outcomes)), JSON.stringify(outcomes)).toBeGreaterThan(50);
  });
});

test('a message written into memory of the caller is the same, and is refused where it does not fit', () => {
  const { value } = din.decode(bytesOf(preCharge));
  const target = new Uint8Array(20).fill(0xee);
  expect(din.encodeInto(value, target, 3)).toBe(14);
  expect(hexOf(target)).toBe(`eeeeee${preCharge}eeeeee`);
  expect(() => din.encodeInto(value, target, 7)).toThrow(expect.objectContaining({ code: 'no-room' }));
  expect(hexOf(din.encode(value))).toBe(preCharge);
});

test('a message is named by what is in its body', () => {
  expect(din.typeOf(din.decode(bytesOf('809a001150400000c80006400000')).value)).toBe('PreChargeReq');
  expect(din.typeOf({ V2G_Message: { Header: { SessionID: '' }, Body: {} } })).toBe('V2G_Message');
  expect(app.typeOf(app.decode(bytesOf('80400040')).value)).toBe('supportedAppProtocolRes');
});

const preCharge = '809a001150400000c80006400000';

test('a message cut short names the bit and the place', () => {
  const whole = bytesOf(preCharge);
  for (let length = 0; length < whole.length - 1; length++) {
    let error: unknown;
    try {
      din.decode(whole.subarray(0, length));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'truncated' });
    expect((error as { byte: number }).byte).toBeLessThanOrEqual(length);
  }
  expect(() => din.decode(whole.subarray(0, 9))).toThrow(
    expect.objectContaining({ path: 'V2G_Message/Body/PreChargeReq/EVTargetVoltage/Value', byte: 8 }),
  );
});

test('bytes after the end and bits that fill the last byte are reported beside the value', () => {
  const { value } = din.decode(bytesOf(preCharge));
  expect(din.decode(bytesOf(`${preCharge}00`))).toMatchObject({ value, anomalies: [{ code: 'trailing-bytes', byte: 14, bit: 0 }] });
  expect(din.decode(bytesOf(`${preCharge.slice(0, -2)}01`))).toMatchObject({ value, anomalies: [{ code: 'padding-bits' }] });
});

test('what the schema does not allow is refused with its place', () => {
  const message = (Body: unknown) => ({ V2G_Message: { Header: { SessionID: '00' }, Body } });
  const voltage = (EVTargetVoltage: unknown) =>
    message({ PreChargeReq: { DC_EVStatus: { EVReady: true, EVErrorCode: 'NO_ERROR', EVRESSSOC: 50 }, EVTargetVoltage, EVTargetCurrent: { Multiplier: 0, Value: 1 } } });
  const refused = (value: unknown) => {
    try {
      din.check(value);
      return 'accepted';
    } catch (error) {
      return isExiError(error) ? `${error.code} ${error.path}` : String(error);
    }
  };
  const at = 'V2G_Message/Body/PreChargeReq';
  expect(refused(voltage({ Multiplier: 0, Unit: 'V', Value: 400 }))).toBe('accepted');
  expect(refused(voltage({ Multiplier: 4, Value: 400 }))).toBe(`out-of-range ${at}/EVTargetVoltage/Multiplier`);
  expect(refused(voltage({ Multiplier: 0, Unit: 'mV', Value: 400 }))).toBe(`out-of-range ${at}/EVTargetVoltage/Unit`);
  expect(refused(voltage({ Multiplier: 0, Value: '400' }))).toBe(`wrong-type ${at}/EVTargetVoltage/Value`);
  expect(refused(voltage({ Multiplier: 0, Value: 400.5 }))).toBe(`wrong-type ${at}/EVTargetVoltage/Value`);
  expect(refused(voltage({ Multiplier: 0 }))).toBe(`missing ${at}/EVTargetVoltage`);
  expect(refused(voltage({ Multiplier: 0, Value: 1, Valeu: 1 }))).toBe(`unexpected ${at}/EVTargetVoltage`);
  expect(refused(voltage(undefined))).toBe(`missing ${at}`);
  expect(refused(message({ SessionStopReq: {}, SessionStopRes: { ResponseCode: 'OK' } }))).toBe('too-many V2G_Message/Body');
  expect(refused({})).toBe('wrong-type ');
  expect(refused({ V2G_Massage: {} })).toBe('unexpected ');
});

test('a number outside its type is shown as it is, and reported', () => {
  // ServiceDetailReq with ServiceID 70000, which does not fit 16 bits.
  const valid = din.encode({ V2G_Message: { Header: { SessionID: '' }, Body: { ServiceDetailReq: { ServiceID: 65535 } } } });
  const bits = [...valid].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const [written, wanted] = [septets(65535), septets(70000)];
  const start = bits.indexOf(written);
  const changed = bits.slice(0, start) + wanted + bits.slice(start + written.length);
  const bytes = Uint8Array.from(changed.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  const { value, anomalies } = din.decode(bytes);
  expect(value.V2G_Message.Body.ServiceDetailReq).toEqual({ ServiceID: 70000 });
  expect(anomalies).toMatchObject([{ code: 'out-of-range', path: 'V2G_Message/Body/ServiceDetailReq/ServiceID' }]);
  expect(() => din.encode(value)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
});

function septets(value: number): string {
  const octets: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    octets.push((rest & 127) | (rest > 127 ? 128 : 0));
    if (rest <= 127) break;
  }
  return octets.map((octet) => octet.toString(2).padStart(8, '0')).join('');
}

test('a number below the least of its type is reported too', () => {
  // An identifier from 1 on, in a message of which each bit is turned over in turn.
  const Header = { SessionID: '0102030405060708', TimeStamp: '0' };
  const bytes = iso20Wpt.encode({ WPT_PairingReq: { Header, EVProcessing: 'Finished', ObservedIDCode: 1, EVResultCode: 'EVResultUnknown' } });
  const zeros = Array.from({ length: 8 * bytes.length }, (_, bit) => {
    const changed = bytes.slice();
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (0x80 >> (bit & 7));
    try {
      const { value, anomalies } = iso20Wpt.decode(changed);
      return value.WPT_PairingReq?.ObservedIDCode === 0 ? anomalies : [];
    } catch {
      return [];
    }
  });
  expect(zeros.flat()).toMatchObject([{ code: 'out-of-range', path: 'WPT_PairingReq/ObservedIDCode' }]);
});

test('a text written as a reference to an earlier one is read and reported', () => {
  const bytes = bytesOf('8000dbab9371d3234b71d1b981899189d191818991d26b9b3a232b3002000004000000020000100880');
  const { value, anomalies } = app.decode(bytes);
  const offer = { ProtocolNamespace: 'urn:din:70121:2012:MsgDef', VersionNumberMinor: 0 };
  expect(value).toEqual({
    supportedAppProtocolReq: {
      AppProtocol: [
        { ...offer, VersionNumberMajor: 2, SchemaID: 1, Priority: 1 },
        { ...offer, VersionNumberMajor: 1, SchemaID: 2, Priority: 2 },
      ],
    },
  });
  expect(anomalies).toMatchObject([{ code: 'string-table-hit', path: 'supportedAppProtocolReq/AppProtocol[1]/ProtocolNamespace' }]);
});
