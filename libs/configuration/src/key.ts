/** What a key of the configuration may hold. The declaration is its check, its type and its documentation. */
export type Key =
  | ({ readonly type: 'text'; readonly default: string | undefined; readonly pattern?: RegExp; readonly like?: string } & Common)
  | ({ readonly type: 'number'; readonly default: number | undefined; readonly least: number; readonly most: number; readonly whole?: true } & Common)
  | ({ readonly type: 'choice'; readonly of: readonly string[]; readonly default: string } & Common);

interface Common {
  /** One sentence for the reference. */
  readonly doc: string;
  /** V, A, W, %, s, ms; left out where the value has none. */
  readonly unit?: string;
  /** Never shown, logged or published. */
  readonly secret?: true;
}

/** The value of a key; undefined where there is no default and nobody gave one. */
export type ValueOf<K extends Key> = K extends { readonly type: 'choice'; readonly of: readonly (infer Value)[] }
  ? Value
  : (K extends { readonly type: 'text' } ? string : number) | (undefined extends K['default'] ? undefined : never);

export type Keys = Readonly<Record<string, Key>>;
export type ValuesOf<K extends Keys> = { readonly [Name in keyof K]: ValueOf<K[Name]> };
