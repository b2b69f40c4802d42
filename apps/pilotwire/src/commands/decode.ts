import { didYouMean } from '@pilotwire/configuration/nearest';
import { type Command, command } from '../command.js';
import { CliError, UsageError } from '../errors.js';
import { codecOf, decodeLine, failureText } from '../exi-line.js';
import { exists, type Input, isCapture, openInput, readText } from '../input.js';
import type { Io } from '../io.js';
import type { Libraries } from '../libraries.js';
import { type Line, lines } from '../lines.js';
import { progress } from '../progress.js';
import { type CaptureRecord, kinds } from '../record.js';
import { messageText, oneLine, recordText } from '../render.js';
import { counter, statsText } from '../stats.js';
import { forEachWord } from '../words.js';
import { recordXml, xmlComment, xmlText } from '../xml-line.js';

/** What was asked for, and where the answer goes. */
interface Job {
  readonly json: boolean;
  readonly xml: boolean;
  readonly pretty: boolean;
  readonly stats: boolean;
  readonly kind: readonly string[];
  readonly type: readonly string[];
  readonly schema: readonly string[];
  readonly keyLog: string | undefined;
  readonly io: Io;
  /** Several captures may be shown one after the other: each line says of which it is. */
  readonly several: boolean;
  /** The types of all messages of captures, shown or not. */
  readonly met: Set<string>;
}

export function decodeCommand(libraries: Libraries): Command {
  return command({
    summary: 'Shows the messages of captures, or of bare EXI in hex.',
    usage: [
      '[--json | --xml [--pretty]] [--stats] [--kind KIND] [--type TYPE] [--schema SCHEMA] FILE... | -',
      '[--json | --xml [--pretty]] [--schema SCHEMA] HEX... | -',
    ],
    options: {
      json: { help: 'one JSON object a line' },
      xml: { help: 'one XML document a line, of each message in EXI; a comment where there is none to show' },
      pretty: { help: 'with --xml: each element on a line of its own' },
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
      if (values.pretty && !values.xml) throw new UsageError('--pretty is for --xml');
      if (words.length === 0) throw new UsageError('nothing to decode: name a FILE, hex, or - for standard input');
      expectKnown('kind', values.kind, kinds);
      expectKnown('schema', values.schema, [...Object.keys(libraries.codecs), ...otherSchemas]);
      const keyLog = values.keylog === undefined ? undefined : readText(values.keylog);
      const job: Job = { ...values, keyLog, io, several: words.length > 1, met: new Set() };
      const code = await forEachWord('decode', words, io, (word) => decodeWord(libraries, word, job));
      const unheardOf = code === 0 ? strangers(values.type, libraries.types, job.met) : [];
      if (unheardOf.length > 0) throw new CliError(`no message has the type ${unheardOf.join(', nor ')}`);
      return code;
    },
  });
}

/** What records of captures have for a schema that is none of EXI. */
const otherSchemas = ['homeplug', 'sdp'];

function expectKnown(what: string, words: readonly string[], known: readonly string[]): void {
  for (const word of words) {
    if (!known.includes(word)) throw new UsageError(`unknown ${what}: ${word}${didYouMean(word, known)}; there are: ${known.join(', ')}`);
  }
}

/** Of these types, those that nobody knows and that no message had, with what may have been meant. */
function strangers(types: readonly string[], known: () => ReadonlySet<string>, met: ReadonlySet<string>): readonly string[] {
  const left = types.filter((type) => !met.has(type));
  if (left.length === 0) return [];
  const names = known();
  return left.filter((type) => !names.has(type)).map((type) => `${type}${didYouMean(type, [...met, ...names])}`);
}

/** A word is a file, `-`, or hex; a file goes first. Resolves to false where a line of hex could not be decoded. */
async function decodeWord({ codecs, readCapture }: Omit<Libraries, 'types'>, word: string, job: Job): Promise<boolean> {
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
      await job.io.out.line(failed ? xmlComment(failureText(result.error)) : xmlText(codecs, result, job.pretty));
      continue;
    }
    const text = failed ? oneLine(`error: ${failureText(result.error)}`) : messageText(result);
    await job.io.out.line(job.json || !job.io.out.terminal ? JSON.stringify(result) : text);
  }
  return good;
}

async function capture({ codecs, readCapture }: Omit<Libraries, 'types'>, input: Input, job: Job): Promise<void> {
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
    if (job.type.length > 0 && typeof record.type === 'string') job.met.add(record.type);
    if (!isChosen(record, job)) continue;
    if (job.stats) stats.add(record);
    else if (job.xml) {
      const xml = recordXml(codecs, record, job.pretty);
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
