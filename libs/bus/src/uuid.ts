import { randomFillSync } from 'node:crypto';

/** Drawn for many at once: asking the system for each takes longer than all the rest. */
const chance = Buffer.alloc(4_096);
let used = chance.length;

/** A UUID of version 7 (RFC 9562): milliseconds since 1970, then chance; so that ids sort by time. */
export function uuidv7(at: number): string {
  if (used === chance.length) {
    randomFillSync(chance);
    used = 0;
  }
  const bytes = Buffer.from(chance.subarray(used, used + 16));
  used += 16;
  bytes.writeUIntBE(at, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
