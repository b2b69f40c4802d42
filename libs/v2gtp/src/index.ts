export { Deframer } from './deframe.js';
export type { DeframeEvent, DeframerOptions, V2gtpMessage, V2gtpSkipped } from './deframe.js';
export { V2gtpError } from './errors.js';
export type { V2gtpErrorCode } from './errors.js';
export { DEFAULT_MAX_PAYLOAD, HEADER_LENGTH, readDatagram, readHeader, writeFrame, writeHeader } from './frame.js';
export type { V2gtpHeader } from './frame.js';
export { formatIpv6, parseIpv6 } from './ipv6.js';
export {
  EXI_MESSAGE,
  formatPayloadType,
  payloadTypes,
  SDP_REQUEST,
  SDP_REQUEST_WIRELESS,
  SDP_RESPONSE,
  SDP_RESPONSE_WIRELESS,
} from './payload-type.js';
export type { PayloadTypeInfo } from './payload-type.js';
export {
  decodeSdpRequest,
  decodeSdpResponse,
  encodeSdpRequest,
  encodeSdpResponse,
  SDP_PORT,
  sdpSecurity,
  sdpTransport,
} from './sdp.js';
export type { SdpRequest, SdpResponse } from './sdp.js';
export {
  decodeSdpWirelessRequest,
  decodeSdpWirelessResponse,
  encodeSdpWirelessRequest,
  encodeSdpWirelessResponse,
  sdpDiagStatus,
} from './sdp-wireless.js';
export type { SdpWirelessRequest, SdpWirelessResponse } from './sdp-wireless.js';
