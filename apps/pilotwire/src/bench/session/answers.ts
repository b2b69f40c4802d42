import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { after, ms } from '@pilotwire/machine';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { nodeCarNetwork } from '@pilotwire/v2g-gateway';
import { CliError } from '../../errors.js';
import { appFolder } from '../../project.js';
import { freeUdpPort } from '../../up/ports.js';
import { figure } from '../figure.js';
import type { Figure } from '../figure.js';
import { BenchCar } from './cars.js';

/** How long until all cars must have come to CurrentDemand, how long they are left alone then, and how long they are watched. */
const [arrival, settling, watched] = [ms(60_000), ms(2_000), ms(10_000)];

/**
 * What a car waits for its answers in CurrentDemand, ten a second: the chargers are in a process of their own, the cars in
 * this one, TCP on loopback between them. Microseconds from the write to the whole answer, what this process needs to
 * notice it included.
 */
export async function answerFigures(cars: number): Promise<Figure[]> {
  const clock = systemClock();
  const ports: number[] = [];
  // Ports that were free a moment ago; of two that are asked for at once both could be the same.
  while (ports.length < cars) {
    const port = await freeUdpPort(0, '127.0.0.1');
    if (!ports.includes(port)) ports.push(port);
  }
  const program = fileURLToPath(new URL('bin/pilotwire.js', appFolder));
  const gateways = spawn(process.execPath, [program, 'bench', '--gateways', ports.join()], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(gateways, 'close');
  const time = liveTimeline(clock, (mishap) => process.stderr.write(`${JSON.stringify(mishap)}\n`));
  try {
    const there = once(createInterface({ input: gateways.stdout }), 'line').then(() => true);
    if (!(await Promise.race([there, gone.then(() => false)]))) throw new CliError('the chargers of session.answer ended before they began');
    // They come one after the other, ten a second and a bit, so that their tenths of a second differ.
    const visitors: BenchCar[] = [];
    for (const [i, port] of ports.entries()) {
      visitors.push(new BenchCar(time, clock, nodeCarNetwork({ host: '127.0.0.1', sdpPort: port }), i));
      await pause(clock, 93);
    }
    const limit = after(clock.now(), arrival);
    while (!visitors.every(({ charging }) => charging)) {
      const ended = visitors.find((one) => one.ended !== undefined)?.ended;
      if (ended !== undefined || clock.now() > limit) throw new CliError(`a car did not come to CurrentDemand: ${ended ?? 'it takes too long'}`);
      await pause(clock, 100);
    }
    await pause(clock, settling);
    for (const { answers } of visitors) answers.length = 0;
    await pause(clock, watched);
    const answers = visitors.flatMap((one) => one.answers).toSorted((a, b) => a - b);
    const ended = visitors.find((one) => one.ended !== undefined)?.ended;
    if (ended !== undefined) throw new CliError(`a car left CurrentDemand: ${ended}`);
    const quantile = (part: number): number => answers[Math.min(answers.length - 1, Math.floor(part * answers.length))] ?? Number.NaN;
    return ([['p50', 0.5], ['p99', 0.99]] as const).map(([name, part]) => figure(`session.answer.${cars}.${name}`, 'us', [quantile(part)], answers.length));
  } finally {
    time.stop();
    gateways.stdin.end();
    await gone;
  }
}

const pause = (clock: Clock, by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));
