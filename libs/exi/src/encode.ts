import { BitWriter } from './bits.js';
import type { ExiErrorCode } from './errors.js';
import { ExiError } from './errors.js';
import { fragmentGrammar } from './fragment.js';
import { grammar, type Production, type State } from './grammar.js';
import { type Item, itemsOf, type Members } from './items.js';
import type { Complex, Element, QName, Simple, Type } from './schema.js';
import type { SchemaSet } from './schema-set.js';
import { bitsFor, fixedWidth } from './simple.js';
import { writeCharacters, writeSigned, writeUnsigned } from './values.js';

/** Writes one body by following the grammars, and refuses whatever the schema does not allow. */
export class Encoding {
  readonly writer = new BitWriter();
  private readonly set: SchemaSet;
  private readonly path: string[] = [];

  constructor(set: SchemaSet) {
    this.set = set;
  }

  document(value: unknown): void {
    this.writer.write(0x80, 8);
    const { root, content } = this.root(value);
    const { roots } = this.set;
    this.writer.write(roots.indexOf(root), bitsFor(roots.length + 1));
    this.inside(root.name, () => this.element(root.type, content, grammar(root.type)));
  }

  private root(value: unknown): { root: Element<string, unknown>; content: unknown } {
    const members = this.members(value);
    const [name, ...others] = Object.keys(members).filter((key) => members[key] !== undefined);
    if (name === undefined || others.length > 0) this.fail('wrong-type', 'a message is an object with one member, its document element');
    const root = this.set.messages.find((element) => element.name === name);
    if (!root) this.fail('unexpected', `${name} is no message of the ${this.set.name} schema`);
    return { root, content: members[name] };
  }

  /** One element on its own, as it is digested for a signature. `type` is what its value is of. */
  fragment(name: QName, type: Type<unknown>, value: unknown): void {
    this.writer.write(0x80, 8);
    const { terms } = fragmentGrammar(this.set);
    const index = terms.findIndex((term) => term.name === name.name && term.uri === name.uri);
    const term = terms[index];
    if (!term) this.fail('unexpected', `${name.name} is no element of the ${this.set.name} schema`);
    const width = bitsFor(terms.length + 2); // any element, and the end
    this.writer.write(index, width);
    this.inside(name.name, () => this.element(type, value, grammar(term.type)));
    this.writer.write(terms.length + 1, width);
  }

  /** The grammar is that of the type, unless the element stands where its name could be of several. */
  private element(type: Type<unknown>, value: unknown, start: State): void {
    let state = start;
    if (type.kind === 'simple') return this.simpleContent(state, type, value);
    const members = this.members(value);
    for (const item of this.items(type, members)) {
      if (item.item === 'any') continue; // refused by `items`
      if (item.item === 'element' && item.unlisted) this.inside(item.label, () => this.fail('wrong-type', 'an array is required'));
      const production = this.step(state, (candidate) => isFor(candidate, item), item.item === 'text' ? 'text' : item.name.name);
      if (item.item === 'text') this.string(this.text(item.value));
      else if (item.item === 'attribute' && production.event === 'attribute') {
        this.inside(item.name.name, () => this.attribute(item.type, production.attribute.type, item.value));
      } else if (item.item === 'element' && production.event === 'element') {
        this.inside(item.label, () => this.element(item.type, item.value, grammar(production.term.type)));
      }
      if ('next' in production) state = production.next;
    }
    if (type.content.kind === 'simple') return this.simpleContent(this.contentOf(state), type.content, members['CONTENT']);
    this.step(state, isEnd, undefined);
  }

  /** An attribute whose name is declared with several types is written as text where it could be any of them. */
  private attribute(type: Simple<unknown>, written: Simple<unknown>, value: unknown): void {
    if (type === written) this.value(type, value);
    else this.string(this.lexical(type, value));
  }

  /** Attributes are behind; those that could still come are optional. */
  private contentOf(state: State): State {
    const required = state.productions.find((p) => p.event === 'attribute' && p.attribute.required);
    if (required?.event === 'attribute') this.fail('missing', `the attribute ${required.attribute.name} is missing`);
    return state;
  }

  private simpleContent(state: State, type: Simple<unknown>, value: unknown): void {
    if (value === undefined) this.fail('missing', 'CONTENT is missing');
    const production = this.step(state, ({ event }) => event === 'value' || event === 'text', 'CONTENT');
    if (production.event === 'text') this.string(this.lexical(type, value));
    else this.value(type, value);
    if ('next' in production) this.step(production.next, isEnd, undefined);
  }

  /** A value as the text of an XML document, where no type tells how else to write it. */
  private lexical({ representation }: Simple<unknown>, value: unknown): string {
    if (representation.is === 'binary' && representation.text === 'base64') this.fail('unsupported', 'base64Binary where the type is open');
    return typeof value === 'string' ? value : String(value);
  }

  /** Writes the code of the production that fits; `name` is what is to be written, or undefined for the end. */
  private step(state: State, fits: (production: Production) => boolean, name: string | undefined): Production {
    const index = state.productions.findIndex(fits);
    const production = state.productions[index];
    if (production) {
      this.writer.write(index, state.width);
      return production;
    }
    const expected = state.productions.flatMap((p) =>
      p.event === 'element' && !p.term.abstract ? [p.term.name] : p.event === 'attribute' ? [p.attribute.name] : [],
    );
    if (name === undefined || !state.productions.some(isEnd)) {
      this.fail('missing', `${expected.join(' or ')} is missing${name === undefined ? '' : ` before ${name}`}`);
    }
    const only = expected.length === 0 ? '' : `, only ${expected.join(', ')}`;
    this.fail(expected.length === 0 ? 'too-many' : 'unexpected', `${name} cannot come here${only}`);
  }

  /** The members of a value in the schema's order; any that the schema does not have is an error. */
  private items(type: Complex<unknown>, members: Members): readonly Item[] {
    const { items, known } = itemsOf(type, members);
    for (const key of Object.keys(members)) {
      if (!known.has(key) && members[key] !== undefined) this.fail('unexpected', `${key} is no member here; ${known.size === 0 ? 'there are none' : `known are ${[...known].join(', ')}`}`);
    }
    if (known.has('ANY') && members['ANY'] !== undefined) this.fail('unexpected', 'elements of no schema are read, never written');
    return items;
  }

  private value({ representation }: Simple<unknown>, value: unknown): void {
    switch (representation.is) {
      case 'boolean':
        if (typeof value !== 'boolean') return this.fail('wrong-type', `true or false is required, not ${show(value)}`);
        return this.writer.write(value ? 1 : 0, 1);
      case 'enumeration': {
        const { values } = representation;
        const index = values.indexOf(value as string);
        if (index < 0) this.fail('out-of-range', `${show(value)} is none of ${values.join(', ')}`);
        return this.writer.write(index, bitsFor(values.length));
      }
      case 'integer': {
        const { min, max } = representation;
        if (typeof value !== 'number' || !Number.isInteger(value)) return this.fail('wrong-type', `a whole number is required, not ${show(value)}`);
        if (value < min || value > max) this.fail('out-of-range', `${value} is not within ${min} to ${max}`);
        const width = fixedWidth(representation);
        if (width !== undefined) return this.writer.write(value - min, width);
        return min >= 0 ? writeUnsigned(this.writer, BigInt(value)) : writeSigned(this.writer, BigInt(value));
      }
      case 'long': {
        const { min, max } = representation;
        if (typeof value !== 'string' || !/^-?\d{1,1200}$/.test(value)) {
          return this.fail('wrong-type', `a whole number as a text of digits is required, not ${show(value)}`);
        }
        const number = BigInt(value);
        if ((min !== undefined && number < min) || (max !== undefined && number > max)) this.fail('out-of-range', `${value} is out of range`);
        return min === 0n ? writeUnsigned(this.writer, number) : writeSigned(this.writer, number);
      }
      case 'string': {
        const text = this.text(value);
        this.sized([...text].length, representation);
        return this.string(text);
      }
      case 'binary': {
        if (typeof value !== 'string' || !/^([0-9A-Fa-f]{2})*$/.test(value)) {
          return this.fail('wrong-type', `bytes as a text of hex digits are required, not ${show(value)}`);
        }
        const length = value.length / 2;
        this.sized(length, representation);
        writeUnsigned(this.writer, BigInt(length));
        for (let i = 0; i < length; i++) this.writer.write(Number.parseInt(value.slice(2 * i, 2 * i + 2), 16), 8);
      }
    }
  }

  /** Always in full, never as a reference to a text before: no charger or car was seen to understand one. */
  private string(text: string): void {
    const characters = [...text];
    writeUnsigned(this.writer, BigInt(characters.length + 2));
    writeCharacters(this.writer, characters);
  }

  private text(value: unknown): string {
    if (typeof value !== 'string') return this.fail('wrong-type', `a text is required, not ${show(value)}`);
    return /\p{Surrogate}/u.test(value) ? this.fail('out-of-range', 'the text has half of a surrogate pair') : value;
  }

  private sized(length: number, { minLength, maxLength }: { minLength: number; maxLength: number }): void {
    if (length < minLength || length > maxLength) this.fail('out-of-range', `a length of ${length} is not within ${minLength} to ${maxLength}`);
  }

  private members(value: unknown): Members {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.fail('wrong-type', `an object is required, not ${show(value)}`);
    }
    return value as Members;
  }

  private fail(code: ExiErrorCode, message: string): never {
    throw new ExiError(code, this.writer.position, this.path.join('/'), message);
  }

  private inside<T>(name: string, write: () => T): T {
    this.path.push(name);
    const result = write();
    this.path.pop();
    return result;
  }
}

function isEnd({ event }: Production): boolean {
  return event === 'end';
}

function isFor(production: Production, item: Item): boolean {
  if (production.event === 'attribute') return item.item === 'attribute' && sameName(production.attribute, item.name);
  if (production.event === 'element') return item.item === 'element' && sameName(production.term, item.name);
  return production.event === item.item;
}

function sameName(a: QName, b: QName): boolean {
  return a.name === b.name && a.uri === b.uri;
}

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
