import type { Complex, Element } from '@pilotwire/exi';

/** The elements among what a module of declarations exports. */
export function elementsOf(module: Readonly<Record<string, unknown>>): Element<string, unknown>[] {
  return Object.values(module).filter(
    (value): value is Element<string, unknown> => (value as { readonly kind?: unknown }).kind === 'element',
  );
}

/** The complex types among them. */
export function complexTypesOf(module: Readonly<Record<string, unknown>>): Complex<unknown>[] {
  return Object.values(module).filter((value): value is Complex<unknown> => (value as { readonly kind?: unknown }).kind === 'complex');
}

/** The names of what a body can hold. */
export type NameIn<Body> = Body extends unknown
  ? { [K in keyof Body]-?: Body[K] extends undefined ? never : K }[keyof Body]
  : never;

/** What a body holds under a name. */
export type ContentOf<Body, N extends PropertyKey> = Holding<Body, N>[N & keyof Holding<Body, N>];
type Holding<Body, N extends PropertyKey> = Extract<Body, { readonly [K in N]: unknown }>;
