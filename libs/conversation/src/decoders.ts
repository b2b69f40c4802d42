import type { RecordError, SchemaName } from './record.js';

/** A message that was understood: its name and its value, or the reason why it was not. */
export type Decoded =
  | { readonly type: string; readonly decoded: unknown; readonly anomalies?: readonly unknown[] }
  | { readonly error: RecordError };

/** What reads the contents of messages. They return their errors; whatever they throw is a bug and ends the reading. */
export interface Decoders {
  /**
   * One EXI document. Undefined where there is no codec for the schema. Values of `app` have the standard's names and
   * plain numbers and strings, e.g. `{supportedAppProtocolRes: {ResponseCode, SchemaID}}`.
   */
  exi(schema: SchemaName, bytes: Uint8Array): Decoded | undefined;
  /** The schema that reads all of a document, where no handshake names it. Undefined where none does. */
  bestFit(bytes: Uint8Array): ({ readonly schema: SchemaName } & Decoded) | undefined;
  /** One Ethernet frame of EtherType 0x88E1, without VLAN tags. */
  homeplug(frame: Uint8Array): Decoded;
}
