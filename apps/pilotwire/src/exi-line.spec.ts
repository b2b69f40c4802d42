import { describe, expect, test } from 'vitest';
import { toy } from '../test/toy.js';
import { UsageError } from './errors.js';
import { codecOf, decodeLine, encodeLine } from './exi-line.js';

const codecs = { ping: toy(1, 'Ping'), pong: toy(2, 'Pong'), echo: toy(2, 'Echo') };

describe('decodeLine', () => {
  test('hex of either case, with spaces around it, becomes a message', () => {
    expect(decodeLine(codecs, 'ping', { text: ' 01FF ' })).toEqual({ schema: 'ping', type: 'Ping', decoded: { Ping: { n: 255 } } });
  });

  test('deviations are reported beside the value', () => {
    expect(decodeLine(codecs, 'ping', { text: '010203' })).toMatchObject({ anomalies: [{ code: 'trailing-bytes', byte: 2 }] });
  });

  test('an error of the codec tells code, byte, bit, path and message', () => {
    expect(decodeLine(codecs, 'ping', { text: '01' })).toEqual({
      error: { code: 'truncated', byte: 1, bit: 0, path: 'Ping/n', message: 'the value is missing' },
    });
  });

  test.each([
    ['01zz', 1, 'not a hex digit: "z"'],
    ['010', 1, 'an odd number of hex digits'],
    ['01 02', 1, 'not a hex digit: " "'],
  ])('%j is not hex, from byte %i on', (text, byte, message) => {
    expect(decodeLine(codecs, 'ping', { text })).toEqual({ error: { code: 'not-hex', byte, bit: 0, path: '', message } });
  });

  test('a line that could not be read is an error in its place', () => {
    expect(decodeLine(codecs, 'ping', { problem: 'line-too-long' })).toMatchObject({ error: { code: 'line-too-long' } });
  });

  test('without a schema, the one that reads it whole and writes it back is taken', () => {
    expect(decodeLine(codecs, undefined, { text: '0105' })).toEqual({ schema: 'ping', type: 'Ping', decoded: { Ping: { n: 5 } } });
  });

  test('without a schema, all that fit are named', () => {
    expect(decodeLine(codecs, undefined, { text: '0207' })).toEqual({
      schema: 'pong',
      type: 'Pong',
      decoded: { Pong: { n: 7 } },
      also: [{ schema: 'echo', type: 'Echo', decoded: { Echo: { n: 7 } } }],
    });
  });

  test('without a schema, one that reads it but writes other bytes does not fit, and the error says so', () => {
    const result = decodeLine(codecs, undefined, { text: '010203' });
    expect(result).toMatchObject({ error: { code: 'no-schema' } });
    expect(JSON.stringify(result)).toContain('ping: reads it as Ping, but writes other bytes');
    expect(JSON.stringify(result)).toContain('pong: other-message at byte 0');
  });

  test('a fault of the program is not taken for an error of the input', () => {
    const faulty = { ...toy(1, 'Ping'), decode: () => { throw new TypeError('a fault'); } };
    expect(() => decodeLine({ faulty }, 'faulty', { text: '01' })).toThrow(TypeError);
  });
});

describe('encodeLine', () => {
  const named = '{"schema":"ping","type":"Ping","decoded":{"Ping":{"n":9}}}';

  test('the bare value and the line that decode prints give the same hex', () => {
    expect(encodeLine(codecs, 'ping', { text: '{"Ping":{"n":9}}' })).toEqual({ hex: '0109' });
    expect(encodeLine(codecs, 'ping', { text: named })).toEqual({ hex: '0109' });
    expect(encodeLine(codecs, undefined, { text: named })).toEqual({ hex: '0109' });
  });

  test.each([
    ['pong', named, 'other-schema'],
    [undefined, '{"Ping":{"n":9}}', 'no-schema'],
    [undefined, '{"schema":"toString","decoded":{}}', 'no-schema'],
    ['ping', '{"schema":"ping","type":"Pong","decoded":{"Ping":{"n":9}}}', 'other-type'],
    ['ping', '{"Ping":{}}', 'missing'],
    ['ping', '{"error":{"code":"truncated"}}', 'missing'],
    ['ping', '{', 'not-json'],
    ['ping', '', 'not-json'],
  ])('with schema %s, %s fails: %s', (schema, text, code) => {
    expect(encodeLine(codecs, schema, { text })).toMatchObject({ error: { code } });
  });
});

test('an unknown schema is refused with the names there are', () => {
  expect(() => codecOf(codecs, 'pnig')).toThrow(new UsageError('unknown schema: pnig (did you mean ping?); there are: ping, pong, echo'));
  expect(() => codecOf(codecs, 'constructor')).toThrow(UsageError);
});
