/**
 * Chance that repeats: the generator sfc32 (Chris Doty-Humphrey, PractRand), seeded by a name. For simulations and
 * tests; keys and session ids of a real charger come from a cryptographic source.
 */
export class Random {
  readonly #seed: string;
  readonly #state: Uint32Array;

  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#state = new Uint32Array([hash(this.#seed, 0), hash(this.#seed, 1), hash(this.#seed, 2), 1]);
    for (let i = 0; i < 12; i++) this.#word();
  }

  /**
   * A stream of its own for one part of a simulation. It follows from the seed and the name alone, so that what one
   * part draws never changes what another part sees.
   */
  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`);
  }

  /** A number from 0 (included) to 1 (excluded), in steps of 2^-32. */
  next(): number {
    return this.#word() / 0x1_0000_0000;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    if (!(least <= most)) throw new RangeError(`no whole number from ${least} to ${most}`);
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** One of several things. */
  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.int(0, items.length - 1)] as Item;
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) bytes[i] = this.#word() >>> 24;
    return bytes;
  }

  #word(): number {
    const s = this.#state as Uint32Array & Record<0 | 1 | 2 | 3, number>;
    const word = (s[0] + s[1] + s[3]++) >>> 0;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = s[2] + (s[2] << 3);
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + word;
    return word;
  }
}

/**
 * Chance for pure functions: the number from -1 (included) to 1 (excluded) that belongs to `index` under `seed`. A
 * model that counts its own steps needs no generator, and still repeats.
 */
export function noise(seed: number, index: number): number {
  return mix(Math.imul(seed, 0x9e3779b9) ^ mix(index)) / 0x8000_0000 - 1;
}

/** FNV-1a over UTF-16 code units, then mixed, since near names must not give near seeds. */
function hash(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b9);
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}

/** The finalizer of MurmurHash3: each bit of the input reaches each bit of the output. */
function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
