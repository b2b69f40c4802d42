import type { Timestamp } from './packet.js';

/** Turns the 64-bit tick count of a pcapng block into a moment. */
export type TickReader = (high: number, low: number) => Timestamp;

/**
 * Reads ticks of an interface. `resolution` is its if_tsresol: a power of ten, or of two where the top bit is set.
 * `offset` is its if_tsoffset, in seconds.
 */
export function tickReader(resolution: number, offset: number): TickReader {
  const ticks = (resolution & 0x80 ? 2 : 10) ** (resolution & 0x7f);
  // Of the two the one that is a whole number, so that whole nanoseconds come out whole.
  const toNanos = ticks <= 1e9 ? (count: number) => count * (1e9 / ticks) : (count: number) => count / (ticks / 1e9);
  return (high, low) => {
    // Long division by 16-bit digits: exact up to 2^37 ticks a second, and to 2^-37 seconds beyond.
    const upper = (high % ticks) * 0x1_0000 + (low >>> 16);
    const lower = (upper % ticks) * 0x1_0000 + (low & 0xffff);
    const whole = Math.floor(high / ticks) * 0x1_0000_0000 + Math.floor(upper / ticks) * 0x1_0000;
    return { seconds: offset + whole + Math.floor(lower / ticks), nanos: Math.floor(toNanos(lower % ticks)) };
  };
}
