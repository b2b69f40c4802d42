import { keys, redacted } from '@pilotwire/configuration';
import { UsageError } from '../errors.js';
import { siteCommand } from '../site/settings.js';

export const config = siteCommand({
  summary: 'Prints the settings that are in force, and where each came from.',
  usage: ['[--json] [--config FILE] [--KEY VALUE]...'],
  options: { json: { help: '{"station": {"value", "unit", "origin"}, ...}' } },
  notes: `A flag goes over a variable of the environment, that over the file, that over the default. Secrets are hidden. What each
key means is in docs/reference/configuration.md. The exit code is 2 if a key or a value is wrong.`,
  run: async ({ settings, origins, outlets, file }, { json }, words, io) => {
    if (words.length > 0) throw new UsageError(`config takes no arguments: ${words.join(' ')}; settings are given as --KEY VALUE`);
    const values = redacted(keys, settings);
    const names = Object.keys(keys) as (keyof typeof keys)[];
    const unitOf = (name: keyof typeof keys): string | undefined => ('unit' in keys[name] ? (keys[name] as { unit: string }).unit : undefined);
    const common = names.map((name) => ({ name: name as string, value: values[name], unit: unitOf(name), origin: origins[name] }));
    // Of an outlet what is otherwise than for all.
    const own = outlets.flatMap((outlet) => {
      const shown = redacted(keys, outlet);
      return names.filter((name) => name !== 'evse' && outlet[name] !== settings[name])
        .map((name) => ({ name: `evses.${outlet.evse}.${name}`, value: shown[name], unit: unitOf(name), origin: 'evses' }));
    });
    const rows = [...common, ...own];
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
