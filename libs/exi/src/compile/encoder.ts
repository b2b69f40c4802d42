import type { Simple } from '../schema.js';
import { bitsFor, fixedWidth } from '../simple.js';
import { key } from './decoder.js';
import { Packer } from './packer.js';
import { type Plan, possible, type Shape, type Slot, type SlotTerm } from './shape.js';

/** The encoding half of a compiled schema: one function for each type, one for each enumeration, and the document. */
export function encoderSource(plan: Plan): string {
  const enumerations = [...plan.enumerations].map(
    ([values, name]) => `function index_${name}(text) {\n${indexSource(values)}\nreturn giveUp();\n}`,
  );
  const functions = [...plan.shapes.values()].map(({ id, shape }) => (shape ? new TypeEncoder(plan, id, shape).source() : ''));
  const roots = plan.roots.map(({ code, element }) => {
    const { id } = plan.shapes.get(element.type) as { id: string };
    const content = `message.${element.name}`;
    return `  if (${content} !== undefined) { begin(${code << (24 - plan.rootWidth)}); return write_${id}(${content}); }`;
  });
  return `${enumerations.join('\n')}
${functions.filter(Boolean).join('\n')}
function begin(code) {
  out.setUint32(0, -0x80000000 | code);
  q = ${8 + plan.rootWidth};
}
function writeDocument(message) {
${roots.join('\n')}
  giveUp();
}
`;
}

interface Enumerated {
  readonly value: string;
  readonly index: number;
}

function groupedByLength(values: readonly string[]): Map<number, Enumerated[]> {
  const groups = new Map<number, Enumerated[]>();
  values.forEach((value, index) => groups.set(value.length, [...(groups.get(value.length) ?? []), { value, index }]));
  return groups;
}

/** Finds a text among an enumeration's by its length, then by a character all of that length differ in: one comparison of texts. */
function indexSource(values: readonly string[]): string {
  const lengths = groupedByLength(values);
  const test = ({ value, index }: Enumerated) => `if (text === ${JSON.stringify(value)}) return ${index};`;
  const tested = (entry: Enumerated) => (entry.value.length === 1 ? `return ${entry.index};` : `${test(entry)} break;`);
  const cases = [...lengths].map(([length, group]) => {
    const at = Array.from({ length }, (_, i) => i).find((i) => new Set(group.map(({ value }) => value[i])).size === group.length);
    if (group.length === 1 || at === undefined) return `case ${length}: ${group.map(test).join(' ')} break;`;
    const inner = group.map((entry) => `case ${entry.value.charCodeAt(at)}: ${tested(entry)}`);
    return `case ${length}: switch (text.charCodeAt(${at})) { ${inner.join(' ')} } break;`;
  });
  return `switch (text.length) {\n${cases.join('\n')}\n}`;
}

/** Where in its grammar an element is: before slot `n`, or (from slots.length + 1 on) within the list of a slot. */
type Place = number;
/** The event code of what comes next is written already. */
const coded: Place = -1;

class TypeEncoder {
  private readonly plan: Plan;
  private readonly id: string;
  private readonly shape: Shape;
  private variables = 0;
  private dynamic = false;

  constructor(plan: Plan, id: string, shape: Shape) {
    this.plan = plan;
    this.id = id;
    this.shape = shape;
  }

  source(): string {
    const body: string[] = [];
    const packer = new Packer(body);
    const { slots } = this.shape;
    const [first] = slots;
    if (first && slots.length === 1 && first.terms.length > 1) this.onlyMember(first, body);
    else {
      const place = slots.reduce<Place | undefined>((at, slot, index) => this.slot(slot, index, at, packer, body), 0);
      this.eventCode(this.shape.end, place, packer, body);
      packer.flush();
    }
    const places = Array.from({ length: 2 * this.shape.slots.length + 1 }, (_, at) => this.codes(at));
    return [
      ...(this.dynamic
        ? [`const first_${this.id} = [${places.map(({ first }) => first)}], width_${this.id} = [${places.map(({ width }) => width)}];`]
        : []),
      `function write_${this.id}(o) {`,
      'let p = q, n = 0, m = 0, s = 0, w = 0;',
      ...body,
      'q = p;',
      '}',
    ].join('\n');
  }

  /** The event codes at a place. */
  private codes(place: Place): { readonly first: number; readonly width: number } {
    const { slots } = this.shape;
    if (place <= slots.length) return possible(this.shape, place);
    const index = place - slots.length - 1;
    const { first } = slots[index] as Slot;
    return { first, width: bitsFor(possible(this.shape, index + 1).last - first + 2) };
  }

  /** Writes the code of a term or the end. A place known only at run time is in the variable `s`. */
  private eventCode(number: number, place: Place | undefined, packer: Packer, out: string[]): void {
    if (place === coded) return;
    if (place !== undefined) {
      const { first, width } = this.codes(place);
      return packer.put(number - first, width);
    }
    this.dynamic = true;
    packer.flush();
    out.push(
      `w = width_${this.id}[s];`,
      `out.setUint32(p >>> 3, out.getUint8(p >>> 3) << 24 | (${number} - first_${this.id}[s]) << 32 - w >>> (p & 7));`,
      'p += w;',
    );
  }

  /**
   * Code for a type of nothing but alternatives, such as a message's body: asking for each of 35 members would take
   * longer than all the rest, so the one that is there is looked up by its name.
   */
  private onlyMember(slot: Slot, out: string[]): void {
    const { width } = this.codes(0);
    out.push('let only;', 'for (const name in o) {', 'if (only !== undefined) giveUp();', 'only = name;', '}', 'switch (only) {');
    slot.terms.forEach((term, i) => {
      const written: string[] = [];
      const code = new Packer(written);
      code.put(i, width);
      this.term(term, `o.${key(term.name)}`, code, written);
      code.put(0, 1); // the end
      code.flush();
      out.push(`case ${JSON.stringify(term.name)}:`, ...written, 'break;');
    });
    const absent: string[] = ['giveUp();'];
    if (slot.optional) {
      absent.splice(0, 1, 'if (only !== undefined) giveUp();');
      const code = new Packer(absent);
      code.put(slot.terms.length, width);
      code.flush();
    }
    out.push('default:', ...absent, '}');
  }

  /** Code for one slot; returns the place after it, or undefined where only the running code knows. */
  private slot(slot: Slot, index: number, place: Place | undefined, packer: Packer, out: string[]): Place | undefined {
    const values = slot.terms.map((term) => this.variable(`o.${key(term.name)}`, out));
    if (slot.terms.length > 1) return this.alternatives(slot, index, place, values, packer, out);
    const [value] = values as [string];
    if (!slot.optional) return this.occurrences(slot, index, place, value, packer, out);
    const present: string[] = [];
    const absent: string[] = [];
    const written = packer.branch(present);
    const skipped = packer.branch(absent);
    const after = this.occurrences(slot, index, place, value, written, present);
    const next = this.shape.slots[index + 1];
    // Where what follows is certain, each branch writes its event code: there the place is known.
    const certain = next === undefined ? this.shape.end : next.optional || next.terms.length > 1 ? undefined : next.first;
    if (certain !== undefined) {
      this.eventCode(certain, after, written, present);
      this.eventCode(certain, place, skipped, absent);
    } else {
      if (after !== undefined) present.push(`s = ${after};`);
      if (place !== undefined) absent.push(`s = ${place};`);
    }
    written.flush();
    skipped.flush();
    packer.forget();
    out.push(`if (${value} !== undefined) {`, ...present, ...(absent.length > 0 ? ['} else {', ...absent] : []), '}');
    return certain === undefined ? undefined : coded;
  }

  private alternatives(slot: Slot, index: number, place: Place | undefined, values: string[], packer: Packer, out: string[]): Place | undefined {
    if (place === undefined) packer.flush();
    slot.terms.forEach((term, i) => {
      const present: string[] = [];
      const written = packer.branch(present);
      this.eventCode(slot.first + i, place, written, present);
      this.term(term, values[i] as string, written, present);
      written.flush();
      present.push(`s = ${index + 1};`);
      const others = values.slice(i + 1).map((other) => `${other} !== undefined`);
      if (others.length > 0) present.push(`if (${others.join(' || ')}) giveUp();`);
      out.push(`${i === 0 ? '' : 'else '}if (${values[i]} !== undefined) {`, ...present, '}');
    });
    const absent = slot.optional && place !== undefined ? [`s = ${place};`] : slot.optional ? [] : ['giveUp();'];
    if (slot.optional) packer.branch(absent).flush();
    packer.forget();
    if (absent.length > 0) out.push('else {', ...absent, '}');
    return slot.optional ? undefined : index + 1;
  }

  private occurrences(slot: Slot, index: number, place: Place | undefined, value: string, packer: Packer, out: string[]): Place | undefined {
    const term = slot.terms[0] as SlotTerm;
    if (slot.max === 1) {
      this.eventCode(slot.first, place, packer, out);
      this.term(term, value, packer, out);
      return index + 1;
    }
    const within = this.shape.slots.length + 1 + index;
    out.push(`if (!Array.isArray(${value}) || ${value}.length === 0${slot.max === Infinity ? '' : ` || ${value}.length > ${slot.max}`}) giveUp();`);
    this.eventCode(slot.first, place, packer, out);
    this.term(term, `${value}[0]`, packer, out);
    packer.flush();
    const again: string[] = [];
    const more = new Packer(again);
    this.eventCode(slot.first, within, more, again);
    this.term(term, `${value}[i]`, more, again);
    more.flush();
    out.push(`for (let i = 1; i < ${value}.length; i++) {`, ...again, '}');
    if (slot.max === Infinity) return within;
    out.push(`s = ${value}.length === ${slot.max} ? ${index + 1} : ${within};`);
    return undefined;
  }

  private variable(expression: string, out: string[]): string {
    const name = `v${this.variables++}`;
    out.push(`const ${name} = ${expression};`);
    return name;
  }

  private term({ type, attribute }: SlotTerm, value: string, packer: Packer, out: string[]): void {
    if (type.kind === 'simple') {
      if (!attribute) packer.put(0, 1); // CHARACTERS
      this.simple(type, value, packer, out);
      if (!attribute) packer.put(0, 1); // END ELEMENT
      return;
    }
    const write = this.plan.shapes.get(type);
    if (!write?.shape) {
      out.push('giveUp();');
      return;
    }
    packer.flush();
    out.push('q = p;', `write_${write.id}(${value});`, 'p = q;');
  }

  private simple({ representation }: Simple<unknown>, value: string, packer: Packer, out: string[]): void {
    const call = (statement: string): void => {
      packer.flush();
      out.push('q = p;', statement, 'p = q;');
    };
    switch (representation.is) {
      case 'boolean':
        return packer.put(`(${value} === true ? 1 : ${value} === false ? 0 : giveUp())`, 1);
      case 'enumeration': {
        const { values } = representation;
        return packer.put(`index_${this.plan.enumerations.get(values)}(${value})`, bitsFor(values.length));
      }
      case 'integer': {
        const { min, max } = representation;
        const width = fixedWidth(representation);
        if (width === undefined) return this.septets(min, max, value, packer, out);
        // Neither a fraction nor another type passes the comparison with its own integer part.
        out.push(`if ((${value} | 0) !== ${value} || ${value} < ${min} || ${value} > ${max}) giveUp();`);
        return packer.put(min === 0 ? value : `(${value} - ${min})`, width);
      }
      case 'long':
        return call(representation.min === 0n ? `writeUnsignedLong(${value});` : `writeLong(${value});`);
      case 'string':
        return call(`writeString(${value}, ${representation.minLength}, ${representation.maxLength});`);
      case 'binary':
        return call(`writeBytes(${value}, ${representation.minLength}, ${representation.maxLength});`);
    }
  }

  /** One or two septets, as nearly all numbers are, go with what is pending into one store; the rest is out of line. */
  private septets(min: number, max: number, value: string, packer: Packer, out: string[]): void {
    const signed = min < 0;
    const whole = max > 0x7fffffff ? `(${value} >>> 0)` : `(${value} | 0)`;
    out.push(`if (${whole} !== ${value} || ${value} < ${min} || ${value} > ${max}) giveUp();`);
    if (packer.pending > 8) packer.flush();
    out.push(signed ? `if (${value} < 0) { m = ~${value}; n = 1; } else { m = ${value}; n = 0; }` : `m = ${value};`);
    const variant = (condition: string, put: (packer: Packer) => void, rest: string[] = []): void => {
      const code: string[] = [];
      const packed = packer.branch(code);
      if (signed) packed.put('n', 1);
      put(packed);
      packed.flush();
      out.push(`${condition} {`, ...code, ...rest, '}');
    };
    variant('if (m < 128)', (packed) => packed.put('m', 8));
    variant('else if (m < 16384)', (packed) => packed.put('((m & 127 | 128) << 8 | m >>> 7)', 16));
    variant('else', () => undefined, ['q = p;', 'writeSeptets(m);', 'p = q;']);
    packer.forget();
  }
}
