import type { Field, Fields, Flat, Reader, ValueOf, Writer } from '@pilotwire/wire';
import { struct } from '@pilotwire/wire';

/** Who sends a message by its type; `?` where either side, or a host and its modem, may. */
export type Direction = 'ev->evse' | 'evse->ev' | '?';

/** What lies between MMTYPE and the payload, by version: MMV 0 nothing, MMV 1 and 2 FMI and FMSN; then a vendor's OUI. */
export interface MmeHeader {
  readonly mmv: 0 | 1 | 2;
  /** 24 bits, of vendor messages only. */
  readonly oui?: number;
  /** OUIs that modems were seen to send instead; accepted, with an anomaly. */
  readonly alsoOui?: number;
}

/** The header of most CM_ messages. */
export const standard: MmeHeader = { mmv: 1 };

/** CM_CHAN_EST, CM_AMP_MAP and CM_NW_STATS changed with HomePlug AV 2.0 and say so; none of them was seen in the field. */
export const av2: MmeHeader = { mmv: 2 };

export const OUI_QUALCOMM = 0x00b052;
export const OUI_LUMISSIL = 0x0016e8;

export const qualcomm: MmeHeader = { mmv: 0, oui: OUI_QUALCOMM };
export const qualcomm1: MmeHeader = { mmv: 1, oui: OUI_QUALCOMM };
export const lumissil: MmeHeader = { mmv: 0, oui: OUI_LUMISSIL };

export interface MmeOptions {
  readonly header?: MmeHeader;
  readonly direction?: Direction;
  /** The name that listings show, where it is not the message's own. */
  readonly listedAs?: string;
}

/** One management message: reader, writer, least length and value type, from its only declaration. */
export interface MmeDeclaration<T = unknown> extends Field<T> {
  readonly name: string;
  readonly mmtype: number;
  readonly header: MmeHeader;
  readonly direction: Direction;
  readonly listedAs: string;
}

/** Declares a message. `fields` begin after the header; the value also carries `name` as `mme`. */
export function mme<N extends string, F extends Fields>(
  name: N,
  mmtype: number,
  fields: F,
  { header = standard, direction = '?', listedAs = name }: MmeOptions = {},
): MmeDeclaration<Flat<{ readonly mme: N } & ValueOf<F>>> {
  type Value = Flat<{ readonly mme: N } & ValueOf<F>>;
  const payload = struct(fields);
  const read = (reader: Reader): Value => {
    const value: Record<string, unknown> = { mme: name };
    payload.readInto(reader, value);
    return value as Value;
  };
  const write = (writer: Writer, value: Value): void => payload.write(writer, value as Flat<ValueOf<F>>, value);
  return { presence: 'required', size: payload.size, name, mmtype, header, direction, listedAs, read, write };
}
