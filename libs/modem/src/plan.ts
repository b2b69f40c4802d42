import type { PibChange, PibFields, PibRole } from '@pilotwire/homeplug';
import { diffPib, isPibError, openPib, patchPib, pibRoles, readPib } from '@pilotwire/homeplug';
import type { FoundModem } from './chips.js';

/** What is to become of a modem's parameter block: the one of a file, or its own with the fields of a role. */
export type Change =
  | { readonly kind: 'image'; readonly bytes: Uint8Array }
  | { readonly kind: 'role'; readonly role: PibRole };

/**
 * Why nothing is written: nobody has tried it on such a modem (`untried`); the block is of another modem (`other-mac`)
 * or of other firmware (`other-version`); these are given in to by force. The file is no parameter block, is of another
 * form or length than the modem's, or has no such field: these are not.
 */
export type RefusedWhy = 'untried' | 'other-mac' | 'other-version' | 'no-image' | 'other-form' | 'other-length' | 'field';

export interface Refused {
  readonly why: RefusedWhy;
  /** For a person. */
  readonly message: string;
}

/** What would be written, and every field and octet that it changes. */
export interface Plan {
  readonly image: Uint8Array;
  readonly changes: readonly PibChange[];
}

/** By force these are given in to, for whoever knows better. */
const forcible: ReadonlySet<RefusedWhy> = new Set(['untried', 'other-mac', 'other-version']);

/** What a change makes of a modem's block, or why it is refused. `backup` is what was read from the modem, checked. */
export function planChange(modem: FoundModem, backup: Uint8Array, change: Change, force: boolean): Plan | Refused {
  const refused = refusal(modem, backup, change);
  const stands = refused.find(({ why }) => !(force && forcible.has(why)));
  if (stands !== undefined) return stands;
  try {
    const image = change.kind === 'role' ? patchPib(backup, pibRoles[change.role]) : change.bytes;
    return { image, changes: diffPib(backup, image) };
  } catch (error) {
    if (!isPibError(error)) throw error;
    return { why: change.kind === 'role' ? 'field' : 'no-image', message: error.message };
  }
}

function refusal(modem: FoundModem, backup: Uint8Array, change: Change): readonly Refused[] {
  const untried: readonly Refused[] = modem.tried
    ? []
    : [{ why: 'untried', message: `nobody is known to have written the parameter block of a ${modem.chip}` }];
  if (change.kind === 'role') return untried;
  try {
    return [...misfits(backup, change.bytes), ...untried];
  } catch (error) {
    if (!isPibError(error)) throw error;
    return [{ why: 'no-image', message: error.message }];
  }
}

/** Throws `PibError`. */
function misfits(backup: Uint8Array, bytes: Uint8Array): readonly Refused[] {
  const [ours, theirs] = [openPib(backup), openPib(bytes)];
  const found: Refused[] = [];
  const form = ({ modules }: typeof ours): string => (modules.length === 0 ? 'bare' : 'in a container');
  if (form(ours) !== form(theirs)) {
    found.push({ why: 'other-form', message: `the modem's block is ${form(ours)}, the file's is ${form(theirs)}` });
  }
  if (ours.length !== theirs.length) {
    found.push({ why: 'other-length', message: `the modem's block has ${ours.length} octets, the file's ${theirs.length}` });
  }
  const [own, other] = [readPib(backup), readPib(bytes)];
  const versions = ({ firmwareVersion, pibVersion }: PibFields): string => `${firmwareVersion}.${pibVersion}`;
  if (versions(own) !== versions(other)) {
    found.push({ why: 'other-version', message: `the modem's block is of version ${versions(own)}, the file's of ${versions(other)}` });
  }
  if (own.mac !== other.mac) {
    found.push({ why: 'other-mac', message: `the file is of another modem, ${other.mac}, and would make this one, ${own.mac}, its twin` });
  }
  return found;
}

/** Whether two files hold the same block; what is around it, and its own checksum, is not asked. */
export function sameBlock(a: Uint8Array, b: Uint8Array): boolean {
  return openPib(a).length === openPib(b).length && diffPib(a, b).length === 0;
}
