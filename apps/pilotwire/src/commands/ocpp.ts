import { BusError } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { deadLetters, ocppState, stationCommands } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import { ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { CliError, UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { plain } from '../site/plain.js';
import { siteCommand } from '../site/settings.js';
import { atSite, patience, within } from '../site/visitor.js';

const answerMost = 5_000;

export const ocpp = siteCommand({
  summary: 'Shows what waits for the CSMS, and what the CSMS did not take; tries that again, or drops it.',
  usage: ['queue [--station NAME] [--json]', 'queue retry LETTER', 'queue drop LETTER'],
  options: { json: { help: '{"state": ..., "deadLetters": ...}, as in docs/reference/topics.md' } },
  notes: `A record that the CSMS did not take after the attempts of the standard is a dead letter. It is kept, over restarts too, until
it is tried again or dropped. The exit code is 1 if there are dead letters, or nobody answers.`,
  run: async (site, { json }, [what, how, letter, ...more], io) => {
    if (what !== 'queue' || more.length > 0) throw new UsageError('ocpp takes `queue`, `queue retry LETTER` or `queue drop LETTER`');
    const { station } = site.settings;
    if (how === undefined) return atSite(site, 'ocpp', (bus, clock) => show(bus, clock, { station, json, io }));
    if (how !== 'retry' && how !== 'drop') throw new UsageError(`queue takes retry or drop, not ${how}`);
    if (letter === undefined || !/^\d{1,9}$/.test(letter)) throw new UsageError(`queue ${how} needs the number of a dead letter: \`pilotwire ocpp queue\` lists them`);
    return atSite(site, 'ocpp', async (bus) => {
      try {
        const { code, message } = await bus.request(stationCommands['dead-letter'], { station }, { letter: Number(letter), do: how }, { timeout: answerMost, source: 'pilotwire' });
        await io.out.line(message === undefined ? code : `${code}: ${plain(message)}`);
        return code === 'done' ? 0 : 1;
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        throw new CliError(error.code === 'no-answer' ? nobody(station) : error.message);
      }
    });
  },
});

const nobody = (station: string): string => `no ocpp-bridge has told of station ${station}: \`pilotwire status\` says who is there`;

type State = PayloadOf<typeof ocppState>;
type Letters = PayloadOf<typeof deadLetters>;

/** Both are retained, so they come at once or not at all. */
async function show(bus: Bus, clock: Clock, { station, json, io }: { station: string; json: boolean; io: Io }): Promise<number> {
  const told = async <Payload>(subscribe: (heard: (payload: Payload) => void) => Promise<unknown>): Promise<Payload | undefined> => {
    let found: Payload | undefined;
    const heard = new Promise<void>((resolve) => {
      void subscribe((payload) => {
        found = payload;
        resolve();
      });
    });
    await within(clock, ms(patience), heard);
    return found;
  };
  const [state, letters] = await Promise.all([
    told<State>((heard) => bus.subscribe(ocppState, { station }, heard)),
    told<Letters>((heard) => bus.subscribe(deadLetters, { station }, heard)),
  ]);
  if (state === undefined || letters === undefined) throw new CliError(nobody(station));
  if (json) await io.out.line(JSON.stringify({ state, deadLetters: letters }));
  else for (const line of linesOf(state, letters)) await io.out.line(plain(line));
  return letters.total === 0 ? 0 : 1;
}

function linesOf({ identity, csms, connected, protocol, registration, queue, diskFull, why }: State, { total, letters }: Letters): string[] {
  const where = csms === undefined ? 'no CSMS is set' : connected ? `${csms}, ${protocol}, ${registration}` : `${csms} is away${why === undefined ? '' : `: ${why}`}`;
  return [
    `${identity}: ${where}`,
    `waiting: ${queue.waiting} on disk, ${queue.messages} in memory${diskFull ? '; THE DISK IS FULL' : ''}`,
    total === 0 ? 'no dead letters' : `dead letters: ${total}`,
    ...letters.map(({ letter, kind, type, transaction, evse, seqNo, givenUpAt, answers }) => {
      const what = kind === 'transaction' ? `${type}, EVSE ${evse}, transaction ${transaction}, number ${seqNo}` : type;
      return `  ${letter}  ${givenUpAt}  ${what}: ${answers.at(-1) ?? 'no answer'}`;
    }),
  ];
}
