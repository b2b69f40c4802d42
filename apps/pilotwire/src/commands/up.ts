import { setFlagsFromString } from 'node:v8';
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
import { officeFor } from '../up/office.js';
import type { Office } from '../up/office.js';
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
    // A whole site beside whatever else a small computer runs: V8 collects before it grows, which takes 30 MB less and no more time.
    setFlagsFromString('--optimize-for-size');
    return opened('up', io, async (later) => {
      const log = logOf(site, io);
      const broker = await ownBroker(settings);
      if (broker !== undefined) later(() => broker.close());
      // With a CSMS a charge begins as at any public charger: a card is held, and the CSMS knows it.
      const authorization = settings['ocpp.enabled'] === 'yes' && origins.authorization === 'default' ? 'require' : settings.authorization;
      const here = { ...settings, authorization, 'log.level': log.level, ...(broker !== undefined && { 'mqtt.url': broker.url }) };
      let say: (words: string) => void = () => undefined;
      const office = await officeFor(here, (words) => say(words));
      later(() => office.close());
      for (const line of head(here, origins, broker, office)) void io.out.line(line);
      const clock = patientClock(systemClock());
      const { outlet, stop } = liveOutlet(settings, clock, log.write);
      later(stop);
      const charger = { ...here, mode: 'evse', 'v2g.sdpPort': await freeUdpPort(settings['v2g.sdpPort'], settings['v2g.host']) } as const;
      const name = settings.station === 'car' || settings.instance === 'car' ? 'ev' : 'car';
      const car = { ...charger, mode: 'ev', station: name, instance: name, 'health.port': 0 } as const;
      const services = await startServices([charger, car].flatMap((one) => endOfCable({ settings: one, outlet, clock, write: log.write })));
      later(() => services.close());
      const play = new Play({ site: { ...site, settings: here }, station: settings.station, io, clock, charges: once ? 1 : Infinity, card: office.url !== undefined, quiet: false });
      say = (words) => play.say(words);
      await office.open({ clock, write: log.write });
      const history = ownHistory({ settings: here, write: log.write, say });
      later(() => history.close());
      const code = await play.run();
      // The last word is the person's.
      say = () => undefined;
      return code;
    });
  },
});

/** What is real at most in services that run alone. */
const simulated = ['modem.url', 'pilot.url', 'power.url', 'power.contactors.coil', 'power.emergencyStop', 'v2g.interface'] as const;

/** What a person has to know to begin. */
function head({ 'mqtt.url': url, 'mqtt.port': port, 'outlet.speed': speed, station, evse }: Settings, origins: SiteSettings['origins'], broker: OwnBroker | undefined, office: Office): string[] {
  const where = shownUrl(url);
  // What another command does not find by itself.
  const elsewhere = broker?.moved === true || port === 0 || origins['mqtt.url'].startsWith('--') || origins['mqtt.port'].startsWith('--');
  const at = elsewhere ? ` --mqtt.url ${where}` : '';
  const rows = [
    ['station', `${station}, EVSE ${evse}; the car at its cable is a station of its own`],
    ['broker', `${where}${broker === undefined ? '' : ', in this process'}${broker?.moved === true ? ` (port ${port} is taken)` : ''}`],
    ...(office.url === undefined ? [] : [['CSMS', `${shownUrl(office.url)}${office.own ? ', in this process: it knows every card' : ''}`]]),
    ['battery', speed === 1 ? 'fills as a real one does' : `fills ${speed} times faster than a real one; protocol timing is real`],
    ['closer', `npx pilotwire watch${at}`],
    ['', `npx pilotwire sub${at}`],
    ['', `npx pilotwire command stop${at}`],
    ['end', 'Ctrl-C: the charge is ended in order'],
  ];
  return [`Pilotwire ${version()}: a charger and a car, simulated; everything between them is real`, ...rows.map(([name = '', text]) => `  ${name.padEnd(8)} ${text}`), ''];
}
