import { BusError } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { modes, role, serviceInfo } from '@pilotwire/contracts';
import type { Mode } from '@pilotwire/contracts';
import { didYouMean } from '@pilotwire/configuration/nearest';
import { ms, seconds } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import type { Command } from '../command.js';
import { CliError, UsageError } from '../errors.js';
import { plain } from '../site/plain.js';
import { siteCommand } from '../site/settings.js';
import { atSite, within } from '../site/visitor.js';
import { modem } from './modem.js';

/** The gateway first: it ends a charge that runs in order, and the agent does not leave one. */
const services = ['v2g-gateway', 'slac-agent'] as const;
type Service = (typeof services)[number];

/** Whoever is there answers at once; an end in order takes a gateway 18.5 s at most. */
const patience = 3_000;
const change = seconds(25);
const [forgets, mostTries] = [ms(250), 4];

/** `modem`: the command that writes a role into a modem. */
export const roleCommandWith = (modem: Command): Command => siteCommand({
  summary: 'Lets the services of an outlet play another side of the cable: the charger, the car, or a listener that says nothing.',
  usage: ['evse | ev | listen [--instance NAME]', 'evse | ev --with-modem [--backup FOLDER] [--yes] [--force] [--modem.url eth:IF]'],
  options: {
    'with-modem': { help: 'the modem, too: its parameter block, as `pilotwire modem role` writes it' },
    backup: { help: 'where the old parameter block is kept; default: this folder', value: 'FOLDER' },
    yes: { help: 'write it without asking' },
    force: { help: 'also to a chip that nobody has tried' },
  },
  notes: `Gateway and agent change one after the other; a charge that runs is ended in order first. It holds until the services end: they
begin with \`mode\` of their configuration. A modem has a role of its own, which follows with --with-modem: on the machine whose modem.url
it is, after the services have changed. It restarts for that.`,
  run: async (site, { 'with-modem': withModem, backup, yes, force }, [wanted, ...more], io) => {
    if (wanted === undefined || more.length > 0) throw new UsageError(`role takes one of ${modes.join(', ')}`);
    const mode = modes.find((one) => one === wanted);
    if (mode === undefined) throw new UsageError(`there is no role ${wanted}${didYouMean(wanted, modes)}; there are ${modes.join(', ')}`);
    const ports = site.outlets.flatMap((outlet) => /^eth:(.+)$/.exec(outlet['modem.url'])?.[1] ?? []);
    if (withModem && mode === 'listen') throw new UsageError('a modem has no role for a listener: it keeps the one it has');
    if (withModem && ports.length === 0) throw new UsageError('--with-modem needs modem.url: eth:IF, the interface of the modem');
    const { instance } = site.settings;
    const code = await atSite(site, 'role', async (bus, clock) => {
      let answered = 0;
      for (const service of services) {
        let outcome = await ask(bus, clock, { service, instance }, mode);
        // An agent believes for 200 ms that a gateway which has just fallen silent still has its session.
        for (let tries = 0; answered > 0 && outcome !== 'nobody' && outcome.held && tries < mostTries; tries++) {
          await within(clock, forgets, new Promise<never>(() => undefined));
          outcome = await ask(bus, clock, { service, instance }, mode);
        }
        if (outcome === 'nobody') continue;
        answered++;
        await io.out.line(`${service}/${instance}: ${outcome.text}`);
        if (!outcome.done) return 1;
      }
      if (answered === 0) throw new CliError(`nobody answers as ${services.join('/')}/${instance}: \`pilotwire status\` says who is there`);
      return 0;
    });
    if (code !== 0 || !withModem) return code;
    const flags = [...(backup === undefined ? [] : ['--backup', backup]), ...(yes ? ['--yes'] : []), ...(force ? ['--force'] : [])];
    for (const port of ports) {
      const written = await modem.run(['role', mode, '--interface', port, ...flags], io);
      if (written !== 0) return written;
    }
    return 0;
  },
});

/** `held`: it could not be left just then. */
type Outcome = { readonly done: boolean; readonly text: string; readonly held: boolean };

async function ask(bus: Bus, clock: Clock, process: { readonly service: Service; readonly instance: string }, mode: Mode): Promise<Outcome | 'nobody'> {
  let look = (_: string): void => undefined;
  const plays = new Promise<void>((resolve) => (look = (now) => now === mode && resolve()));
  const told = await bus.subscribe(serviceInfo, process, (info) => look(info.mode));
  try {
    const { code, message } = await bus.request(role, process, { role: mode }, { timeout: patience, source: 'pilotwire' });
    if (code === 'done') return { done: true, text: `${mode}, as before`, held: false };
    if (code !== 'accepted') return { done: false, text: message === undefined ? code : `${code}: ${plain(message)}`, held: code === 'not-now' };
    const done = await within(clock, change, plays);
    return { done, held: false, text: done ? mode : `it has begun to change, but does not say that it plays ${mode}: its log tells why` };
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    if (error.code === 'no-answer') return 'nobody';
    throw new CliError(error.message);
  } finally {
    await told.unsubscribe();
  }
}

export const roleCommand = roleCommandWith(modem);
