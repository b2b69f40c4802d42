import { keys, redacted } from '@pilotwire/configuration';
import { UsageError } from '../errors.js';
import { siteCommand } from '../site/settings.js';

export const config = siteCommand({
  summary: 'Prints the settings that are in force, and where each came from.',
  usage: ['[--json] [--config FILE] [--KEY VALUE]...'],
  options: { json: { help: '{"station": {"value", "unit", "origin"}, ...}' } },
  notes: `A flag goes over a variable of the environment, that over the file, that over the default. Secrets are hidden. What each
key means is in docs/reference/configuration.md. The exit code is 2 if a key or a value is wrong.`,
  run: async ({ settings, origins, file }, { json }, words, io) => {
    if (words.length > 0) throw new UsageError(`config takes no arguments: ${words.join(' ')}; settings are given as --KEY VALUE`);
    const values = redacted(keys, settings);
    const rows = Object.entries(keys).map(([name, key]) => {
      const known = name as keyof typeof keys;
      return { name, value: values[known], unit: 'unit' in key ? key.unit : undefined, origin: origins[known] };
    });
    if (json) {
      await io.out.line(JSON.stringify(Object.fromEntries(rows.map(({ name, ...row }) => [name, row]))));
      return 0;
    }
    const text = (value: string | number | null, unit: string | undefined): string => (value === null ? '-' : [value, unit].filter((part) => part !== undefined).join(' '));
    const width = (cells: readonly string[]): number => Math.max(...cells.map(({ length }) => length));
    const [first, second] = [width(rows.map(({ name }) => name)), width(rows.map(({ value, unit }) => text(value, unit)))];
    for (const { name, value, unit, origin } of rows) await io.out.line(`${name.padEnd(first)}  ${text(value, unit).padEnd(second)}  ${origin}`);
    io.err.write(`pilotwire: config: ${file === undefined ? 'no file: there is no pilotwire.yaml here' : `from ${file}`}\n`);
    return 0;
  },
});
