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
  readonly vocabulary: Vocabulary;
}

/** `others`, with the messages, must be all global elements of all schemas: their number is the width of the document's event code. */
export function schemaSet(
  name: string,
  messages: readonly Element<string, unknown>[],
  others: readonly Element<string, unknown>[] = [],
): SchemaSet {
  const roots = [...messages, ...others].sort(byQName);
  return { name, roots, messages, vocabulary: vocabulary(namesOf(roots)) };
}

/** Calls back for every element and attribute declared anywhere in a set, and for every type once. */
export interface Visitor {
  element(name: QName, type: Type<unknown>): void;
  attribute(use: AttributeUse): void;
  type?(type: Complex<unknown>): void;
}

export function visit(roots: readonly Element<string, unknown>[], visitor: Visitor): void {
  const seen = new Set<Type<unknown>>();
  const ofElement = (name: QName, type: Type<unknown>): void => {
    visitor.element({ name: name.name, uri: name.uri }, type);
    if (type.kind === 'simple' || seen.has(type)) return;
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
}

/** All names of elements, attributes and types: what the string tables begin with. */
function namesOf(roots: readonly Element<string, unknown>[]): QName[] {
  const names: QName[] = [];
  visit(roots, {
    element: (name) => names.push(name),
    attribute: ({ name, uri }) => names.push({ name, uri }),
    type: ({ name, uri }) => names.push({ name, uri }),
  });
  return names.filter(({ name }) => name !== '');
}
