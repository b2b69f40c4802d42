import { describe, expect, test } from 'vitest';
import { fakeIo } from '../test/console.js';
import { type Entries, run } from './cli.js';
import { command } from './command.js';
import { CliError } from './errors.js';

const greet = command({
  summary: 'Greets.',
  usage: ['[--loud] NAME...'],
  options: { loud: { help: 'in capitals' } },
  notes: 'Nothing else.',
  run: async ({ loud }, words, io) => {
    if (words.includes('nobody')) throw new CliError('there is nobody');
    if (words.includes('fault')) throw new TypeError('a fault of the program');
    for (const word of words) await io.out.line(loud ? word.toUpperCase() : word);
    return words.length === 0 ? 1 : 0;
  },
});
const entries: Entries = { greet: { summary: 'greet people', load: async () => greet } };

async function pilotwire(...args: string[]): Promise<{ code: number; printed: string[]; errors: string[] }> {
  const { io, printed, errors } = fakeIo();
  return { code: await run(entries, args, io), printed, errors };
}

describe('pilotwire', () => {
  test('without a command, with --help and with help, lists its commands', async () => {
    for (const args of [[], ['--help'], ['-h'], ['help']]) {
      const { code, printed, errors } = await pilotwire(...args);
      expect([code, errors]).toEqual([0, []]);
      expect(printed.join('\n')).toMatch(/^usage: pilotwire COMMAND[^]*greet {2}greet people[^]*exit codes: 0/);
    }
  });

  test("shows a command's help from its declaration", async () => {
    const help = 'usage: pilotwire greet [--loud] NAME...\n\nGreets.\n\n  --loud  in capitals\n  --help  show this help\n\nNothing else.';
    for (const args of [['greet', '--help'], ['greet', 'x', '-h'], ['help', 'greet']]) {
      expect(await pilotwire(...args)).toEqual({ code: 0, printed: [help], errors: [] });
    }
  });

  test('shows its version', async () => {
    expect((await pilotwire('--version')).printed[0]).toMatch(/^pilotwire \d+\.\d+\.\d+$/);
  });

  test('runs a command with its flags and hands on its exit code', async () => {
    expect(await pilotwire('greet', '--loud', 'you')).toEqual({ code: 0, printed: ['YOU'], errors: [] });
    expect((await pilotwire('greet')).code).toBe(1);
    expect((await pilotwire('greet', '--', '--help')).printed).toEqual(['--help']);
  });

  test.each([
    [['gret'], 2, 'pilotwire: unknown command: gret (did you mean greet?); see pilotwire --help\n'],
    [['--verison'], 2, 'pilotwire: unknown option: --verison (did you mean --version?); see pilotwire --help\n'],
    [['constructor'], 2, 'pilotwire: unknown command: constructor; see pilotwire --help\n'],
    [['greet', '--luod'], 2, 'pilotwire: greet: unknown option: --luod (did you mean --loud?)\n'],
    [['greet', 'nobody'], 1, 'pilotwire: greet: there is nobody\n'],
  ])('%j ends with exit code %i and one line', async (args, code, line) => {
    expect(await pilotwire(...args)).toEqual({ code, printed: [], errors: [line] });
  });

  test('a fault of the program is not dressed up as an error of the user', async () => {
    await expect(pilotwire('greet', 'fault')).rejects.toThrow(TypeError);
  });
});
