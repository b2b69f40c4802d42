import { byQName } from './declare.js';
import type { Complex, Element, Particle, QName, Type } from './schema.js';
import { type Vocabulary, vocabulary } from './tables.js';

/** Schemas that share one document grammar. */
export interface SchemaSet {
  /** A short name for people and files: `din`. */
  readonly name: string;
  /** Every global element, in the order of their event codes. */
  readonly roots: readonly Element<string, unknown>[];
  readonly vocabulary: Vocabulary;
}

/** `elements` must be all global elements of all schemas of the set: their number is the width of the document's event code. */
export function schemaSet(name: string, elements: readonly Element<string, unknown>[]): SchemaSet {
  const roots = [...elements].sort(byQName);
  return { name, roots, vocabulary: vocabulary(namesOf(roots)) };
}

/** All names of elements, attributes and types: what the string tables begin with. */
function namesOf(roots: readonly Element<string, unknown>[]): QName[] {
  const names: QName[] = [];
  const seen = new Set<Type<unknown>>();
  const ofType = (type: Type<unknown>): void => {
    if (type.kind === 'simple' || seen.has(type)) return;
    seen.add(type);
    ofComplex(type);
  };
  const ofComplex = (type: Complex<unknown>): void => {
    names.push({ name: type.name, uri: type.uri }, ...type.attributes.map(({ name, uri }) => ({ name, uri })));
    if (type.content.kind === 'sequence') type.content.of.forEach(ofParticle);
  };
  const ofParticle = (particle: Particle): void => {
    if (particle.kind === 'wildcard') return;
    if (particle.kind !== 'term') return particle.of.forEach(ofParticle);
    names.push({ name: particle.name, uri: particle.uri });
    ofType(particle.type);
  };
  for (const root of roots) {
    names.push({ name: root.name, uri: root.uri });
    ofType(root.type);
  }
  return names;
}
