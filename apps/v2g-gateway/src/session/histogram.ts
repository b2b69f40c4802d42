const buckets = 96;
/** Milliseconds that the first bucket holds, and how much wider each is than the one before: the last ends beyond a minute. */
const [first, growth] = [0.01, 1.18];

/** How long things took, in a space that does not grow. A quantile is right to a fifth of itself. */
export class Histogram {
  readonly #counts = new Uint32Array(buckets);
  #count = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  get max(): number {
    return this.#max;
  }

  /** Milliseconds. */
  add(took: number): void {
    const bucket = took <= first ? 0 : Math.ceil(Math.log(took / first) / Math.log(growth));
    const place = Math.min(bucket, buckets - 1);
    this.#counts[place] = (this.#counts[place] as number) + 1;
    this.#count++;
    if (took > this.#max) this.#max = took;
  }

  /** The time that so large a part (0 to 1) of them did not exceed; 0 where there is none. */
  quantile(part: number): number {
    let left = Math.ceil(part * this.#count);
    for (let i = 0; i < buckets && left > 0; i++) {
      left -= this.#counts[i] as number;
      if (left <= 0) return Math.min(first * growth ** i, this.#max);
    }
    return 0;
  }
}
