import { V2gtpError } from './errors.js';
import { writeFrame } from './frame.js';
import { formatIpv6, parseIpv6 } from './ipv6.js';
import { SDP_REQUEST, SDP_RESPONSE } from './payload-type.js';

/** The UDP port that the SECC listens on. Charging connections do not use it: the answer names their TCP port. */
export const SDP_PORT = 15118;

/** Values of the security byte. Others are reserved, and kept as they are. */
export const sdpSecurity = { tls: 0x00, none: 0x10 } as const;

/** Values of the transport byte. Others are reserved, and kept as they are. */
export const sdpTransport = { tcp: 0x00, udp: 0x10 } as const;

export interface SdpRequest {
  readonly security: number;
  readonly transport: number;
}

export interface SdpResponse {
  /** Where the SECC waits for the TCP connection: an IPv6 address without zone. */
  readonly ip: string;
  readonly port: number;
  readonly security: number;
  readonly transport: number;
}

/** The two bytes of an SDP request, without V2GTP header. Throws `bad-sdp` on any other length. */
export function decodeSdpRequest(payload: Uint8Array): SdpRequest {
  const [security, transport] = payload;
  if (payload.length !== 2 || security === undefined || transport === undefined) {
    throw new V2gtpError('bad-sdp', Math.min(payload.length, 2), `SDP request of ${payload.length} bytes, not 2`);
  }
  return { security, transport };
}

/** The twenty bytes of an SDP response, without V2GTP header. Throws `bad-sdp` on any other length. */
export function decodeSdpResponse(payload: Uint8Array): SdpResponse {
  if (payload.length !== 20) {
    throw new V2gtpError('bad-sdp', Math.min(payload.length, 20), `SDP response of ${payload.length} bytes, not 20`);
  }
  return readSdpResponse(new DataView(payload.buffer, payload.byteOffset));
}

/** The twenty bytes that responses of both kinds begin with. */
export function readSdpResponse(view: DataView): SdpResponse {
  return {
    ip: formatIpv6(new Uint8Array(view.buffer, view.byteOffset, 16)),
    port: view.getUint16(16),
    security: view.getUint8(18),
    transport: view.getUint8(19),
  };
}

/** The whole UDP payload of an SDP request, V2GTP header included: ten bytes. */
export function encodeSdpRequest({ security, transport }: SdpRequest): Uint8Array {
  return writeFrame(SDP_REQUEST, Uint8Array.of(octet(security, 0), octet(transport, 1)));
}

/** The whole UDP payload of an SDP response, header included. Throws `bad-sdp` on an address or port that is none. */
export function encodeSdpResponse(response: SdpResponse): Uint8Array {
  return writeFrame(SDP_RESPONSE, Uint8Array.from(writeSdpResponse(response)));
}

/** The twenty bytes that responses of both kinds begin with. */
export function writeSdpResponse({ ip, port, security, transport }: SdpResponse): readonly number[] {
  const address = parseIpv6(ip);
  if (address === undefined) throw new V2gtpError('bad-sdp', 0, `not an IPv6 address: ${ip}`);
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) throw new V2gtpError('bad-sdp', 16, `not a port: ${port}`);
  return [...address, port >> 8, port & 0xff, octet(security, 18), octet(transport, 19)];
}

/** A value of one byte, which stands at `at`. */
export function octet(value: number, at: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 0xff) return value;
  throw new V2gtpError('bad-sdp', at, `not a byte: ${value}`);
}
