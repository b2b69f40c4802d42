import type { Complex, Particle, Simple, Type } from './schema.js';
import type { SchemaSet } from './schema-set.js';

/** A whole number from 0 to less than `below`. */
export type Chooser = (below: number) => number;

const letters = ['a', 'Z', '0', ' ', '~', '\u0000', 'é', '€', '😀'];

/** A valid value of one of a schema's messages, with corners (bounds, empty and full lists) more often than chance has them. */
export function arbitraryMessage(set: SchemaSet, name: string, choose: Chooser): unknown {
  const root = set.messages.find((element) => element.name === name);
  if (!root) throw new RangeError(`${name} is no message of the ${set.name} schema`);
  return { [name]: arbitrary(root.type, choose) };
}

function arbitrary(type: Type<unknown>, choose: Chooser): unknown {
  return type.kind === 'simple' ? simpleValue(type, choose) : complexValue(type, choose);
}

function complexValue({ attributes, content }: Complex<unknown>, choose: Chooser): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const { name, type, required } of attributes) if (required || choose(2) === 0) members[name] = simpleValue(type, choose);
  if (content.kind === 'simple') members['CONTENT'] = simpleValue(content, choose);
  else fill(content, members, choose);
  return members;
}

function fill(particle: Particle, members: Record<string, unknown>, choose: Chooser): void {
  const { min, max } = particle;
  const count = min + (max > min ? choose(Math.min(max - min, 3) + 1) : 0);
  if (particle.kind === 'wildcard' || count === 0) return; // elements of no schema are read, never written
  if (particle.kind === 'term') {
    if (particle.name in members) return;
    const values = Array.from({ length: count }, () => arbitrary(particle.type, choose));
    members[particle.name] = particle.array ? values : values[0];
  } else if (particle.kind === 'sequence') {
    for (const of of particle.of) fill(of, members, choose);
  } else {
    const writable = particle.of.filter((of) => of.kind !== 'wildcard' && !(of.kind === 'term' && of.abstract));
    fill(writable[choose(writable.length)] as Particle, members, choose);
  }
}

function simpleValue({ representation }: Simple<unknown>, choose: Chooser): unknown {
  switch (representation.is) {
    case 'boolean':
      return choose(2) === 1;
    case 'enumeration':
      return representation.values[choose(representation.values.length)];
    case 'integer': {
      const { min, max } = representation;
      const corners = [min, max, 0, -1, 127, 128, -128, -129, 16383, 16384].filter((value) => value >= min && value <= max);
      return choose(2) === 0 ? corners[choose(corners.length)] : min + choose(max - min + 1);
    }
    case 'long': {
      const { min = -(10n ** 30n), max = 10n ** 30n } = representation;
      const corners = [min, max, 0n, -1n, 127n, 128n, 2n ** 53n].filter((value) => value >= min && value <= max);
      return String(corners[choose(corners.length)]);
    }
    case 'string':
      return Array.from({ length: length(representation, choose) }, () => letters[choose(letters.length)]).join('');
    case 'binary':
      return Array.from({ length: length(representation, choose) }, () => choose(256).toString(16).toUpperCase().padStart(2, '0')).join('');
  }
}

function length({ minLength, maxLength }: { minLength: number; maxLength: number }, choose: Chooser): number {
  const longest = Math.min(maxLength, Math.max(minLength, 200));
  return [minLength, longest, minLength + choose(longest - minLength + 1)][choose(3)] as number;
}
