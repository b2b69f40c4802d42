import { didYouMean } from '@pilotwire/configuration/nearest';
import { carModels, charge, chargerModels, faults, recordedFrame, recordingHeader } from '@pilotwire/simulation';
import type { ChargeOptions, SiteEvent } from '@pilotwire/simulation';
import { command } from '../command.js';
import { UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { table } from '../options.js';
import { outputFile } from '../simulate/file.js';
import { narrator, summaryText } from '../simulate/text.js';

export const simulate = command({
  summary: 'Plays a whole charge: a simulated car at a simulated charger, over a simulated power line.',
  usage: ['[--seed SEED] [--car CAR] [--charger CHARGER] [--fault FAULT] [--json] [--write FILE]', '--list'],
  options: {
    seed: { help: 'which charge: the same seed gives the same one, bit for bit; default 1', value: 'SEED' },
    car: { help: 'which car, see --list', value: 'CAR' },
    charger: { help: 'which charger, see --list', value: 'CHARGER' },
    fault: { help: 'what goes wrong, see --list', value: 'FAULT' },
    from: { help: 'state of charge at the beginning, in percent; default 20', value: 'PERCENT' },
    to: { help: 'state of charge at which the car has enough, in percent; default 80', value: 'PERCENT' },
    list: { help: 'name the cars, chargers and faults' },
    json: { help: 'one JSON object a line: each event, "at" in ms, then the summary' },
    write: { help: 'also record the power line as pcapng, for decode, replay and Wireshark', value: 'FILE' },
  },
  notes: `Times are in seconds of virtual time. The exit code is 0 if the charge ended in order, or as the fault predicts;
otherwise 1.`,
  run: async (values, words, io) => {
    if (words.length > 0) throw new UsageError(`simulate takes no arguments: ${words.join(' ')}`);
    if (values.list) return list(io);
    const from = percent('--from', values.from, 20);
    const to = percent('--to', values.to, 80);
    if (to <= from) throw new UsageError(`--to must be above --from: ${100 * to} is not above ${100 * from}`);
    const file = values.write === undefined ? undefined : outputFile(values.write);
    file?.write(recordingHeader());
    const narrate = narrator();
    const options: ChargeOptions = {
      seed: values.seed ?? 1,
      from,
      to,
      car: named('car', values.car ?? 'default', carModels),
      charger: named('charger', values.charger ?? 'default', chargerModels),
      fault: values.fault === undefined ? undefined : named('fault', values.fault, faults),
      tell: (event: SiteEvent) => {
        const text = values.json ? JSON.stringify(event) : narrate(event);
        if (text !== undefined) void io.out.line(text);
      },
      ...(file && { frame: (frame, at) => file.write(recordedFrame(frame, at)) }),
    };
    const summary = charge(options);
    file?.close();
    const end = values.json ? [JSON.stringify({ kind: 'summary', ...summary })] : summaryText(summary);
    for (const text of end) await io.out.line(text);
    return summary.asExpected ? 0 : 1;
  },
});

function named<Names extends Readonly<Record<string, unknown>>>(what: string, name: string, known: Names): keyof Names & string {
  if (Object.hasOwn(known, name)) return name;
  throw new UsageError(`unknown ${what}: ${name}${didYouMean(name, Object.keys(known))}; see --list`);
}

function percent(flag: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!(value >= 0 && value <= 100)) throw new UsageError(`${flag} is a number from 0 to 100: ${text}`);
  return value / 100;
}

async function list(io: Io): Promise<number> {
  await io.out.line(`cars      ${Object.keys(carModels).join(', ')}`);
  await io.out.line(`chargers  ${Object.keys(chargerModels).join(', ')}`);
  await io.out.line('faults');
  await io.out.line(table(Object.entries(faults).map(([name, { summary }]) => [name, summary])).trimEnd());
  return 0;
}
