import { createWriteStream, readFileSync } from 'node:fs';
import { startCsms } from '@pilotwire/csms';
import type { BootAnswer, Csms, CsmsNews, CsmsOptions } from '@pilotwire/csms';
import { systemClock } from '@pilotwire/runtime';
import { protocols } from '@pilotwire/station';
import type { Protocol } from '@pilotwire/station';
import { command } from '../command.js';
import { Operator } from '../csms/operator.js';
import { newsLine } from '../csms/text.js';
import { CliError, UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { lines } from '../lines.js';
import type { Line } from '../lines.js';
import type { Options, Values } from '../options.js';
import { plain } from '../site/plain.js';
import { onInterrupt } from '../site/interrupt.js';

const usualPort = '8887';
const boots: readonly BootAnswer[] = ['accept', 'pending', 'reject'];

const options = {
  port: { help: `where it listens; 0: a free port; default: ${usualPort}`, value: 'PORT' },
  host: { help: 'the address it listens at; default: 127.0.0.1, so that nobody else can connect', value: 'ADDRESS' },
  ocpp: { help: 'what it speaks, such as 1.6,2.0.1; default: 2.1,2.0.1,1.6, the best that the station has', value: 'VERSIONS' },
  boot: { help: 'how a boot is answered: accept, pending, reject; default: accept', value: 'ANSWER' },
  heartbeat: { help: 'seconds between heartbeats; default: 300', value: 'SECONDS' },
  refuse: { help: 'a token that is not accepted', value: 'TOKEN', many: true },
  passwords: { help: 'a file of lines IDENTITY PASSWORD; * is every other station', value: 'FILE' },
  certificate: { help: 'its certificate in PEM, for TLS', value: 'FILE' },
  key: { help: 'the key of the certificate', value: 'FILE' },
  'client-ca': { help: 'the roots of certificates that stations have to show', value: 'FILE' },
  authority: { help: 'a certificate authority, which signs what stations ask for', value: 'FILE' },
  'authority-key': { help: 'the key of the authority', value: 'FILE' },
  json: { help: 'one JSON object a line, with "at" and "kind"' },
  transcript: { help: 'keep every frame in this file, one JSON object a line; without passwords', value: 'FILE' },
} as const satisfies Options;

export const csms = command({
  summary: 'A small CSMS to try stations with: OCPP 1.6J, 2.0.1 and 2.1, and an operator who types.',
  usage: ['[--port PORT] [--json] [--transcript FILE]'],
  options,
  notes: `A station connects to ws://HOST:PORT, behind which it puts its identity. Transactions are kept in memory. Type help, once it
runs, for what an operator can ask of a station. See docs/how-to/connect-to-a-csms.md.`,
  run: async (values, words, io) => {
    if (words.length > 0) throw new UsageError(`csms takes no arguments: ${words.join(' ')}`);
    const transcript = values.transcript === undefined ? undefined : transcriptTo(values.transcript, io);
    const at = (): string => new Date().toISOString();
    const say = (text: string, value: object): void => {
      if (values.json) return void io.out.line(JSON.stringify({ at: at(), ...value }));
      for (const line of text.split('\n')) void io.out.line(line);
    };
    const tell = (news: CsmsNews): void => {
      if (news.kind === 'frame') return transcript?.line(JSON.stringify({ at: at(), ...news }));
      const line = newsLine(news);
      if (line !== undefined) say(`${at().slice(11, 19)}  ${line}`, news);
    };
    const server = await listen({ ...optionsOf(values), tell, frames: transcript !== undefined });
    say(`stations connect to ${server.url}/IDENTITY; type help for what can be asked of them`, { kind: 'listening', url: server.url });
    await operate(server, say, io);
    await server.close();
    await transcript?.close();
    return 0;
  },
});

function optionsOf(values: Values<typeof options>): CsmsOptions {
  const { port, host, ocpp, boot, heartbeat, passwords, certificate, key, authority, 'authority-key': authorityKey, 'client-ca': clientCa } = values;
  const answer = boots.find((one) => one === (boot ?? 'accept'));
  if (answer === undefined) throw new UsageError(`--boot is ${boots.join(', ')}: ${boot}`);
  if ((certificate === undefined) !== (key === undefined)) throw new UsageError('--certificate and --key go together');
  if ((authority === undefined) !== (authorityKey === undefined)) throw new UsageError('--authority and --authority-key go together');
  if (clientCa !== undefined && certificate === undefined) throw new UsageError('--client-ca goes with --certificate and --key');
  const refused = new Set(values.refuse);
  return {
    utc: Date.now,
    port: numberOf('--port', port ?? usualPort, 0, 65_535),
    heartbeat: numberOf('--heartbeat', heartbeat ?? '300', 1, 86_400),
    boot: answer,
    accepts: (token) => !refused.has(token),
    ...(authority !== undefined && authorityKey !== undefined && { authority: { certificate: textOf(authority), key: textOf(authorityKey) } }),
    ...(host !== undefined && { host }),
    ...(ocpp !== undefined && { protocols: versions(ocpp) }),
    ...(passwords !== undefined && { passwordOf: passwordsIn(textOf(passwords)) }),
    ...(certificate !== undefined && key !== undefined && {
      tls: { certificate: textOf(certificate), key: textOf(key), ...(clientCa !== undefined && { clientCa: textOf(clientCa) }) },
    }),
  };
}

function numberOf(flag: string, text: string, least: number, most: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new UsageError(`${flag} is a number from ${least} to ${most}: ${text}`);
}

const versions = (text: string): readonly Protocol[] =>
  text.split(',').map((word) => {
    const found = protocols.find((one) => one === `ocpp${word.trim().replace(/^ocpp/, '')}`);
    if (found === undefined) throw new UsageError(`--ocpp is some of 1.6, 2.0.1, 2.1, with commas between: ${text}`);
    return found;
  });

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function passwordsIn(text: string): (station: string) => string | undefined {
  const known = new Map<string, string>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, station, password] = /^(\S+)\s+(\S.*?)\s*$/.exec(line) ?? [];
    if (station === undefined || password === undefined) throw new CliError(`the passwords: line ${index + 1} is not IDENTITY PASSWORD`);
    known.set(station, password);
  }
  return (station) => known.get(station) ?? known.get('*');
}

async function listen(options: CsmsOptions): Promise<Csms> {
  try {
    return await startCsms(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? `port ${options.port} is taken; --port takes another` : `it cannot listen: ${message}`;
    throw new CliError(why);
  }
}

/** Reads what is typed until quit or Ctrl-C; where nobody types, it goes on without. */
async function operate(server: Csms, say: (text: string, value: object) => void, io: Io): Promise<void> {
  const operator = new Operator({ csms: server, say: (text, value) => say(text, value as object) });
  const input = io.stdin() as AsyncIterable<Uint8Array> & { readonly destroy?: () => void };
  const typed = lines(input);
  const read = async (): Promise<void> => {
    for (;;) {
      const { value, done } = (await typed.next()) as IteratorResult<Line, undefined>;
      if (done === true) return new Promise(() => undefined);
      if ('text' in value && !(await operator.take(value.text))) return;
    }
  };
  await Promise.race([read(), new Promise<void>((resolve) => onInterrupt(io, systemClock(), resolve))]);
  // A terminal that waits for a line would keep the program.
  input.destroy?.();
}

interface Transcript {
  line(text: string): void;
  close(): Promise<void>;
}

function transcriptTo(file: string, io: Io): Transcript {
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  let broken = false;
  stream.on('error', (error) => {
    if (!broken) io.err.write(`pilotwire: csms: the transcript ends here: ${plain(error.message)}\n`);
    broken = true;
  });
  return {
    line: (text) => void (broken || stream.write(`${text}\n`)),
    close: () => new Promise((resolve) => (broken ? resolve() : stream.end(resolve))),
  };
}
