import { ConfigurationError, loadSettings } from '@pilotwire/configuration';
import { serveOutlet } from '@pilotwire/link';
import { systemClock } from '@pilotwire/runtime';
import { UsageError } from '../errors.js';
import { version } from '../project.js';
import { siteCommand } from '../site/settings.js';
import { connectionFor } from '../site/visitor.js';
import { logOf } from '../up/log.js';
import { opened } from '../up/opened.js';
import { liveOutlet, watchHardware } from '../up/outlet.js';
import { Play } from '../up/play.js';
import { endOfCable, startServices } from '../up/services.js';

export const car = siteCommand({
  summary: 'Plays the car, for services that run alone: the simulated outlet at a socket, and the car at its other end.',
  usage: ['--outlet.url unix:PATH [--once | --charges NUMBER] [--by-command] [--json] [--KEY VALUE]...'],
  options: {
    once: { help: 'one charge, then end' },
    charges: { help: 'so many charges, then end', value: 'NUMBER' },
    json: { help: 'only what the hardware does, one object a line: "at" (ms, monotonic), "what", "on"' },
    'by-command': { help: 'no person plugs: `pilotwire command plug` does' },
  },
  notes: `The charger's services join the outlet at the same outlet.url. The car is station \`car\`, unless --station says otherwise. The exit
code with --once or --charges is 0 if the last charge was completed.`,
  run: async (site, { once, charges, 'by-command': byCommand, json }, words, io) => {
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
    // One file serves the whole site; its names and ports are those of the charger.
    const { settings: charger } = loadSettings({ env: io.env, file: site.file });
    if (origins.station === '--station' && settings.station === charger.station) {
      throw new ConfigurationError([{ where: '--station', problem: `${charger.station} is the charger's name; the car is a station of its own: name another, or none` }]);
    }
    return opened('car', io, async (later) => {
      const log = logOf(site, io);
      const clock = systemClock();
      const usual = settings.evse === 1 ? 'car' : `car-${settings.evse}`;
      const own = charger.station === usual || charger.instance === usual ? usual.replace('car', 'ev') : usual;
      const name = { station: origins.station === '--station' ? settings.station : own, instance: origins.instance === '--instance' ? settings.instance : own };
      const health = origins['health.port'] === '--health.port' ? settings['health.port'] : 0;
      const here = { ...settings, ...name, mode: 'ev', 'log.level': log.level, 'health.port': health } as const;
      const live = liveOutlet(settings, clock, log.write);
      later(live.stop);
      const { outlet } = live;
      if (json) watchHardware(live, (deed) => void io.out.line(JSON.stringify(deed)));
      const served = await serveOutlet(outlet, path, { clock, report: (report) => report.kind === 'refused' && log.write(`outlet: somebody was refused: ${report.why}\n`) });
      later(() => served.close());
      const services = await startServices(endOfCable({ settings: here, outlet, clock, write: log.write }));
      later(() => services.close());
      if (!json) await io.out.line(`Pilotwire ${version()}: a simulated car, station ${here.station}, at the outlet ${path}; Ctrl-C ends it`);
      return new Play({ site: { ...site, settings: here }, station: here.station, io, clock, charges: byCommand ? undefined : count, card: false, quiet: json }).run();
    });
  },
});
