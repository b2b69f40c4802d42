import { byQName } from '../declare.js';
import type { AttributeUse, Complex, Element, Particle, Simple, Term, Type } from '../schema.js';
import type { SchemaSet } from '../schema-set.js';
import { bitsFor } from '../simple.js';

/** One place in a content model: an element or attribute, or several of which one comes. */
export interface Slot {
  /** Number of its first term, counted over all slots; an event code is such a number less that of the first possible one. */
  readonly first: number;
  readonly terms: readonly SlotTerm[];
  readonly optional: boolean;
  /** A list's greatest length; 1 for all else. */
  readonly max: number;
}
export interface SlotTerm {
  readonly name: string;
  readonly type: Type<unknown>;
  readonly attribute: boolean;
  readonly abstract: boolean;
}

/** A complex type whose content is a plain row of slots: what straight-line code can be written for. */
export interface Shape {
  readonly type: Complex<unknown>;
  readonly slots: readonly Slot[];
  /** Number of the end, one past the last term. */
  readonly end: number;
}

/** The productions possible where slots from `index` on may come: their count (the end among them) and the last one's number. */
export function possible({ slots, end }: Shape, index: number): { readonly first: number; readonly last: number; readonly width: number } {
  const first = slots[index]?.first ?? end;
  let last = end;
  for (const slot of slots.slice(index)) {
    if (slot.optional) continue;
    last = slot.first + slot.terms.length - 1;
    break;
  }
  // One code more: the escape that grammars which are not strict have.
  return { first, last, width: bitsFor(last - first + 2) };
}

/** The shape of a type, or undefined where its content is mixed, has wildcards, or groups that repeat: XML Signature's. */
export function shapeOf(type: Complex<unknown>): Shape | undefined {
  if (type.mixed || type.content.kind === 'simple') return undefined;
  const rows = type.content.of.map(slotOf);
  if (rows.some((row) => row === undefined)) return undefined;
  const attributes = [...type.attributes].sort(byQName).map(attributeSlot);
  let first = 0;
  const slots: Slot[] = [];
  for (const row of [...attributes, ...(rows as Omit<Slot, 'first'>[])]) {
    slots.push({ ...row, first });
    first += row.terms.length;
  }
  return { type, slots, end: first };
}

function attributeSlot({ name, type, required }: AttributeUse): Omit<Slot, 'first'> {
  return { terms: [{ name, type, attribute: true, abstract: false }], optional: !required, max: 1 };
}

function slotOf(particle: Particle): Omit<Slot, 'first'> | undefined {
  const { kind, min, max } = particle;
  if (min > 1) return undefined;
  const optional = min === 0;
  if (kind === 'term') return { terms: [slotTerm(particle)], optional, max };
  if (kind === 'alternatives' && max === 1 && particle.of.every(isSingleTerm)) return { terms: particle.of.map(slotTerm), optional, max };
  return undefined;
}

function isSingleTerm(particle: Particle): particle is Term {
  return particle.kind === 'term' && particle.min === 1 && particle.max === 1;
}

function slotTerm(particle: Particle): SlotTerm {
  const { name, type, abstract } = particle as Term;
  return { name, type, attribute: false, abstract };
}

/** The types a schema set needs code for, each with a name for its functions; and its document elements. */
export interface Plan {
  readonly roots: readonly { readonly code: number; readonly element: Element<string, unknown> }[];
  readonly rootWidth: number;
  readonly shapes: ReadonlyMap<Type<unknown>, { readonly id: string; readonly shape: Shape | undefined }>;
  /** Enumerations in use, by their representation. */
  readonly enumerations: ReadonlyMap<readonly string[], string>;
}

export function plan(set: SchemaSet): Plan {
  const shapes = new Map<Type<unknown>, { id: string; shape: Shape | undefined }>();
  const enumerations = new Map<readonly string[], string>();
  const simple = ({ representation }: Simple<unknown>): void => {
    if (representation.is === 'enumeration' && !enumerations.has(representation.values)) {
      enumerations.set(representation.values, `enum${enumerations.size}`);
    }
  };
  const visit = (type: Type<unknown>, label: string): void => {
    if (type.kind === 'simple') return simple(type);
    if (shapes.has(type)) return;
    const shape = shapeOf(type);
    shapes.set(type, { id: `${type.name || label}_${shapes.size}`.replace(/\W/g, '_'), shape });
    for (const slot of shape?.slots ?? []) for (const term of slot.terms) visit(term.type, term.name);
  };
  for (const { type, name } of set.messages) visit(type, name);
  const roots = set.messages.map((element) => ({ code: set.roots.indexOf(element), element }));
  return { roots, rootWidth: bitsFor(set.roots.length + 1), shapes, enumerations };
}
