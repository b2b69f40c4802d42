import type { Codec } from '../src/libraries.js';

/** What the codecs of the libraries throw, as far as a command sees it. */
export class ToyError extends Error {
  readonly code: string;
  readonly byte: number;
  readonly bit = 0;
  readonly path: string;

  constructor(code: string, byte: number, path: string, message: string) {
    super(message);
    this.code = code;
    this.byte = byte;
    this.path = path;
  }
}

/**
 * A schema small enough to check by eye: the first byte names the message, the second is its only value, and any further
 * byte is read over as an anomaly.
 */
export function toy(tag: number, type: string): Codec {
  const check = (value: unknown): { [name: string]: { n: number } } => {
    const message = value as { [name: string]: { n?: unknown } } | null;
    const n = typeof message === 'object' ? message?.[type]?.n : undefined;
    if (typeof n !== 'number') throw new ToyError('missing', 0, `${type}/n`, 'n is missing');
    return { [type]: { n } };
  };
  return {
    decode(bytes) {
      if (bytes[0] !== tag) throw new ToyError('other-message', 0, '', `no message begins with ${bytes[0]}`);
      const n = bytes[1];
      if (n === undefined) throw new ToyError('truncated', 1, `${type}/n`, 'the value is missing');
      const left = bytes.length - 2;
      const anomalies = left === 0 ? [] : [{ code: 'trailing-bytes', byte: 2, bit: 0, path: '', message: `${left} bytes are left` }];
      return { value: { [type]: { n } }, anomalies };
    },
    encode: (value) => Uint8Array.of(tag, check(value)[type]?.n ?? 0),
    encodeInto(value, target, at) {
      target.set([tag, check(value)[type]?.n ?? 0], at);
      return 2;
    },
    typeOf: (value) => Object.keys(check(value))[0] ?? '',
    check,
    toXml: (value) => `<${type} n="${check(value)[type]?.n}"/>`,
    grammarsOf: (name) => (name === type ? [`the grammar of ${type}`] : []),
    grammarNames: () => [type],
    fromXml(text) {
      const [, n] = new RegExp(`^<${type} n="(\\d+)"/>$`).exec(text) ?? [];
      if (n === undefined) throw Object.assign(new Error(`no ${type}`), { code: 'unexpected', line: 1, column: 1 });
      return { [type]: { n: Number(n) } };
    },
  };
}
