import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { getPriority, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { after, ms } from '@pilotwire/machine';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { goFirst } from '@pilotwire/service';
import { nodeCarNetwork } from '@pilotwire/v2g-gateway';
import { CliError } from '../../errors.js';
import { appFolder } from '../../project.js';
import { figure } from '../figure.js';
import type { Figure } from '../figure.js';
import { BenchCar } from './cars.js';
import { askEcho } from './echo.js';

/** Chargers in one process: more than a site has behind one computer. */
const together = 25;
/** Between one car and the next: a third of ten a second and a bit, so that their tenths of a second differ. */
const apart = 153;
/** How long until all cars must have come to CurrentDemand, and how long they are left alone then. */
const [arrival, settling] = [ms(60_000), ms(2_000)];
/** They are watched for ten seconds at least, and until so many answers are in: fewer have no hundredth part. */
const [watched, answersAtLeast] = [ms(10_000), 500];

/**
 * What a car waits for its answers in CurrentDemand, ten a second: the chargers are in processes of their own, 25 in each,
 * the cars in this one, TCP on loopback between them. Microseconds from the write to the whole answer, what this process needs to
 * notice it included. All of them go first where they may, as the service does: the car of a charger is another computer, and does not
 * wait for this one's other work. `session.echo` is the yardstick: at the same time, as often, a bare socket in another process.
 */
export async function answerFigures(cars: number): Promise<Figure[]> {
  const clock = systemClock();
  const usual = getPriority();
  const processes: ChildProcess[] = [];
  const mirror = await other('--echo');
  processes.push(mirror.child);
  const echo = askEcho(Number(mirror.said));
  const time = liveTimeline(clock, (mishap) => process.stderr.write(`${JSON.stringify(mishap)}\n`));
  const visitors: BenchCar[] = [];
  try {
    for (let from = 0; from < cars; from += together) {
      const { child, said } = await other('--gateways', String(Math.min(together, cars - from)));
      processes.push(child);
      // A charger gives up on a car that is linked and says nothing: those of one process come as soon as it is there.
      for (const port of said.split(',').map(Number)) {
        visitors.push(new BenchCar(time, clock, nodeCarNetwork({ host: '127.0.0.1', sdpPort: port }), visitors.length));
        await pause(clock, apart);
      }
    }
    // Not before: who is started by one that goes first goes first with all its threads.
    if (goFirst() === 'kept') process.stderr.write('session: this user may not go first (CAP_SYS_NICE), so answers wait for other work of this computer\n');
    const limit = after(clock.now(), arrival);
    while (!visitors.every(({ charging }) => charging)) {
      const ended = visitors.find((one) => one.ended !== undefined)?.ended;
      if (ended !== undefined || clock.now() > limit) throw new CliError(`a car did not come to CurrentDemand: ${ended ?? 'it takes too long'}`);
      await pause(clock, 100);
    }
    await pause(clock, settling);
    for (const { answers } of [...visitors, echo]) answers.length = 0;
    await pause(clock, watched);
    while (visitors.every(({ ended }) => ended === undefined) && visitors.reduce((sum, one) => sum + one.answers.length, 0) < answersAtLeast) await pause(clock, 100);
    const ended = visitors.find((one) => one.ended !== undefined)?.ended;
    if (ended !== undefined) throw new CliError(`a car left CurrentDemand: ${ended}`);
    return [...quantiles(`session.answer.${cars}`, visitors.flatMap((one) => one.answers)), ...quantiles(`session.echo.${cars}`, echo.answers)];
  } finally {
    setPriority(usual);
    for (const { car } of visitors) car.halt();
    echo.close();
    time.stop();
    await Promise.all(processes.map((one) => {
      one.stdin?.end();
      return one.exitCode ?? once(one, 'close');
    }));
  }
}

function quantiles(name: string, answers: readonly number[]): Figure[] {
  const sorted = answers.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
  return ([['p50', 0.5], ['p99', 0.99]] as const).map(([which, part]) => figure(`${name}.${which}`, 'us', [at(part)], sorted.length));
}

/** Another process of this group, once it is there, and the line it said then. */
async function other(...role: readonly string[]): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const program = fileURLToPath(new URL('bin/pilotwire.js', appFolder));
  const child = spawn(process.execPath, [program, 'bench', ...role], { stdio: ['pipe', 'pipe', 'inherit'] });
  const there = once(createInterface({ input: child.stdout }), 'line').then(([line]) => line as string);
  const said = await Promise.race([there, once(child, 'close').then(() => undefined)]);
  if (said === undefined) throw new CliError(`bench ${role[0]} ended before it began`);
  return { child, said };
}

const pause = (clock: Clock, by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));
