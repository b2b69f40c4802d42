import { RecordSplitter, type Window } from '@pilotwire/capture';
import { TlsError } from './cursor.js';
import { HANDSHAKE_HEADER, type HandshakeMessage, readHandshake } from './tls-handshake.js';

const contentType = { changeCipherSpec: 20, alert: 21, handshake: 22 } as const;

/** Content type, version, length. */
const RECORD_HEADER = 5;

/** 2^14 bytes of content and what encryption may add to it. RFC 5246, 6.2.3 */
const MAX_RECORD = RECORD_HEADER + 0x4000 + 0x800;

/** A handshake message longer than any certificate chain of charging. */
const MAX_HANDSHAKE = 0x2_0000;

/** Bytes of a record's beginning that `looksLikeTls` wants. */
export const TLS_PREFIX = 3;

/** Whether a stream may go on as a TLS record does: a content type of TLS, and a version that begins with 3. */
export function looksLikeTls(bytes: Uint8Array): boolean {
  const [type = 0, major, minor = 0xff] = bytes;
  return type >= contentType.changeCipherSpec && type <= 24 && major === 3 && minor <= 4;
}

/** One message in clear; `bytes` is the handshake message, or the alert's content. */
export interface TlsMessage extends HandshakeMessage {
  readonly bytes: Uint8Array;
}

/** One direction of a TLS connection, as far as it is in clear. Throws `TlsError` where it stops being TLS. */
export class TlsStream {
  readonly #records: RecordSplitter;
  readonly #handshake: RecordSplitter;
  #encrypted = false;
  /** Whole TLS records so far. */
  records = 0;

  constructor(message: (message: TlsMessage) => void) {
    this.#handshake = new RecordSplitter({
      measure: measureHandshake,
      record: ({ bytes }, at, length) => message(handshakeOf(bytes.subarray(at, at + length))),
    });
    this.#records = new RecordSplitter({
      measure: measureRecord,
      record: ({ bytes }, at, length) => {
        this.records++;
        const content = bytes.subarray(at + RECORD_HEADER, at + length);
        const type = bytes[at];
        if (type === contentType.changeCipherSpec) this.#encrypted = true;
        else if (type === contentType.handshake && this.#inClear(content)) this.#handshake.push(content);
        else if (type === contentType.alert && content.length === 2) message(alert(content));
      },
    });
  }

  push(bytes: Uint8Array): void {
    this.#records.push(bytes);
  }

  /** In TLS 1.3 a hello may follow a ChangeCipherSpec that means nothing; encrypted content does not look like one. */
  #inClear(content: Uint8Array): boolean {
    if (!this.#encrypted) return true;
    const [type, high = 0, middle = 0, low = 0] = content;
    const length = (high << 16) | (middle << 8) | low;
    return (type === 1 || type === 2) && length + HANDSHAKE_HEADER === content.length;
  }
}

function measureRecord({ bytes, view }: Window, at: number, available: number): number {
  if (available < RECORD_HEADER) return RECORD_HEADER;
  const length = RECORD_HEADER + view.getUint16(at + 3);
  if (looksLikeTls(bytes.subarray(at, at + TLS_PREFIX)) && length <= MAX_RECORD) return length;
  throw new TlsError(`no TLS record: ${bytes.subarray(at, at + RECORD_HEADER).join(' ')}`);
}

function measureHandshake({ view }: Window, at: number, available: number): number {
  if (available < HANDSHAKE_HEADER) return HANDSHAKE_HEADER;
  const length = HANDSHAKE_HEADER + (view.getUint32(at) & 0xff_ffff);
  if (length <= MAX_HANDSHAKE) return length;
  throw new TlsError(`handshake message of ${length} bytes`);
}

function handshakeOf(bytes: Uint8Array): TlsMessage {
  return { ...readHandshake(bytes), bytes };
}

function alert(content: Uint8Array): TlsMessage {
  const [level, description] = content;
  return { type: 'Alert', decoded: { level: level === 2 ? 'fatal' : 'warning', description }, bytes: content };
}
