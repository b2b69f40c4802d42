import type { Simple, Type } from '../schema.js';
import { bitsFor, fixedWidth } from '../simple.js';
import { type Plan, possible, type Shape, type Slot, type SlotTerm } from './shape.js';
import { Window } from './window.js';

/** The decoding half of a compiled schema: one function for each type, and `decode` itself. */
export function decoderSource(plan: Plan): string {
  const functions = [...plan.shapes.values()].map(({ id, shape }) => (shape ? new TypeDecoder(plan, id, shape).source() : ''));
  const roots = plan.roots.map(({ code, element }) => {
    const read = plan.shapes.get(element.type);
    return `    case ${code}: return { ${key(element.name)}: read_${read?.id}() };`;
  });
  return `${functions.filter(Boolean).join('\n')}
function readDocument() {
  const code = view.getUint8(0) !== 0x80 ? -1 : view.getUint32(1) >>> ${32 - plan.rootWidth};
  q = ${8 + plan.rootWidth};
  switch (code) {
${roots.join('\n')}
    default: return giveUp();
  }
}
`;
}

export function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

class TypeDecoder {
  private readonly plan: Plan;
  private readonly id: string;
  private readonly shape: Shape;
  /** Variable of each member. */
  private readonly members: { readonly name: string; readonly variable: string; readonly optional: boolean }[] = [];

  constructor(plan: Plan, id: string, shape: Shape) {
    this.plan = plan;
    this.id = id;
    this.shape = shape;
    for (const slot of shape.slots) {
      for (const { name } of slot.terms) {
        this.members.push({ name, variable: `v${this.members.length}`, optional: slot.optional || slot.terms.length > 1 });
      }
    }
  }

  source(): string {
    const [first, ...more] = this.shape.slots;
    if (first && more.length === 0 && first.terms.length > 1) return this.onlyMember(first);
    const body: string[] = [];
    const window = new Window(body);
    this.slots(0, false, window, body);
    window.settle();
    const variables = this.members.map(({ variable }) => variable);
    return [
      this.constructorSource(),
      `function read_${this.id}() {`,
      `let p = q, x = 0, t = 0, n = 0${variables.map((variable) => `, ${variable}`).join('')};`,
      ...body,
      'q = p;',
      `return ${this.value()};`,
      '}',
    ]
      .filter((line) => line !== '')
      .join('\n');
  }

  /** A type of nothing but alternatives, such as a message's body: an object with the one that comes. */
  private onlyMember(slot: Slot): string {
    const body: string[] = [];
    const window = new Window(body);
    this.readEventCode(0, window, body);
    window.settle();
    body.push('let value;', 'switch (t) {');
    slot.terms.forEach((term, i) => {
      const inside: string[] = [];
      const branch = new Window(inside);
      this.term(term, (value) => inside.push(`value = { ${key(term.name)}: ${value} };`), branch, inside);
      branch.zero(); // the end
      branch.settle();
      body.push(`case ${i}:`, ...inside, 'break;');
    });
    body.push(slot.optional ? 'default: value = {};' : 'default: giveUp();', '}');
    return [`function read_${this.id}() {`, 'let p = q, x = 0, t = 0, n = 0;', ...body, 'q = p;', 'return value;', '}'].join('\n');
  }

  /** Members that may be absent are set one by one, in a constructor: its objects keep all their members in place. */
  private constructorSource(): string {
    if (!this.members.some(({ optional }) => optional)) return '';
    const parameters = this.members.map(({ variable }) => variable).join(', ');
    const sets = this.members.map(({ name, variable, optional }) => {
      const set = `this.${name} = ${variable};`;
      return optional ? `if (${variable} !== undefined) ${set}` : set;
    });
    return `function ${this.id}(${parameters}) {\n${sets.join('\n')}\n}\n${this.id}.prototype = Object.prototype;`;
  }

  private value(): string {
    if (this.members.some(({ optional }) => optional)) return `new ${this.id}(${this.members.map(({ variable }) => variable).join(', ')})`;
    return `{ ${this.members.map(({ name, variable }) => `${key(name)}: ${variable}`).join(', ')} }`;
  }

  /** Code for the slots from `index` on. `known`: the variable `t` says which term comes. */
  private slots(index: number, known: boolean, window: Window, out: string[]): void {
    const slot = this.shape.slots[index];
    if (!slot) {
      if (!known) window.zero(); // the end; otherwise t is it, since nothing else is left
      return;
    }
    const { first, last } = possible(this.shape, index);
    if (!known && first === last) {
      window.zero();
      this.occurrences(slot, index, window, out);
      this.slots(index + 1, slot.max > 1, window, out);
      return;
    }
    if (!known) this.readEventCode(index, window, out);
    if (!slot.optional) {
      // Whatever may come before did not, or is behind: t is one of this slot's.
      this.occurrences(slot, index, window, out);
      this.slots(index + 1, slot.max > 1, window, out);
      return;
    }
    const inside: string[] = [];
    const branch = window.branch(inside);
    this.occurrences(slot, index, branch, inside);
    if (slot.max === 1) this.readEventCode(index + 1, branch, inside);
    branch.settle();
    const otherwise: string[] = [];
    window.branch(otherwise).settle();
    const condition = slot.terms.length === 1 ? `t === ${slot.first}` : `t < ${slot.first + slot.terms.length}`;
    out.push(`if (${condition}) {`, ...inside, otherwise.length > 0 ? `} else { ${otherwise.join(' ')} }` : '}');
    window.forget();
    this.slots(index + 1, true, window, out);
  }

  /** Sets t to the number of the term that comes, or of the end. */
  private readEventCode(index: number, window: Window, out: string[]): void {
    const { first, last, width } = possible(this.shape, index);
    if (first === last) {
      window.zero();
      window.test();
      out.push(`t = ${first};`);
      return;
    }
    out.push(`t = ${first === 0 ? '' : `${first} + `}${window.take(width)};`);
    if (last - first + 1 < 2 ** width) out.push(`if (t > ${last}) giveUp();`);
  }

  private occurrences(slot: Slot, index: number, window: Window, out: string[]): void {
    if (slot.max === 1) return this.oneOf(slot, window, out);
    const { variable } = this.member(slot, 0);
    const { last } = possible(this.shape, index + 1);
    const width = bitsFor(last - slot.first + 2);
    window.settle();
    out.push(`${variable} = [];`, 'for (;;) {');
    const inside: string[] = [];
    const loop = new Window(inside);
    this.term(slot.terms[0] as SlotTerm, (value) => inside.push(`${variable}.push(${value});`), loop, inside);
    if (slot.max !== Infinity) {
      const full: string[] = [];
      loop.settle();
      const after = new Window(full);
      this.readEventCode(index + 1, after, full);
      after.settle();
      inside.push(`if (${variable}.length === ${slot.max}) {`, ...full, 'break;', '}');
    }
    inside.push(`t = ${slot.first} + ${loop.take(width)};`);
    loop.settle();
    inside.push(`if (t > ${last} || p > end) giveUp();`, `if (t !== ${slot.first}) break;`);
    out.push(...inside, '}');
  }

  private oneOf(slot: Slot, window: Window, out: string[]): void {
    if (slot.terms.length === 1) {
      this.term(slot.terms[0] as SlotTerm, (value) => out.push(`${this.member(slot, 0).variable} = ${value};`), window, out);
      return;
    }
    window.settle();
    out.push('switch (t) {');
    slot.terms.forEach((term, i) => {
      const inside: string[] = [];
      const branch = new Window(inside);
      this.term(term, (value) => inside.push(`${this.member(slot, i).variable} = ${value};`), branch, inside);
      branch.settle();
      out.push(`case ${slot.first + i}:`, ...inside, 'break;');
    });
    out.push('}');
  }

  private member(slot: Slot, index: number): { readonly variable: string } {
    return this.members[slot.first + index] as { readonly variable: string };
  }

  /** An element with its content and end, or an attribute's value. */
  private term({ type, attribute, abstract }: SlotTerm, assign: (value: string) => void, window: Window, out: string[]): void {
    if (type.kind === 'simple') {
      if (!attribute) window.zero(); // CHARACTERS
      this.simple(type, assign, window, out);
      if (!attribute) window.zero(); // END ELEMENT
      return;
    }
    const read = this.plan.shapes.get(type as Type<unknown>);
    window.settle();
    if (!read?.shape || abstract) {
      out.push('giveUp();');
      return;
    }
    out.push('q = p;');
    assign(`read_${read.id}()`);
    out.push('p = q;');
  }

  private simple({ representation }: Simple<unknown>, assign: (value: string) => void, window: Window, out: string[]): void {
    const call = (expression: string): void => {
      window.settle();
      out.push('q = p;');
      assign(expression);
      out.push('p = q;');
    };
    switch (representation.is) {
      case 'boolean':
        return assign(window.bit());
      case 'enumeration': {
        const { values } = representation;
        const width = bitsFor(values.length);
        const index = width === 0 ? '0' : window.take(width);
        const name = this.plan.enumerations.get(values);
        return assign(2 ** width === values.length ? `${name}[${index}]` : `${name}[${index}] ?? giveUp()`);
      }
      case 'integer': {
        const { min, max } = representation;
        const width = fixedWidth(representation);
        if (width === undefined) {
          window.align();
          // One or two septets, as nearly all are; the rest out of line.
          out.push(...(min < 0 ? signedSource(min, max) : unsignedSource(min, max)));
          window.forget();
          return assign('n');
        }
        if (width === 0) return assign(`${min}`);
        const value = `${min === 0 ? '' : `${min} + `}${window.take(width)}`;
        return assign(max - min + 1 === 2 ** width ? value : `atMost(${value}, ${max})`);
      }
      case 'long':
        return call(representation.min === 0n ? 'readUnsignedLong()' : 'readLong()');
      case 'string':
        return call(`readString(${representation.minLength}, ${representation.maxLength})`);
      case 'binary':
        return call(`readBytes(${representation.minLength}, ${representation.maxLength})`);
    }
  }
}

/** x holds the sign and three septets. A negative number is one less than its magnitude says. */
function signedSource(min: number, max: number): string[] {
  if (min !== -max - 1) throw new RangeError(`a signed integer of ${min} to ${max}`);
  return [
    'if ((x & 0x40000000) === 0) { n = x >>> 23 & 127; p += 9; }',
    'else if ((x & 0x400000) === 0) { n = x >>> 23 & 127 | x >>> 8 & 0x3f80; p += 17; if (n < 128) giveUp(); }',
    'else { q = p + 1; n = readSeptets(); p = q; }',
    `if (n > ${max}) giveUp();`,
    'if (x < 0) n = ~n;',
  ];
}

function unsignedSource(min: number, max: number): string[] {
  const below = min === 0 ? '' : `n < ${min} || `;
  return ['if (x >= 0) { n = x >>> 24; p += 8; }', 'else { q = p; n = readSeptets(); p = q; }', `if (${below}n > ${max}) giveUp();`];
}
