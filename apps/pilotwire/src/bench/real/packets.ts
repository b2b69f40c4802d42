import { encodeMme, LOCAL_MODEM, nidFromNmk } from '@pilotwire/homeplug';
import { SDP_PORT } from '@pilotwire/v2gtp';
import { hostAddress } from './network.js';
import type { Place } from './place.js';
import type { SeenFrame } from './words.js';

// Ethernet, IPv6 without extension headers, and what lies on top: where the parts of a packet are.
const [etherType, payloadLength, nextHeader, transport] = [12, 18, 20, 54];
const [tcp, udp] = [6, 17];

const carries = (frame: Uint8Array, next: number): boolean => word(frame, etherType) === 0x86dd && frame[nextHeader] === next;
const word = (frame: Uint8Array, at: number): number => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);

/** A question for chargers or an answer to one. */
export const isSdp = (frame: Uint8Array): boolean => carries(frame, udp) && [transport, transport + 2].some((at) => word(frame, at) === SDP_PORT);

/** A segment that says something, and not only how far it has heard. */
export function hasTcpPayload(frame: Uint8Array): boolean {
  const header = ((frame[transport + 12] ?? 0) >> 4) * 4;
  return carries(frame, tcp) && word(frame, payloadLength) > header;
}

/** At the charger's port: from each question on its way in to the next answer on its way out, in ms. */
export function answersAt(frames: readonly SeenFrame[], wanted: (frame: Uint8Array) => boolean): number[] {
  const took: number[] = [];
  let asked: number | undefined;
  for (const { at, port, from, frame } of frames) {
    if (port !== 0 || !wanted(frame)) continue;
    if (from === 'modem') asked = at;
    else if (asked !== undefined) {
      took.push(at - asked);
      asked = undefined;
    }
  }
  return took;
}

/** Puts the modem of host `i` into the one network of those that are given a key so. */
export async function giveKey(peer: Place<'peer'>, i: number): Promise<void> {
  const [nmk, zeros] = [new Uint8Array(16).fill(7), new Uint8Array(4)];
  await peer.ask('send', encodeMme(LOCAL_MODEM, hostAddress(i), {
    mme: 'CM_SET_KEY.REQ', myNonce: zeros, yourNonce: zeros, pid: 4, prn: 0, pmn: 0, ccoCapability: 0, nid: nidFromNmk(nmk), newKey: nmk,
  }));
}
