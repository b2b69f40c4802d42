declare const instant: unique symbol;
declare const duration: unique symbol;

/** A point in time: milliseconds since an origin that only the driver knows. It may have a fraction. */
export type Instant = number & { readonly [instant]: true };

/** A length of time in milliseconds. It may have a fraction. */
export type Duration = number & { readonly [duration]: true };

/** Where every virtual clock starts. */
export const origin = 0 as Instant;

export const ms = (value: number): Duration => value as Duration;
export const seconds = (value: number): Duration => (value * 1000) as Duration;

/** The instant `wait` after `from`. */
export const after = (from: Instant, wait: Duration): Instant => (from + wait) as Instant;

/** How long it is from `from` to `to`; negative where `to` comes first. */
export const between = (from: Instant, to: Instant): Duration => (to - from) as Duration;

/** The first of several deadlines, some of which may not be set. */
export function earliest(...deadlines: readonly (Instant | undefined)[]): Instant | undefined {
  let first: Instant | undefined;
  for (const at of deadlines) if (at !== undefined && (first === undefined || at < first)) first = at;
  return first;
}
