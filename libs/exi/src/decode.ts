import type { AnyElement } from './declare.js';
import { BitReader } from './bits.js';
import type { Anomaly, AnomalyCode, ExiErrorCode } from './errors.js';
import { ExiError } from './errors.js';
import type { Production, State } from './grammar.js';
import { grammar } from './grammar.js';
import type { QName, Simple, Term, Type } from './schema.js';
import type { SchemaSet } from './schema-set.js';
import { bitsFor, fixedWidth } from './simple.js';
import { StringTables } from './tables.js';
import { type Learnt, readUnknownElement } from './unknown.js';
import { readBits, readCharacters, readCount, readSigned, readUnsigned, type Report } from './values.js';

export interface Decoded<T> {
  readonly value: T;
  /** What a strict writer would have written otherwise; empty for nearly every message. */
  readonly anomalies: readonly Anomaly[];
}

/** Real messages nest 12 deep; only wildcards could nest without end. */
const maxDepth = 40;

type Members = Record<string, unknown>;

/** Reads one body by following the grammars; says exactly where and why it cannot. The compiled decoders fall back to it. */
export class Decoding implements Report {
  readonly reader: BitReader;
  readonly tables: StringTables;
  readonly anomalies: Anomaly[] = [];
  private readonly set: SchemaSet;
  private readonly path: string[] = [];
  private readonly learnt = new Map<string, Learnt>();
  /** Where the item being read begins; errors point here. */
  private mark = 0;

  constructor(set: SchemaSet, bytes: Uint8Array) {
    this.set = set;
    this.reader = new BitReader(bytes);
    this.tables = new StringTables(set.vocabulary);
  }

  fail(code: ExiErrorCode, message: string): never {
    throw new ExiError(code, this.mark, this.path.join('/'), message);
  }

  note(code: AnomalyCode, message: string): void {
    this.anomalies.push({ code, byte: this.mark >>> 3, bit: this.mark & 7, path: this.path.join('/'), message });
  }

  header(): void {
    const byte = this.bits(8);
    if (byte !== 0x80) this.fail('bad-header', `an EXI body without options begins with 80, this one with ${hex(byte)}`);
  }

  /** The document element, as the one member of an object. */
  document(): Members {
    const { roots } = this.set;
    const code = this.bits(bitsFor(roots.length + 1));
    const root = roots[code];
    if (!root) this.fail('unknown-root', `document event code ${code}: the ${this.set.name} schema has ${roots.length} elements`);
    return { [root.name]: this.inside(root.name, () => this.element(root, root.type)) };
  }

  /** What is left after the document: nothing but the zero bits that fill its last byte. */
  trailer(): void {
    const { reader } = this;
    this.mark = reader.position;
    const padding = this.bits((8 - (reader.position & 7)) & 7);
    if (padding !== 0) this.note('padding-bits', `the last byte is filled up with ${padding.toString(2)}`);
    this.mark = reader.position;
    const rest = reader.bytes.subarray(reader.position >>> 3);
    if (rest.length > 0) this.note('trailing-bytes', `${rest.length} more: ${[...rest.subarray(0, 32)].map(hex).join('')}`);
  }

  bits(width: number): number {
    this.mark = this.reader.position;
    return readBits(this.reader, width, this);
  }

  element(name: QName, type: Type<unknown>): unknown {
    if (this.path.length > maxDepth) this.fail('too-deep', `elements nested more than ${maxDepth} deep`);
    const members: Members = {};
    let state = grammar(type);
    for (;;) {
      const production = this.production(state, members);
      switch (production.event) {
        case 'end':
          return type.kind === 'simple' ? members['CONTENT'] : members;
        case 'value':
          members['CONTENT'] = this.value(production.type, name);
          break;
        case 'attribute': {
          const { attribute } = production;
          members[attribute.name] = this.inside(attribute.name, () => this.value(attribute.type, attribute));
          break;
        }
        case 'element':
          this.member(members, production.term);
          break;
        case 'any-element':
          this.any(members, this.unknown());
          break;
        case 'text':
          this.text(members, this.string(name));
          break;
      }
      state = production.next;
    }
  }

  private member(members: Members, term: Term): void {
    const present = members[term.name];
    const count = Array.isArray(present) ? present.length : present === undefined ? 0 : 1;
    const value = this.inside(term.array || count > 0 ? `${term.name}[${count}]` : term.name, () => {
      if (term.abstract) this.note('abstract-element', 'it is abstract: another should stand in its place');
      return this.element(term, term.type);
    });
    if (Array.isArray(present)) present.push(value);
    else if (term.array) members[term.name] = [value];
    else if (present === undefined) members[term.name] = value;
    else members[term.name] = [present, value];
    if (count > 0 && Object.keys(members).at(-1) !== term.name) this.note('regrouped', `${term.name} comes again after others`);
  }

  private any(members: Members, element: AnyElement): void {
    members['ANY'] = [...((members['ANY'] as AnyElement[] | undefined) ?? []), element];
  }

  private text(members: Members, text: string): void {
    const before = members['CONTENT'];
    if (typeof before === 'string') this.note('regrouped', 'text comes in several pieces');
    if (text !== '' || typeof before === 'string') members['CONTENT'] = `${typeof before === 'string' ? before : ''}${text}`;
  }

  /** The next production, past anything that only the second level allows. */
  private production(state: State, members: Members): Production {
    for (;;) {
      const code = this.bits(state.width);
      const production = state.productions[code];
      if (production) return production;
      if (code > state.productions.length) {
        const expected = state.productions.map((p) => (p.event === 'element' ? p.term.name : p.event)).join(', ');
        this.fail('unknown-event', `event code ${code}, where only 0 to ${state.productions.length - 1} are known: ${expected}`);
      }
      const ended = this.secondLevel(state, members);
      if (ended) return ended;
    }
  }

  private secondLevel(state: State, members: Members): Production | undefined {
    const { secondLevel } = state;
    const code = this.bits(bitsFor(secondLevel.length));
    const event = secondLevel[code];
    switch (event) {
      case 'end': {
        const [only] = state.productions;
        // Empty content of a simple type; elsewhere required members are missing.
        if (only?.event === 'value' && isEmptyable(only.type)) {
          this.note('second-level-end', 'empty content, ended by the second-level code');
          members['CONTENT'] = '';
          return { event: 'end' };
        }
        return this.fail('unknown-event', 'the element ends before its required content');
      }
      case 'nil': {
        const nil = this.bits(1) === 1;
        this.note('nil', `xsi:nil="${nil}"`);
        return nil ? this.nilEnd() : undefined;
      }
      case 'any-attribute': {
        const { name, uri } = this.qName();
        this.note('unexpected-content', `the attribute ${name}="${this.string({ name, uri })}"`);
        return undefined;
      }
      case 'any-element': {
        this.note('unexpected-content', `the element ${JSON.stringify(this.unknown())}`);
        return undefined;
      }
      case 'text': {
        this.note('unexpected-content', `the text ${JSON.stringify(this.string({ name: '', uri: '' }))}`);
        return undefined;
      }
      case 'type':
      case 'untyped-attribute':
        return this.fail('unsupported', `${event === 'type' ? 'xsi:type' : 'an attribute not of its type'}, which no V2G message has`);
      default:
        return this.fail('unknown-event', `second-level event code ${code} of ${secondLevel.length}`);
    }
  }

  /** After xsi:nil="true" only the end is left: one production and the escape. */
  private nilEnd(): Production {
    if (this.bits(1) !== 0) this.fail('unknown-event', 'content after xsi:nil="true"');
    return { event: 'end' };
  }

  /** An element that a wildcard stands for: of the schema where it has one, else under a grammar learnt on the way. */
  private unknown(name = this.qName()): AnyElement {
    return this.inside(name.name, () => {
      if (this.path.length > maxDepth) this.fail('too-deep', `elements nested more than ${maxDepth} deep`);
      const known = this.set.roots.find((root) => root.name === name.name && root.uri === name.uri);
      if (known) return { ...name, value: this.element(known, known.type) };
      const key = `{${name.uri}}${name.name}`;
      const learnt = this.learnt.get(key) ?? { startTag: [], content: [] };
      this.learnt.set(key, learnt);
      return readUnknownElement(this, name, learnt, (child) => this.unknown(child));
    });
  }

  /** A qualified name: its namespace and local name, each new or from the tables (EXI 1.0, section 7.1.7). */
  qName(): QName {
    const { tables } = this;
    const hit = this.bits(tables.uriWidth);
    const uri = hit === 0 ? readCharacters(this.reader, this.count(), this) : tables.uri(hit - 1);
    if (uri === undefined) this.fail('bad-string-table', `namespace ${hit - 1} is not in the table`);
    if (hit === 0) tables.addUri(uri);
    const names = tables.localNames(uri);
    const length = this.count();
    if (length > 0) {
      const name = readCharacters(this.reader, length - 1, this);
      names.push(name);
      return { name, uri };
    }
    const name = names[this.bits(bitsFor(names.length))];
    return name === undefined ? this.fail('bad-string-table', 'a local name that is not in the table') : { name, uri };
  }

  private count(): number {
    this.mark = this.reader.position;
    return readCount(this.reader, this);
  }

  /** Text, or a reference to a text met before. */
  string(owner: QName): string {
    const length = this.count();
    if (length > 1) {
      const text = readCharacters(this.reader, length - 2, this);
      this.tables.addText(owner, text);
      return text;
    }
    const table = length === 0 ? this.tables.localTexts(owner) : this.tables.globalTexts;
    const text = table[this.bits(bitsFor(table.length))];
    if (text === undefined) this.fail('bad-string-table', `a reference into a table of ${table.length} texts`);
    this.note('string-table-hit', `${JSON.stringify(text)} is written as a reference`);
    return text;
  }

  private value(type: Simple<unknown>, owner: QName): unknown {
    const { representation } = type;
    switch (representation.is) {
      case 'boolean':
        return this.bits(1) === 1;
      case 'enumeration': {
        const { values } = representation;
        const index = this.bits(bitsFor(values.length));
        return values[index] ?? this.fail('bad-enumeration', `value ${index} of an enumeration of ${values.length}`);
      }
      case 'integer': {
        const { min, max } = representation;
        const width = fixedWidth(representation);
        if (width !== undefined) return this.within(min + this.bits(width), min, max);
        this.mark = this.reader.position;
        const value = min >= 0 ? readUnsigned(this.reader, this) : readSigned(this.reader, this);
        if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) this.fail('bad-number', `${value}, beyond ${min} to ${max}`);
        return this.within(Number(value), min, max);
      }
      case 'long': {
        const { min, max } = representation;
        this.mark = this.reader.position;
        const value = min === 0n ? readUnsigned(this.reader, this) : readSigned(this.reader, this);
        if ((min !== undefined && value < min) || (max !== undefined && value > max)) this.note('out-of-range', `${value}`);
        return `${value}`;
      }
      case 'string': {
        const text = this.string(owner);
        return this.sized(text, [...text].length, representation);
      }
      case 'binary': {
        const length = this.count();
        if (length * 8 > this.reader.remaining) this.fail('truncated', `${length} bytes in the last ${this.reader.remaining >>> 3}`);
        let text = '';
        for (let i = 0; i < length; i++) text += hex(readBits(this.reader, 8, this));
        return this.sized(text, length, representation);
      }
    }
  }

  private within(value: number, min: number, max: number): number {
    if (value < min || value > max) this.note('out-of-range', `${value} is not within ${min} to ${max}`);
    return value;
  }

  private sized(text: string, length: number, { minLength, maxLength }: { minLength: number; maxLength: number }): string {
    if (length > maxLength) this.note('too-long', `${length}, where at most ${maxLength} are allowed`);
    if (length < minLength) this.note('too-short', `${length}, where at least ${minLength} are required`);
    return text;
  }

  private inside<T>(name: string, read: () => T): T {
    this.path.push(name);
    const result = read();
    this.path.pop();
    return result;
  }
}

function isEmptyable({ representation }: Simple<unknown>): boolean {
  return representation.is === 'string' || representation.is === 'binary';
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
