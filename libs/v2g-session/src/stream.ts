import { isExiError } from '@pilotwire/exi';
import { app, din } from '@pilotwire/v2g-messages';
import { Deframer, EXI_MESSAGE, formatPayloadType, HEADER_LENGTH, writeHeader } from '@pilotwire/v2gtp';
import type { DeframeEvent } from '@pilotwire/v2gtp';
import { nameOf } from './din.js';
import type { V2gMessage } from './din.js';
import type { GarbageInput, MessageInput } from './incoming.js';

/** No DIN message comes near this; a length beyond it is taken for a lie before a byte of it is kept. */
const maxPayload = 4_096;

/**
 * One TCP connection, as bytes: V2GTP frames and EXI on one side, typed messages on the other. Bytes may come split or
 * joined anywhere. What is no message comes out as garbage, with what and where; nothing is dropped.
 */
export class DinStream {
  readonly #deframer = new Deframer({ maxPayload });
  /** Where messages are written, so that each leaves no more behind than its own bytes. */
  readonly #room = new Uint8Array(HEADER_LENGTH + maxPayload);
  /** supportedAppProtocol comes first and is another schema; afterwards it is the exception. */
  #negotiated = false;

  /** `seen` is shown the octets of each input: those of its payload, or those that were skipped. */
  push(bytes: Uint8Array, seen?: (octets: Uint8Array, input: MessageInput | GarbageInput) => void): (MessageInput | GarbageInput)[] {
    return this.#deframer.push(bytes).map((event) => {
      const input = this.#read(event);
      seen?.(event.kind === 'skipped' ? event.bytes : event.payload, input);
      return input;
    });
  }

  /** The bytes of a message. Throws `ExiError` where it is none of its schema's, which those of the machines never are. */
  write(message: V2gMessage): Uint8Array {
    const length = 'V2G_Message' in message ? din.encodeInto(message, this.#room, HEADER_LENGTH) : app.encodeInto(message, this.#room, HEADER_LENGTH);
    writeHeader(this.#room, EXI_MESSAGE, length);
    if (!('V2G_Message' in message)) this.#negotiated ||= message.supportedAppProtocolRes?.SchemaID !== undefined;
    return this.#room.slice(0, HEADER_LENGTH + length);
  }

  #read(event: DeframeEvent): MessageInput | GarbageInput {
    if (event.kind === 'skipped') return { kind: 'garbage', why: 'skipped', detail: event.error.message };
    if (event.payloadType === EXI_MESSAGE) return this.#decode(event.payload);
    return { kind: 'garbage', why: 'unknown-payload-type', detail: formatPayloadType(event.payloadType) };
  }

  #decode(payload: Uint8Array): MessageInput | GarbageInput {
    const codecs = this.#negotiated ? ([readDin, readApp] as const) : ([readApp, readDin] as const);
    const first = codecs[0](payload);
    if (first.kind === 'message') return this.#heard(first);
    const second = codecs[1](payload);
    return second.kind === 'message' ? this.#heard(second) : first;
  }

  #heard(input: MessageInput): MessageInput {
    const { message } = input;
    if (!('V2G_Message' in message)) this.#negotiated ||= message.supportedAppProtocolRes?.SchemaID !== undefined;
    return input;
  }
}

/** The same bytes can be read by a schema they were not written for; only what makes a message counts. */
function readDin(payload: Uint8Array): MessageInput | GarbageInput {
  return reading(() => {
    const { value, anomalies } = din.decode(payload);
    const known = value.V2G_Message !== undefined && nameOf(value.V2G_Message.Body) !== undefined;
    return known ? { kind: 'message', message: value, ...(anomalies.length > 0 && { anomalies }) } : undefined;
  });
}

function readApp(payload: Uint8Array): MessageInput | GarbageInput {
  return reading(() => {
    const { value, anomalies } = app.decode(payload);
    const known = value.supportedAppProtocolReq !== undefined || value.supportedAppProtocolRes !== undefined;
    return known ? { kind: 'message', message: value, ...(anomalies.length > 0 && { anomalies }) } : undefined;
  });
}

function reading(read: () => MessageInput | undefined): MessageInput | GarbageInput {
  try {
    return read() ?? { kind: 'garbage', why: 'undecodable', detail: 'not a V2G message' };
  } catch (error) {
    if (!isExiError(error)) throw error;
    return { kind: 'garbage', why: 'undecodable', detail: `${error.path}: ${error.message}` };
  }
}
