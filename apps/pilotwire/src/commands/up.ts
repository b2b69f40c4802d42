import { ConfigurationError, keys, shownUrl } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { patientClock, systemClock } from '@pilotwire/runtime';
import { UsageError } from '../errors.js';
import { version } from '../project.js';
import { siteCommand } from '../site/settings.js';
import type { SiteSettings } from '../site/settings.js';
import { connectionFor } from '../site/visitor.js';
import { ownBroker } from '../up/broker.js';
import type { OwnBroker } from '../up/broker.js';
import { ownHistory } from '../up/history.js';
import { ownBridge, ownCsms } from '../up/office.js';
import { opened } from '../up/opened.js';
import { liveOutlet } from '../up/outlet.js';
import { Play } from '../up/play.js';
import { freeUdpPort } from '../up/ports.js';
import { endOfCable, startServices } from '../up/services.js';
import { logOf } from '../up/log.js';

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
    const real = simulated.filter((key) => settings[key] !== keys[key].default);
    if (real.length > 0) {
      throw new ConfigurationError(real.map((key) => ({ where: origins[key], problem: `${key}: \`up\` simulates everything but the protocols; hardware is for slac-agent and v2g-gateway, each started by itself` })));
    }
    connectionFor(site);
    return opened('up', io, async (later) => {
      const log = logOf(site, io);
      const broker = await ownBroker(settings);
      if (broker !== undefined) later(() => broker.close());
      const at = broker === undefined ? settings : { ...settings, 'mqtt.url': broker.url };
      let say: (words: string) => void = () => undefined;
      const csms = await ownCsms({ ...site, settings: at }, (words) => say(words));
      if (csms !== undefined) later(() => csms.close());
      const here = csms?.settings ?? at;
      for (const line of head(here, origins, broker)) void io.out.line(line);
      const clock = patientClock(systemClock());
      const { outlet, stop } = liveOutlet(settings, clock, log.write);
      later(stop);
      const charger = { ...here, mode: 'evse', 'log.level': log.level, 'v2g.sdpPort': await freeUdpPort(settings['v2g.sdpPort'], settings['v2g.host']) } as const;
      const name = settings.station === 'car' || settings.instance === 'car' ? 'ev' : 'car';
      const car = { ...charger, mode: 'ev', station: name, instance: name, 'health.port': 0 } as const;
      const services = await startServices([charger, car].flatMap((one) => endOfCable({ settings: one, outlet, clock, write: log.write })));
      later(() => services.close());
      const bridge = await ownBridge({ settings: charger, clock, write: log.write });
      later(() => bridge.close());
      const play = new Play({ site: { ...site, settings: here }, station: settings.station, io, clock, charges: once ? 1 : Infinity, quiet: false });
      say = (words) => play.say(words);
      const history = ownHistory({ settings: here, write: log.write, say: (words) => play.say(words) });
      later(() => history.close());
      return play.run();
    });
  },
});

/** What is real at most in services that run alone. */
const simulated = ['modem.url', 'pilot.url', 'power.url', 'power.contactors.coil', 'power.emergencyStop', 'v2g.interface'] as const;

/** What a person has to know to begin. */
function head({ 'mqtt.url': url, 'ocpp.url': csms, 'mqtt.port': port, 'outlet.speed': speed, station, evse }: Settings, origins: SiteSettings['origins'], broker: OwnBroker | undefined): string[] {
  const where = shownUrl(url);
  // What another command does not find by itself.
  const elsewhere = broker?.moved === true || port === 0 || origins['mqtt.url'].startsWith('--') || origins['mqtt.port'].startsWith('--');
  const at = elsewhere ? ` --mqtt.url ${where}` : '';
  const rows = [
    ['station', `${station}, EVSE ${evse}; the car at its cable is a station of its own`],
    ['broker', `${where}${broker === undefined ? '' : ', in this process'}${broker?.moved === true ? ` (port ${port} is taken)` : ''}`],
    ['CSMS', `${csms === undefined ? 'none' : shownUrl(csms)}${origins['ocpp.url'] === 'default' ? ', in this process: it lets every car charge' : ''}`],
    ['battery', speed === 1 ? 'fills as a real one does' : `fills ${speed} times faster than a real one; protocol timing is real`],
    ['closer', `npx pilotwire watch${at}`],
    ['', `npx pilotwire sub${at}`],
    ['', `npx pilotwire command stop${at}`],
    ['end', 'Ctrl-C: the charge is ended in order'],
  ];
  return [`Pilotwire ${version()}: a charger and a car, simulated; everything between them is real`, ...rows.map(([name = '', text]) => `  ${name.padEnd(8)} ${text}`), ''];
}
