/** One measurement: the median of its runs. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ns/message' | 'MB/s' | 'ms';
  readonly runs: readonly number[];
  /** How many different messages it is over. */
  readonly messages?: number;
}

/** How long to warm up, and how long each of the five runs takes at least, in ms. */
export interface Effort {
  readonly warmup: number;
  readonly run: number;
}

const RUNS = 5;

/** Nanoseconds a message of `pass`, which works through `messages` messages once and returns something that depends on each. */
export function perMessage(
  name: string,
  messages: number,
  pass: () => number,
  effort: Effort,
  now = (): number => performance.now(),
): Figure {
  let sum = 0; // what a pass returns is used, so no compiler may leave its work out
  let passes = 0;
  const start = now();
  for (; passes === 0 || now() - start < effort.warmup; passes++) sum += pass();
  const each = Math.max(1, Math.ceil((passes * effort.run) / (now() - start)));
  const runs = Array.from({ length: RUNS }, () => {
    const begin = now();
    for (let i = 0; i < each; i++) sum += pass();
    return ((now() - begin) * 1e6) / (each * messages);
  });
  if (Number.isNaN(sum)) throw new Error(`${name}: a pass returned no number`);
  return figure(name, 'ns/message', runs, messages);
}

/** The figure of runs that were measured elsewhere. */
export function figure(name: string, unit: Figure['unit'], runs: readonly number[], messages?: number): Figure {
  const sorted = runs.toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  if (median === undefined) throw new Error(`${name}: no runs`);
  return { name, value: rounded(median), unit, runs: runs.map(rounded), ...(messages !== undefined && { messages }) };
}

/** Five runs of something that measures itself. */
export async function repeated(run: () => Promise<number>): Promise<number[]> {
  const runs: number[] = [];
  for (let i = 0; i < RUNS; i++) runs.push(await run());
  return runs;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
