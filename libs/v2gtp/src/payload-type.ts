/** What a V2GTP payload type carries. `sure` is false where no capture or second source confirmed the number. */
export interface PayloadTypeInfo {
  readonly name: string;
  readonly carries: 'exi' | 'sdp';
  readonly sure: boolean;
}

const exi = (name: string, sure: boolean): PayloadTypeInfo => ({ name, carries: 'exi', sure });
const sdp = (name: string, sure: boolean): PayloadTypeInfo => ({ name, carries: 'sdp', sure });

/**
 * The payload types of DIN SPEC 70121, ISO 15118-2 and ISO 15118-20. 8001 is every EXI message of the first two, and
 * the application handshake of all three.
 */
export const payloadTypes: ReadonlyMap<number, PayloadTypeInfo> = new Map([
  [0x8001, exi('EXI', true)],
  [0x8002, exi('Mainstream', true)],
  [0x8003, exi('ACMainstream', true)],
  [0x8004, exi('DCMainstream', true)],
  [0x8005, exi('ACDPMainstream', true)],
  [0x8006, exi('WPTMainstream', true)],
  [0x8101, exi('ScheduleRenegotiation', true)],
  [0x8102, exi('MeteringConfirmation', true)],
  [0x8103, exi('ACDPSystemStatus', true)],
  [0x8104, exi('ParkingStatus', true)],
  [0x9000, sdp('SDPRequest', true)],
  [0x9001, sdp('SDPResponse', true)],
  [0x9002, sdp('SDPRequestWireless', true)],
  [0x9003, sdp('SDPResponseWireless', true)],
  [0x9004, sdp('SDPRequestEMSP', false)],
  [0x9005, sdp('SDPResponseEMSP', false)],
]);

export const SDP_REQUEST = 0x9000;
export const SDP_RESPONSE = 0x9001;
export const SDP_REQUEST_WIRELESS = 0x9002;
export const SDP_RESPONSE_WIRELESS = 0x9003;
export const EXI_MESSAGE = 0x8001;

/** Four lower-case hex digits, as traces write a payload type. */
export function formatPayloadType(payloadType: number): string {
  return payloadType.toString(16).padStart(4, '0');
}
