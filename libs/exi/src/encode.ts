import { BitWriter } from './bits.js';
import { byQName } from './declare.js';
import type { ExiErrorCode } from './errors.js';
import { ExiError } from './errors.js';
import { fragmentGrammar } from './fragment.js';
import { grammar, type Production, type State } from './grammar.js';
import type { Complex, Element, Particle, QName, Simple, Type } from './schema.js';
import type { SchemaSet } from './schema-set.js';
import { bitsFor, fixedWidth } from './simple.js';
import { writeCharacters, writeSigned, writeUnsigned } from './values.js';

type Members = Readonly<Record<string, unknown>>;

/** One thing to write: an attribute, an element or a text, in the schema's order. */
type Event =
  | { readonly event: 'attribute'; readonly name: QName; readonly type: Simple<unknown>; readonly value: unknown }
  | { readonly event: 'element'; readonly name: QName; readonly type: Type<unknown>; readonly value: unknown; readonly label: string }
  | { readonly event: 'text'; readonly value: string };

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
    for (const event of this.events(type, members)) {
      const production = this.step(state, (candidate) => isFor(candidate, event), event.event === 'text' ? 'text' : event.name.name);
      if (event.event === 'text') this.string(event.value);
      else if (event.event === 'attribute' && production.event === 'attribute') {
        this.inside(event.name.name, () => this.attribute(event.type, production.attribute.type, event.value));
      } else if (event.event === 'element' && production.event === 'element') {
        this.inside(event.label, () => this.element(event.type, event.value, grammar(production.term.type)));
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
  private events(type: Complex<unknown>, members: Members): Event[] {
    const known = new Set<string>();
    const events: Event[] = [];
    for (const use of [...type.attributes].sort(byQName)) {
      known.add(use.name);
      const value = members[use.name];
      if (value !== undefined) events.push({ event: 'attribute', name: use, type: use.type, value });
    }
    if (type.content.kind === 'simple') known.add('CONTENT');
    else {
      if (type.mixed) known.add('CONTENT');
      if (type.mixed && members['CONTENT'] !== undefined) events.push({ event: 'text', value: this.text(members['CONTENT']) });
      this.inOrder(type.content, members, known, false, events);
    }
    for (const key of Object.keys(members)) {
      if (!known.has(key) && members[key] !== undefined) this.fail('unexpected', `${key} is no member here; ${known.size === 0 ? 'there are none' : `known are ${[...known].join(', ')}`}`);
    }
    return events;
  }

  private inOrder(particle: Particle, members: Members, known: Set<string>, repeated: boolean, events: Event[]): void {
    if (particle.kind === 'wildcard') {
      known.add('ANY');
      if (members['ANY'] !== undefined) this.fail('unexpected', 'elements of no schema are read, never written');
      return;
    }
    if (particle.kind !== 'term') {
      for (const of of particle.of) this.inOrder(of, members, known, repeated || particle.max > 1, events);
      return;
    }
    const { name, array, type } = particle;
    if (known.has(name)) return; // the second place of one name in a choice of sequences
    known.add(name);
    const value = members[name];
    if (value === undefined) return;
    if (Array.isArray(value) && (array || repeated)) {
      value.forEach((item, i) => events.push({ event: 'element', name: particle, type, value: item, label: `${name}[${i}]` }));
    } else if (array) this.inside(name, () => this.fail('wrong-type', 'an array is required'));
    else events.push({ event: 'element', name: particle, type, value, label: name });
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

function isFor(production: Production, event: Event): boolean {
  if (production.event === 'attribute') return event.event === 'attribute' && sameName(production.attribute, event.name);
  if (production.event === 'element') return event.event === 'element' && sameName(production.term, event.name);
  return production.event === event.event;
}

function sameName(a: QName, b: QName): boolean {
  return a.name === b.name && a.uri === b.uri;
}

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
