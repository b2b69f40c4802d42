import { ACK, ascii, car, charger, concat, type End, FIN, SYN, tcpFrame, u16 } from '../../capture/test/frames.js';

const u24 = (value: number): Uint8Array => Uint8Array.of(value >> 16, value >> 8, value);
export const counted = (size: typeof u16, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = concat(...parts);
  return concat(size(content.length), content);
};
export const u8 = (value: number): Uint8Array => Uint8Array.of(value);
export const record = (type: number, content: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(type, 3, 3), counted(u16, content));
export const handshake = (type: number, body: Uint8Array): Uint8Array => record(22, concat(u8(type), counted(u24, body)));
const extension = (type: number, content: Uint8Array): Uint8Array => concat(u16(type), counted(u16, content));

export const clientHello = handshake(
  1,
  concat(
    u16(0x0303),
    new Uint8Array(32),
    counted(u8),
    counted(u16, u16(0x1302), u16(0xc023), u16(0xeaea)),
    counted(u8, u8(0)),
    counted(
      u16,
      extension(0, counted(u16, u8(0), counted(u16, ascii('secc.local')))),
      extension(43, counted(u8, u16(0x0304), u16(0x0303))),
    ),
  ),
);
export const serverHello = handshake(
  2,
  concat(u16(0x0303), new Uint8Array(32), counted(u8), u16(0x1302), u8(0), counted(u16, extension(43, u16(0x0304)))),
);
export const appData = record(23, ascii('encrypted'));
export const alert = record(21, Uint8Array.of(2, 40));

/** Frames of a connection from its SYN to its FIN; each part is sent by the side beside it. */
export const session = (
  parts: readonly (readonly [from: 'car' | 'charger', bytes: Uint8Array])[],
  a: End = car,
  b: End = charger,
): Uint8Array[] => {
  const next = { car: 100, charger: 100 };
  const send = (from: 'car' | 'charger', flags: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array => {
    const [me, you] = from === 'car' ? [a, b] : [b, a];
    const frame = tcpFrame(me, you, next[from], flags, payload, next[from === 'car' ? 'charger' : 'car']);
    next[from] += payload.length + (flags & (SYN | FIN) ? 1 : 0);
    return frame;
  };
  return [
    send('car', SYN),
    send('charger', SYN | ACK),
    ...parts.map(([from, bytes]) => send(from, ACK, bytes)),
    send('car', FIN | ACK),
    send('charger', FIN | ACK),
  ];
};
