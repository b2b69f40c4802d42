import { describe, expect, test } from 'vitest';
import {
  anyElement,
  attribute,
  base64Binary,
  boolean,
  choice,
  enumeration,
  fromXml,
  hexBinary,
  integer,
  isXmlError,
  list,
  long,
  namespace,
  optional,
  schemaSet,
  short,
  string,
  toXml,
} from '../index.js';

const ns = namespace('urn:test:Things');
const plain = namespace('urn:test:Plain', { unqualifiedElements: true });
const signed = namespace('http://www.w3.org/2000/09/xmldsig#', { qualifiedAttributes: true });

const Key = signed.element('Key', signed.simpleContent('Key', base64Binary(), { Id: optional(attribute(string())) }));
const Note = ns.mixed('Note', { b: optional(boolean) });
const known = ns.element('known', boolean);
const thing = ns.element(
  'thing',
  ns.complex('Thing', {
    name: attribute(string()),
    Key: optional(Key),
    short: optional(short),
    long: optional(long),
    hex: optional(hexBinary()),
    kind: optional(enumeration('a b', 'c')),
    text: optional(list(string())),
    Note: optional(Note),
    either: optional(list(choice({ x: integer(0, 3), y: boolean }))),
    any: optional(list(anyElement)),
  }),
);
const simple = plain.element('simple', plain.complex('', { local: boolean }));
const set = schemaSet('test', [thing, simple], [Key, known]);

const full = {
  thing: {
    name: 'a "name" <&>\t\n',
    Key: { Id: 'k1', CONTENT: '00FF10' },
    short: -5,
    long: '-9223372036854775808',
    hex: '00AB',
    kind: 'a b',
    text: ['', ' x\r\n', 'é😀]]>'],
    Note: { CONTENT: ' ', b: true },
    x: [1, 2],
    y: false,
    ANY: [
      { name: 'known', uri: 'urn:test:Things', value: true },
      { name: 'other', uri: 'urn:other', attributes: [{ name: 'a', uri: '', value: '1' }], content: ['x', { name: 'inner', uri: '' }] },
    ],
  },
};

describe('toXml', () => {
  test('declares each namespace met, by the last word of its name, at the document element', () => {
    expect(toXml(set, { simple: { local: true } })).toBe('<Plain:simple xmlns:Plain="urn:test:Plain"><local>true</local></Plain:simple>');
    expect(toXml(set, { thing: { name: 'n', Key: { Id: 'k', CONTENT: 'FFFFFF' } } })).toBe(
      '<Things:thing xmlns:Things="urn:test:Things" xmlns:dsig="http://www.w3.org/2000/09/xmldsig#" name="n"><dsig:Key dsig:Id="k">////</dsig:Key></Things:thing>',
    );
  });

  test('writes control characters by reference, in texts and attributes', () => {
    const value = { thing: { name: 'a\u009b', text: ['\u007f\u0085\u2028'] } };
    const xml = toXml(set, value);
    expect(xml).toContain('name="a&#155;"');
    expect(xml).toContain('>&#127;&#133;&#8232;<');
    expect(fromXml(set, xml)).toEqual(value);
  });

  test('puts each element on a line of its own where that is asked for, but leaves text alone', () => {
    expect(toXml(set, { thing: { name: 'n', short: 1, Note: { CONTENT: 'so', b: true }, text: [''] } }, { pretty: true })).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<Things:thing xmlns:Things="urn:test:Things" name="n">',
        '  <Things:short>1</Things:short>',
        '  <Things:text/>',
        '  <Things:Note>so<Things:b>true</Things:b></Things:Note>',
        '</Things:thing>',
        '',
      ].join('\n'),
    );
  });

  test('refuses what is no value of the schema, and characters that XML does not have', () => {
    const refused = (value: unknown, error: object) => expect(() => toXml(set, value)).toThrow(expect.objectContaining(error));
    refused({ nothing: {} }, { code: 'unexpected' });
    refused({ thing: { name: 'n', shrot: 1 } }, { code: 'unexpected', path: 'thing' });
    refused({ thing: { name: 'n', short: '1' } }, { code: 'wrong-type', path: 'thing/short' });
    refused({ thing: { name: 'a\u0000' } }, { code: 'unsupported', path: 'thing' });
  });
});

describe('fromXml', () => {
  test.each([false, true])('gives back every value, pretty or not (%s)', (pretty) => {
    expect(fromXml(set, toXml(set, full, { pretty }))).toEqual(full);
  });

  test('reads what other writers write: any prefix, order, quotes, comments, CDATA and references', () => {
    const text = `\uFEFF<?xml version='1.0'?><!-- c --><?p i?>
      <thing xmlns='urn:test:Things' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:test:Things t.xsd"
        name = 'it&apos;s&#x20;&#233;'  >
        <text>a<![CDATA[<b>]]><!-- not text -->c</text><long> +07 </long>
        <k:Key xmlns:k="http://www.w3.org/2000/09/xmldsig#"> AP
          8Q </k:Key>
        <short>\n7</short>
      </thing>\n`;
    expect(fromXml(set, text)).toEqual({ thing: { name: "it's é", text: ['a<b>c'], long: '7', Key: { CONTENT: '00FF10' }, short: 7 } });
  });

  test('takes spaces for text only where they can be meant', () => {
    const note = (content: string) => fromXml(set, `<t:thing xmlns:t="urn:test:Things" name="n"><t:Note>${content}</t:Note></t:thing>`);
    const noted = (Note: object) => ({ thing: { name: 'n', Note } });
    expect(note('\n  <t:b>true</t:b>\n')).toEqual(noted({ b: true }));
    expect(note(' ')).toEqual(noted({ CONTENT: ' ' }));
    expect(note('<![CDATA[ ]]><t:b>true</t:b>\n')).toEqual(noted({ CONTENT: ' ', b: true }));
    expect(note('&#9;<t:b>true</t:b>')).toEqual(noted({ CONTENT: '\t', b: true }));
  });

  test('bytes of any number come back from base 64', () => {
    for (let length = 0; length <= 12; length++) {
      const value = { thing: { name: 'n', Key: { CONTENT: 'F0E1D2C3B4A5968778695A4B'.slice(0, 2 * length) } } };
      expect(fromXml(set, toXml(set, value))).toEqual(value);
    }
  });

  const thingOf = (content: string) => `<t:thing xmlns:t="urn:test:Things" name="n">\n${content}</t:thing>`;
  const error = (text: string) => {
    try {
      return fromXml(set, text);
    } catch (thrown) {
      return isXmlError(thrown) ? `${thrown.code} ${thrown.line}:${thrown.column}` : String(thrown);
    }
  };

  test.each([
    ['an element of another namespace', thingOf('<t:Note><b>true</b></t:Note>'), 'unexpected 2:9'],
    ['an attribute the schema does not have', '<t:thing xmlns:t="urn:test:Things" t:name="n"/>', 'unexpected 1:36'],
    ['an element twice', thingOf('<t:short>1</t:short><t:short>1</t:short>'), 'unexpected 2:21'],
    ['text between elements', thingOf('  text'), 'unexpected 1:45'],
    ['an element in a number', thingOf('<t:short><t:short/></t:short>'), 'unexpected 2:10'],
    ['a number that is none', thingOf('<t:short>1.5</t:short>'), 'bad-value 2:1'],
    ['a word that is none of the list', thingOf('<t:kind>a  b</t:kind>'), 'bad-value 2:1'],
    ['half a byte', thingOf('<t:hex>123</t:hex>'), 'bad-value 2:1'],
    ['base 64 without its padding', thingOf('<d:Key xmlns:d="http://www.w3.org/2000/09/xmldsig#">AA=</d:Key>'), 'bad-value 2:1'],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><x/>', 'unsupported 1:1'],
    ['xsi:type', thingOf('<t:short xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="x">1</t:short>'), 'unsupported 2:62'],
    ['another message', '<x/>', 'unexpected 1:1'],
    ['a prefix without namespace', '<x:y/>', 'not-well-formed 1:1'],
    ['an attribute twice', '<x a="1" a="2"/>', 'not-well-formed 1:1'],
    ['< in an attribute', '<x a="<"/>', 'not-well-formed 1:7'],
    ['tags that cross', thingOf('<t:Note><t:b></t:Note></t:b>'), 'not-well-formed 2:22'],
    ['an entity nobody declared', thingOf('<t:text>&nbsp;</t:text>'), 'not-well-formed 2:9'],
    ['half of a surrogate pair', thingOf('<t:text>&#xD800;</t:text>'), 'not-well-formed 2:9'],
    ['a second document element', `${thingOf('')}<x/>`, 'not-well-formed 2:11'],
    ['nothing', '', 'not-well-formed 1:1'],
    ['namespaces without end', `<x ${Array.from({ length: 101 }, (_unused, i) => `xmlns:p${i}="u" `).join('')}/>`, 'unsupported 1:1393'],
    ['elements nested without end', thingOf('<a>'.repeat(100)), 'too-deep 2:178'],
    ['elements without end', thingOf('<t:short/>'.repeat(250_000)), 'unsupported 2:2499979'],
    ['what is wrong in another message no more', '<x><y></x></y>', 'unexpected 1:1'],
  ])('refuses %s, and says where', (_, text, expected) => {
    expect(error(text)).toBe(expected);
  });

  test('a document cut short anywhere is refused', () => {
    const text = toXml(set, full);
    for (let length = 0; length < text.length; length++) expect(error(text.slice(0, length))).toMatch(/^not-well-formed/);
  });

  test('a document with characters changed anywhere gives a value or says where it is wrong', () => {
    const text = toXml(set, full);
    const outcomes = { value: 0, error: 0 };
    for (let at = 0; at < text.length; at++) {
      for (const character of ['<', '&', '"', ' ', 'x', '>', ':']) {
        const result = error(text.slice(0, at) + character + text.slice(at + 1));
        if (typeof result === 'string') {
          expect(result).toMatch(/^(not-well-formed|unsupported|unexpected|bad-value) 1:\d+$|^(not-well-formed|bad-value|unexpected) 2:\d+$/);
          outcomes.error++;
        } else outcomes.value++;
      }
    }
    expect(Math.min(...Object.values(outcomes)), JSON.stringify(outcomes)).toBeGreaterThan(100);
  });
});
