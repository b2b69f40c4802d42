import { BitWriter } from './bits.js';
import type { ExiErrorCode } from './errors.js';
import { ExiError } from './errors.js';
import { grammar, type Production, type State } from './grammar.js';
import type { AttributeUse, Complex, Element, Particle, Simple, Term, Type } from './schema.js';
import type { SchemaSet } from './schema-set.js';
import { bitsFor, fixedWidth } from './simple.js';
import { writeCharacters, writeSigned, writeUnsigned } from './values.js';

type Members = Readonly<Record<string, unknown>>;

/** One thing to write: an attribute, an element or a text, in the schema's order. */
type Event =
  | { readonly event: 'attribute'; readonly attribute: AttributeUse; readonly value: unknown }
  | { readonly event: 'element'; readonly term: Term; readonly value: unknown; readonly label: string }
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
    this.inside(root.name, () => this.element(root.type, content));
  }

  private root(value: unknown): { root: Element<string, unknown>; content: unknown } {
    const members = this.members(value);
    const [name, ...others] = Object.keys(members).filter((key) => members[key] !== undefined);
    if (name === undefined || others.length > 0) this.fail('wrong-type', 'a message is an object with one member, its document element');
    const root = this.set.roots.find((element) => element.name === name);
    if (!root) this.fail('unexpected', `${name} is no element of the ${this.set.name} schema`);
    return { root, content: members[name] };
  }

  private element(type: Type<unknown>, value: unknown): void {
    let state = grammar(type);
    if (type.kind === 'simple') return this.simpleContent(state, value);
    const members = this.members(value);
    for (const event of this.events(type, members)) {
      if (event.event === 'text') {
        state = this.step(state, (p) => p.event === 'text', event.event);
        this.string(event.value);
      } else if (event.event === 'attribute') {
        const { attribute } = event;
        state = this.step(state, (p) => p.event === 'attribute' && p.attribute === attribute, attribute.name);
        this.inside(attribute.name, () => this.value(attribute.type, event.value));
      } else {
        const { term } = event;
        state = this.step(state, (p) => p.event === 'element' && p.term.name === term.name && p.term.uri === term.uri, term.name);
        this.inside(event.label, () => this.element(term.type, event.value));
      }
    }
    if (type.content.kind === 'simple') return this.simpleContent(this.contentOf(state), members['CONTENT']);
    this.step(state, (p) => p.event === 'end', undefined);
  }

  /** Attributes are behind; those that could still come are optional. */
  private contentOf(state: State): State {
    const required = state.productions.find((p) => p.event === 'attribute' && p.attribute.required);
    if (required?.event === 'attribute') this.fail('missing', `the attribute ${required.attribute.name} is missing`);
    return state;
  }

  private simpleContent(state: State, value: unknown): void {
    const index = state.productions.findIndex((p) => p.event === 'value');
    const production = state.productions[index];
    if (production?.event !== 'value') throw new TypeError('not a grammar of simple content');
    if (value === undefined) this.fail('missing', 'CONTENT is missing');
    this.writer.write(index, state.width);
    this.value(production.type, value);
    this.step(production.next, (p) => p.event === 'end', undefined);
  }

  /** Writes the code of the production that fits and returns where it leads; `name` is what is to be written, or undefined for the end. */
  private step(state: State, fits: (production: Production) => boolean, name: string | undefined): State {
    const index = state.productions.findIndex(fits);
    const production = state.productions[index];
    if (production) {
      this.writer.write(index, state.width);
      return 'next' in production ? production.next : state;
    }
    const expected = state.productions.flatMap((p) =>
      p.event === 'element' && !p.term.abstract ? [p.term.name] : p.event === 'attribute' ? [p.attribute.name] : [],
    );
    const mayEnd = state.productions.some((p) => p.event === 'end');
    if (name === undefined || !mayEnd) this.fail('missing', `${expected.join(' or ')} is missing${name === undefined ? '' : ` before ${name}`}`);
    this.fail(expected.length === 0 ? 'too-many' : 'unexpected', `${name} cannot come here${expected.length === 0 ? '' : `, only ${expected.join(', ')}`}`);
  }

  /** The members of a value in the schema's order; any that the schema does not have is an error. */
  private events(type: Complex<unknown>, members: Members): Event[] {
    const known = new Set<string>();
    const events: Event[] = [];
    for (const attribute of [...type.attributes].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      known.add(attribute.name);
      const value = members[attribute.name];
      if (value !== undefined) events.push({ event: 'attribute', attribute, value });
    }
    if (type.content.kind === 'simple') known.add('CONTENT');
    else {
      if (type.mixed) known.add('CONTENT');
      if (type.mixed && members['CONTENT'] !== undefined) events.push({ event: 'text', value: this.text(members['CONTENT']) });
      this.inOrder(type.content, members, known, false, events);
    }
    for (const key of Object.keys(members)) {
      if (!known.has(key) && members[key] !== undefined) this.fail('unexpected', `${key} is no member here; known are ${[...known].join(', ')}`);
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
    const { name, array } = particle;
    if (known.has(name)) return; // the second place of one name in a choice of sequences
    known.add(name);
    const value = members[name];
    if (value === undefined) return;
    if (Array.isArray(value) && (array || repeated)) {
      value.forEach((item, i) => events.push({ event: 'element', term: particle, value: item, label: `${name}[${i}]` }));
    } else if (array) this.inside(name, () => this.fail('wrong-type', 'an array is required'));
    else events.push({ event: 'element', term: particle, value, label: name });
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

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
