import { didYouMean } from '@pilotwire/configuration/nearest';
import { ethernetModem } from '@pilotwire/link';
import type { Modem } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { systemClock } from '@pilotwire/runtime';
import { parseMac } from '@pilotwire/wire';
import type { Command } from '../command.js';
import { command } from '../command.js';
import { UsageError } from '../errors.js';
import { atPort } from '../modem/host.js';
import type { AtModem, Settings } from '../modem/jobs.js';
import { diff, find, read, role, setKey, show, status, write } from '../modem/jobs.js';

/** A job: its words, the flags that go with it, and what it does, at a modem or with files alone. */
interface Job {
  readonly words: readonly string[];
  readonly flags: readonly string[];
  readonly at?: (at: AtModem, ...words: string[]) => Promise<number>;
}

const writing = ['interface', 'modem', 'backup', 'yes', 'force', 'keys'];
const jobs: Readonly<Record<string, Job>> = {
  find: { words: [], flags: ['interface', 'json'], at: find },
  status: { words: [], flags: ['interface', 'modem', 'json'], at: status },
  'set-key': { words: [], flags: ['interface', 'modem', 'from', 'yes'], at: setKey },
  read: { words: ['FILE'], flags: ['interface', 'modem'], at: read },
  write: { words: ['FILE'], flags: writing, at: write },
  role: { words: ['evse|ev|ev-auto'], flags: writing, at: role },
  show: { words: ['FILE'], flags: ['keys', 'json'] },
  diff: { words: ['A', 'B'], flags: ['keys', 'json'] },
};

export interface ModemSurroundings {
  readonly open: (name: string) => Modem;
  readonly clock: Clock;
  readonly now: () => Date;
}

export function modemCommand({ open, clock, now }: ModemSurroundings): Command {
  return command({
    summary: 'Finds a HomePlug modem and prepares it: its key, its role, its parameter block.',
    usage: [
      'find --interface IF [--json]',
      'status --interface IF [--modem MAC] [--json]',
      'set-key --interface IF [--modem MAC] [--from FILE] [--yes]',
      'read FILE --interface IF [--modem MAC]',
      'role evse|ev|ev-auto --interface IF [--modem MAC] [--backup FOLDER] [--yes] [--force]',
      'write FILE --interface IF [--modem MAC] [--backup FOLDER] [--yes] [--force]',
      'show FILE [--keys] [--json]',
      'diff A B [--keys] [--json]',
    ],
    options: {
      interface: { help: 'the network interface that the modem is plugged into', value: 'IF' },
      modem: { help: 'which one, by its address: one beyond the power line, or one of several at this end', value: 'MAC' },
      from: { help: 'a file whose first line is the network password, or the 32 hex digits of the key', value: 'FILE' },
      backup: { help: 'where the old parameter block is kept; default: this folder', value: 'FOLDER' },
      yes: { help: 'write without asking' },
      force: { help: 'also to a chip that nobody has tried, or a block of another modem or version' },
      keys: { help: 'show keys too' },
      json: { help: 'one JSON object a line' },
    },
    notes: `role and write show every field that changes, and ask. Before anything is written the old block is in a file of its own, which
only you may read; afterwards the modem restarts, and what it holds is read back and compared. Where that differs, the old
block is written back. See docs/how-to/prepare-a-modem.md.`,
    run: async (values, [name, ...words], io) => {
      const known = Object.keys(jobs);
      if (name === undefined) throw new UsageError(`what is to be done with the modem? There are: ${known.join(', ')}`);
      const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
      if (job === undefined) throw new UsageError(`unknown: modem ${name}${didYouMean(name, known)}; there are: ${known.join(', ')}`);
      for (const [flag, value] of Object.entries(values)) {
        if (value !== undefined && value !== false && !job.flags.includes(flag)) throw new UsageError(`--${flag} does not go with modem ${name}`);
      }
      if (words.length !== job.words.length) throw new UsageError(`modem ${name} takes ${job.words.join(' and ') || 'no arguments'}`);
      if (name === 'show') return show(io, values, words[0] as string);
      if (name === 'diff') return diff(io, values, words[0] as string, words[1] as string);

      const { interface: port, modem, backup = '.' } = values;
      if (port === undefined) throw new UsageError(`modem ${name} needs an interface: --interface IF`);
      if (modem !== undefined && parseMac(modem) === undefined) throw new UsageError(`--modem is an address such as 00:b0:52:00:00:01: ${modem}`);
      const settings: Settings = { ...values, interface: port, modem: modem?.toLowerCase(), backup };
      return atPort(open(port), port, clock, (host) => (job.at as NonNullable<Job['at']>)({ host, io, settings, now }, ...words));
    },
  });
}

const clock = systemClock();
export const modem = modemCommand({ open: (name) => ethernetModem({ interface: name, clock }), clock, now: () => new Date() });
