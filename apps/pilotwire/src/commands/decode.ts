import { type Command, command } from '../command.js';
import { CliError, UsageError } from '../errors.js';
import { codecOf, decodeLine, failureText } from '../exi-line.js';
import { exists, type Input, isCapture, openInput, readText } from '../input.js';
import type { Io } from '../io.js';
import type { Libraries } from '../libraries.js';
import { type Line, lines } from '../lines.js';
import { didYouMean } from '../nearest.js';
import { progress } from '../progress.js';
import { type CaptureRecord, kinds } from '../record.js';
import { messageText, oneLine, recordText } from '../render.js';
import { counter, statsText } from '../stats.js';
import { recordXml, xmlComment, xmlText } from '../xml-line.js';

/** What was asked for, and where the answer goes. */
interface Job {
  readonly json: boolean;
  readonly xml: boolean;
  readonly stats: boolean;
  readonly kind: readonly string[];
  readonly type: readonly string[];
  readonly schema: readonly string[];
  readonly keyLog: string | undefined;
  readonly io: Io;
  /** Several captures may be shown one after the other: each line says of which it is. */
  readonly several: boolean;
}

export function decodeCommand(libraries: Libraries): Command {
  return command({
    summary: 'Shows the messages of captures, or of bare EXI in hex.',
    usage: [
      '[--json | --xml] [--stats] [--kind KIND] [--type TYPE] [--schema SCHEMA] FILE... | -',
      '[--json | --xml] [--schema SCHEMA] HEX... | -',
    ],
    options: {
      json: { help: 'one JSON object a line' },
      xml: { help: 'one XML document a line, of each message in EXI; a comment where there is none to show' },
      kind: { help: `only these: ${kinds.join(', ')}; may be repeated`, value: 'KIND', many: true },
      type: { help: 'only messages of this type, e.g. PreChargeReq; may be repeated', value: 'TYPE', many: true },
      schema: { help: 'only messages of this schema, e.g. din; the one that bare EXI is read by', value: 'SCHEMA', many: true },
      keylog: { help: 'TLS secrets in NSS key log format, to open what is inside TLS', value: 'FILE' },
      stats: { help: 'how many messages of which type, instead of the messages' },
    },
    notes: `FILE is a pcap or pcapng file, packed by gzip or not. - reads either that or lines of hex from standard input.
Columns: time of day (UTC), direction, type, key facts. --json leaves nothing out. With several FILEs each line
names its own; one that cannot be read does not end the reading of the others.

Bare EXI gives one line for each line of input, in order: for people at a terminal, JSON elsewhere or with
--json. Without --schema it is read by the schema that reads it whole and writes it back the same; if several do,
all are named.`,
    run: async (values, words, io) => {
      if (values.xml && (values.json || values.stats)) throw new UsageError('--xml is an output of its own: leave out --json and --stats');
      if (words.length === 0) throw new UsageError('nothing to decode: name a FILE, hex, or - for standard input');
      for (const kind of values.kind) {
        if (kinds.some((known) => known === kind)) continue;
        throw new UsageError(`unknown kind: ${kind}${didYouMean(kind, kinds)}; there are: ${kinds.join(', ')}`);
      }
      const keyLog = values.keylog === undefined ? undefined : readText(values.keylog);
      const job = { ...values, keyLog, io, several: words.length > 1 };
      let failed = false;
      for (const word of words) {
        try {
          if (!(await decodeWord(libraries, word, job))) failed = true;
        } catch (error) {
          // What is wrong with one file is no reason to leave out the next.
          if (!(error instanceof CliError) || error instanceof UsageError) throw error;
          await io.out.flush();
          io.err.write(`pilotwire: decode: ${error.message}\n`);
          failed = true;
        }
      }
      return failed ? 1 : 0;
    },
  });
}

/** A word is a file, `-`, or hex; a file goes first. Resolves to false where a line of hex could not be decoded. */
async function decodeWord({ codecs, readCapture }: Libraries, word: string, job: Job): Promise<boolean> {
  if (word !== '-' && /^(?:0x)?[0-9a-f]+$/i.test(word) && !exists(word)) {
    return bareExi(codecs, [{ text: word }], job);
  }
  const input = await openInput(word, job.io);
  if (word === '-' && !isCapture(input)) return bareExi(codecs, lines(input.bytes), job);
  await capture({ codecs, readCapture }, input, job);
  return true;
}

async function bareExi(codecs: Libraries['codecs'], source: Iterable<Line> | AsyncIterable<Line>, job: Job): Promise<boolean> {
  const [schema, ...others] = job.schema;
  if (others.length > 0) throw new UsageError('--schema is given twice: bare EXI is read by one schema');
  if (job.stats || job.kind.length > 0 || job.type.length > 0) {
    throw new UsageError('--stats, --kind and --type are for captures, and this is bare EXI');
  }
  if (schema !== undefined) codecOf(codecs, schema);
  let good = true;
  for await (const line of source) {
    const result = decodeLine(codecs, schema, line);
    const failed = 'error' in result;
    if (failed) good = false;
    if (job.xml) {
      await job.io.out.line(failed ? xmlComment(failureText(result.error)) : xmlText(codecs, result));
      continue;
    }
    const text = failed ? oneLine(`error: ${failureText(result.error)}`) : messageText(result);
    await job.io.out.line(job.json || !job.io.out.terminal ? JSON.stringify(result) : text);
  }
  return good;
}

async function capture({ codecs, readCapture }: Libraries, input: Input, job: Job): Promise<void> {
  const { out } = job.io;
  const stats = counter(input.name);
  const shown = progress(job.io);
  let size = 0;
  let messages = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const bytes of input.bytes) {
      size += bytes.length;
      shown.show(() => `decode: ${input.name}: ${(size / 1e6).toFixed(1)} MB, ${messages} messages`);
      yield bytes;
    }
  }
  const warn = (message: string): void => {
    shown.clear();
    job.io.err.write(`pilotwire: decode: ${input.name}: ${message}\n`);
  };
  const { keyLog } = job;
  for await (const record of readCapture(counted(), { name: input.name, warn, ...(keyLog !== undefined && { keyLog }) })) {
    messages++;
    if (!isChosen(record, job)) continue;
    if (job.stats) stats.add(record);
    else if (job.xml) {
      const xml = recordXml(codecs, record);
      if (xml !== undefined) await out.line(xml);
    } else if (job.json) await out.line(JSON.stringify(job.several ? { file: input.name, ...record } : record));
    else await out.line(`${job.several ? `${input.name}: ` : ''}${recordText(record)}`);
  }
  shown.clear();
  if (job.stats) await out.line(job.json ? JSON.stringify(stats.result()) : statsText(stats.result()));
}

function isChosen({ kind, type, schema }: CaptureRecord, job: Job): boolean {
  return has(job.kind, kind) && has(job.type, type) && has(job.schema, schema);
}

function has(wanted: readonly string[], value: string | null | undefined): boolean {
  return wanted.length === 0 || (typeof value === 'string' && wanted.includes(value));
}
