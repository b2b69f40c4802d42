import type {
  Attribute,
  AttributeUse,
  Complex,
  Element,
  Empty,
  Field,
  Fields,
  Flat,
  InferChoice,
  InferFields,
  InferMembers,
  Inline,
  List,
  Optional,
  Particle,
  QName,
  Sequence,
  Simple,
  Term,
  Type,
} from './schema.js';

const once = { min: 1, max: 1 } as const;

/** May be absent (minOccurs 0, or an attribute that is not required). */
export function optional<F>(of: F): Optional<F> {
  return { kind: 'optional', of };
}

/** An array of `min` (1) to `max` (unbounded) elements. For "none" make the list optional: an absent member, not an empty array. */
export function list<F>(of: F, { min = 1, max = Infinity }: { readonly min?: number; readonly max?: number } = {}): List<F> {
  return { kind: 'list', of, min, max };
}

export function attribute<T>(type: Simple<T>): Attribute<T> {
  return { kind: 'attribute', type };
}

/** Exactly one of the members, in the schema's order. */
export function choice<F extends Fields>(fields: F): Inline<InferChoice<F>> {
  return { kind: 'inline', particle: (uri) => ({ ...once, kind: 'alternatives', of: particles(uri, fields) }) };
}

/** All of the members in order: for a sequence within a content model that is optional, or one of a choice, as a whole. */
export function group<F extends Fields>(fields: F): Inline<InferFields<F>> {
  return { kind: 'inline', particle: (uri) => ({ ...once, kind: 'sequence', of: particles(uri, fields) }) };
}

/** Any element of any namespace (xs:any); kept in the array `ANY`. */
export const anyElement: Inline<{ readonly ANY?: readonly AnyElement[] }> = {
  kind: 'inline',
  particle: () => ({ ...once, kind: 'wildcard' }),
};

/** An element the schema does not name: its attributes and text, and the elements in it. */
export interface AnyElement {
  readonly name: string;
  readonly uri: string;
  readonly attributes?: readonly { readonly name: string; readonly uri: string; readonly value: string }[];
  /** Texts and elements in their order. */
  readonly content?: readonly (string | AnyElement)[];
  /** The value, where the schema does know the element. */
  readonly value?: unknown;
}

interface NamespaceOptions {
  /** attributeFormDefault="qualified" */
  readonly qualifiedAttributes?: boolean;
  /** elementFormDefault="unqualified": only global elements are in the namespace. */
  readonly unqualifiedElements?: boolean;
}

/** Declares the types and elements of one target namespace. */
export interface Namespace {
  readonly uri: string;
  element<N extends string, T>(name: N, type: Type<T>): Element<N, T>;
  complex<F extends Fields>(name: string, fields: F): Complex<InferFields<F>>;
  /** A complex type that begins with all members of another. */
  extension<T, F extends Fields>(base: Complex<T>, name: string, fields: F): Complex<Flat<T & InferFields<F>>>;
  /** A complex type whose elements may have text between them. */
  mixed<F extends Fields>(name: string, fields: F): Complex<Flat<InferFields<F> & { readonly CONTENT?: string }>>;
  /** One simple value, `CONTENT`, with attributes. */
  simpleContent<T, F extends Fields>(
    name: string,
    content: Simple<T>,
    attributes: F,
  ): Complex<Flat<InferFields<F> & { readonly CONTENT: T }>>;
  /** The head of a substitution group, of an abstract type (mostly one without members). No valid message holds it, but real ones do. */
  abstractElement<N extends string, T = Empty>(name: N, type?: Complex<T>): Element<N, T>;
}

export function namespace(uri: string, options: NamespaceOptions = {}): Namespace {
  const attributeUri = options.qualifiedAttributes ? uri : '';
  const elementUri = options.unqualifiedElements ? '' : uri;
  const attributes = (fields: Fields) => Object.entries(fields).flatMap(([name, field]) => attributeUse(name, attributeUri, field));
  const content = (fields: Fields): Sequence => ({ ...once, kind: 'sequence', of: particles(elementUri, fields) });
  const empty = { kind: 'complex', name: '', uri, attributes: [], content: content({}), mixed: false } as const;
  return {
    uri,
    element: (name, type) => ({ kind: 'element', name, uri, type, abstract: false }),
    complex: (name, fields) => ({ ...empty, name, attributes: attributes(fields), content: content(fields) }),
    extension: (base, name, fields) => ({
      ...empty,
      name,
      attributes: [...base.attributes, ...attributes(fields)],
      content: extended(base, content(fields)),
    }),
    mixed: (name, fields) => ({ ...empty, name, attributes: attributes(fields), content: content(fields), mixed: true }),
    simpleContent: (name, type, fields) => ({ ...empty, name, attributes: attributes(fields), content: type }),
    abstractElement: (name, type = { ...empty, name }) => ({ kind: 'element', name, uri, type, abstract: true }),
  };
}

/** The elements that may stand in the place of the first, and that one itself. */
export function substitutionGroup<M extends readonly Element<string, unknown>[]>(...members: M): Inline<InferMembers<M>> {
  const of = members.map(({ name, uri, type, abstract }) => term(name, uri, type, abstract)).sort(byQName);
  return { kind: 'inline', particle: () => ({ ...once, kind: 'alternatives', of }) };
}

/** EXI's order of qualified names: by local name, then by namespace. */
export function byQName(a: QName, b: QName): number {
  return compare(a.name, b.name) || compare(a.uri, b.uri);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function term(name: string, uri: string, type: Type<unknown>, abstract: boolean): Term {
  return { ...once, kind: 'term', name, uri, type, array: false, abstract };
}

function extended(base: Complex<unknown>, own: Sequence): Sequence {
  if (base.content.kind === 'simple') throw new TypeError(`${base.name} has simple content: it takes only attributes`);
  return { ...own, of: [...base.content.of, ...own.of] };
}

function particles(uri: string, fields: Fields): Particle[] {
  return Object.entries(fields).flatMap(([name, field]) => particle(name, uri, field) ?? []);
}

function particle(name: string, uri: string, field: Field): Particle | undefined {
  switch (field.kind) {
    case 'attribute':
      return undefined;
    case 'optional': {
      const of = particle(name, uri, field.of);
      return of && { ...of, min: 0 };
    }
    case 'list': {
      const of = particle(name, uri, field.of);
      if (!of) throw new TypeError(`${name}: an attribute cannot repeat`);
      if (mayBeEmpty(of)) throw new TypeError(`${name}: what repeats must hold something, and all of this may be absent`);
      const { min, max } = field;
      return of.kind === 'term' ? { ...of, min, max, array: true } : { ...of, min, max };
    }
    case 'inline':
      return field.particle(uri);
    case 'element':
      if (field.name !== name) throw new TypeError(`the element ${field.name} is declared under the name ${name}`);
      return term(name, field.uri, field.type, field.abstract);
    case 'simple':
    case 'complex':
      return term(name, uri, field, false);
  }
}

/** Rounds without anything in them would have no end. */
function mayBeEmpty(particle: Particle): boolean {
  if (particle.min === 0) return true;
  if (particle.kind === 'sequence') return particle.of.every(mayBeEmpty);
  return particle.kind === 'alternatives' && particle.of.some(mayBeEmpty);
}

function attributeUse(name: string, uri: string, field: Field): AttributeUse[] {
  if (field.kind === 'attribute') return [{ name, uri, type: field.type, required: true }];
  if (field.kind === 'optional' && field.of.kind === 'attribute') return [{ name, uri, type: field.of.type, required: false }];
  return [];
}
