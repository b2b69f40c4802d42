import { byQName } from './declare.js';
import { type Production, setGrammar, State } from './grammar.js';
import type { AttributeUse, Complex, QName, Simple, Term, Type } from './schema.js';
import { type SchemaSet, visit } from './schema-set.js';
import { string } from './simple.js';

/** The grammar of fragments of a schema set: any of its elements may come (EXI 1.0, section 8.5.2). */
export interface FragmentGrammar {
  /** Every element name declared anywhere in the set, in the order of event codes, with what each has for a grammar. */
  readonly terms: readonly Term[];
}

const made = new WeakMap<SchemaSet, FragmentGrammar>();

export function fragmentGrammar(set: SchemaSet): FragmentGrammar {
  let fragments = made.get(set);
  if (!fragments) {
    fragments = makeFragmentGrammar(set);
    made.set(set, fragments);
  }
  return fragments;
}

function makeFragmentGrammar(set: SchemaSet): FragmentGrammar {
  const elements = new Map<string, { readonly name: QName; readonly types: Set<Type<unknown>> }>();
  const attributes = new Map<string, { readonly name: QName; readonly types: Set<Simple<unknown>> }>();
  visit(set, {
    element: (name, type) => entry(elements, name).types.add(type),
    attribute: (use) => entry(attributes, use).types.add(use.type),
  });
  const anything = relaxedType();
  const uses = [...attributes.values()].map(({ name, types }): AttributeUse => ({ ...name, type: only(types) ?? string(), required: false }));
  const terms = [...elements.values()].map(
    ({ name, types }): Term => ({ kind: 'term', ...name, type: only(types) ?? anything, array: false, abstract: false, min: 1, max: 1 }),
  );
  uses.sort(byQName);
  terms.sort(byQName);
  setGrammar(anything, elementFragment(uses, terms));
  return { terms };
}

/**
 * The grammar of an element whose name is declared with several types: every attribute and every element of the set may
 * come, and text (EXI 1.0, section 8.5.3).
 */
function elementFragment(attributes: readonly AttributeUse[], terms: readonly Term[]): State {
  const content = (): readonly Production[] => [
    ...terms.map((term): Production => ({ event: 'element', term, next: inside })),
    { event: 'any-element', next: inside },
    { event: 'end' },
    { event: 'text', next: inside },
  ];
  const inside = new State('content', content);
  const all = (): readonly Production[] => [
    ...attributes.map((attribute): Production => ({ event: 'attribute', attribute, next: start })),
    { event: 'any-attribute', next: start },
    ...content(),
  ];
  const start: State = new State('start', all, () => inside);
  return start;
}

/** Stands for "any of several types". */
function relaxedType(): Complex<unknown> {
  return { kind: 'complex', name: '', uri: '', attributes: [], content: { kind: 'sequence', of: [], min: 1, max: 1 }, mixed: true };
}

function only<T>(types: ReadonlySet<T>): T | undefined {
  const [first] = types;
  return types.size === 1 ? first : undefined;
}

function entry<T>(map: Map<string, { readonly name: QName; readonly types: Set<T> }>, { name, uri }: QName) {
  const key = `{${uri}}${name}`;
  let found = map.get(key);
  if (!found) map.set(key, (found = { name: { name, uri }, types: new Set() }));
  return found;
}
