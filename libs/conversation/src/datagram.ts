import type { Stamp, UdpDatagram } from '@pilotwire/capture';
import {
  decodeSdpRequest,
  decodeSdpResponse,
  decodeSdpWirelessRequest,
  decodeSdpWirelessResponse,
  formatPayloadType,
  HEADER_LENGTH,
  readDatagram,
  readHeader,
  SDP_PORT,
  SDP_REQUEST,
  SDP_REQUEST_WIRELESS,
  SDP_RESPONSE,
  SDP_RESPONSE_WIRELESS,
  V2gtpError,
} from '@pilotwire/v2gtp';
import { destinationOf, formatAddress, formatEnd, sourceOf } from './address.js';
import type { Direction, KeyLogRecord, SdpExchange, SdpRecord } from './record.js';
import { timeOf } from './time.js';

/** Where test systems disclose TLS secrets, as dsV2Gshark reads them: UDP to all nodes of the link. */
const keyLog = { address: 'ff02::1', port: 52345 } as const;

/** The record of a UDP datagram, if it is one of charging. */
export function readUdp(datagram: UdpDatagram, stamp: Stamp): SdpRecord | KeyLogRecord | undefined {
  const { sourcePort, destinationPort } = datagram;
  if (sourcePort === SDP_PORT || destinationPort === SDP_PORT) return sdpRecord(datagram, stamp);
  const { address, port } = destinationOf(datagram);
  if (port === keyLog.port && formatAddress(address) === keyLog.address) return keyLogRecord(datagram.payload, stamp);
  return undefined;
}

function sdpRecord(datagram: UdpDatagram, stamp: Stamp): SdpRecord {
  const whole = datagram.payload;
  const header = whole.length < HEADER_LENGTH ? undefined : readHeader(whole);
  const base = {
    ...timeOf(stamp),
    dir: directionOf(header?.payloadType),
    kind: 'sdp',
    schema: 'sdp',
    payloadType: header === undefined ? null : formatPayloadType(header.payloadType),
    bytes: header === undefined ? whole : whole.subarray(HEADER_LENGTH),
  } as const;
  try {
    const { payloadType, payload } = readDatagram(whole);
    const ends = { src: formatEnd(sourceOf(datagram)), dst: formatEnd(destinationOf(datagram)) };
    return { ...base, decoded: { ...ends, ...content(payloadType, payload) } };
  } catch (error) {
    if (!(error instanceof V2gtpError)) throw error;
    const { code, byte, message } = error;
    return { ...base, decoded: null, error: { code, byte, message } };
  }
}

function content(payloadType: number, payload: Uint8Array): Pick<SdpExchange, 'SDPReq' | 'SDPRes'> {
  switch (payloadType) {
    case SDP_REQUEST:
      return { SDPReq: decodeSdpRequest(payload) };
    case SDP_RESPONSE:
      return { SDPRes: decodeSdpResponse(payload) };
    case SDP_REQUEST_WIRELESS:
      return { SDPReq: decodeSdpWirelessRequest(payload) };
    case SDP_RESPONSE_WIRELESS:
      return { SDPRes: decodeSdpWirelessResponse(payload) };
    default:
      throw new V2gtpError('bad-sdp', 2, `payload type ${formatPayloadType(payloadType)} is not read as SDP`);
  }
}

function directionOf(payloadType: number | undefined): Direction {
  if (payloadType === SDP_REQUEST || payloadType === SDP_REQUEST_WIRELESS) return 'ev->evse';
  return payloadType === SDP_RESPONSE || payloadType === SDP_RESPONSE_WIRELESS ? 'evse->ev' : '?';
}

function keyLogRecord(bytes: Uint8Array, stamp: Stamp): KeyLogRecord {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  const lines = text.split(/[\r\n\0]+/).filter((line) => line !== '');
  return { ...timeOf(stamp), dir: '?', kind: 'keylog', bytes, lines };
}
