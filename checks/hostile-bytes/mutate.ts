import type { Random } from '@pilotwire/machine';

const kinds = ['flip', 'cut', 'insert', 'splice', 'length'] as const;
const lies = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0xffffffff];

/** One to four changes to valid bytes; most of them behind `header`, so that what follows it is tried as well. */
export function mutated(valid: readonly Uint8Array[], header: number, random: Random): Uint8Array {
  let bytes = Uint8Array.from(random.pick(valid));
  for (let changes = random.int(1, 4); changes > 0; changes--) {
    const from = random.next() < 0.85 && bytes.length > header ? header : 0;
    if (bytes.length === 0) break;
    const at = random.int(from, bytes.length - 1);
    switch (random.pick(kinds)) {
      case 'flip':
        bytes[at] = (bytes[at] as number) ^ (1 << random.int(0, 7));
        break;
      case 'cut':
        bytes = random.int(0, 1) === 0 ? bytes.slice(0, at) : joined(bytes.subarray(0, at), bytes.subarray(Math.min(at + random.int(1, 8), bytes.length)));
        break;
      case 'insert':
        bytes = joined(bytes.subarray(0, at), random.bytes(random.int(1, 8)), bytes.subarray(at));
        break;
      case 'splice': {
        const other = random.pick(valid);
        bytes = joined(bytes.subarray(0, at), other.subarray(random.int(0, other.length)));
        break;
      }
      case 'length':
        lie(bytes, at, random);
        break;
    }
  }
  return bytes;
}

/** Writes a number of 1, 2 or 4 bytes, in either order, that no honest length would be. */
function lie(bytes: Uint8Array, at: number, random: Random): void {
  const width = random.pick([1, 2, 4]);
  if (at + width > bytes.length) return;
  const view = new DataView(bytes.buffer);
  const value = random.pick(lies);
  const little = random.int(0, 1) === 0;
  if (width === 1) view.setUint8(at, value & 0xff);
  else if (width === 2) view.setUint16(at, value & 0xffff, little);
  else view.setUint32(at, value, little);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
