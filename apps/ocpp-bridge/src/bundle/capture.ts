import { linkType, pcapngHeader, pcapngPacket } from '@pilotwire/capture';
import type { KeptFrame } from './frame-ring.js';

/**
 * What passed between a car and its charger, as a file for Wireshark. Frames of the power line are as they were; of V2G the
 * messages alone are known, so each is put into a packet of its own between two addresses that stand for the two.
 */
export function captureOf(frames: readonly KeptFrame[]): Uint8Array {
  const talk = new Talk();
  const packets = frames.map((frame) => {
    const octets = Uint8Array.from(Buffer.from(frame.hex, 'hex'));
    const bytes = frame.kind === 'slac' ? octets : talk.packet(frame, octets);
    const at = Date.parse(frame.ts);
    return pcapngPacket({ time: { seconds: Math.floor(at / 1_000), nanos: (at % 1_000) * 1e6 }, bytes });
  });
  return Buffer.concat([pcapngHeader([{ linkType: linkType.ethernet, name: 'plc' }]), ...packets]);
}

/** Locally administered addresses of the two, and the link-local ones that follow from them. */
const hosts = { ev: 0x01, evse: 0x02 } as const;
const mac = (host: number): number[] => [0x02, 0, 0, 0, 0, host];
const address = (host: number): number[] => [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, host];
const allNodes = [0xff, 0x02, ...new Array<number>(13).fill(0), 1];
const [sdpPort, tcpPort, evPort] = [15_118, 61_341, 50_000];
const [udp, tcp] = [17, 6];
/** Payload types of V2GTP (ISO 15118-2, table 10). */
const payloadTypes: Readonly<Record<string, number>> = { SDPReq: 0x9000, SDPRes: 0x9001 };
const exi = 0x8001;

const u16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];

/** A conversation of its own: the numbers of TCP go on from packet to packet. */
class Talk {
  readonly #sent = { ev: 1, evse: 1 };

  packet({ dir, type }: KeptFrame, payload: Uint8Array): Uint8Array {
    const [from, to] = dir === 'evse->ev' ? (['evse', 'ev'] as const) : (['ev', 'evse'] as const);
    const payloadType = payloadTypes[type];
    const message = [0x01, 0xfe, ...u16(payloadType ?? exi), ...u32(payload.length), ...payload];
    if (payloadType === undefined) return ethernet(from, to, tcp, address(hosts[to]), this.#segment(from, to, message));
    const asks = from === 'ev';
    const ports = asks ? [...u16(evPort), ...u16(sdpPort)] : [...u16(sdpPort), ...u16(evPort)];
    return ethernet(from, to, udp, asks ? allNodes : address(hosts.ev), [...ports, ...u16(8 + message.length), 0, 0, ...message]);
  }

  #segment(from: 'ev' | 'evse', to: 'ev' | 'evse', message: readonly number[]): number[] {
    const ports = from === 'ev' ? [...u16(evPort), ...u16(tcpPort)] : [...u16(tcpPort), ...u16(evPort)];
    const header = [...ports, ...u32(this.#sent[from]), ...u32(this.#sent[to]), 0x50, 0x18, ...u16(0xffff), 0, 0, 0, 0];
    this.#sent[from] += message.length;
    return [...header, ...message];
  }
}

/** Checksums are left out, as capturing hosts leave them to the network card. */
function ethernet(from: 'ev' | 'evse', to: 'ev' | 'evse', next: number, destination: readonly number[], payload: readonly number[]): Uint8Array {
  const towards = destination === allNodes ? [0x33, 0x33, 0, 0, 0, 1] : mac(hosts[to]);
  return Uint8Array.from([
    ...towards, ...mac(hosts[from]), 0x86, 0xdd, 0x60, 0, 0, 0, ...u16(payload.length), next, 64, ...address(hosts[from]), ...destination, ...payload,
  ]);
}
