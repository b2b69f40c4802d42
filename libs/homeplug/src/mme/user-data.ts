import type { Field } from '@pilotwire/wire';
import { bytes, field } from '@pilotwire/wire';
import { mme } from './declare.js';

/** Type and length and value; type 0x1f is a vendor's, its value begins with OUI (3) and subtype (1). */
export interface Tlv {
  /** 7 bits. */
  readonly type: number;
  /** At most 511 octets. */
  readonly value: Uint8Array;
}

/** TLVs up to a header of zero; each header is LE16, seven bits of type above nine of length. */
const tlvs: Field<readonly Tlv[]> = field(
  'required',
  2,
  (reader) => {
    const list: Tlv[] = [];
    for (;;) {
      const header = reader.le16();
      if (header === 0) return list;
      list.push({ type: header >> 9, value: reader.take(header & 0x1ff) });
    }
  },
  (writer, value) => {
    if (!Array.isArray(value)) writer.fail('missing', 'needs a list');
    const level = writer.path.enter();
    for (const [i, tlv] of (value as readonly Tlv[]).entries()) {
      writer.path.at(level, i);
      const { type, value: octets } = tlv ?? writer.fail('missing', 'needs a TLV');
      if (!(octets instanceof Uint8Array)) writer.fail('missing', 'needs bytes');
      if (!(Number.isInteger(type) && type >= 0 && type <= 0x7f)) writer.fail('range', `${type} is not in 0..127`);
      if (octets.length > 0x1ff) writer.fail('length', `longer than ${0x1ff} octets`);
      if (type === 0 && octets.length === 0) writer.fail('range', 'type 0 without a value ends the list');
      writer.le16((type << 9) | octets.length);
      writer.put(octets);
    }
    writer.path.leave(level);
    writer.le16(0);
  },
);

/** Data beside the matching. Not seen on a line; `broadcastTlv` is the leading TLV of one octet. */
export const CmSlacUserDataReq = mme('CM_SLAC_USER_DATA.REQ', 0x6080, { broadcastTlv: bytes(3), tlvs });
