import type { Direction } from './declare.js';
import { OUI_QUALCOMM } from './declare.js';
import { mmes } from './table.js';

/** Messages that are known by name alone: MMTYPE without its two low bits. */
const nameOnly: readonly (readonly [number, string])[] = [
  [0x0014, 'CC_DISCOVER_LIST'],
  [0x6004, 'CM_ENCRYPTED_PAYLOAD'],
  [0x6020, 'CM_BRG_INFO'],
  [0x6038, 'CM_NW_INFO'],
  [0x8000, 'MS_PB_ENC'],
  [0xa030, 'VS_LNK_STATS'],
  [0xa06c, 'VS_ENET_SETTINGS'],
  [0xa070, 'VS_TONE_MAP_CHAR'],
  [0xa090, 'VS_RX_TONE_MAP_CHAR'],
];

/** MMTYPEs from here on belong to the vendor whose OUI precedes the payload. */
export const VENDOR_SPECIFIC = 0xa000;

const suffixes = ['.REQ', '.CNF', '.IND', '.RSP'] as const;

/** By OUI (0: none) and MMTYPE without its two low bits. */
const families: ReadonlyMap<string, string> = new Map([
  ...nameOnly.map(([base, name]) => [key(base, OUI_QUALCOMM), name] as const),
  ...mmes
    .filter(({ name, listedAs }) => name === listedAs)
    .map(({ mmtype, header, name }) => [key(mmtype & ~3, header.oui ?? 0), name.slice(0, -4)] as const),
]);

const directions: ReadonlyMap<string, Direction> = new Map(mmes.map(({ name, direction }) => [name, direction]));

/**
 * The name of a message by its MMTYPE and, for vendor messages, OUI: a known family's, or `0x` and the MMTYPE with its
 * two low bits cleared in four hex digits; then `.REQ`, `.CNF`, `.IND` or `.RSP`.
 */
export function mmeName(mmtype: number, oui: number): string {
  const base = mmtype & ~3;
  const name = families.get(key(base, oui)) ?? `0x${base.toString(16).padStart(4, '0')}`;
  return name + suffixes[mmtype & 3];
}

/** Who sends a message, by its name alone: SLAC tells, management does not. */
export function directionOf(name: string): Direction {
  return directions.get(name) ?? '?';
}

function key(base: number, oui: number): string {
  return base < VENDOR_SPECIFIC ? String(base) : `${base}/${oui}`;
}
