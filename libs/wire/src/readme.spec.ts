import { expect, test } from 'vitest';
import type { Infer } from './index.js';
import { constant, counted, fromHex, le16, le32, mac, Reader, reserved, struct, tail, u8 } from './index.js';

test('the example of the README holds', () => {
  const Sound = struct({
    kind: constant(u8, 0x76),
    sender: mac,
    reserved: reserved(2),
    levels: counted(u8, le16),
    cookie: tail(le32),
  });
  const reader = new Reader(fromHex('76 02000000000e 0000 02 0100 0200'.replaceAll(' ', '')) ?? new Uint8Array());
  const sound: Infer<typeof Sound> = Sound.read(reader, {});
  expect(sound).toEqual({ sender: '02:00:00:00:00:0e', levels: [1, 2] });
  expect(reader.anomalies).toEqual([]);
});
