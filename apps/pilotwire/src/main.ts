import { type Entries, run } from './cli.js';
import { isReaderGone, output } from './io.js';

const entries: Entries = {
  decode: { summary: 'show the messages of captures, or of bare EXI in hex', load: async () => (await import('./wiring.js')).decode },
  encode: { summary: 'turn messages in JSON or XML into EXI in hex', load: async () => (await import('./wiring.js')).encode },
  grammar: { summary: 'print the EXI grammar of a type, for reading bits', load: async () => (await import('./wiring.js')).grammar },
  simulate: { summary: 'play a whole charge: a simulated car at a simulated charger', load: async () => (await import('./commands/simulate.js')).simulate },
  up: { summary: 'run a whole site: simulated car and charger, all services, a broker, a live view', load: async () => (await import('./commands/up.js')).up },
  watch: { summary: 'show what happens at a station, live', load: async () => (await import('./commands/watch.js')).watch },
  status: { summary: 'print who is there and how each outlet stands', load: async () => (await import('./commands/status.js')).status },
  command: { summary: 'ask something of an outlet: stop, limit, plug', load: async () => (await import('./commands/command.js')).commandCommand },
  token: { summary: 'present a token at a station, as a card at a reader does', load: async () => (await import('./commands/token.js')).token },
  ocpp: { summary: 'show what waits for the CSMS, and what it did not take', load: async () => (await import('./commands/ocpp.js')).ocpp },
  role: { summary: 'play the other side of the cable, or listen', load: async () => (await import('./commands/role.js')).roleCommand },
  sub: { summary: 'print what is said on the bus', load: async () => (await import('./commands/sub.js')).sub },
  car: { summary: 'play the car, for services that run alone', load: async () => (await import('./commands/car.js')).car },
  csms: { summary: 'a small CSMS to try stations with, and an operator who types', load: async () => (await import('./commands/csms.js')).csms },
  config: { summary: 'print the settings in force, and where each came from', load: async () => (await import('./commands/config.js')).config },
  history: { summary: 'move a history to a file or out of one; forget a car or a token', load: async () => (await import('./commands/history.js')).history },
  modem: { summary: 'find and prepare a HomePlug modem: key, role, parameter block', load: async () => (await import('./commands/modem.js')).modem },
  listen: { summary: 'show what a car and a charger say on a link, live', load: async () => (await import('./commands/listen.js')).listen },
  replay: { summary: 'play a recorded car to our charger, or a recorded charger to our car', load: async () => (await import('./commands/replay.js')).replay },
  bench: { summary: 'measure codecs, sessions, stations and history on this machine', load: async () => (await import('./wiring.js')).bench },
};

// A terminal that is gone takes no more words; what runs is ended in order all the same.
let hungUp = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (hungUp) return;
  if (isReaderGone(error)) process.exit(0);
  throw error;
});

process.stderr.on('error', (error) => {
  if (!hungUp) throw error;
});

process.exitCode = await run(entries, process.argv.slice(2), {
  stdin: () => process.stdin,
  out: output(process.stdout),
  err: { write: (text) => void process.stderr.write(text), terminal: process.stderr.isTTY === true },
  env: process.env,
  onInterrupt: (end) => {
    process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', () => {
      hungUp = true;
      end();
    });
  },
  quit: (code) => process.exit(code),
});
