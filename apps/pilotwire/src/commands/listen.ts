import { after, seconds } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import type { Command } from '../command.js';
import { command } from '../command.js';
import { CliError, UsageError } from '../errors.js';
import { Listener } from '../listen/listener.js';
import type { Heard } from '../listen/listener.js';
import { Recording } from '../listen/recording.js';
import { interfaceSource } from '../listen/source.js';
import type { OpenSource, Source, SourceListener } from '../listen/source.js';

/** At least so often what was heard is in the file. */
const flushing = seconds(1);

type Link = Parameters<SourceListener['link']>[0]['state'];
const words: Readonly<Record<Exclude<Link, 'up'>, string>> = {
  'no-carrier': 'no carrier: has the modem power, and is its cable plugged in?',
  down: 'the network interface is switched off',
  removed: 'the network interface has gone',
};

export function listenCommand({ open, clock }: { readonly open: OpenSource; readonly clock: Clock }): Command {
  return command({
    summary: 'Shows what passes on a link, live: SLAC and modem management, SDP, and the V2G messages of a charge.',
    usage: ['--interface IF [--write FILE] [--json]'],
    options: {
      interface: { help: 'the network interface that the modem is plugged into', value: 'IF' },
      write: { help: 'also record every frame as pcapng, for decode, replay and Wireshark; only you may read it', value: 'FILE' },
      json: { help: 'one JSON object a line, as decode --json; then one of kind summary' },
    },
    notes: `It sends nothing. A key of a network that passes is pointed out once. Ctrl-C ends it, and tells how much was heard,
decoded, and dropped by the kernel. What a modem passes on depends on its role: see docs/how-to/listen.md.`,
    run: async ({ interface: name, write, json }, more, io) => {
      if (name === undefined) throw new UsageError('listen needs an interface: --interface IF');
      if (more.length > 0) throw new UsageError(`listen takes no arguments: ${more.join(' ')}`);
      let end: (problem?: Error) => void = () => {};
      const over = new Promise<Error | undefined>((resolve) => (end = resolve));
      let told: Link = 'up';
      const source = open(name, {
        frames(batch) {
          try {
            for (const frame of batch) listener.hear(frame);
          } catch (error) {
            if (!(error instanceof CliError)) throw error;
            end(error);
          }
        },
        link({ state }) {
          if (state === 'removed') return end(new CliError(`${name}: ${words.removed}`));
          if (state !== told) io.err.write(`pilotwire: listen: ${name}: ${state === 'up' ? 'it is there again' : words[state]}\n`);
          told = state;
        },
      });
      const recording = write === undefined ? undefined : recordingAt(write, name, source);
      const listener = new Listener(io, { json, recording });
      io.onInterrupt(() => end());
      if (!json) io.err.write(`listening on ${name}; Ctrl-C ends it\n`);
      const every = (): void => {
        try {
          recording?.flush();
          if (!json) io.out.update(heardText(listener.heard));
        } catch (error) {
          end(error as Error);
        }
        cancel = clock.wake(after(clock.now(), flushing), every);
      };
      let cancel = clock.wake(after(clock.now(), flushing), every);
      const problem = await over;
      cancel();
      source.close();
      listener.end();
      const { dropped } = source.counters();
      const { heard } = listener;
      await io.out.flush();
      if (json) await io.out.line(JSON.stringify({ kind: 'summary', ...heard, dropped, ...(write !== undefined && { file: write }) }));
      else io.err.write(`${heardText(heard)}; ${dropped} dropped by the kernel${write === undefined ? '' : `; written to ${write}`}\n`);
      // What cannot be written needs no closing.
      if (problem === undefined) recording?.close();
      else throw problem;
      return 0;
    },
  });
}

function recordingAt(path: string, name: string, source: Source): Recording {
  try {
    return new Recording(path, name);
  } catch (error) {
    source.close();
    throw error;
  }
}

function heardText({ frames, octets, messages, errors, keys, unprinted }: Heard): string {
  const parts = [`${frames} frames heard (${octets} octets)`, `${messages} messages, ${errors} of them not decodable`];
  if (keys > 0) parts.push(`${keys} ${keys === 1 ? 'key' : 'keys'} seen`);
  if (unprinted > 0) parts.push(`${unprinted} lines not printed, since nobody read them`);
  return parts.join('; ');
}

export const listen = listenCommand({ open: interfaceSource, clock: systemClock() });
