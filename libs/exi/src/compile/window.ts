/** Bits that can be taken from one 32-bit load at any bit position. */
const windowBits = 25;

/**
 * Writes the code that takes bits from a message: neighbouring fields come out of one 32-bit load, `x`, and the event
 * codes that must be zero are tested together. In the code, `p` is the bit position of the load.
 */
export class Window {
  private readonly out: string[];
  private loaded = false;
  /** Bits taken since the load; known while the code is written. */
  private used = 0;
  /** Bits of `x` that must be zero and are not tested yet. */
  private mustBeZero = 0;

  constructor(out: string[], from?: Window) {
    this.out = out;
    if (from) {
      this.loaded = from.loaded;
      this.used = from.used;
    }
  }

  /** The next `width` bits as an expression of an unsigned number. */
  take(width: number): string {
    this.ensure(width);
    const shift = 32 - this.used - width;
    this.used += width;
    return shift === 0 ? `(x & ${2 ** width - 1})` : `(x >>> ${shift}${this.used === width ? '' : ` & ${2 ** width - 1}`})`;
  }

  /** The next bit as an expression of a boolean. */
  bit(): string {
    this.ensure(1);
    this.used += 1;
    return `((x & ${1 << (32 - this.used)}) !== 0)`;
  }

  /** An event code with one production: anything but zero is for the grammars. */
  zero(): void {
    this.ensure(1);
    this.used += 1;
    this.mustBeZero |= 1 << (32 - this.used);
  }

  /** Brings the position up to what was taken, so that other code can read on at `p`. */
  settle(): void {
    this.test();
    if (this.used > 0) this.out.push(`p += ${this.used};`);
    this.used = 0;
    this.loaded = false;
  }

  /** Other code has moved `p`: nothing is loaded. */
  forget(): void {
    this.used = 0;
    this.loaded = false;
  }

  /** Makes the window begin here, with all its bits before it. */
  align(): void {
    if (this.loaded && this.used === 0) return;
    this.settle();
    this.load();
  }

  /** Tests what must be zero so far; before a branch, so that both ways know it. */
  test(): void {
    if (this.mustBeZero !== 0) this.out.push(`if ((x & ${this.mustBeZero}) !== 0) giveUp();`);
    this.mustBeZero = 0;
  }

  /** For a branch: the same window, its code elsewhere. */
  branch(out: string[]): Window {
    this.test();
    return new Window(out, this);
  }

  private ensure(width: number): void {
    if (this.loaded && this.used + width <= windowBits) return;
    this.settle();
    this.load();
  }

  private load(): void {
    this.out.push('x = view.getUint32(p >>> 3) << (p & 7);');
    this.loaded = true;
  }
}
