import { capturesFigure, startFigure } from '../bench/captures.js';
import { dialectFigures, exiFigures } from '../bench/exi.js';
import type { Figure } from '../bench/figure.js';
import { machine, machineText } from '../bench/machine.js';
import { captureFiles, capturesFolder, recordedMessages } from '../bench/messages.js';
import { type Command, command } from '../command.js';
import { UsageError } from '../errors.js';
import { codecOf } from '../exi-line.js';
import type { Io } from '../io.js';
import type { Libraries } from '../libraries.js';
import { table } from '../options.js';
import { progress } from '../progress.js';

interface Group {
  /** One line for the help. */
  readonly help: string;
  /** Only where it is asked for: it needs what not every machine has. */
  readonly asked?: true;
  /** Loads what it measures itself, so that the commands beside this one start without it. */
  readonly measure: (libraries: Libraries, options: Asked) => AsyncGenerator<Figure>;
}

/** Of the command line, and of whoever sits at it. */
interface Asked extends Pick<Io, 'onInterrupt'> {
  readonly postgres: string | undefined;
  readonly size: string | undefined;
  readonly minutes: string | undefined;
}

/** What is measured, in this order. */
const groups: Readonly<Record<string, Group>> = {
  messages: {
    help: 'decode and encode the recorded messages of each schema; json.parse and json.stringify of the same are the yardstick',
    async *measure({ codecs }) {
      const folder = capturesFolder();
      const din = codecOf(codecs, 'din');
      yield* exiFigures('din', din, recordedMessages(folder, 'din'));
      for (const [schema, codec] of Object.entries(codecs)) if (codec !== din) yield* dialectFigures(schema, codec, recordedMessages(folder, schema));
    },
  },
  captures: {
    help: 'decode all recorded charges from disk; from the start of the program to its first line',
    async *measure({ readCapture }) {
      const files = captureFiles(capturesFolder());
      yield await capturesFigure(files, readCapture);
      yield await startFigure(files);
    },
  },
  bundle: {
    help: 'the size of a browser build, packed',
    async *measure() {
      // The bundler comes with the checkout, not in the bundle of this program.
      const { bundleFigures } = await import('../bench/bundle.js');
      yield* await bundleFigures();
    },
  },
  simulate: {
    help: 'a whole simulated charge in virtual time',
    async *measure() {
      const { chargeFigure } = await import('../bench/simulate.js');
      yield await chargeFigure();
    },
  },
  slac: {
    help: 'from a question of a car to the answer of our agent, over the virtual line in this process',
    async *measure() {
      const { slacFigures } = await import('../bench/slac.js');
      yield* await slacFigures();
    },
  },
  session: {
    help: 'what 1 car and 100 cars in CurrentDemand wait for an answer, over TCP from a process to another; session.echo, a bare socket at the same time, is the yardstick',
    async *measure() {
      const { answerFigures } = await import('../bench/session/answers.js');
      for (const cars of [1, 100]) yield* await answerFigures(cars);
    },
  },
  ocpp: {
    help: '500 stations in one bridge against pilotwire csms: until all are accepted, a charge each, and what it takes of the machine',
    async *measure() {
      const { stationFigures } = await import('../bench/ocpp/stations.js');
      yield* await stationFigures(500);
    },
  },
  demo: {
    help: 'from npm start to CurrentDemand, and the memory it takes then',
    async *measure() {
      const { demoFigures } = await import('../bench/demo.js');
      yield* await demoFigures();
    },
  },
  ingest: {
    help: 'how fast history stores what a broker kept for it, into the embedded database, and with --postgres into a Postgres',
    async *measure(_, { postgres }) {
      const { ingestFigures } = await import('../bench/ingest.js');
      yield* ingestFigures(postgres);
    },
  },
  panels: {
    help: 'how long the query of each Grafana panel takes, warm, on a month of charges; only by name and with --postgres',
    asked: true,
    async *measure(_, { postgres, size }) {
      const { panelsOn } = await import('../bench/panels/panels.js');
      yield* panelsOn(postgres, size);
    },
  },
  real: {
    help: 'raw Ethernet, and what our charger takes to answer behind a modem, in network namespaces; Linux, root, `npm run build:native`; only by --real or name',
    asked: true,
    async *measure() {
      const { gatewayFigures, linkFigures, slacFigures } = await import('../bench/real/figures.js');
      yield* linkFigures();
      yield* slacFigures();
      yield* gatewayFigures();
    },
  },
  // The last: from its beginning on Ctrl-C ends what it has started.
  memory: {
    help: 'what each service, all in one process, and npm start take after ten minutes with a car charging (PSS); Linux, `npm run build`; only by --memory or name',
    asked: true,
    async *measure(_, options) {
      const { memoryFigures } = await import('../bench/memory/figures.js');
      yield* await memoryFigures(options);
    },
  },
};

export function benchCommand(libraries: Libraries): Command {
  return command({
    summary: 'Measures how fast this machine decodes, encodes and answers, and what that takes of its memory.',
    usage: ['[--json] [GROUP...]'],
    options: {
      json: { help: '{"machine": {...}, "figures": [{"name", "value", "unit", ...}]}' },
      real: { help: 'the group real alone' },
      memory: { help: 'the group memory alone' },
      minutes: { help: 'how long the cars of the group memory charge before its end is measured; default 10', value: 'NUMBER' },
      postgres: { help: 'the group ingest into this Postgres too, the group panels, and the histories of memory, in databases of their own that are dropped again', value: 'URL' },
      size: { help: 'how much the group panels asks of: sessions,telemetry,frames; default 1000,200000,50000, in full 10000,10000000,1000000', value: 'COUNTS' },
      place: { help: 'be another process of real: line, agent, charger, car, peer or relay, told what to do over IPC', value: 'ROLE' },
      bridge: { help: 'be the bridge of ocpp, with these settings as a JSON object, until standard input ends', value: 'SETTINGS' },
      echo: { help: 'be the bare socket of session, until standard input ends' },
      gateways: { help: 'be the other process of session: so many chargers at free ports of loopback, until standard input ends', value: 'COUNT' },
    },
    notes: `Groups; by default all of them but panels, real and memory:
${table(Object.entries(groups).map(([name, { help }]) => [name, help]))}
The recorded charges are read from the folder that PILOTWIRE_SHARED names, or from shared beside the project.
Where there are five runs, each figure is their median.`,
    run: async ({ json, real, memory, bridge, echo, gateways, place, postgres, size, minutes }, given, io) => {
      if (gateways !== undefined) return beGateways(gateways, io);
      if (echo) return beEcho(io);
      if (bridge !== undefined) return (await import('../bench/ocpp/bridge.js')).beBridge(bridge, io);
      if (place !== undefined) return (await import('../bench/real/be.js')).bePlace(place);
      const words = [...given, ...(real ? ['real'] : []), ...(memory ? ['memory'] : [])];
      const unknown = words.find((word) => !Object.hasOwn(groups, word));
      if (unknown !== undefined) throw new UsageError(`bench knows no group ${unknown}; there are ${Object.keys(groups).join(', ')}`);
      const shown = progress(io);
      const figures: Figure[] = [];
      for (const [name, { asked, measure }] of Object.entries(groups)) {
        if (words.length > 0 ? !words.includes(name) : asked) continue;
        shown.show(() => `bench: ${name}`);
        for await (const figure of measure(libraries, { postgres, size, minutes, onInterrupt: io.onInterrupt })) {
          figures.push(figure);
          shown.show(() => `bench: ${figure.name}`);
        }
      }
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

async function beGateways(count: string, io: Io): Promise<number> {
  const [{ openGateways }, { goFirst }] = await Promise.all([import('../bench/session/gateways.js'), import('@pilotwire/service')]);
  // As the service does.
  goFirst();
  const { ports, close } = await openGateways(Number(count));
  await io.out.line((await ports()).join());
  for await (const _ of io.stdin());
  await close();
  return 0;
}

async function beEcho(io: Io): Promise<number> {
  const [{ openEcho }, { goFirst }] = await Promise.all([import('../bench/session/echo.js'), import('@pilotwire/service')]);
  goFirst();
  const { port, close } = await openEcho();
  await io.out.line(String(port));
  for await (const _ of io.stdin());
  close();
  return 0;
}
