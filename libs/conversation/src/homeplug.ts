import { etherType, linkType, type OtherFrame, type Packet } from '@pilotwire/capture';
import type { Decoders } from './decoders.js';
import type { Direction, HomeplugRecord } from './record.js';
import { timeOf } from './time.js';

/** The MMEs of SLAC that only a car or only a charger sends. ISO 15118-3 Annex A. */
const directions: ReadonlyMap<string, Direction> = new Map([
  ['CM_SLAC_PARM.REQ', 'ev->evse'],
  ['CM_START_ATTEN_CHAR.IND', 'ev->evse'],
  ['CM_MNBC_SOUND.IND', 'ev->evse'],
  ['CM_ATTEN_CHAR.RSP', 'ev->evse'],
  ['CM_SLAC_MATCH.REQ', 'ev->evse'],
  ['CM_SLAC_PARM.CNF', 'evse->ev'],
  ['CM_ATTEN_CHAR.IND', 'evse->ev'],
  ['CM_SLAC_MATCH.CNF', 'evse->ev'],
]);

const ETHERNET_HEADER = 14;

/** The record of a frame of EtherType 0x88E1. */
export function homeplugRecord(packet: Packet, { start }: OtherFrame, decoders: Decoders): HomeplugRecord {
  const frame = untagged(packet, start);
  const cooked = packet.linkType !== linkType.ethernet;
  const result = decoders.homeplug(frame);
  const type = 'type' in result ? result.type : null;
  const { n, t } = timeOf(packet);
  const record: HomeplugRecord = {
    n,
    t,
    dir: directions.get(type ?? '') ?? '?',
    kind: 'homeplug',
    schema: 'homeplug',
    type,
    bytes: cooked ? frame : packet.bytes,
    decoded: 'type' in result ? result.decoded : null,
  };
  if (!cooked && !('error' in result)) return record;
  return { ...record, ...(cooked ? { cooked } : {}), ...('error' in result ? { error: result.error } : {}) };
}

/** The Ethernet frame without VLAN tags, or made from a Linux cooked one, whose payload begins at `start`. */
function untagged({ linkType: type, bytes }: Packet, start: number): Uint8Array {
  if (type === linkType.ethernet && start === ETHERNET_HEADER) return bytes;
  const frame = new Uint8Array(ETHERNET_HEADER + bytes.length - start);
  frame.set(bytes.subarray(start), ETHERNET_HEADER);
  frame.set([etherType.homeplug >> 8, etherType.homeplug & 0xff], 12);
  if (type === linkType.ethernet) frame.set(bytes.subarray(0, 12));
  else frame.set(cookedSource(type, bytes), 6);
  return frame;
}

function cookedSource(type: number, bytes: Uint8Array): Uint8Array {
  const at = type === linkType.linuxSll2 ? 12 : 6;
  return bytes.subarray(at, at + 6);
}
