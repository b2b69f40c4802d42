import type { Representation } from './simple.js';

/** Carries a declaration's TypeScript type; there is nothing behind it at run time. */
declare const value: unique symbol;

/** A simple type: text, number, bytes, one of a list. */
export interface Simple<T> {
  readonly kind: 'simple';
  readonly representation: Representation;
  readonly [value]?: T;
}

/** A complex type: attributes and a content model. */
export interface Complex<T> {
  readonly kind: 'complex';
  readonly name: string;
  readonly uri: string;
  readonly attributes: readonly AttributeUse[];
  /** What is between the tags: particles, or one simple value (then the member is `CONTENT`). */
  readonly content: Sequence | Simple<unknown>;
  /** Text may stand between the elements. */
  readonly mixed: boolean;
  readonly [value]?: T;
}

/** A global element: can be a document's root, and be referred to. */
export interface Element<N extends string, T> {
  readonly kind: 'element';
  readonly name: N;
  readonly uri: string;
  readonly type: Type<T>;
  readonly abstract: boolean;
  readonly [value]?: T;
}

export type Type<T> = Simple<T> | Complex<T>;

/** What a content model is made of. */
export type Particle = Term | Sequence | Alternatives | Wildcard;

export interface QName {
  readonly name: string;
  readonly uri: string;
}
interface Occurs {
  readonly min: number;
  readonly max: number;
}
export interface Term extends Occurs, QName {
  readonly kind: 'term';
  readonly type: Type<unknown>;
  /** Its values are kept in an array: the schema lets the element itself repeat. */
  readonly array: boolean;
  /** The head of a substitution group: it has an event code, but no valid message holds it. */
  readonly abstract: boolean;
}
export interface Sequence extends Occurs {
  readonly kind: 'sequence';
  readonly of: readonly Particle[];
}
export interface Alternatives extends Occurs {
  readonly kind: 'alternatives';
  readonly of: readonly Particle[];
}
/** Any element; in a value they are the array `ANY`. */
export interface Wildcard extends Occurs {
  readonly kind: 'wildcard';
}
export interface AttributeUse extends QName {
  readonly type: Simple<unknown>;
  readonly required: boolean;
}

/* ---- What declarations are written with ---- */

export interface Optional<F> {
  readonly kind: 'optional';
  readonly of: F;
}
export interface List<F> extends Occurs {
  readonly kind: 'list';
  readonly of: F;
}
export interface Attribute<T> {
  readonly kind: 'attribute';
  readonly type: Simple<T>;
}
/** Elements that stand in the place of one member: one of several, or several in order. The member's own name is only a label. */
export interface Inline<T> {
  readonly kind: 'inline';
  readonly particle: (uri: string) => Particle;
  readonly [value]?: T;
}

type Item = Type<unknown> | Element<string, unknown> | Inline<unknown>;
export type Field = Item | Attribute<unknown> | List<Item> | Optional<Item | Attribute<unknown> | List<Item>>;
export type Fields = Readonly<Record<string, Field>>;

/* ---- Their TypeScript types ---- */

export type Infer<S> = S extends { readonly [value]?: infer T } ? Exclude<T, undefined> : never;

type ValueOf<F> =
  F extends Attribute<infer T> ? T : F extends Optional<infer G> ? ValueOf<G> : F extends List<infer G> ? readonly ValueOf<G>[] : Infer<F>;
type IsInline<F> = F extends Inline<unknown> | List<Inline<unknown>> ? true : F extends Optional<infer G> ? IsInline<G> : false;
type IsOptional<F> = F extends Optional<unknown> ? true : false;
type PlainKeys<F, WhenOptional extends boolean> = {
  [K in keyof F]: IsInline<F[K]> extends true ? never : IsOptional<F[K]> extends WhenOptional ? K : never;
}[keyof F];
type None<T> = T extends unknown ? { readonly [K in keyof T]?: never } : never;
/** In a repeated group a member that came once is a plain value, and an array where it came more often. */
type Repeated<T> = T extends unknown ? { readonly [K in keyof T]?: T[K] | readonly T[K][] } : never;
type InlineValue<F> =
  F extends Optional<infer G> ? InlineValue<G> | None<InlineValue<G>> : F extends List<infer G> ? Repeated<Infer<G>> : Infer<F>;
type InlineKeys<F> = { [K in keyof F]: IsInline<F[K]> extends true ? K : never }[keyof F];
// Boxed, so that the intersection is one of whole unions and not of their members.
type AllInlined<F> = [InlineKeys<F>] extends [never]
  ? unknown
  : { [K in InlineKeys<F>]: (box: { readonly held: InlineValue<F[K]> }) => void }[InlineKeys<F>] extends (
        box: infer B extends { readonly held: unknown },
      ) => void
    ? B['held']
    : never;
export type Flat<T> = T extends unknown ? { [K in keyof T]: T[K] } : never;

export type InferFields<F> = Flat<
  { readonly [K in PlainKeys<F, false>]: ValueOf<F[K]> } & { readonly [K in PlainKeys<F, true>]?: ValueOf<F[K]> } & AllInlined<F>
>;
export type Empty = Readonly<Record<never, never>>;
/** Exactly one of the members. */
export type InferChoice<F> = {
  [K in keyof F]: Flat<{ readonly [P in K]: ValueOf<F[K]> } & { readonly [P in Exclude<keyof F, K>]?: never }>;
}[keyof F];
export type InferMembers<M extends readonly Element<string, unknown>[]> = InferChoice<{ [E in M[number] as E['name']]: E }>;
