import type { Field } from '@pilotwire/wire';
import { bytes, counted, field, le16, mac, reserved, sized, struct, u8 } from '@pilotwire/wire';
import { av2, mme, qualcomm, qualcomm1 } from './declare.js';

/** `count` values of four bits, the first in the low half of the first octet; counted in values, LE16. */
const nibbles: Field<readonly number[]> = field(
  'required',
  2,
  (reader) => {
    const count = reader.le16();
    reader.need((count + 1) >> 1);
    const { bytes: source, at } = reader;
    reader.at += (count + 1) >> 1;
    return Array.from({ length: count }, (_, i) => ((source[at + (i >> 1)] as number) >> (4 * (i & 1))) & 0xf);
  },
  (writer, value) => {
    if (!Array.isArray(value)) writer.fail('missing', 'needs a list');
    writer.le16(value.length);
    for (const entry of value) {
      if (!(Number.isInteger(entry) && entry >= 0 && entry <= 0xf)) writer.fail('range', `${entry} is not in 0..15`);
    }
    for (let i = 0; i < value.length; i += 2) writer.u8((value[i] as number) | ((value[i + 1] ?? 0) << 4));
  },
);

/** Takes no octets: the version of the header, in values of messages that have a layout for each. */
function version<T extends number>(mmv: T): Field<T> {
  return field('required', 0, () => mmv, () => {});
}

/** Either side: use this modulation per carrier. Known from public test systems only, not seen on a line. */
export const CmAmpMapReq = mme('CM_AMP_MAP.REQ', 0x601c, { amplitudes: nibbles }, { header: av2 });

/** `resType` 0 is success, 1 failure. */
export const CmAmpMapCnf = mme('CM_AMP_MAP.CNF', 0x601d, { resType: u8 }, { header: av2 });

/** Host to its modem: how fast is the line? */
export const CmNwStatsReq = mme('CM_NW_STATS.REQ', 0x6048, {}, { header: av2 });

/** Average rates in Mbit/s. */
export const CmNwStatsCnf = mme('CM_NW_STATS.CNF', 0x6049, {
  stations: counted(u8, struct({ mac, avgTx: u8, avgRx: u8 })),
}, { header: av2 });

/** Host to its modem: which networks, which stations? Asked in both header versions by the same tool. */
export const VsNwInfoReq = mme('VS_NW_INFO.REQ', 0xa038, {}, { header: qualcomm1 });

/** `role` 0 station, 1 proxy, 2 central coordinator (CCo); rates in Mbit/s; `bda` is bridged behind the station. */
export const VsNwInfoCnf = mme('VS_NW_INFO.CNF', 0xa039, {
  subVersion: u8,
  reserved: reserved(1),
  info: sized(le16, struct({
    reserved: reserved(1),
    networks: counted(u8, struct({
      nid: bytes(7),
      reserved: reserved(2),
      snid: u8,
      tei: u8,
      reserved2: reserved(4),
      role: u8,
      ccoMac: mac,
      ccoTei: u8,
      reserved3: reserved(3),
      stations: counted(u8, struct({
        mac,
        tei: u8,
        reserved: reserved(3),
        bda: mac,
        avgTx: le16,
        coupling: u8,
        reserved2: reserved(1),
        avgRx: le16,
        reserved3: reserved(2),
      }), { gap: reserved(5) }),
    })),
  })),
}, { header: qualcomm1 });

/** The older layout, with header version 0. `mmv` 0 in the value tells the two apart. */
export const VsNwInfoReq0 = mme('VS_NW_INFO.REQ', 0xa038, { mmv: version(0) }, { header: qualcomm });

export const VsNwInfoCnf0 = mme('VS_NW_INFO.CNF', 0xa039, {
  mmv: version(0),
  networks: counted(u8, struct({
    nid: bytes(7),
    snid: u8,
    tei: u8,
    role: u8,
    ccoMac: mac,
    ccoTei: u8,
    stations: counted(u8, struct({ mac, tei: u8, bda: mac, avgTx: u8, avgRx: u8 })),
  })),
}, { header: qualcomm });
