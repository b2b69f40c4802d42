import type { AnyElement } from './declare.js';
import type { Anomaly } from './errors.js';
import { fragmentGrammar } from './fragment.js';
import { grammar, type Production, State } from './grammar.js';
import type { QName, Simple, Term, Type } from './schema.js';
import type { SchemaSet } from './schema-set.js';
import { bitsFor } from './simple.js';
import { hex, InputStream } from './stream.js';
import { type Learnt, readUnknownElement } from './unknown.js';

export interface Decoded<T> {
  readonly value: T;
  /** What a strict writer would have written otherwise; empty for nearly every message. */
  readonly anomalies: readonly Anomaly[];
}

/** Real messages nest 12 deep; only wildcards could nest without end. */
const maxDepth = 40;

type Members = Record<string, unknown>;

/** Reads one body by following the grammars; says exactly where and why it cannot. The compiled decoders fall back to it. */
export class Decoding {
  private readonly set: SchemaSet;
  private readonly stream: InputStream;
  private readonly learnt = new Map<string, Learnt>();

  constructor(set: SchemaSet, bytes: Uint8Array) {
    this.set = set;
    this.stream = new InputStream(set.vocabulary, bytes);
  }

  get anomalies(): readonly Anomaly[] {
    return this.stream.anomalies;
  }

  header(): void {
    const byte = this.stream.bits(8);
    if (byte !== 0x80) this.stream.fail('bad-header', `an EXI body without options begins with 80, this one with ${hex(byte)}`);
  }

  /** The document element, as the one member of an object. */
  document(): Members {
    const { roots, messages } = this.set;
    const code = this.stream.bits(bitsFor(roots.length + 1));
    const root = roots[code];
    if (!root) this.stream.fail('unknown-root', `document event code ${code}: the ${this.set.name} schema has ${roots.length} elements`);
    if (!messages.includes(root)) this.stream.fail('unknown-root', `${root.name} is an element of the ${this.set.name} schema, but no message`);
    return { [root.name]: this.stream.inside(root.name, () => this.element(root, root.type)) };
  }

  /** One element on its own, as it is digested for a signature; the fragment ends after it. */
  fragment(): { readonly name: QName; readonly value: unknown } {
    const { terms } = fragmentGrammar(this.set);
    const width = bitsFor(terms.length + 2); // any element, and the end
    const term = terms[this.stream.bits(width)];
    if (!term) return this.stream.fail('unknown-root', `no element of the ${this.set.name} schema begins the fragment`);
    const value = this.stream.inside(term.name, () => this.element(term, term.type));
    if (this.stream.bits(width) !== terms.length + 1) this.stream.fail('unknown-event', 'the fragment goes on after its element');
    return { name: { name: term.name, uri: term.uri }, value };
  }

  /** What is left after the document: nothing but the zero bits that fill its last byte. */
  trailer(): void {
    const { stream } = this;
    const { reader } = stream;
    const padding = stream.bits((8 - (reader.position & 7)) & 7);
    if (padding !== 0) stream.note('padding-bits', `the last byte is filled up with ${padding.toString(2)}`);
    stream.here();
    const rest = reader.bytes.subarray(reader.position >>> 3);
    if (rest.length > 0) stream.note('trailing-bytes', `${rest.length} more: ${[...rest.subarray(0, 32)].map(hex).join('')}`);
  }

  private element(name: QName, type: Type<unknown>): unknown {
    if (this.stream.depth > maxDepth) this.stream.fail('too-deep', `elements nested more than ${maxDepth} deep`);
    const members: Members = {};
    let state = grammar(type);
    for (;;) {
      const production = this.production(state, name, members);
      switch (production.event) {
        case 'end':
          return type.kind === 'simple' ? members['CONTENT'] : members;
        case 'value':
          members['CONTENT'] = this.stream.value(production.type, name);
          break;
        case 'any-attribute':
          this.unexpectedAttribute();
          break;
        case 'attribute': {
          const { attribute } = production;
          members[attribute.name] = this.stream.inside(attribute.name, () => this.stream.value(attribute.type, attribute));
          break;
        }
        case 'element':
          this.member(members, production.term);
          break;
        case 'any-element':
          this.any(members, this.unknown());
          break;
        case 'text':
          this.text(members, this.stream.string(name));
          break;
      }
      state = production.next;
    }
  }

  private member(members: Members, term: Term): void {
    const present = members[term.name];
    const count = Array.isArray(present) ? present.length : present === undefined ? 0 : 1;
    const value = this.stream.inside(term.array || count > 0 ? `${term.name}[${count}]` : term.name, () => {
      if (term.abstract) this.stream.note('abstract-element', 'it is abstract: another should stand in its place');
      return this.element(term, term.type);
    });
    if (Array.isArray(present)) present.push(value);
    else if (term.array) members[term.name] = [value];
    else if (present === undefined) members[term.name] = value;
    else members[term.name] = [present, value];
    if (count > 0 && Object.keys(members).at(-1) !== term.name) this.stream.note('regrouped', `${term.name} comes again after others`);
  }

  private any(members: Members, element: AnyElement): void {
    const before = members['ANY'] as AnyElement[] | undefined;
    if (before) before.push(element);
    else members['ANY'] = [element];
  }

  private text(members: Members, text: string): void {
    const before = members['CONTENT'];
    if (typeof before === 'string') this.stream.note('regrouped', 'text comes in several pieces');
    if (text !== '' || typeof before === 'string') members['CONTENT'] = `${typeof before === 'string' ? before : ''}${text}`;
  }

  /** The next production, past anything that only the second level allows. */
  private production(first: State, owner: QName, members: Members): Production {
    for (let state = first; ; ) {
      const code = this.stream.bits(state.width);
      const production = state.productions[code];
      if (production) return production;
      if (code > state.productions.length) {
        const expected = state.productions.map((p) => (p.event === 'element' ? p.term.name : p.event)).join(', ');
        this.stream.fail('unknown-event', `event code ${code}, where only 0 to ${state.productions.length - 1} are known: ${expected}`);
      }
      const met = this.secondLevel(state, owner, members);
      if (!(met instanceof State)) return met;
      state = met;
    }
  }

  /** The end of the element, or the state behind what is not the schema's. */
  private secondLevel(state: State, owner: QName, members: Members): Production | State {
    const { secondLevel } = state;
    const code = this.stream.bits(bitsFor(secondLevel.length));
    const event = secondLevel[code];
    switch (event) {
      case 'end': {
        // Empty content of a simple type, with or without attributes before it; elsewhere required members are missing.
        const content = state.productions.find(({ event }) => event === 'value');
        if (content?.event === 'value' && isEmptyable(content.type)) {
          this.stream.note('second-level-end', 'empty content, ended by the second-level code');
          members['CONTENT'] = '';
          return { event: 'end' };
        }
        return this.stream.fail('unknown-event', 'the element ends before its required content');
      }
      case 'nil': {
        const nil = this.stream.bits(1) === 1;
        this.stream.note('nil', `xsi:nil="${nil}"`);
        return nil ? this.nilEnd() : state;
      }
      case 'any-attribute':
        this.unexpectedAttribute();
        return state;
      case 'any-element': {
        this.stream.note('unexpected-content', `the element ${JSON.stringify(this.unknown())}`);
        return state.afterUnexpected;
      }
      case 'text': {
        this.stream.note('unexpected-content', `the text ${JSON.stringify(this.stream.string(owner))}`);
        return state.afterUnexpected;
      }
      case 'type':
      case 'untyped-attribute':
        return this.stream.fail('unsupported', `${event === 'type' ? 'xsi:type' : 'an attribute not of its type'}, which no V2G message has`);
      default:
        return this.stream.fail('unknown-event', `second-level event code ${code} of ${secondLevel.length}`);
    }
  }

  private unexpectedAttribute(): void {
    const name = this.stream.qName();
    this.stream.note('unexpected-content', `the attribute ${name.name}="${this.stream.string(name)}"`);
  }

  /** After xsi:nil="true" only the end is left: one production and the escape. */
  private nilEnd(): Production {
    if (this.stream.bits(1) !== 0) this.stream.fail('unknown-event', 'content after xsi:nil="true"');
    return { event: 'end' };
  }

  /** An element that a wildcard stands for: of the schema where it has one, else under a grammar learnt on the way. */
  private unknown(name = this.stream.qName()): AnyElement {
    // Such a name may be of any length, and each anomaly within would repeat it.
    return this.stream.inside(name.name.slice(0, 64), () => {
      if (this.stream.depth > maxDepth) this.stream.fail('too-deep', `elements nested more than ${maxDepth} deep`);
      const known = this.set.roots.find((root) => root.name === name.name && root.uri === name.uri);
      if (known) return { ...name, value: this.element(known, known.type) };
      const key = `{${name.uri}}${name.name}`;
      const learnt = this.learnt.get(key) ?? { startTag: [], content: [] };
      this.learnt.set(key, learnt);
      return readUnknownElement(this.stream, name, learnt, (child) => this.unknown(child));
    });
  }
}

function isEmptyable({ representation }: Simple<unknown>): boolean {
  return representation.is === 'string' || representation.is === 'binary';
}
