import { CaptureError, CaptureReader } from '@pilotwire/capture';
import { Conversation, recordToJson, standardDecoders } from '@pilotwire/conversation';
import { CliError } from './errors.js';
import type { ReadOptions } from './libraries.js';
import type { CaptureRecord } from './record.js';

/** Faults of a file told one by one; of what is beyond, only the number. */
const TOLD = 5;

/** The type of a pcapng secrets block that holds a TLS key log. */
const TLS_KEY_LOG = 0x544c534b;

/**
 * The records of a capture in the order of their frames, as its bytes come in. What is wrong with the file is told to
 * `warn`; where it cannot be read to its end, a CliError follows the last record. A file cut off in its last packet,
 * as those of a stopped recording are, is only a warning; one that ends before its first packet is no capture.
 */
export async function* readCapture(bytes: AsyncIterable<Uint8Array>, { name, warn, keyLog }: ReadOptions): AsyncGenerator<CaptureRecord> {
  let records: CaptureRecord[] = [];
  let packets = 0;
  let faults = 0;
  let fatal: CaptureError | undefined;
  const conversation = new Conversation(standardDecoders, (record) => records.push(recordToJson(record)));
  if (keyLog !== undefined && conversation.secrets(keyLog) === 0) warn('the key log holds no secret of TLS 1.2 or 1.3');
  const reader = new CaptureReader({
    packet(packet) {
      packets++;
      conversation.packet(packet);
    },
    secrets(type, block) {
      if (type === TLS_KEY_LOG) conversation.secrets(new TextDecoder().decode(block));
      else if (++faults <= TOLD) warn(`secrets of another kind than a TLS key log (0x${type.toString(16)})`);
    },
    error(error) {
      if (unreadable.has(error.code) || (error.code === 'cut-off' && packets === 0)) fatal = error;
      else if (++faults <= TOLD) warn(`${error.message} (byte ${error.byte})`);
    },
  });
  const taken = (): CaptureRecord[] => {
    const some = records;
    records = [];
    return some;
  };
  for await (const chunk of bytes) {
    reader.push(chunk);
    yield* taken();
    if (fatal) break;
  }
  reader.end();
  conversation.end();
  yield* taken();
  if (faults > TOLD) warn(`${faults - TOLD} more faults like these`);
  if (fatal) throw new CliError(`${name}: ${fatal.message} (byte ${fatal.byte})`);
}

const unreadable: ReadonlySet<string> = new Set<CaptureError['code']>(['unknown-format', 'bad-byte-order', 'bad-length']);
