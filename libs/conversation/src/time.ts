import { epochSeconds, type Stamp } from '@pilotwire/capture';

/** Frame number and time as records have them. */
export function timeOf({ n, time }: Stamp): { readonly n: number; readonly t: number | null } {
  return { n, t: time === undefined ? null : epochSeconds(time) };
}
