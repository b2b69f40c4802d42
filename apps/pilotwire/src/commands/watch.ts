import { shownUrl } from '@pilotwire/configuration';
import { ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { UsageError } from '../errors.js';
import { onInterrupt } from '../site/interrupt.js';
import { siteCommand } from '../site/settings.js';
import { connectionFor, pause } from '../site/visitor.js';
import { followStation } from '../watch/follow.js';
import { Screen } from '../watch/screen.js';

/** Whoever is there has said so by then. */
const patience = ms(2_000);

export const watch = siteCommand({
  summary: 'Shows what happens at a station, live: each phase of a charge, and what flows.',
  usage: ['[--json] [--station NAME] [--evse NUMBER]'],
  options: { json: { help: 'what is heard, one JSON object a line' } },
  notes: 'Color only on a terminal, and not where NO_COLOR is set.',
  run: async (site, { json }, words, io) => {
    if (words.length > 0) throw new UsageError(`watch takes no arguments: ${words.join(' ')}; --station names a station`);
    const { settings: { station, evse }, origins } = site;
    const clock = systemClock();
    const screen = new Screen(io, { json });
    if (!json) void io.out.line(`station ${station} at ${shownUrl(connectionFor(site).url)}; Ctrl-C ends it`);
    const there = new Set<string>();
    const over = new Promise<'over'>((resolve) => onInterrupt(io, clock, () => resolve('over')));
    const { bus, close } = await followStation({
      site, station, ...(origins.evse !== 'default' && { evse }), clock,
      hear: (heard) => {
        if (heard.kind === 'service' && heard.state === 'online') there.add(heard.name);
        screen.hear(heard);
      },
    });
    const early = await Promise.race([over, bus.whenConnected().then(() => pause(clock, patience))]);
    if (early !== 'over' && there.size === 0) io.err.write(`pilotwire: watch: nobody speaks for station ${station} yet; \`pilotwire status\` says who is there\n`);
    await over;
    await close();
    return 0;
  },
});
