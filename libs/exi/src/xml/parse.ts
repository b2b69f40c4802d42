import type { QName } from '../schema.js';
import { XmlError, type XmlErrorCode } from './errors.js';

/** An element of an XML document, as it is written. */
export interface XmlElement extends QName {
  readonly attributes: readonly XmlAttribute[];
  readonly content: readonly (XmlElement | XmlText)[];
  /** Where it begins. */
  readonly at: number;
}
export interface XmlAttribute extends QName {
  readonly value: string;
  readonly at: number;
}
export interface XmlText {
  readonly text: string;
  /** Nothing but spaces as they are typed: it may be there for the reader's eye only. */
  readonly blank: boolean;
  readonly at: number;
}

type Scope = ReadonlyMap<string, string>;
interface RawAttribute {
  readonly qualified: string;
  readonly value: string;
  readonly at: number;
}

/** Real messages nest 12 deep. */
const maxDepth = 60;
/** Real messages have 5; each element keeps those that are in force. */
const maxNamespaces = 100;
/** A message of 64 kB in EXI has no more than 100,000. Each takes some hundred bytes of memory. */
const maxNodes = 250_000;
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Reads an XML 1.0 document with namespaces and without a document type. Throws `XmlError`. `begin` is told the name of the
 * document element before anything in it is read, and may throw.
 */
export function parseXml(text: string, begin?: (root: QName, at: number) => void): XmlElement {
  return new Parser(text, begin).document();
}

class Parser {
  private readonly text: string;
  private at = 0;
  private depth = 0;
  private nodes = 0;
  private readonly begin: ((root: QName, at: number) => void) | undefined;

  constructor(text: string, begin?: (root: QName, at: number) => void) {
    this.text = text;
    this.begin = begin;
  }

  document(): XmlElement {
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    if (/<\?xml\s/y.test(this.text.slice(this.at, this.at + 6))) this.skipPast('?>');
    this.misc();
    const root = this.element(new Map([['xml', xmlNamespace]]));
    this.misc();
    if (this.at < this.text.length) this.fail('not-well-formed', 'there is more after the document element');
    return root;
  }

  /** Spaces, comments and processing instructions between other things. */
  private misc(): void {
    for (;;) {
      this.match(/\s+/y);
      if (this.text.startsWith('<!DOCTYPE', this.at)) this.fail('unsupported', 'a document type is not read: its entities could grow without end');
      if (!this.markup()) return;
    }
  }

  /** Skips a comment or a processing instruction. */
  private markup(): boolean {
    if (this.text.startsWith('<!--', this.at)) this.skipPast('-->');
    else if (this.text.startsWith('<?', this.at)) this.skipPast('?>');
    else return false;
    return true;
  }

  private element(outer: Scope): XmlElement {
    const { at } = this;
    if (++this.depth > maxDepth) this.fail('too-deep', `elements nested more than ${maxDepth} deep`);
    this.expect('<');
    const qualified = this.name();
    this.count();
    const { raw, scope } = this.attributes(outer);
    const name = this.resolve(qualified, scope, at, false);
    const attributes = raw.map(({ qualified: of, value, at: where }) => ({ ...this.resolve(of, scope, where, true), value, at: where }));
    if (attributes.length > 1 && new Set(attributes.map(({ uri, name }) => `{${uri}}${name}`)).size < attributes.length) {
      this.fail('not-well-formed', `${qualified} has an attribute twice`, at);
    }
    const content: (XmlElement | XmlText)[] = [];
    const isEmpty = this.text.startsWith('/>', this.at);
    this.expect(isEmpty ? '/>' : '>');
    if (this.depth === 1) this.begin?.(name, at);
    if (!isEmpty) {
      this.content(scope, content);
      const end = this.name();
      if (end !== qualified) this.fail('not-well-formed', `</${end}>, where </${qualified}> should be`);
      this.match(/\s*/y);
      this.expect('>');
    }
    this.depth--;
    return { ...name, attributes, content, at };
  }

  private attributes(outer: Scope): { readonly raw: readonly RawAttribute[]; readonly scope: Scope } {
    let scope = outer;
    const declare = (prefix: string, uri: string): void => {
      if (scope.size >= maxNamespaces) this.fail('unsupported', `more than ${maxNamespaces} namespaces`);
      scope = new Map(scope).set(prefix, uri);
    };
    const raw: RawAttribute[] = [];
    while (this.match(/\s+/y) !== '' && !/[/>]/.test(this.text[this.at] ?? '')) {
      const { at } = this;
      const qualified = this.name();
      if (this.match(/\s*=\s*/y) === '') this.fail('not-well-formed', `= should follow ${qualified}`);
      const quote = this.text[this.at] ?? '';
      if (quote !== '"' && quote !== "'") this.fail('not-well-formed', 'a quote should be here');
      this.at += 1;
      const typed = this.until(quote);
      const value = this.resolved(typed.replaceAll(/\r\n|[\t\n\r]/g, ' '), this.at);
      if (typed.includes('<')) this.fail('not-well-formed', '< in an attribute');
      this.at += typed.length + 1;
      if (qualified === 'xmlns') declare('', value);
      else if (qualified.startsWith('xmlns:')) declare(qualified.slice(6), value);
      else raw.push({ qualified, value, at });
      this.count();
    }
    return { raw, scope };
  }

  /** Up to and with the `</` that ends the element. */
  private content(scope: Scope, content: (XmlElement | XmlText)[]): void {
    let text = '';
    let blank = true;
    let { at } = this;
    const flush = (): void => {
      if (text !== '') content.push({ text, blank, at });
      [text, blank] = ['', true];
    };
    for (;;) {
      if (text === '') ({ at } = this);
      if (this.text.startsWith('</', this.at)) {
        flush();
        this.at += 2;
        return;
      }
      if (this.text.startsWith('<![CDATA[', this.at)) {
        this.at += 9;
        const inside = this.until(']]>');
        this.at += inside.length + 3;
        text += this.allowed(normalised(inside));
        blank = false;
      } else if (this.markup()) continue;
      else if (this.text[this.at] === '<') {
        flush();
        content.push(this.element(scope));
      } else {
        const typed = this.match(/[^<]+/y);
        if (typed === '') this.fail('not-well-formed', 'the document ends inside an element');
        text += this.resolved(normalised(typed), this.at - typed.length);
        blank &&= !/\S|&/.test(typed);
      }
    }
  }

  /** A qualified name, as it is typed. */
  private name(): string {
    const name = this.match(/[\p{L}_][\p{L}\p{M}\p{N}_.\-·]*(?::[\p{L}_][\p{L}\p{M}\p{N}_.\-·]*)?/uy);
    return name === '' ? this.fail('not-well-formed', 'a name should be here') : name;
  }

  private resolve(qualified: string, scope: Scope, at: number, attribute: boolean): QName {
    const colon = qualified.indexOf(':');
    const prefix = qualified.slice(0, Math.max(colon, 0));
    const name = qualified.slice(colon + 1);
    if (prefix === '' && attribute) return { name, uri: '' };
    const uri = scope.get(prefix);
    if (uri === undefined && prefix !== '') this.fail('not-well-formed', `the prefix ${prefix} has no namespace`, at);
    return { name, uri: uri ?? '' };
  }

  /** With its entities and references to characters resolved. */
  private resolved(typed: string, at: number): string {
    return this.allowed(
      typed.replaceAll(/&([^;&]{0,12};)?/g, (all, reference: string | undefined, offset: number) => {
        const name = reference?.slice(0, -1) ?? '';
        const code = /^#x[0-9a-fA-F]{1,6}$/.test(name) ? Number.parseInt(name.slice(2), 16) : /^#\d{1,7}$/.test(name) ? Number(name.slice(1)) : undefined;
        const isCharacter = code !== undefined && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
        const character = isCharacter ? String.fromCodePoint(code) : entities[name];
        return character ?? this.fail('not-well-formed', `${all} names no character`, at + offset);
      }),
    );
  }

  private allowed(text: string): string {
    const forbidden = notInXml.exec(text);
    if (forbidden) this.fail('not-well-formed', `the character U+${forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')} is not for XML`);
    return text;
  }

  private count(): void {
    if (++this.nodes > maxNodes) this.fail('unsupported', `more than ${maxNodes} elements and attributes`);
  }

  private until(end: string): string {
    const found = this.text.indexOf(end, this.at);
    return found < 0 ? this.fail('not-well-formed', `${end} is missing`) : this.text.slice(this.at, found);
  }

  private skipPast(end: string): void {
    this.at += this.until(end).length + end.length;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private expect(text: string): void {
    if (!this.text.startsWith(text, this.at)) this.fail('not-well-formed', `${text} should be here`);
    this.at += text.length;
  }

  private fail(code: XmlErrorCode, message: string, at = this.at): never {
    throw new XmlError(code, this.text, at, message);
  }
}

/** Characters that no XML 1.0 document can hold, not even by reference. */
export const notInXml = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

function normalised(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}
