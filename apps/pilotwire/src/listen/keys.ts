import type { ConversationRecord } from '@pilotwire/conversation';
import { nidFromNmk } from '@pilotwire/homeplug';
import { fromHex, toHex } from '@pilotwire/wire';

/** A network's key that has passed in clear, in lower-case hex. */
export interface PassedKey {
  readonly nmk: string;
  /** Absent where the message has none. */
  readonly nid?: string;
  /** The network id follows from the key, as with every real charger; some testers make one up. */
  readonly nidFits?: boolean;
}

/** In which member each message has the key. */
const members: ReadonlyMap<string, string> = new Map([
  ['CM_SLAC_MATCH.CNF', 'nmk'],
  ['CM_SET_KEY.REQ', 'newKey'],
  ['CM_GET_KEY.CNF', 'key'],
  ['VS_SET_KEY.REQ', 'nmk'],
]);

/** The key of a network that a record shows; undefined where it shows none. */
export function keyIn({ kind, ...record }: ConversationRecord): PassedKey | undefined {
  if (kind !== 'homeplug' || !('type' in record) || !('decoded' in record)) return undefined;
  const member = members.get(record.type ?? '');
  const decoded = record.decoded as Readonly<Record<string, unknown>> | null;
  const nmk = member === undefined ? undefined : decoded?.[member];
  const octets = typeof nmk === 'string' ? fromHex(nmk) : undefined;
  // A modem that does not tell its key answers with zeros.
  if (octets?.length !== 16 || octets.every((octet) => octet === 0)) return undefined;
  const nid = decoded?.['nid'];
  if (typeof nid !== 'string') return { nmk: toHex(octets) };
  const fits = (['simple-connect', 'secure'] as const).some((level) => toHex(nidFromNmk(octets, level)) === nid);
  return { nmk: toHex(octets), nid, nidFits: fits };
}

export function keyText({ nmk, nid, nidFits }: PassedKey): string {
  const network = nid === undefined ? '' : `  NID ${nid}${nidFits === true ? '' : ' (which is not the hash of the key)'}`;
  return `              the key of a network has passed: NMK ${nmk}${network}`;
}
