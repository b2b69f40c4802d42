import { BusError } from '@pilotwire/bus';
import { stationCommands } from '@pilotwire/contracts';
import { CliError, UsageError } from '../errors.js';
import { plain } from '../site/plain.js';
import { siteCommand } from '../site/settings.js';
import { atSite } from '../site/visitor.js';

/** The bridge says at once that it has it. */
const patience = 5_000;
const { args: given } = stationCommands['present-token'];
const types = given.shape.type.unwrap().options;

export const token = siteCommand({
  summary: 'Presents a token at a station, as a card at a reader does.',
  usage: ['[--station NAME] [EVSE] TOKEN [--type TYPE]'],
  options: { type: { help: `default ISO14443; or ${types.filter((one) => one !== 'ISO14443').join(', ')}`, value: 'TYPE' } },
  notes: `Without EVSE the station finds the outlet that it fits: a car that waits, a charge of its own to be stopped, a free one.
What comes of it is told by events: \`pilotwire watch\` shows them. The exit code is 1 if nobody took it.`,
  run: async (site, { type }, words, io) => {
    const [text, evse, ...more] = words.toReversed();
    if (text === undefined || more.length > 0) throw new UsageError('token takes one TOKEN, and before it the number of an EVSE if it is for one');
    const args = { token: text, ...(type !== undefined && { type }), ...(evse !== undefined && { evse: Number(evse) }) };
    const checked = given.safeParse(args);
    if (!checked.success) {
      const [name] = checked.error.issues[0]?.path ?? [];
      if (name === 'type') throw new UsageError(`--type is one of ${types.join(', ')}, not ${String(type)}`);
      throw new UsageError(name === 'evse' ? `EVSE is a whole number from 1, not ${String(evse)}` : 'TOKEN is 1 to 255 characters');
    }
    const { station } = site.settings;
    return atSite(site, 'token', async (bus) => {
      try {
        const { code, message } = await bus.request(stationCommands['present-token'], { station }, checked.data, { timeout: patience, source: 'pilotwire' });
        await io.out.line(message === undefined ? code : `${code}: ${plain(message)}`);
        return code === 'accepted' ? 0 : 1;
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        throw new CliError(error.code === 'no-answer' ? `no ocpp-bridge answers for station ${station}: \`pilotwire status\` says who is there` : error.message);
      }
    });
  },
});
