import {
  CaptureReader,
  type CaptureError,
  type CaptureReaderOptions,
  type Packet,
  type Timestamp,
} from '../src/index.js';
import { concat } from './frames.js';

export interface Written {
  readonly time: Timestamp;
  readonly bytes: Uint8Array;
}

/** Everything that a reader says of a file, pushed in pieces of `step` bytes. */
export function readAll(file: Uint8Array, step = file.length, options: CaptureReaderOptions = {}) {
  const packets: Packet[] = [];
  const errors: CaptureError[] = [];
  const secrets: { type: number; bytes: Uint8Array }[] = [];
  const comments: string[] = [];
  const reader = new CaptureReader(
    {
      packet: (packet) => packets.push(packet),
      error: (error) => errors.push(error),
      secrets: (type, bytes) => secrets.push({ type, bytes }),
      comment: (text) => comments.push(text),
    },
    options,
  );
  for (let at = 0; at < file.length; at += step) reader.push(file.subarray(at, at + step));
  reader.end();
  return { packets, errors, secrets, comments };
}

export type Numbers = (value: number, bytes: 2 | 4) => Uint8Array;

export const numbers =
  (little: boolean): Numbers =>
  (value, bytes) => {
    const view = new DataView(new ArrayBuffer(bytes));
    if (bytes === 2) view.setUint16(0, value, little);
    else view.setUint32(0, value, little);
    return new Uint8Array(view.buffer);
  };

export function pcapFile(packets: readonly Written[], little: boolean, nano: boolean, linkType = 1): Uint8Array {
  const number = numbers(little);
  const fields = [nano ? 0xa1b23c4d : 0xa1b2c3d4, 0x0004_0002, 0, 0, 0x4_0000, linkType];
  if (!little) fields[1] = 0x0002_0004; // two 16-bit fields: major 2, minor 4
  const header = concat(...fields.map((field) => number(field, 4)));
  const records = packets.map(({ time, bytes }) => {
    const fraction = nano ? time.nanos : Math.floor(time.nanos / 1000);
    return concat(...[time.seconds, fraction, bytes.length, bytes.length].map((field) => number(field, 4)), bytes);
  });
  return concat(header, ...records);
}

const padding = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4);

/** Blocks of a pcapng file in one byte order. */
export const blocks = (little: boolean) => {
  const number = numbers(little);
  const make = (type: number, ...body: readonly Uint8Array[]): Uint8Array => {
    const content = concat(...body);
    const length = number(12 + content.length + padding(content.length).length, 4);
    return concat(number(type, 4), length, content, padding(content.length), length);
  };
  const option = (code: number, value: Uint8Array): Uint8Array =>
    concat(number(code, 2), number(value.length, 2), value, padding(value.length));
  return {
    number,
    make,
    option,
    section: (...options: readonly Uint8Array[]) =>
      make(0x0a0d0d0a, number(0x1a2b3c4d, 4), number(1, 2), number(0, 2), new Uint8Array(8).fill(0xff), ...options),
    interface: (linkType: number, snapLength: number, ...options: readonly Uint8Array[]) =>
      make(1, number(linkType, 2), number(0, 2), number(snapLength, 4), ...options),
    enhanced: (interfaceId: number, ticks: bigint, bytes: Uint8Array, ...options: readonly Uint8Array[]) =>
      make(6, number(interfaceId, 4), ...stamp(number, ticks, bytes), padding(bytes.length), ...options),
    obsolete: (interfaceId: number, ticks: bigint, bytes: Uint8Array) =>
      make(2, number(interfaceId, 2), number(0, 2), ...stamp(number, ticks, bytes)),
    simple: (bytes: Uint8Array, originalLength = bytes.length) => make(3, number(originalLength, 4), bytes),
  };
};

const stamp = (number: Numbers, ticks: bigint, bytes: Uint8Array): Uint8Array[] => [
  number(Number(ticks >> 32n), 4),
  number(Number(ticks & 0xffff_ffffn), 4),
  number(bytes.length, 4),
  number(bytes.length, 4),
  bytes,
];

/** A moment in ticks of 1 / `perSecond`, rounded down. */
export const ticksOf = ({ seconds, nanos }: Timestamp, perSecond: bigint): bigint =>
  BigInt(seconds) * perSecond + (BigInt(nanos) * perSecond) / 1_000_000_000n;
