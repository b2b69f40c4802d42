/** Bits that one 32-bit store can hold at any bit position. */
const storeBits = 25;

interface Part {
  readonly value: string | number;
  readonly width: number;
}

/**
 * Writes the code that puts bits into a message: neighbouring fields go into one 32-bit store at bit position `p`. The
 * memory is all zeros beforehand, so that zero bits need no store.
 */
export class Packer {
  private readonly out: string[];
  private parts: Part[] = [];

  constructor(out: string[], parts: readonly Part[] = []) {
    this.out = out;
    this.parts = [...parts];
  }

  get pending(): number {
    return this.parts.reduce((sum, { width }) => sum + width, 0);
  }

  /** An unsigned number of `width` bits. An expression is evaluated when the store is written: it must not change till then. */
  put(value: string | number, width: number): void {
    if (width === 0) return;
    if (this.pending + width > storeBits) this.flush();
    this.parts.push({ value, width });
  }

  flush(): void {
    const width = this.pending;
    if (width === 0) return;
    let constant = 0;
    let shift = 32;
    const terms: string[] = [];
    for (const part of this.parts) {
      shift -= part.width;
      if (typeof part.value === 'number') constant |= part.value << shift;
      else terms.push(`${part.value} << ${shift}`);
    }
    if (constant !== 0) terms.push(`${constant}`);
    if (terms.length > 0) this.out.push(`out.setUint32(p >>> 3, out.getUint8(p >>> 3) << 24 | (${terms.join(' | ')}) >>> (p & 7));`);
    this.out.push(`p += ${width};`);
    this.parts = [];
  }

  /** For a branch: what is pending is written there, in its own code. */
  branch(out: string[]): Packer {
    return new Packer(out, this.parts);
  }

  /** After all branches have written what was pending. */
  forget(): void {
    this.parts = [];
  }
}
