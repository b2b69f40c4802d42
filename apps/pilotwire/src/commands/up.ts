import { ConfigurationError } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { patientClock, systemClock } from '@pilotwire/runtime';
import { UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { version } from '../project.js';
import { siteCommand } from '../site/settings.js';
import { connectionFor } from '../site/visitor.js';
import { ownBroker } from '../up/broker.js';
import { liveOutlet } from '../up/outlet.js';
import { Play } from '../up/play.js';
import { freeUdpPort } from '../up/ports.js';
import { endOfCable, startServices } from '../up/services.js';
import { logOf } from '../up/log.js';
import { whyNot } from '../up/trouble.js';

export const up = siteCommand({
  summary: 'Runs a whole site in this process, and shows it: a simulated car at a simulated charger, all services, a broker.',
  usage: ['[--once] [--KEY VALUE]...'],
  options: { once: { help: 'one charge, then end' } },
  notes: `A person plugs one car after another in, until Ctrl-C. The exit code with --once is 0 if the charge was completed.`,
  run: async (site, { once }, words, io) => {
    if (words.length > 0) throw new UsageError(`up takes no arguments: ${words.join(' ')}`);
    const { settings, origins } = site;
    if (settings['outlet.url'] !== 'memory') {
      throw new ConfigurationError([{ where: origins['outlet.url'], problem: 'outlet.url: `up` has its outlet in its own process: memory; `pilotwire car` serves one to services that run alone' }]);
    }
    connectionFor(site);
    const close: (() => void | Promise<void>)[] = [];
    try {
      const log = logOf(site, io);
      const broker = await ownBroker(settings);
      if (broker !== undefined) close.push(() => broker.close());
      const here = broker === undefined ? settings : { ...settings, 'mqtt.url': broker.url };
      await head(here, broker?.moved === true ? settings['mqtt.port'] : undefined, broker !== undefined, io);
      const clock = patientClock(systemClock());
      const { outlet, stop } = liveOutlet(settings, clock, log.write);
      close.push(stop);
      const charger = { ...here, mode: 'evse', 'log.level': log.level, 'v2g.sdpPort': await freeUdpPort(settings['v2g.sdpPort'], settings['v2g.host']) } as const;
      const name = settings.station === 'car' ? 'ev' : 'car';
      const car = { ...charger, mode: 'ev', station: name, instance: name, 'health.port': 0 } as const;
      const services = await startServices([charger, car].flatMap((one) => endOfCable({ settings: one, outlet, clock, write: log.write })));
      close.push(() => services.close());
      const code = await new Play({ site: { ...site, settings: here }, station: settings.station, io, clock, charges: once ? 1 : Infinity }).run();
      for (const end of close.toReversed()) await end();
      return once ? code : 0;
    } catch (error) {
      // Services that had started are still open.
      const { message, exitCode } = whyNot(error);
      await io.out.flush();
      io.err.write(`pilotwire: up: ${message}\n`);
      io.quit(exitCode);
      return exitCode;
    }
  },
});

/** What a person has to know to begin. */
async function head(settings: Settings, taken: number | undefined, own: boolean, io: Io): Promise<void> {
  const { 'mqtt.url': url, 'outlet.speed': speed, station, evse } = settings;
  const where = url.replace(/\/\/[^/@]*@/, '//');
  const at = taken === undefined ? '' : ` --mqtt.url ${where}`;
  const rows = [
    ['station', `${station}, EVSE ${evse}; the car at its cable is a station of its own`],
    ['broker', `${where}${own ? ', in this process' : ''}${taken === undefined ? '' : ` (port ${taken} is taken)`}`],
    ['battery', speed === 1 ? 'fills as a real one does' : `fills ${speed} times faster than a real one; protocol timing is real`],
    ['closer', `npx pilotwire watch${at}`],
    ['', `npx pilotwire sub${at}`],
    ['', `npx pilotwire command stop${at}`],
    ['end', 'Ctrl-C: the charge is ended in order'],
  ];
  await io.out.line(`Pilotwire ${version()}: a charger and a car, simulated; everything between them is real`);
  for (const [name = '', text] of rows) await io.out.line(`  ${name.padEnd(8)} ${text}`);
  await io.out.line('');
}
