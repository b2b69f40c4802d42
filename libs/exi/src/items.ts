import { type AnyElement, byQName } from './declare.js';
import type { Complex, Particle, QName, Simple, Term, Type } from './schema.js';

export type Members = Readonly<Record<string, unknown>>;

/** One thing that a value of a complex type holds. */
export type Item =
  | { readonly item: 'attribute'; readonly name: QName; readonly type: Simple<unknown>; readonly value: unknown }
  | ElementItem
  | { readonly item: 'text'; readonly value: unknown }
  | { readonly item: 'any'; readonly value: AnyElement };

export interface ElementItem {
  readonly item: 'element';
  readonly name: Term;
  readonly type: Type<unknown>;
  readonly value: unknown;
  /** With its place in an array: `Cost[2]`. */
  readonly label: string;
  /** The schema wants an array here, and the value is none. */
  readonly unlisted: boolean;
}

/**
 * Attributes, text and elements of a value in the order in which they are written, and the names of all members that
 * the type knows. Simple content, `CONTENT`, is known but no item.
 */
export function itemsOf(type: Complex<unknown>, members: Members): { readonly items: readonly Item[]; readonly known: ReadonlySet<string> } {
  const known = new Set<string>();
  const items: Item[] = [];
  for (const use of [...type.attributes].sort(byQName)) {
    known.add(use.name);
    const value = members[use.name];
    if (value !== undefined) items.push({ item: 'attribute', name: use, type: use.type, value });
  }
  if (type.mixed || type.content.kind === 'simple') known.add('CONTENT');
  if (type.mixed && members['CONTENT'] !== undefined) items.push({ item: 'text', value: members['CONTENT'] });
  if (type.content.kind === 'sequence') inOrder(type.content, members, known, false, items);
  return { items, known };
}

function inOrder(particle: Particle, members: Members, known: Set<string>, repeated: boolean, items: Item[]): void {
  if (particle.kind === 'wildcard') {
    if (!known.has('ANY') && Array.isArray(members['ANY'])) {
      for (const value of members['ANY'] as AnyElement[]) items.push({ item: 'any', value });
    }
    known.add('ANY');
    return;
  }
  if (particle.kind !== 'term') {
    for (const of of particle.of) inOrder(of, members, known, repeated || particle.max > 1, items);
    return;
  }
  const { name, array, type } = particle;
  if (known.has(name)) return; // the second place of one name in a choice of sequences
  known.add(name);
  const value = members[name];
  if (value === undefined) return;
  const element = { item: 'element', name: particle, type } as const;
  if (Array.isArray(value) && (array || repeated)) {
    value.forEach((of, i) => items.push({ ...element, value: of, label: `${name}[${i}]`, unlisted: false }));
  } else items.push({ ...element, value, label: name, unlisted: array });
}
