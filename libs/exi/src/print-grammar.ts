import { grammar, type Production, type State } from './grammar.js';
import type { Simple, Type } from './schema.js';
import { type SchemaSet, visit } from './schema-set.js';
import { bitsFor, fixedWidth } from './simple.js';

interface Row {
  readonly state: string;
  readonly code: string;
  readonly event: string;
  readonly next: string;
}

/**
 * The grammar of a type as a table, for people who read bits: its states, in each the event codes in binary, what they stand
 * for, and the state that follows. A list of up to 1,024 entries has as many states: those that differ only in how many
 * may still come are one.
 */
export function printGrammar(type: Type<unknown>): string {
  const rows = new Printing(grammar(type)).rows();
  const heads: Row = { state: 'state', code: 'code', event: 'event', next: 'next' };
  // Nothing follows the wide rows of escapes.
  const width = (column: keyof Row) => Math.max(...[heads, ...rows.filter(({ event, next }) => next !== '' || event === 'end')].map((row) => row[column].length));
  const [state, code, event] = [width('state'), width('code'), width('event')];
  const line = (row: Row) => `${row.state.padEnd(state)}  ${row.code.padEnd(code)}  ${row.event.padEnd(event)}  ${row.next}`.trimEnd();
  const values = type.kind === 'simple' && type.representation.is === 'enumeration' ? type.representation.values : [];
  const listed = values.map((value, i) => `${binary(i, bitsFor(values.length))}  ${value}`);
  return [line(heads), ...rows.map(line), ...(listed.length > 0 ? ['', 'values', ...listed] : []), ''].join('\n');
}

/** The types of a name in a schema set, and those of its elements of that name: one, or one for each namespace and place. */
export function typesNamed(set: SchemaSet, name: string): readonly Type<unknown>[] {
  const found = new Set<Type<unknown>>();
  visitNamed(set, (candidate, type) => candidate === name && found.add(type));
  return [...found];
}

/** The names for which `typesNamed` finds something. */
export function namesWithTypes(set: SchemaSet): ReadonlySet<string> {
  const names = new Set<string>();
  visitNamed(set, (name) => names.add(name));
  return names;
}

function visitNamed(set: SchemaSet, found: (name: string, type: Type<unknown>) => unknown): void {
  visit(set, {
    element: ({ name }, type) => found(name, type),
    attribute: () => undefined,
    type: (type) => type.name !== '' && found(type.name, type),
  });
}

class Printing {
  private readonly numbers = new Map<State, number>();
  private readonly queue: State[] = [];

  constructor(start: State) {
    this.number(start);
  }

  rows(): readonly Row[] {
    const rows: Row[] = [];
    // The queue grows while it is read.
    for (const state of this.queue) rows.push(...this.rowsOf(state));
    return rows;
  }

  private number(state: State): number {
    let number = this.numbers.get(state);
    if (number === undefined) {
      number = this.queue.push(state) - 1;
      this.numbers.set(state, number);
    }
    return number;
  }

  private rowsOf(state: State): Row[] {
    const { productions, width, secondLevel } = state;
    const rows = productions.map((production, i): Row => ({
      state: i === 0 ? `${this.number(state)}` : '',
      code: binary(i, width),
      event: describe(production),
      next: 'next' in production ? this.next(state, production.next, i) : '',
    }));
    const second = secondLevel.map((event, i) => `${binary(i, bitsFor(secondLevel.length))} ${event}`);
    return [...rows, { state: '', code: binary(productions.length, width), event: `escape: ${second.join(', ')}`, next: '' }];
  }

  /** Where a list goes on, the states alike are passed over to the one after them. */
  private next(from: State, to: State, index: number): string {
    let count = 0;
    let state = to;
    while (state !== from && isAlike(state, from)) {
      const production = state.productions[index];
      if (!production || !('next' in production)) break;
      count++;
      state = production.next;
    }
    const number = this.number(state);
    return count === 0 ? `${number}` : `${this.number(from)}, ${count} times at most, then ${number}`;
  }
}

/** Whether two states have the same events with the same codes. */
function isAlike(a: State, b: State): boolean {
  if (a.productions.length !== b.productions.length || a.secondLevel.length !== b.secondLevel.length) return false;
  return a.productions.every((production, i) => isSame(production, b.productions[i] as Production));
}

function isSame(a: Production, b: Production): boolean {
  if (a.event === 'element') return b.event === 'element' && a.term.name === b.term.name && a.term.uri === b.term.uri;
  if (a.event === 'attribute') return b.event === 'attribute' && a.attribute === b.attribute;
  return a.event === b.event;
}

function describe(production: Production): string {
  switch (production.event) {
    case 'attribute':
      return `attribute ${production.attribute.name}: ${simple(production.attribute.type)}`;
    case 'element': {
      const { name, type, abstract } = production.term;
      const of = type.kind === 'simple' ? simple(type) : type.name || 'a type without name';
      return `element ${name}: ${of}${abstract ? ' (abstract)' : ''}`;
    }
    case 'value':
      return `value: ${simple(production.type)}`;
    case 'any-attribute':
      return 'any attribute';
    case 'any-element':
      return 'any element';
    case 'text':
    case 'end':
      return production.event;
  }
}

/** How a value is written in bits. */
function simple({ representation }: Simple<unknown>): string {
  switch (representation.is) {
    case 'boolean':
      return 'boolean, 1 bit';
    case 'enumeration':
      return `one of ${representation.values.length}, ${bits(bitsFor(representation.values.length))}`;
    case 'integer': {
      const { min, max } = representation;
      const width = fixedWidth(representation);
      return `${min} to ${max}, ${width !== undefined ? `${bits(width)}${min === 0 ? '' : `, 0 is ${min}`}` : septets(min >= 0)}`;
    }
    case 'long':
      return `integer, ${septets(representation.min === 0n)}`;
    case 'string':
      return 'text: its length and 2 in septets, then each character in septets';
    case 'binary':
      return 'bytes: their number in septets, then each in 8 bits';
  }
}

function septets(unsigned: boolean): string {
  return unsigned ? 'septets' : 'sign bit and septets';
}

function bits(width: number): string {
  return `${width} bit${width === 1 ? '' : 's'}`;
}

function binary(code: number, width: number): string {
  return code.toString(2).padStart(width, '0');
}
