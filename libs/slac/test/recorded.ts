import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Mme, MmeName } from '@pilotwire/homeplug';
import type { Received } from '../src/index.js';
import { receive } from '../src/index.js';
import { sharedPath } from '../../../tools/shared.js';

/** A SLAC message of a capture: which frame, when (ms since the first frame of the file). */
export interface RecordedMme {
  readonly n: number;
  readonly at: number;
  readonly input: Received;
  readonly mme: Mme;
}

/** One matching in a capture, from its first message to CM_SLAC_MATCH.CNF, or to where it broke off. */
export interface Attempt {
  readonly name: string;
  readonly evse: string;
  readonly ev: string;
  readonly modem: string | undefined;
  readonly messages: readonly RecordedMme[];
}

const folder = sharedPath('captures');
export const haveCaptures = folder !== undefined;

const slac: ReadonlySet<MmeName> = new Set<MmeName>([
  'CM_SLAC_PARM.REQ', 'CM_SLAC_PARM.CNF', 'CM_START_ATTEN_CHAR.IND', 'CM_MNBC_SOUND.IND', 'CM_ATTEN_PROFILE.IND',
  'CM_ATTEN_CHAR.IND', 'CM_ATTEN_CHAR.RSP', 'CM_SLAC_MATCH.REQ', 'CM_SLAC_MATCH.CNF',
]);

function messagesOf(file: string): readonly RecordedMme[] {
  if (folder === undefined) return [];
  const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8');
  const lines = text.split('\n').filter((line) => line.includes('"homeplug"'));
  const records = lines.map((line) => JSON.parse(line) as { n: number; t: number; hex: string });
  const first = records[0]?.t ?? 0;
  return records.flatMap(({ n, t, hex }) => {
    const input = receive(Uint8Array.from(Buffer.from(hex, 'hex')));
    return input?.kind === 'mme' && slac.has(input.mme.mme) ? [{ n, at: 1_000 * (t - first), input, mme: input.mme }] : [];
  });
}

function isAnew(messages: readonly RecordedMme[], runId: Uint8Array): boolean {
  return messages.some(({ mme }) => mme.mme === 'CM_SLAC_PARM.REQ' && mme.runId.join() !== runId.join());
}

/** The attempts of all captures in which an EV asks and an EVSE answers; `2022-12-13` and a number name them. */
export function attempts(): readonly Attempt[] {
  if (folder === undefined) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.expected.jsonl.gz')).sort();
  return files.flatMap((file) => {
    const found: Attempt[] = [];
    let current: RecordedMme[] = [];
    const close = (): void => {
      const confirmed = current.find(({ mme }) => mme.mme === 'CM_SLAC_PARM.CNF');
      if (confirmed !== undefined && current.some(({ mme }) => mme.mme === 'CM_SLAC_PARM.REQ')) {
        const modem = current.find(({ mme }) => mme.mme === 'CM_ATTEN_PROFILE.IND')?.input.from;
        const name = `${file.replace('.pcapng.expected.jsonl.gz', '')} ${found.length + 1}`;
        const { from: evse, to: ev } = confirmed.input;
        found.push({ name, evse, ev, modem, messages: current });
      }
      current = [];
    };
    for (const message of messagesOf(file)) {
      // A new RunID is a new attempt; what follows a match, repeated reports of pyPLC, belongs to none.
      if (message.mme.mme === 'CM_SLAC_PARM.REQ' && isAnew(current, message.mme.runId)) close();
      if (current.length === 0 && message.mme.mme !== 'CM_SLAC_PARM.REQ') continue;
      current.push(message);
      if (message.mme.mme === 'CM_SLAC_MATCH.CNF') close();
    }
    close();
    return found;
  });
}
