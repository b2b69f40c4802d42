import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { CaptureReader } from '@pilotwire/capture';
import { toHex } from '@pilotwire/wire';
import { sharedPath } from '../../../tools/shared.js';
import { Conversation, type ConversationRecord, type Decoded, type Decoders } from '../src/index.js';

/** A record of an expected file. */
export interface Expected {
  readonly n: number;
  readonly t: number;
  readonly dir: string;
  readonly kind: string;
  readonly schema: string;
  readonly type: string | null;
  readonly payloadType?: string;
  readonly conn?: number;
  readonly hex: string;
  readonly decoded: unknown;
  readonly tls?: boolean;
}

const folder = sharedPath('captures');

/** Names of the captures, none where they are missing. */
export const captures = folder === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.pcapng'));

export const load = (name: string): Uint8Array => readFileSync(`${folder}/${name}`);

/** The expected records, those inside TLS too: these captures disclose its keys. */
export function expectedOf(name: string): Expected[] {
  const lines = gunzipSync(load(`${name}.expected.jsonl.gz`))
    .toString()
    .trim()
    .split('\n');
  return lines.map((line): Expected => JSON.parse(line));
}

/** Decoders that know the given messages, each by its schema and bytes, and no others. */
export function decodersKnowing(messages: readonly Expected[]): Decoders {
  const known = new Map(messages.map((message) => [`${message.schema} ${message.hex}`, message]));
  const find = (schema: string, bytes: Uint8Array): Decoded => {
    const message = known.get(`${schema} ${toHex(bytes)}`);
    if (!message?.type) return { error: { code: 'unheard-of', message: `no such ${schema} message` } };
    return { type: message.type, decoded: message.decoded };
  };
  return {
    exi: find,
    bestFit(bytes) {
      const decoded = find('din', bytes);
      return 'error' in decoded ? undefined : { schema: 'din', ...decoded };
    },
    homeplug: (frame) => find('homeplug', frame),
  };
}

/** All records of a capture file, pushed in pieces of `step` bytes. */
export function recordsOf(file: Uint8Array, decoders: Decoders, step = 65_536) {
  const records: ConversationRecord[] = [];
  const conversation = new Conversation(decoders, (record) => records.push(record));
  const reader = new CaptureReader({
    packet: (packet) => conversation.packet(packet),
    error(error) {
      throw error;
    },
  });
  for (let at = 0; at < file.length; at += step) reader.push(file.subarray(at, at + step));
  reader.end();
  conversation.end();
  return { records, stats: conversation.stats };
}
