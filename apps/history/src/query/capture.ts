import { linkType, pcapngHeader, pcapngPacket } from '@pilotwire/capture';
import type { StoredFrame } from './frames.js';

/** Who speaks: what was on the wire around a message is not kept, so these stand for it. */
const addresses = { car: 2, charger: 1 } as const;
const [tcpPort, sdpPort, carPort] = [61_341, 15_118, 49_152];
const [tcp, udp] = [6, 17];

/** Frames after which others have their turn: in the same process a car may wait for an answer, and half an hour of charging takes a quarter of a second. */
const atOnce = 500;

/** A capture of what is kept of a session: SLAC as it was, V2G in TCP and SDP in UDP of our own making. */
export async function captureOf(frames: readonly StoredFrame[]): Promise<Uint8Array> {
  const said = { car: 1, charger: 1 };
  const parts = [pcapngHeader([{ linkType: linkType.ethernet, name: 'pilotwire' }])];
  for (const [n, { ts, kind, dir, type, hex }] of frames.entries()) {
    if (n % atOnce === atOnce - 1) await new Promise((resolve) => void setImmediate(resolve));
    if (hex === null || dir === 'other') continue;
    const payload = Uint8Array.from(Buffer.from(hex, 'hex'));
    const bytes = kind === 'slac' ? payload : packet(dir === 'ev->evse' ? 'car' : 'charger', type, payload, said);
    const at = Date.parse(ts);
    parts.push(pcapngPacket({ time: { seconds: Math.floor(at / 1_000), nanos: (at % 1_000) * 1_000_000 }, bytes }));
  }
  return Uint8Array.from(Buffer.concat(parts));
}

type Side = keyof typeof addresses;

function packet(from: Side, type: string, payload: Uint8Array, said: Record<Side, number>): Uint8Array {
  const sdp = type === 'SDPReq' || type === 'SDPRes';
  const v2gtp = Buffer.alloc(8 + payload.length);
  v2gtp.set([0x01, 0xfe]);
  // ISO 15118-2, table 10: SDP request and response, EXI.
  v2gtp.writeUInt16BE(type === 'SDPReq' ? 0x9000 : type === 'SDPRes' ? 0x9001 : 0x8001, 2);
  v2gtp.writeUInt32BE(payload.length, 4);
  v2gtp.set(payload, 8);
  const to: Side = from === 'car' ? 'charger' : 'car';
  const port = (side: Side): number => (side === 'car' ? carPort : sdp ? sdpPort : tcpPort);
  const header = Buffer.alloc(sdp ? 8 : 20);
  header.writeUInt16BE(port(from), 0);
  header.writeUInt16BE(port(to), 2);
  if (sdp) header.writeUInt16BE(8 + v2gtp.length, 4);
  else {
    header.writeUInt32BE(said[from], 4);
    header.writeUInt32BE(said[to], 8);
    header.set([0x50, 0x18, 0xff, 0xff], 12); // 20 octets of header; PSH, ACK; window
    said[from] += v2gtp.length;
  }
  const body = Buffer.concat([header, v2gtp]);
  const pseudo = Buffer.concat([address(from), address(to), Buffer.from([0, 0, body.length >> 8, body.length & 0xff, 0, 0, 0, sdp ? udp : tcp])]);
  header.writeUInt16BE(checksum(Buffer.concat([pseudo, body])), sdp ? 6 : 16);
  const ip = Buffer.from([0x60, 0, 0, 0, body.length >> 8, body.length & 0xff, sdp ? udp : tcp, 64]);
  const ethernet = Buffer.from([2, 0, 0, 0, 0, addresses[to], 2, 0, 0, 0, 0, addresses[from], 0x86, 0xdd]);
  return Buffer.concat([ethernet, ip, address(from), address(to), header, v2gtp]);
}

const address = (side: Side): Buffer => Buffer.from([0xfe, 0x80, ...Array.from({ length: 13 }, () => 0), addresses[side]]);

/** RFC 1071. */
function checksum(octets: Buffer): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += (octets[at] as number) * 256 + (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
