import { byQName } from './declare.js';
import type { AttributeUse, Complex, Particle, Simple, Term, Type } from './schema.js';
import { bitsFor } from './simple.js';

/** One step a grammar allows, with where it leads (EXI 1.0, section 8.4). Its event code is its place in the state. */
export type Production =
  | { readonly event: 'attribute'; readonly attribute: AttributeUse; readonly next: State }
  | { readonly event: 'any-attribute'; readonly next: State }
  | { readonly event: 'element'; readonly term: Term; readonly next: State }
  | { readonly event: 'any-element'; readonly next: State }
  | { readonly event: 'end' }
  | { readonly event: 'value'; readonly type: Simple<unknown>; readonly next: State }
  | { readonly event: 'text'; readonly next: State };

/** What can be met after the escape code: these are in every grammar that is not strict (EXI 1.0, section 8.5.4.4.1). */
export type SecondLevel = 'end' | 'type' | 'nil' | 'any-attribute' | 'untyped-attribute' | 'any-element' | 'text';

type Phase = 'start' | 'attributes' | 'content';

/** A state of an element's grammar. Made when first asked for: a list of up to 2,048 entries has as many states. */
export class State {
  private readonly phase: Phase;
  private readonly make: () => readonly Production[];
  private readonly content: () => State;
  private made: readonly Production[] | undefined;

  /** `content`: the state behind an element or text that only the second level allows, where that is another one. */
  constructor(phase: Phase, make: () => readonly Production[], content?: () => State) {
    this.phase = phase;
    this.make = make;
    this.content = content ?? (() => this);
  }

  /** After unexpected content no attribute can come any more: `content2` of EXI 1.0, section 8.5.4.4.1. */
  get afterUnexpected(): State {
    return this.content();
  }

  get productions(): readonly Production[] {
    return (this.made ??= this.make());
  }

  /** Bits of an event code here; the code after the last production is the escape to the second level. */
  get width(): number {
    return bitsFor(this.productions.length + 1);
  }

  get secondLevel(): readonly SecondLevel[] {
    return [
      ...(this.productions.some(({ event }) => event === 'end') ? [] : (['end'] as const)),
      ...(this.phase === 'start' ? (['type', 'nil'] as const) : []),
      ...(this.phase === 'content' ? [] : (['any-attribute', 'untyped-attribute'] as const)),
      'any-element',
      'text',
    ];
  }
}

const end = new State('content', () => [{ event: 'end' }]);
const grammars = new WeakMap<Type<unknown>, State>();

/** Gives a type a grammar of its own making, for what no declaration describes. */
export function setGrammar(type: Type<unknown>, start: State): void {
  grammars.set(type, start);
}

/** The first state of the grammar of an element of this type. */
export function grammar(type: Type<unknown>): State {
  let start = grammars.get(type);
  if (!start) {
    start = type.kind === 'simple' ? simpleContent('start', type, () => simpleContent('content', type)) : complexContent(type);
    grammars.set(type, start);
  }
  return start;
}

function simpleContent(phase: Phase, type: Simple<unknown>, again?: () => State): State {
  return new State(phase, () => [{ event: 'value', type, next: end }], again);
}

/** Attributes in the order of their names, then the content. */
function complexContent(type: Complex<unknown>): State {
  const attributes = [...type.attributes].sort(byQName);
  const again = (): State => content('content', type);
  const after = (index: number): State => {
    const phase = index === 0 ? 'start' : 'attributes';
    const attribute = attributes[index];
    if (!attribute) return content(phase, type, again);
    const make = (): readonly Production[] => {
      const rest = after(index + 1);
      const use: Production = { event: 'attribute', attribute, next: rest };
      return attribute.required ? [use] : [use, ...rest.productions];
    };
    return new State(phase, make, again);
  };
  return after(0);
}

function content(phase: Phase, { content, mixed }: Complex<unknown>, again?: () => State): State {
  if (content.kind === 'simple') return simpleContent(phase, content, again);
  const whole = starts(content, () => end);
  if (!mixed) return new State(phase, () => ordered(whole()), again);
  const plain = new State('content', () => ordered(whole()));
  return new State(phase, () => textBetween(plain), again);
}

const mixedStates = new WeakMap<State, State>();

/** The state in which text may stand before all that may come in `plain`. */
function withText(plain: State): State {
  let state = mixedStates.get(plain);
  if (!state) {
    state = new State('content', () => textBetween(plain));
    mixedStates.set(plain, state);
  }
  return state;
}

function textBetween(plain: State): readonly Production[] {
  const onwards = plain.productions.map((production) =>
    production.event === 'element' || production.event === 'any-element'
      ? { ...production, next: withText(production.next) }
      : production,
  );
  return [...onwards, { event: 'text', next: withText(plain) }];
}

type Productions = () => readonly Production[];

/**
 * The productions with which a particle starts, in a content model that goes on with `next`. A particle that may be
 * absent starts with those of `next` too: the schema is deterministic, so that no two of them name the same element.
 */
function starts(particle: Particle, next: () => State): Productions {
  return () => {
    const { min, max } = particle;
    if (max === 0) return next().productions;
    const rest = repeated(particle, Math.max(min - 1, 0), max - 1, next);
    const first = once(particle, rest);
    return min > 0 ? first : merged(first, next().productions);
  };
}

function repeated(particle: Particle, min: number, max: number, next: () => State): () => State {
  if (max === 0) return next;
  let state: State | undefined;
  const again = (): State =>
    (state ??= new State('content', () =>
      // Without a bound the state leads back to itself.
      ordered(max === Infinity && min === 0 ? merged(once(particle, again), next().productions) : starts({ ...particle, min, max }, next)()),
    ));
  return again;
}

/** One occurrence of the particle; where it can be of no element at all, what comes `next` as well. */
function once(particle: Particle, next: () => State): readonly Production[] {
  switch (particle.kind) {
    case 'term':
      return [{ event: 'element', term: particle, next: next() }];
    case 'wildcard':
      return [{ event: 'any-element', next: next() }];
    case 'alternatives':
      return particle.of.map((of) => starts(of, next)()).reduce(merged, []);
    case 'sequence':
      return inOrder(particle.of, next)();
  }
}

function inOrder([head, ...tail]: readonly Particle[], next: () => State): Productions {
  if (!head) return () => next().productions;
  let state: State | undefined;
  return starts(head, () => (state ??= tail.length === 0 ? next() : new State('content', () => ordered(inOrder(tail, next)()))));
}

function merged(a: readonly Production[], b: readonly Production[]): readonly Production[] {
  return [...a, ...b.filter((production) => !a.some((other) => same(other, production)))];
}

function same(a: Production, b: Production): boolean {
  if (a.event === 'element' && b.event === 'element') return a.term.name === b.term.name && a.term.uri === b.term.uri;
  return a.event === b.event && a.event !== 'attribute' && a.event !== 'element';
}

const rank = { attribute: 0, 'any-attribute': 1, element: 2, 'any-element': 3, value: 4, end: 5, text: 6 } as const;

/** Named elements in the schema's order, then any element, then the end. */
function ordered(productions: readonly Production[]): readonly Production[] {
  return [...productions].sort((a, b) => rank[a.event] - rank[b.event]);
}
