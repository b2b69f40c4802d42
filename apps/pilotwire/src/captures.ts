import { CaptureError, CaptureReader } from '@pilotwire/capture';
import { Conversation, recordToJson, standardDecoders } from '@pilotwire/conversation';
import { CliError } from './errors.js';
import type { CaptureRecord } from './record.js';

/** Faults of a file told one by one; of what is beyond, only the number. */
const TOLD = 5;

/**
 * The records of a capture in the order of their frames, as its bytes come in. What is wrong with the file is told to
 * `warn`; where it cannot be read to its end, a CliError follows the last record. A file cut off in its last packet,
 * as those of a stopped recording are, is only a warning; one that ends before its first packet is no capture.
 */
export async function* readCapture(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  warn: (message: string) => void,
): AsyncGenerator<CaptureRecord> {
  let records: CaptureRecord[] = [];
  let packets = 0;
  let faults = 0;
  let fatal: CaptureError | undefined;
  const conversation = new Conversation(standardDecoders, (record) => records.push(recordToJson(record)));
  const reader = new CaptureReader({
    packet(packet) {
      packets++;
      conversation.packet(packet);
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
