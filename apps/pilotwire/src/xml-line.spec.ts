import { expect, test } from 'vitest';
import { toy, ToyError } from '../test/toy.js';
import type { CaptureRecord } from './record.js';
import { recordXml, xmlComment, xmlText } from './xml-line.js';

const ping = toy(1, 'Ping');
const codecs = {
  ping,
  text: { ...ping, toXml: (value: unknown) => `<t>${String(value)}</t>` },
  none: {
    ...ping,
    toXml(): string {
      throw new ToyError('unsupported', 0, 'Ping/n', 'no -- XML');
    },
  },
};
const record = (more: Partial<CaptureRecord>): CaptureRecord => ({ n: 4, t: 0, dir: '?', hex: '00', kind: 'v2gtp', decoded: null, ...more });

test('a message is one line, whatever its texts hold', () => {
  expect(xmlText(codecs, { schema: 'text', decoded: 'a\nb' }, false)).toBe('<t>a&#10;b</t>');
});

test('where it shall be pretty, it has the lines that it wants', () => {
  const pretty = { ...ping, toXml: (_: unknown, options?: { pretty: boolean }) => `<a>\n  ${JSON.stringify(options)}\n</a>\n` };
  expect(xmlText({ pretty }, { schema: 'pretty', decoded: {} }, true)).toBe('<a>\n  {"pretty":true}\n</a>');
  expect(recordXml({ pretty }, record({ schema: 'pretty', decoded: {} }), true)).toBe('<a>\n  {"pretty":true}\n</a>');
});

test('what has no XML is a comment, which nothing in it can end', () => {
  expect(xmlText(codecs, { schema: 'none', decoded: {} }, false)).toBe('<!-- unsupported at byte 0 bit 0 in Ping/n: no - - XML -->');
  expect(xmlComment('a---\n>')).toBe('<!-- a- - -\\u000a> -->');
});

test('of a capture only messages in EXI are shown', () => {
  expect(recordXml(codecs, record({ schema: 'ping', decoded: { Ping: { n: 2 } } }), false)).toBe('<Ping n="2"/>');
  expect(recordXml(codecs, record({ kind: 'homeplug', schema: 'homeplug', decoded: {} }), false)).toBeUndefined();
  expect(recordXml(codecs, record({ kind: 'sdp', decoded: {} }), false)).toBeUndefined();
  expect(recordXml(codecs, record({ schema: 'ping', error: { code: 'truncated', message: 'cut short' } }), false)).toBe('<!-- frame 4: truncated: cut short -->');
});
