import { EXI_MESSAGE } from '@pilotwire/v2gtp';
import type { SchemaName } from './record.js';

/** The namespaces that handshakes agree on, and their schemas. Those of ISO 15118-20 differ by energy, not here. */
const namespaces: ReadonlyMap<string, SchemaName> = new Map([
  ['urn:din:70121:2012:MsgDef', 'din'],
  ['urn:iso:15118:2:2013:MsgDef', 'iso2'],
]);

/**
 * Payload types that name their schema, which only ISO 15118-20 has. One of its side streams, that of schedule
 * renegotiation (8101), does not: charge parameters come in the schema of the energy, schedules in the common one.
 */
const byPayloadType: ReadonlyMap<number, SchemaName> = new Map([
  [0x8002, 'iso20-common'],
  [0x8003, 'iso20-ac'],
  [0x8004, 'iso20-dc'],
  [0x8005, 'iso20-acdp'],
  [0x8006, 'iso20-wpt'],
  [0x8102, 'iso20-common'],
  [0x8103, 'iso20-acdp'],
  [0x8104, 'iso20-common'],
]);

/** Which schema the messages of one connection are written by: followed from its handshake, as often as it has one. */
export class Negotiation {
  #offered = new Map<number, string>();
  #agreed: string | undefined;

  /** The schema of a message, or undefined where neither its payload type nor a captured handshake tells. */
  schemaOf(payloadType: number, payload: Uint8Array): SchemaName | undefined {
    if (payloadType !== EXI_MESSAGE) return byPayloadType.get(payloadType);
    if (isHandshake(payload)) return 'app';
    return this.#agreed === undefined ? undefined : namespaces.get(this.#agreed);
  }

  /** Learns from a decoded message of the handshake. */
  learn(decoded: unknown): void {
    const request = field(decoded, 'supportedAppProtocolReq');
    if (request !== undefined) {
      this.#agreed = undefined;
      this.#offered.clear();
      const offers = field(request, 'AppProtocol');
      if (Array.isArray(offers)) for (const offer of offers) this.#offer(offer);
    }
    const schemaId = field(field(decoded, 'supportedAppProtocolRes'), 'SchemaID');
    if (typeof schemaId === 'number') this.#agreed = this.#offered.get(schemaId);
  }

  #offer(offer: unknown): void {
    const schemaId = field(offer, 'SchemaID');
    const namespace = field(offer, 'ProtocolNamespace');
    if (typeof schemaId === 'number' && typeof namespace === 'string') this.#offered.set(schemaId, namespace);
  }
}

/**
 * The document event codes of supportedAppProtocol begin with a 0 bit behind the EXI header (0x80); those of every
 * message of DIN SPEC 70121 and ISO 15118-2 with a 1.
 */
function isHandshake(payload: Uint8Array): boolean {
  return payload[0] === 0x80 && (payload[1] ?? 0xff) < 0x80;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
