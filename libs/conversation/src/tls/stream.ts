import { RecordSplitter, type Stamp, type Window } from '@pilotwire/capture';
import type { Opener, WireRecord } from './cipher.js';
import { TlsError } from './cursor.js';
import { HANDSHAKE_HEADER, type HandshakeMessage, readHandshake } from './handshake.js';
import type { TlsSession, TlsSide } from './session.js';

const contentType = { changeCipherSpec: 20, alert: 21, handshake: 22, application: 23 } as const;

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

/** One handshake message or alert; `bytes` is the message, or the alert's content. */
export interface TlsMessage extends HandshakeMessage {
  readonly bytes: Uint8Array;
}

/** Where what a stream carries goes, with the packet that completed it. */
export interface TlsSink {
  message(message: TlsMessage, stamp: Stamp): void;
  /** Application data that a key has opened. */
  application(bytes: Uint8Array, stamp: Stamp): void;
  /** From this record on nothing of the stream can be opened. */
  locked(record: WireRecord, stamp: Stamp, why: WhyLocked): void;
}

export type WhyLocked =
  | 'bad-key' // the key log has another secret
  | 'late-key' // it has the right one, but that came when too much waited for it already
  | 'bad-record'; // the secret has opened others before this one

/** Records that came before their secret are kept up to this many bytes. */
const MAX_HELD = 0x10_0000;

interface Held {
  readonly record: WireRecord;
  readonly stamp: Stamp;
}

/** One direction of a TLS connection: what is in clear, and what the session's keys open. Throws `TlsError` where it stops being TLS. */
export class TlsStream {
  readonly #session: TlsSession;
  readonly #side: () => TlsSide;
  readonly #sink: TlsSink;
  readonly #records: RecordSplitter;
  readonly #handshake: RecordSplitter;
  #stamp: Stamp = { n: 0, time: undefined };
  /** TLS 1.2: all that follows a ChangeCipherSpec is encrypted. */
  #encrypted = false;
  #opener: Opener | undefined;
  /** The opener fits: it has opened a record. */
  #fits = false;
  #locked = false;
  #held: Held[] = [];
  #heldBytes = 0;
  /** The first record for which there was no room: what follows could not be opened without it, so nothing more is held. */
  #dropped: Held | undefined;
  /** Whole TLS records so far. */
  records = 0;
  /** Those of them that are encrypted and were not opened. */
  unopened = 0;

  constructor(session: TlsSession, side: () => TlsSide, sink: TlsSink) {
    this.#session = session;
    this.#side = side;
    this.#sink = sink;
    this.#handshake = new RecordSplitter({
      measure: measureHandshake,
      record: ({ bytes }, at, length) => this.#message(bytes.subarray(at, at + length)),
    });
    this.#records = new RecordSplitter({
      measure: measureRecord,
      record: ({ bytes }, at, length) => {
        this.records++;
        const header = bytes.subarray(at, at + RECORD_HEADER);
        const record = { type: bytes[at] ?? 0, header, content: bytes.subarray(at + RECORD_HEADER, at + length) };
        if (this.#isEncrypted(record)) this.unopened++;
        // What waits keeps its order; what is in clear, an alert say, waits for nobody.
        if ((this.#held.length > 0 && this.#isEncrypted(record)) || !this.#take(record)) this.#hold(record);
      },
    });
  }

  /** `stamp` is kept with what has to wait. */
  push(bytes: Uint8Array, stamp: Stamp): void {
    this.#stamp = stamp;
    this.#records.push(bytes);
  }

  /** Frame number of the first record that waits for its secret. */
  get waitingSince(): number | undefined {
    return this.#held[0]?.stamp.n;
  }

  /** Tries the first waiting record again; false where it still waits. */
  retry(): boolean {
    const [first] = this.#held;
    if (!first) return false;
    this.#stamp = first.stamp;
    if (!this.#take(first.record)) return false;
    this.#held.shift();
    this.#heldBytes -= first.record.content.length;
    if (this.#held.length === 0 && this.#dropped) this.#lock(this.#dropped, 'late-key');
    return true;
  }

  /** False where the record waits for a secret. */
  #take(record: WireRecord): boolean {
    const { type, content } = record;
    if (type === contentType.changeCipherSpec) {
      this.#encrypted = true;
      return true;
    }
    if (!this.#isEncrypted(record)) {
      this.#opened(type, content);
      return true;
    }
    if (this.#locked) return true;
    this.#opener ??= this.#session.opener(this.#side());
    if (!this.#opener) return false;
    const opened = this.#opener(record);
    if (opened) {
      this.unopened--;
      this.#fits = true;
      this.#opened(opened.type, opened.content);
    } else this.#lock({ record, stamp: this.#stamp }, this.#fits ? 'bad-record' : 'bad-key');
    return true;
  }

  #hold({ type, header, content }: WireRecord): void {
    if (this.#dropped) return; // without its secret it is only counted
    const held = { record: { type, header: header.slice(), content: content.slice() }, stamp: this.#stamp };
    if (this.#heldBytes + content.length > MAX_HELD) {
      this.#dropped = held;
      return;
    }
    this.#held.push(held);
    this.#heldBytes += content.length;
  }

  #lock({ record, stamp }: Held, why: WhyLocked): void {
    if (this.#locked) return;
    this.#locked = true;
    this.#sink.locked(record, stamp, why);
  }

  #opened(type: number, content: Uint8Array): void {
    if (type === contentType.handshake) this.#handshake.push(content);
    else if (type === contentType.application) this.#sink.application(content, this.#stamp);
    else if (type === contentType.alert && content.length === 2) this.#sink.message(alert(content), this.#stamp);
  }

  #message(bytes: Uint8Array): void {
    const message = { ...readHandshake(bytes, this.#session.isTls13), bytes };
    this.#sink.message(message, this.#stamp);
    this.#session.learn(bytes);
    if (!this.#session.isTls13 || (message.type !== 'Finished' && message.type !== 'KeyUpdate')) return;
    if (message.type === 'Finished') this.#session.finished(this.#side());
    else this.#session.updated(this.#side());
    this.#opener = undefined;
    this.#fits = false;
  }

  #isEncrypted({ type, content }: WireRecord): boolean {
    if (type === contentType.application) return true;
    if (!this.#encrypted || type === contentType.changeCipherSpec) return false;
    // TLS 1.3 encrypts under the type of application data; the ChangeCipherSpec in front of it means nothing.
    if (this.#session.isTls13 && type !== contentType.handshake) return false;
    // So a second hello may follow one. What is encrypted does not look like a hello.
    const [message, high = 0, middle = 0, low = 0] = content;
    const length = (high << 16) | (middle << 8) | low;
    return !(type === contentType.handshake && (message === 1 || message === 2) && length + HANDSHAKE_HEADER === content.length);
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

function alert(content: Uint8Array): TlsMessage {
  const [level, description] = content;
  return { type: 'Alert', decoded: { level: level === 2 ? 'fatal' : 'warning', description }, bytes: content };
}
