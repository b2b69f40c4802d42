import { byQName } from './declare.js';
import type { AttributeUse, Complex, Element, Particle, QName, Type } from './schema.js';
import { type Vocabulary, vocabulary } from './tables.js';

/** Schemas that share one document grammar. */
export interface SchemaSet {
  /** A short name for people and files: `din`. */
  readonly name: string;
  /** Every global element, in the order of their event codes. */
  readonly roots: readonly Element<string, unknown>[];
  /** The elements that messages are: the others only stand within them. */
  readonly messages: readonly Element<string, unknown>[];
  /** Types that no element has, or none of these: what they declare is among the set's names all the same. */
  readonly types: readonly Complex<unknown>[];
  readonly vocabulary: Vocabulary;
}

/**
 * `others`, with the messages, must be all global elements of all schemas: their number is the width of the document's
 * event code. `types` may leave out those that some element has.
 */
export function schemaSet(
  name: string,
  messages: readonly Element<string, unknown>[],
  others: readonly Element<string, unknown>[] = [],
  types: readonly Complex<unknown>[] = [],
): SchemaSet {
  const roots = [...messages, ...others].sort(byQName);
  let names: Vocabulary | undefined;
  return {
    name,
    roots,
    messages,
    types,
    // Made when first asked for: compiled code, which reads nearly every message, has no use for it.
    get vocabulary() {
      return (names ??= vocabulary(namesOf({ roots, types })));
    },
  };
}

/** Calls back for every element and attribute declared anywhere in a set, and for every type once. */
export interface Visitor {
  element(name: QName, type: Type<unknown>): void;
  attribute(use: AttributeUse): void;
  type?(type: Complex<unknown>): void;
}

export function visit({ roots, types }: Pick<SchemaSet, 'roots' | 'types'>, visitor: Visitor): void {
  const seen = new Set<Type<unknown>>();
  const ofElement = (name: QName, type: Type<unknown>): void => {
    visitor.element({ name: name.name, uri: name.uri }, type);
    if (type.kind === 'complex') ofType(type);
  };
  const ofType = (type: Complex<unknown>): void => {
    if (seen.has(type)) return;
    seen.add(type);
    visitor.type?.(type);
    type.attributes.forEach((use) => visitor.attribute(use));
    if (type.content.kind === 'sequence') type.content.of.forEach(ofParticle);
  };
  const ofParticle = (particle: Particle): void => {
    if (particle.kind === 'term') ofElement(particle, particle.type);
    else if (particle.kind !== 'wildcard') particle.of.forEach(ofParticle);
  };
  for (const root of roots) ofElement(root, root.type);
  types.forEach(ofType);
}

/** All names of elements, attributes and types: what the string tables begin with. */
function namesOf(declared: Pick<SchemaSet, 'roots' | 'types'>): QName[] {
  const names: QName[] = [];
  visit(declared, {
    element: (name) => names.push(name),
    attribute: ({ name, uri }) => names.push({ name, uri }),
    type: ({ name, uri }) => names.push({ name, uri }),
  });
  return names.filter(({ name }) => name !== '');
}
