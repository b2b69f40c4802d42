import type { Side, Stamp } from '@pilotwire/capture';
import {
  type DeframeEvent,
  Deframer,
  formatPayloadType,
  payloadTypes,
  type V2gtpMessage,
  type V2gtpSkipped,
} from '@pilotwire/v2gtp';
import type { Channel, Exchange } from './channel.js';
import type { Decoded, Decoders } from './decoders.js';
import type { Negotiation } from './negotiation.js';
import type { RecordError, SchemaName, V2gtpRecord } from './record.js';
import { SkippedStretch } from './skipped.js';
import { timeOf } from './time.js';

/** One direction of a V2GTP connection. */
export class V2gtpChannel implements Channel {
  readonly #from: Side;
  readonly #exchange: Exchange;
  readonly #negotiation: Negotiation;
  readonly #decoders: Decoders;
  readonly #deframer: Deframer;
  #skipped: SkippedStretch | undefined;
  /** Of the bytes that came last: what of them is given up later, is given up of this frame. */
  #last: Stamp = { n: 0, time: undefined };

  constructor(from: Side, exchange: Exchange, negotiation: Negotiation, decoders: Decoders, midStream: boolean) {
    this.#from = from;
    this.#exchange = exchange;
    this.#negotiation = negotiation;
    this.#decoders = decoders;
    this.#deframer = new Deframer({ midStream });
  }

  data(bytes: Uint8Array, stamp: Stamp): void {
    this.#take(this.#deframer.push(bytes), stamp);
    this.#last = { n: stamp.n, time: stamp.time };
  }

  gap(length: number, stamp: Stamp): void {
    this.#take(this.#deframer.gap(length), this.#last);
    this.#tellSkipped();
    this.#exchange.gap(this.#from, length, timeOf(stamp));
  }

  end(): void {
    this.#take(this.#deframer.end(), this.#last);
    this.#tellSkipped();
  }

  #take(events: readonly DeframeEvent[], stamp: Stamp): void {
    for (const event of events) {
      if (event.kind === 'message') this.#message(event, stamp);
      else this.#skip(event, stamp);
    }
  }

  /** Until a message proves the connection to be V2GTP, all that is skipped counts as one stretch. */
  #skip(event: V2gtpSkipped, stamp: Stamp): void {
    if (this.#skipped?.error !== event.error) this.#tellSkipped();
    this.#skipped ??= new SkippedStretch(event, stamp);
    this.#skipped.add(event);
  }

  #tellSkipped(): void {
    const skipped = this.#skipped;
    if (skipped === undefined || !this.#exchange.charging) return;
    this.#skipped = undefined;
    const { code, byte, message } = skipped.error;
    this.#exchange.emit({
      ...timeOf(skipped.stamp),
      dir: this.#exchange.direction(this.#from),
      kind: 'tcp',
      type: 'skipped',
      conn: this.#exchange.conn,
      bytes: skipped.bytes,
      decoded: { length: skipped.length },
      error: { code, byte, message },
    });
  }

  #message({ payloadType, payload }: V2gtpMessage, stamp: Stamp): void {
    this.#exchange.charging = true;
    this.#tellSkipped();
    const { schema, result } = this.#decode(payloadType, payload);
    const type = 'type' in result ? result.type : null;
    const decoded = 'type' in result ? result.decoded : null;
    if (schema === 'app') this.#negotiation.learn(decoded);
    const { n, t } = timeOf(stamp);
    const record: V2gtpRecord = {
      n,
      t,
      dir: this.#exchange.directionOf(this.#from, senderOf(type)),
      kind: 'v2gtp',
      schema,
      type,
      payloadType: formatPayloadType(payloadType),
      conn: this.#exchange.conn,
      bytes: payload,
      decoded,
    };
    // Only the rare record has more: copying each for it would cost more than all the rest of its making.
    if ('error' in result) this.#exchange.emit({ ...record, error: result.error });
    else if (result.anomalies !== undefined) this.#exchange.emit({ ...record, anomalies: result.anomalies });
    else this.#exchange.emit(record);
  }

  #decode(payloadType: number, payload: Uint8Array): { readonly schema: SchemaName | null; readonly result: Decoded } {
    const schema = this.#negotiation.schemaOf(payloadType, payload);
    if (schema !== undefined) {
      return { schema, result: this.#decoders.exi(schema, payload) ?? failed('no-codec', `no codec for ${schema}`) };
    }
    if (payloadTypes.get(payloadType)?.carries !== 'exi') {
      return { schema: null, result: failed('unknown-payload-type', 'a payload type that is not of a V2G message') };
    }
    const fit = this.#decoders.bestFit(payload);
    if (fit === undefined) return { schema: null, result: failed('no-schema', 'no schema reads this message') };
    return { schema: fit.schema, result: fit };
  }
}

function failed(code: string, message: string): { readonly error: RecordError } {
  return { error: { code, message } };
}

/** Requests are the car's, responses the charger's. */
function senderOf(type: string | null): 'car' | 'charger' | undefined {
  if (type?.endsWith('Req')) return 'car';
  return type?.endsWith('Res') ? 'charger' : undefined;
}
