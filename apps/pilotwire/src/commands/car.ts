import { ConfigurationError } from '@pilotwire/configuration';
import { serveOutlet } from '@pilotwire/link';
import { patientClock, systemClock } from '@pilotwire/runtime';
import { UsageError } from '../errors.js';
import { version } from '../project.js';
import { siteCommand } from '../site/settings.js';
import { connectionFor } from '../site/visitor.js';
import { logOf } from '../up/log.js';
import { liveOutlet } from '../up/outlet.js';
import { Play } from '../up/play.js';
import { endOfCable, startServices } from '../up/services.js';
import { whyNot } from '../up/trouble.js';

export const car = siteCommand({
  summary: 'Plays the car, for services that run alone: the simulated outlet at a socket, and the car at its other end.',
  usage: ['--outlet.url unix:PATH [--once | --charges NUMBER] [--by-command] [--KEY VALUE]...'],
  options: {
    once: { help: 'one charge, then end' },
    charges: { help: 'so many charges, then end', value: 'NUMBER' },
    'by-command': { help: 'no person plugs: `pilotwire command plug` does' },
  },
  notes: `Charger's services join the outlet at the same outlet.url. The car is station \`car\`, unless --station says otherwise. The exit
code with --once or --charges is 0 if the last charge was completed.`,
  run: async (site, { once, charges, 'by-command': byCommand }, words, io) => {
    if (words.length > 0) throw new UsageError(`car takes no arguments: ${words.join(' ')}`);
    const count = once ? 1 : charges === undefined ? Infinity : Number(charges);
    if (!(count >= 1) || (once && charges !== undefined)) throw new UsageError(once ? '--once and --charges say the same' : `--charges is a number from 1: ${charges}`);
    if (byCommand && count !== Infinity) throw new UsageError('--by-command ends with Ctrl-C: it counts no charges');
    const { settings, origins } = site;
    const path = /^unix:(.+)$/.exec(settings['outlet.url'])?.[1];
    if (path === undefined) {
      throw new ConfigurationError([{ where: origins['outlet.url'], problem: 'outlet.url names the socket at which the car is found: unix:/run/pilotwire/outlet.sock; `pilotwire up` needs none' }]);
    }
    connectionFor(site);
    const close: (() => void | Promise<void>)[] = [];
    try {
      const log = logOf(site, io);
      const clock = patientClock(systemClock());
      // One file serves the whole site; its names are those of the charger.
      const own = settings.evse === 1 ? 'car' : `car-${settings.evse}`;
      const name = { station: origins.station === '--station' ? settings.station : own, instance: origins.instance === '--instance' ? settings.instance : own };
      const here = { ...settings, ...name, mode: 'ev', 'log.level': log.level } as const;
      const { outlet, stop } = liveOutlet(settings, clock, log.write);
      close.push(stop);
      const served = await serveOutlet(outlet, path, { clock, report: (report) => report.kind === 'refused' && log.write(`outlet: somebody was refused: ${report.why}\n`) });
      close.push(() => served.close());
      const services = await startServices(endOfCable({ settings: here, outlet, clock, write: log.write }));
      close.push(() => services.close());
      await io.out.line(`Pilotwire ${version()}: a simulated car, station ${here.station}, at the outlet ${path}; Ctrl-C ends it`);
      const code = await new Play({ site: { ...site, settings: here }, station: here.station, io, clock, charges: byCommand ? undefined : count }).run();
      for (const end of close.toReversed()) await end();
      return code;
    } catch (error) {
      // Services that had started are still open.
      const { message, exitCode } = whyNot(error);
      await io.out.flush();
      io.err.write(`pilotwire: car: ${message}\n`);
      io.quit(exitCode);
      return exitCode;
    }
  },
});
