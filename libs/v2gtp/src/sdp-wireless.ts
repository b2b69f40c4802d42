import { V2gtpError } from './errors.js';
import { writeFrame } from './frame.js';
import { SDP_REQUEST_WIRELESS, SDP_RESPONSE_WIRELESS } from './payload-type.js';
import { octet, readSdpResponse, type SdpRequest, type SdpResponse, writeSdpResponse } from './sdp.js';

/*
 * SDP over a wireless link (ISO 15118-8), for pantographs and wireless power transfer: ISO 15118-20, 7.10.1.8 and
 * 7.10.1.9, tables 22 and 26. The layouts are the tables'. No capture holds such a message; of three implementations
 * that were compared, two read the EVSEID one byte shorter. How a name shorter than its field is filled up is not known
 * for sure: zero bytes are written at its end, and dropped from it.
 */

/** What a car says of itself in addition. */
export interface SdpWirelessRequest extends SdpRequest {
  /** 16 bits, one for each way of pairing and positioning (P2PS/PPD). */
  readonly p2psPpd: number;
  readonly couplingType: number;
  /** At most 20 characters of one byte each. A car that has none is `ZZ00000`. */
  readonly evId: string;
  /** At most 37 characters of one byte each; empty where the car does not know it yet. */
  readonly evseId: string;
}

export interface SdpWirelessResponse extends SdpResponse {
  readonly diagStatus: number;
  readonly couplingType: number;
  /** At most 37 characters of one byte each. */
  readonly evseId: string;
}

/** Values of DiagStatus. Others are reserved, and kept as they are. */
export const sdpDiagStatus = { ongoing: 0x00, finishedWithEvseId: 0x01, finishedWithoutEvseId: 0x02, noSecc: 0x10 } as const;

const EVID = { at: 5, length: 20 } as const;
const REQUEST_EVSEID = { at: 25, length: 37 } as const;
const RESPONSE_EVSEID = { at: 22, length: 37 } as const;
const REQUEST_LENGTH = REQUEST_EVSEID.at + REQUEST_EVSEID.length;
const RESPONSE_LENGTH = RESPONSE_EVSEID.at + RESPONSE_EVSEID.length;

/** The 62 bytes of a wireless SDP request, without V2GTP header. Throws `bad-sdp` on any other length. */
export function decodeSdpWirelessRequest(payload: Uint8Array): SdpWirelessRequest {
  expectLength(payload, REQUEST_LENGTH, 'request');
  const view = new DataView(payload.buffer, payload.byteOffset);
  return {
    security: view.getUint8(0),
    transport: view.getUint8(1),
    p2psPpd: view.getUint16(2),
    couplingType: view.getUint8(4),
    evId: readName(payload, EVID),
    evseId: readName(payload, REQUEST_EVSEID),
  };
}

/** The 59 bytes of a wireless SDP response, without V2GTP header. Throws `bad-sdp` on any other length. */
export function decodeSdpWirelessResponse(payload: Uint8Array): SdpWirelessResponse {
  expectLength(payload, RESPONSE_LENGTH, 'response');
  const view = new DataView(payload.buffer, payload.byteOffset);
  return {
    ...readSdpResponse(view),
    diagStatus: view.getUint8(20),
    couplingType: view.getUint8(21),
    evseId: readName(payload, RESPONSE_EVSEID),
  };
}

/** The whole UDP payload, V2GTP header included. Throws `bad-sdp` on a value that no message can carry. */
export function encodeSdpWirelessRequest({ security, transport, p2psPpd, couplingType, evId, evseId }: SdpWirelessRequest): Uint8Array {
  if (!Number.isInteger(p2psPpd) || p2psPpd < 0 || p2psPpd > 0xffff) throw new V2gtpError('bad-sdp', 2, `not 16 bits: ${p2psPpd}`);
  const payload = new Uint8Array(REQUEST_LENGTH);
  payload.set([octet(security, 0), octet(transport, 1), p2psPpd >> 8, p2psPpd & 0xff, octet(couplingType, 4)]);
  writeName(payload, EVID, evId);
  writeName(payload, REQUEST_EVSEID, evseId);
  return writeFrame(SDP_REQUEST_WIRELESS, payload);
}

/** The whole UDP payload, V2GTP header included. Throws `bad-sdp` on a value that no message can carry. */
export function encodeSdpWirelessResponse({ diagStatus, couplingType, evseId, ...response }: SdpWirelessResponse): Uint8Array {
  const payload = new Uint8Array(RESPONSE_LENGTH);
  payload.set([...writeSdpResponse(response), octet(diagStatus, 20), octet(couplingType, 21)]);
  writeName(payload, RESPONSE_EVSEID, evseId);
  return writeFrame(SDP_RESPONSE_WIRELESS, payload);
}

interface Place {
  readonly at: number;
  readonly length: number;
}

function readName(payload: Uint8Array, { at, length }: Place): string {
  const bytes = payload.subarray(at, at + length);
  return String.fromCharCode(...bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1));
}

function writeName(payload: Uint8Array, { at, length }: Place, name: string): void {
  if (name.length > length) throw new V2gtpError('bad-sdp', at, `a name of ${name.length} characters, not of at most ${length}`);
  for (let i = 0; i < name.length; i++) payload[at + i] = octet(name.charCodeAt(i), at + i);
}

function expectLength({ length }: Uint8Array, expected: number, what: string): void {
  if (length !== expected) throw new V2gtpError('bad-sdp', Math.min(length, expected), `wireless SDP ${what} of ${length} bytes, not ${expected}`);
}
