import { Buffer } from 'node:buffer';

/** What passes over the socket: a message as JSON, octets as they are, or word of whether somebody is at the other end. */
export type Packet =
  | { readonly kind: 'message' | 'status' | 'hello'; readonly json: unknown }
  | { readonly kind: 'octets'; readonly octets: Uint8Array };

const kinds = ['hello', 'status', 'message', 'octets'] as const;
const headLength = 5;
/** Ethernet frames and messages of an outlet are far shorter. */
export const mostOctets = 16_384;

/** Four octets of length, one of kind, and what it is. */
export function writePacket(packet: Packet): Uint8Array {
  const body = packet.kind === 'octets' ? packet.octets : Buffer.from(JSON.stringify(packet.json));
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(body.length);
  head[4] = kinds.indexOf(packet.kind);
  return Buffer.concat([head, body]);
}

/** What cannot be a packet; nothing that follows it can be read either. */
export class PacketError extends Error {
  override readonly name = 'PacketError';
}

/** Puts packets together again, however the socket cut them. */
export class PacketReader {
  #held: Buffer = Buffer.alloc(0);

  /** The packets that are whole now. Throws `PacketError`. */
  push(bytes: Uint8Array): Packet[] {
    this.#held = Buffer.concat([this.#held, bytes]);
    const packets: Packet[] = [];
    while (this.#held.length >= headLength) {
      const length = this.#held.readUInt32BE();
      const kind = kinds[this.#held[4] as number];
      if (length > mostOctets || kind === undefined) throw new PacketError(`no packet: ${length} octets of kind ${this.#held[4]}`);
      if (this.#held.length < headLength + length) break;
      const body = this.#held.subarray(headLength, headLength + length);
      packets.push(kind === 'octets' ? { kind, octets: Uint8Array.from(body) } : { kind, json: parse(body) });
      this.#held = this.#held.subarray(headLength + length);
    }
    return packets;
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new PacketError('a packet that should be JSON is none');
  }
}
