import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { PnetError } from './errors.js';
import type { Counters } from './interface.js';
import { native } from './native.js';

const run = promisify(execFile);

/** What a far end does with the frames it hears: `tell` each, send it back, or only count it. */
export type FarEndMode = 'tell' | 'echo' | 'count';

/** A process at the other end of a wire. */
export interface FarEnd {
  /** Of its interface. */
  readonly address: string;
  mode(mode: FarEndMode): void;
  /** Sends it, or sends it `count` times as fast as it can. */
  send(frame: Uint8Array, count?: number): void;
  /** The next frame it hears that `wanted` likes. What came before and was not asked for counts too; each is told once. */
  hears(wanted?: (frame: Uint8Array) => boolean): Promise<Uint8Array>;
  counters(): Promise<Counters>;
}

/** A virtual wire between this network namespace and one of its own: for tests and measurements without hardware. */
export interface Veth {
  /** The interface at this end. */
  readonly near: string;
  /** The one at the other end, and the namespace that it is in. */
  readonly far: string;
  readonly namespace: string;
  /** Runs `ip` with these words, in this namespace or in the other. */
  ip(...words: readonly string[]): Promise<void>;
  farIp(...words: readonly string[]): Promise<void>;
  /** Puts a process at the far interface; it hears everything there unless told otherwise. It ends with the wire. */
  join(options?: { readonly etherType?: number; readonly promiscuous?: boolean }): Promise<FarEnd>;
  /** Takes all of it away. May be called twice. */
  remove(): Promise<void>;
}

/** Why no `Veth` can be made here; undefined where one can. */
export function whyNoVeth(): string | undefined {
  try {
    native();
  } catch (error) {
    return (error as PnetError).message;
  }
  return process.getuid?.() === 0 ? undefined : 'network namespaces are for root to make';
}

let count = 0;

/** Makes a wire with both ends switched on and without IP addresses. Needs root and `ip` of iproute2. Throws `PnetError` failed. */
export async function makeVeth(): Promise<Veth> {
  const tag = `${process.pid}x${++count}`;
  const [near, far, namespace] = [`pwn${tag}`, `pwf${tag}`, `pilotwire-${tag}`];
  const ip = async (...words: readonly string[]): Promise<void> => {
    await run('ip', words).catch((error: Error) => {
      throw new PnetError('failed', `ip ${words.join(' ')}: ${error.message}`, { cause: error });
    });
  };
  const farIp = (...words: readonly string[]): Promise<void> => ip('-netns', namespace, ...words);
  const processes = new Set<ChildProcess>();
  const remove = async (): Promise<void> => {
    await Promise.all([...processes].map((one) => new Promise<void>((done) => (one.once('exit', () => done()), one.kill('SIGKILL')))));
    // With one end goes the other. What is gone already is no error.
    await ip('link', 'del', near).catch(() => undefined);
    await ip('netns', 'del', namespace).catch(() => undefined);
  };
  try {
    await ip('netns', 'add', namespace);
    await ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace);
    // Without link-local addresses nobody but us speaks on the wire; a kernel without IPv6 has none anyway.
    await ip('link', 'set', near, 'addrgenmode', 'none').catch(() => undefined);
    await farIp('link', 'set', far, 'addrgenmode', 'none').catch(() => undefined);
    await ip('link', 'set', near, 'up');
    await farIp('link', 'set', far, 'up');
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    near, far, namespace, ip, farIp, remove,
    async join(options = {}) {
      const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, createRequire(import.meta.url).resolve('@pilotwire/pnet-bindings/far-end')], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      processes.add(child);
      child.once('exit', () => processes.delete(child));
      return farEnd(child, { name: far, promiscuous: false, ...options });
    },
  };
}

type Told =
  | { readonly kind: 'open'; readonly address: string }
  | { readonly kind: 'heard'; readonly hex: string }
  | ({ readonly kind: 'counters' } & Counters)
  | { readonly kind: 'link' }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

async function farEnd(child: ChildProcess, options: { readonly name: string }): Promise<FarEnd> {
  const heard: Uint8Array[] = [];
  let look = (): void => undefined;
  let answers: { resolve(told: Told): void; reject(error: PnetError): void }[] = [];
  child.on('message', (told: Told) => {
    if (told.kind === 'link') return;
    if (told.kind === 'heard') {
      heard.push(Uint8Array.from(Buffer.from(told.hex, 'hex')));
      look();
    } else if (told.kind === 'error') answers.shift()?.reject(new PnetError('failed', `the far end: ${told.code}: ${told.message}`));
    else answers.shift()?.resolve(told);
  });
  child.once('exit', () => {
    for (const { reject } of answers) reject(new PnetError('failed', 'the far end has ended'));
    answers = [];
  });
  const order = (words: object): void => void child.send(words);
  const ask = (words: object): Promise<Told> =>
    new Promise((resolve, reject) => {
      answers.push({ resolve, reject });
      order(words);
    });
  const opened = await ask({ kind: 'open', ...options });
  return {
    address: opened.kind === 'open' ? opened.address : '',
    mode: (mode) => order({ kind: 'mode', mode }),
    send: (frame, count = 1) => order({ kind: 'send', hex: Buffer.from(frame).toString('hex'), count }),
    hears: (wanted = () => true) =>
      new Promise((resolve) => {
        look = () => {
          const at = heard.findIndex(wanted);
          if (at < 0) return;
          look = () => undefined;
          resolve(heard.splice(at, 1)[0] as Uint8Array);
        };
        look();
      }),
    async counters() {
      const told = await ask({ kind: 'counters' });
      if (told.kind !== 'counters') throw new PnetError('failed', `the far end says ${told.kind}`);
      return told;
    },
  };
}
