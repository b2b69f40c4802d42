import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { CliError, UsageError } from '../../errors.js';
import { pause } from '../../site/visitor.js';
import { figure } from '../figure.js';
import type { Figure } from '../figure.js';
import { Groups } from './groups.js';
import { processes, pssOfAll, treeOf } from './proc.js';
import { seriesFigures } from './series.js';
import type { Sample } from './series.js';
import { needServices, startFour, startNpm, startOne } from './sites.js';
import type { Site } from './sites.js';

export interface MemoryOptions {
  readonly postgres: string | undefined;
  /** How long the outlets charge before the end is measured; default 10. */
  readonly minutes: string | undefined;
  /** Calls `run` each time that somebody presses Ctrl-C. */
  readonly onInterrupt: (run: () => void) => void;
}

/** Between one look and the next. */
const every = ms(5_000);
/** Until each site has charged once; databases are made meanwhile, and all three start at once. */
const arrival = ms(600_000);

/** A site, and what was seen of it. */
interface Watched {
  readonly site: Site;
  readonly samples: ReadonlyMap<string, Sample[]>;
  /** It has charged once. */
  arrived: boolean;
  /** Looks since all have, and those of them that found it charging. */
  looks: number;
  charging: number;
}

/**
 * What three sites take of the memory: the four services, each a process; all in one process; and `npm start`. They run at the same time,
 * each with one outlet that charges. PSS, looked at every 5 s from the start on; the minutes are counted from when all have come to charge. On
 * a machine with too much to do a charge may break off, and a person plugs in again: `charging` is the part of the looks that found it
 * going on. Linux; the services as `npm run build` left them.
 */
export async function memoryFigures({ postgres, minutes = '10', onInterrupt }: MemoryOptions): Promise<Figure[]> {
  if (process.platform !== 'linux') throw new CliError('bench memory needs Linux: it asks /proc/PID/smaps_rollup');
  if (!(Number(minutes) > 0)) throw new UsageError(`--minutes is a number above 0: ${minutes}`);
  needServices();
  const clock = systemClock();
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-bench-'));
  const groups = new Groups(clock);
  const closes: (() => Promise<void>)[] = [];
  const interrupted = new Promise<never>((_, reject) => {
    let asked = false;
    onInterrupt(() => {
      if (asked) groups.kill();
      asked = true;
      reject(new CliError('interrupted', 130)); // as a shell says of whoever ends by Ctrl-C
    });
  });
  interrupted.catch(() => undefined);
  const watched: Watched[] = [];
  let over = false;
  const run = async (): Promise<void> => {
    for (const [name, start] of [['services', startFour], ['one-process', startOne], ['npm-start', startNpm]] as const) {
      const own = join(folder, name);
      mkdirSync(own);
      const site = await start({ folder: own, postgres, groups, clock, later: (close) => void closes.push(close) });
      watched.push({ site, samples: new Map(site.parts.map((part) => [part.name, []])), arrived: false, looks: 0, charging: 0 });
    }
    for (const limit = after(clock.now(), arrival); !over; await pause(clock, every)) {
      look(watched, clock.now());
      for (const one of watched) one.arrived ||= one.site.station.charging();
      const late = watched.find(({ arrived }) => !arrived);
      if (late === undefined) break;
      if (clock.now() > limit) throw new CliError(`${late.site.name} did not come to charge in ${arrival / 1_000} s`);
    }
    for (const end = after(clock.now(), ms(Number(minutes) * 60_000)); !over && clock.now() < end;) {
      await pause(clock, every);
      look(watched, clock.now());
      for (const one of watched) {
        one.looks++;
        if (one.site.station.charging()) one.charging++;
      }
    }
  };
  const work = run();
  work.catch(() => undefined);
  try {
    await Promise.race([work, groups.broken, interrupted]);
    return watched.flatMap(({ site, samples, looks, charging }) => [
      ...[...samples].flatMap(([name, series]) => seriesFigures(`memory.${name}.pss`, series)),
      figure(`memory.${site.name}.charging`, '%', [(100 * charging) / looks]),
    ]);
  } finally {
    over = true;
    await groups.end();
    // What was being opened just then is closed as well.
    await work.catch(() => undefined);
    for (const close of closes.toReversed()) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function look(watched: readonly Watched[], at: number): void {
  const stats = processes();
  for (const { site, samples } of watched) {
    for (const { name, pid, tree } of site.parts) samples.get(name)?.push({ at, pss: pssOfAll(tree ? treeOf(pid, stats) : [pid]) });
  }
}
