import type { Timestamp } from './packet.js';

/** Turns the 64-bit tick count of a pcapng block into a moment. */
export type TickReader = (high: number, low: number) => Timestamp;

/** Up to here ticks are counted in doubles without loss; finer ones need big integers. */
const FAST_TICKS = 2 ** 36;

/**
 * Reads ticks of an interface. `resolution` is its if_tsresol: a power of ten, or of two where the top bit is set.
 * `offset` is its if_tsoffset, in seconds.
 */
export function tickReader(resolution: number, offset: number): TickReader {
  const exponent = resolution & 0x7f;
  const base = resolution & 0x80 ? 2 : 10;
  const ticks = base ** exponent;
  if (ticks > FAST_TICKS) return fineTicks(BigInt(base) ** BigInt(exponent), offset);
  const toNanos = 1e9 / ticks;
  return (high, low) => {
    // Long division by 16-bit digits: every intermediate value stays an exact integer.
    const upper = (high % ticks) * 0x1_0000 + (low >>> 16);
    const lower = (upper % ticks) * 0x1_0000 + (low & 0xffff);
    const whole = Math.floor(high / ticks) * 0x1_0000_0000 + Math.floor(upper / ticks) * 0x1_0000;
    return { seconds: offset + whole + Math.floor(lower / ticks), nanos: Math.floor((lower % ticks) * toNanos) };
  };
}

function fineTicks(ticks: bigint, offset: number): TickReader {
  return (high, low) => {
    const count = (BigInt(high) << 32n) | BigInt(low);
    const nanos = ((count % ticks) * 1_000_000_000n) / ticks;
    return { seconds: offset + Number(count / ticks), nanos: Number(nanos) };
  };
}
