/** One measurement: the median of its runs. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ns/message' | 'MB/s' | 'us' | 'ms' | 's' | 'kB' | 'MB' | 'frames/s' | 'rows/s' | 'events/s' | '%';
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

/** Work to be measured: `pass` works through `messages` messages once and returns something that depends on each. */
export interface Work {
  readonly name: string;
  readonly messages: number;
  readonly pass: () => number;
}

/**
 * Nanoseconds a message of each work. Their runs take turns, so that figures which are compared saw the machine in the
 * same moods.
 */
export function perMessage(works: readonly Work[], effort: Effort, now = (): number => performance.now()): Figure[] {
  let sum = 0; // what a pass returns is used, so no compiler may leave its work out
  const passes = works.map(({ pass }) => {
    let done = 0;
    const start = now();
    for (; done === 0 || now() - start < effort.warmup; done++) sum += pass();
    return Math.max(1, Math.ceil((done * effort.run) / (now() - start)));
  });
  const runs = works.map((): number[] => []);
  for (let run = 0; run < RUNS; run++) {
    works.forEach(({ pass, messages }, i) => {
      const begin = now();
      for (let left = passes[i] as number; left > 0; left--) sum += pass();
      runs[i]?.push(((now() - begin) * 1e6) / ((passes[i] as number) * messages));
    });
  }
  if (Number.isNaN(sum)) throw new Error('a pass returned no number');
  return works.map(({ name, messages }, i) => figure(name, 'ns/message', runs[i] as number[], messages));
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
