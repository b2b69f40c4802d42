import { capturesFigure, startFigure } from '../bench/captures.js';
import { dialectFigures, exiFigures } from '../bench/exi.js';
import type { Figure } from '../bench/figure.js';
import { machine, machineText } from '../bench/machine.js';
import { captureFiles, capturesFolder, recordedMessages } from '../bench/messages.js';
import { type Command, command } from '../command.js';
import { UsageError } from '../errors.js';
import { codecOf } from '../exi-line.js';
import type { Libraries } from '../libraries.js';
import { table } from '../options.js';
import { progress } from '../progress.js';

export function benchCommand(libraries: Libraries): Command {
  return command({
    summary: 'Measures how fast this machine decodes and encodes the messages of recorded charges.',
    usage: ['[--json]'],
    options: { json: { help: '{"machine": {...}, "figures": [{"name", "value", "unit", ...}]}' } },
    notes: `The recorded charges are read from the folder that PILOTWIRE_SHARED names, or from shared beside the project.
simulate.charge is a whole simulated charge, bundle.* the size of a browser build, packed. Each figure is the median of
five runs. json.parse and json.stringify, of the same messages, are the yardstick.`,
    run: async ({ json }, words, io) => {
      if (words.length > 0) throw new UsageError(`bench takes no arguments: ${words.join(' ')}`);
      const folder = capturesFolder();
      const shown = progress(io);
      const figures: Figure[] = [];
      const add = (figure: Figure): void => {
        figures.push(figure);
        shown.show(() => `bench: ${figure.name}`);
      };
      const din = codecOf(libraries.codecs, 'din');
      for (const figure of exiFigures('din', din, recordedMessages(folder, 'din'))) add(figure);
      for (const [schema, codec] of Object.entries(libraries.codecs)) {
        if (codec !== din) for (const figure of dialectFigures(schema, codec, recordedMessages(folder, schema))) add(figure);
      }
      add(await capturesFigure(captureFiles(folder), libraries.readCapture));
      add(await startFigure(captureFiles(folder)));
      // The bundler comes with the checkout, not in the bundle of this program.
      const { bundleFigures } = await import('../bench/bundle.js');
      for (const figure of await bundleFigures()) add(figure);
      // Here, so that the commands beside this one start without a simulator.
      const { chargeFigure } = await import('../bench/simulate.js');
      add(await chargeFigure());
      shown.clear();
      if (json) {
        await io.out.line(JSON.stringify({ machine: machine(), figures }));
        return 0;
      }
      await io.out.line(machineText(machine()));
      await io.out.line(table(figures.map(({ name, value, unit }) => [name, `${value} ${unit}`])).trimEnd());
      return 0;
    },
  });
}
