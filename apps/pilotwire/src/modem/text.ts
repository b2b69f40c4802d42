import type { PibChange, PibFields } from '@pilotwire/homeplug';
import { nidFromNmk, openPib, readPib } from '@pilotwire/homeplug';
import type { FoundModem, InstallEnd, ModemStatus, Trouble } from '@pilotwire/modem';
import { toHex } from '@pilotwire/wire';
import { table } from '../options.js';
import { oneLine } from '../render.js';

type Value = PibChange['before'];

/** What nobody should see over a shoulder or in a log. */
const secrets: ReadonlySet<string> = new Set(['nmk', 'dak']);
/** Octets of an unnamed place that are shown. */
const SHOWN = 16;

export const modemText = ({ local, mac, chip, firmware }: FoundModem): string =>
  oneLine(`${local ? 'here   ' : 'beyond '} ${mac}  ${chip.padEnd(8)}  ${firmware}`);

export function statusLines({ modem, link, hardware, built, networks = [], rates = [] }: ModemStatus): readonly string[] {
  const more = [hardware, built === undefined ? undefined : `built ${built}`].filter((part) => part !== undefined);
  return [
    modemText(modem) + (more.length === 0 ? '' : oneLine(`  (${more.join(', ')})`)),
    `link     ${link === undefined ? 'unknown: the modem does not tell' : link === 'up' ? 'up: another modem has the same key' : 'down: no other modem with this key is heard'}`,
    ...networks.flatMap(({ nid, role, snid, tei, coordinator, stations }) => [
      `network  ${toHex(nid)}  as ${role}, TEI ${tei}, SNID ${snid}, coordinator ${coordinator}`,
      ...stations.map((one) => `station  ${one.mac}  TEI ${one.tei}, ${one.sends} Mbit/s there, ${one.receives} back, behind it ${one.behind}`),
    ]),
    ...rates.map(({ mac, sends, receives }) => `rates    ${mac}  ${sends} Mbit/s there, ${receives} back`),
  ];
}

/** A value as people read it; a secret only where they ask for it. */
function valueText(value: Value, field: string | undefined, keys: boolean): string {
  if (field !== undefined && secrets.has(field) && !keys) return '(hidden)';
  if (typeof value === 'string') return JSON.stringify(oneLine(value));
  if (typeof value === 'number') return String(value);
  return value.length > SHOWN ? `${toHex(value.subarray(0, SHOWN))}…(${value.length} octets)` : toHex(value);
}

export function fieldLines(bytes: Uint8Array, keys: boolean): readonly string[] {
  const { image, length, modules } = openPib(bytes);
  const form = modules.length === 0 ? 'bare' : `in a container of ${modules.length} modules, at 0x${image.toString(16)}`;
  const fields = readPib(bytes);
  const rows = Object.entries(fields).map(([name, value]) => [name, valueText(value, name, keys) + note(name, fields)] as const);
  return [`a parameter block of ${length} octets, ${form}`, ...table(rows).trimEnd().split('\n')];
}

/** What follows from the other fields. */
function note(name: string, { nmk, preferredNid }: PibFields): string {
  if (name !== 'preferredNid' || nmk === undefined || preferredNid === undefined) return '';
  const fits = (['simple-connect', 'secure'] as const).some((level) => toHex(nidFromNmk(nmk, level)) === toHex(preferredNid));
  return fits ? '  (the hash of the NMK)' : '  (not the hash of the NMK)';
}

/** The same for programs: octets in hex, secrets left out unless they are asked for. */
export const fieldsJson = (bytes: Uint8Array, keys: boolean): object =>
  Object.fromEntries(Object.entries(readPib(bytes)).filter(([name]) => keys || !secrets.has(name)).map(([name, value]) => [name, plain(value)]));

export const changeJson = ({ field, offset, before, after }: PibChange, keys: boolean): object =>
  (field !== undefined && secrets.has(field) && !keys ? { field, offset } : { ...(field !== undefined && { field }), offset, before: plain(before), after: plain(after) });

const plain = (value: Value): string | number => (value instanceof Uint8Array ? toHex(value) : value);

export function changeLines(changes: readonly PibChange[], keys: boolean): readonly string[] {
  const rows = changes.map(({ field, offset, before, after }) => {
    const place = field ?? `octets at 0x${offset.toString(16)}`;
    if (field !== undefined && secrets.has(field) && !keys) return [place, 'another one (hidden)'] as const;
    return [place, `${valueText(before, field, keys)} -> ${valueText(after, field, keys)}`] as const;
  });
  return rows.length === 0 ? ['no difference'] : table(rows).trimEnd().split('\n');
}

/** Why something did not come about, and what helps. */
export function troubleText(trouble: Trouble): string {
  switch (trouble.why) {
    case 'silent':
      return trouble.asked === 'VS_SW_VER.REQ'
        ? 'no modem answers: has it power, and is it at this network interface? A modem beyond the power line is named by --modem'
        : `the modem does not answer ${trouble.asked}`;
    case 'refused':
      return `the modem refuses ${trouble.asked} with status 0x${trouble.status.toString(16)}`;
    case 'several':
      return `several modems are at this end of the line: name one of them by --modem: ${trouble.macs.join(', ')}`;
    case 'checksum':
      return `what the modem sends does not match its checksum, at octet ${trouble.offset}`;
    case 'no-image':
      return `what the modem sends is no parameter block: ${trouble.message}`;
    case 'not-back':
      return trouble.bootLoader ? 'the modem stays in its boot loader: it does not accept its parameter block' : 'the modem does not come back from its restart';
    case 'no-access':
      return `how the parameter block of a ${trouble.chip} is read is not known here`;
    case 'key-length':
      return `a key has 16 octets, not ${trouble.length}`;
  }
}

type Ended = Extract<InstallEnd, { readonly why: unknown }>;

/** How a change that did not succeed ended. `again`: the command line that writes the backup. */
export function endText(end: Ended, again: string): string {
  switch (end.outcome) {
    case 'untouched':
      return `nothing was written: ${whyText(end.why)}`;
    case 'kept':
      return `not changed: the modem holds its old block (${whyText(end.why)})`;
    case 'restored':
      return `not changed: the modem has got its old block back, and holds it (${whyText(end.why)})`;
    case 'unknown':
      return `the modem may hold neither the old nor the new block (${whyText(end.why)}). Leave it powered, and write the backup: ${again}`;
  }
}

function whyText(why: Ended['why']): string {
  if (why.why === 'cancelled') return 'it was not wanted';
  if ('message' in why && why.why !== 'no-image') return `${why.message}${forcible.has(why.why) ? '; --force does it all the same' : ''}`;
  if (why.why === 'no-image') return why.message;
  if (why.why !== 'not-taken') return troubleText(why as Trouble);
  const places = why.differs.map(({ field, offset }) => field ?? `0x${offset.toString(16)}`);
  return `what is read back differs${places.length === 0 ? '' : ` in ${places.slice(0, 8).join(', ')}${places.length > 8 ? ' …' : ''}`}`;
}

const forcible: ReadonlySet<string> = new Set(['untried', 'other-mac', 'other-version']);
