import { randomBytes } from 'node:crypto';
import { after, ms } from '@pilotwire/machine';
import { receive } from '@pilotwire/slac';
import type { Modem } from '@pilotwire/outlet';
import { memoryPair } from '@pilotwire/pair';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { CarAgent, ChargerAgent } from '@pilotwire/slac-agent';
import { CliError } from '../errors.js';
import { figure } from './figure.js';
import type { Figure } from './figure.js';

/** Outlets side by side, and cars at each of them, one after the other. */
const [outlets, visits] = [10, 6];
const patience = ms(30_000);
const questions = { 'CM_SLAC_PARM.REQ': 'parm', 'CM_SLAC_MATCH.REQ': 'match' } as const;
const answers = { 'CM_SLAC_PARM.CNF': 'parm', 'CM_SLAC_MATCH.CNF': 'match' } as const;
type What = 'parm' | 'match';

/**
 * What our agent adds: microseconds from a question of a car at the port of its modem to the answer there. The way over the
 * line, a millisecond and more, is the line's.
 */
export async function slacFigures(): Promise<Figure[]> {
  const clock = systemClock();
  const time = liveTimeline(clock, (mishap) => process.stderr.write(`${JSON.stringify(mishap)}\n`));
  const took: Record<What, number[]> = { parm: [], match: [] };
  const entropy = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const visit = async (i: number): Promise<void> => {
    const outlet = new SimulatedOutlet(time, { seed: i, charger: 'default', car: 'default', soc: 20, until: 80, speed: 1, quick: true });
    const [there, here] = [memoryPair(clock), memoryPair(clock)];
    let matched = 0;
    const charger = new ChargerAgent({
      time, entropy, pilot: outlet.evse.pilot, pair: there.agent, modem: watched(outlet.evse.modem, took),
      tell: ({ kind }) => void (kind === 'slac.matched' && matched++),
    });
    const car = new CarAgent({ time, entropy, pilot: outlet.ev.pilot, pair: here.agent, modem: outlet.ev.modem, tell: () => undefined });
    const gateways = [speaker(there.gateway, { pilot: 'auto', dlink: undefined }), speaker(here.gateway, { pilot: 'B', dlink: undefined })];
    const beat = (): void => {
      for (const say of gateways) say();
      time.schedule(beat, ms(20));
    };
    beat();
    const hand = outlet.hand({ receive: () => undefined, status: () => undefined });
    const pause = (by: number): Promise<void> => new Promise((resolve) => time.schedule(resolve, ms(by)));
    for (let n = 1; n <= visits; n++) {
      hand.send({ id: n, kind: 'plug' });
      for (const limit = after(clock.now(), patience); matched < n; ) {
        if (clock.now() > limit) throw new CliError('a car was not matched');
        await pause(50);
      }
      hand.send({ id: n, kind: 'unplug' });
      await pause(500);
    }
    await Promise.all([charger.close(), car.close()]);
  };
  try {
    await Promise.all(Array.from({ length: outlets }, (_, i) => visit(i)));
  } finally {
    time.stop();
  }
  return (['parm', 'match'] as const).flatMap((what) => {
    const sorted = took[what].toSorted((a, b) => a - b);
    const quantile = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
    return [figure(`slac.${what}.p50`, 'us', [quantile(0.5)], sorted.length), figure(`slac.${what}.p99`, 'us', [quantile(0.99)], sorted.length)];
  });
}

/** A port at which somebody looks at the watch. */
const watched = (modem: Modem, took: Record<What, number[]>): Modem => (listener) => {
  const asked: Partial<Record<What, number>> = {};
  const channel = modem({
    ...listener,
    receive(frame) {
      const question = kindOf(frame, questions);
      if (question !== undefined) asked[question] = performance.now();
      listener.receive(frame);
    },
    status: (status) => listener.status(status),
  });
  return {
    send(frame) {
      channel.send(frame);
      const answer = kindOf(frame, answers);
      const since = answer && asked[answer];
      if (answer === undefined || since === undefined) return;
      took[answer].push((performance.now() - since) * 1_000);
      delete asked[answer];
    },
    close: () => channel.close(),
  };
};

function kindOf<Kinds extends Readonly<Record<string, What>>>(frame: Uint8Array, kinds: Kinds): What | undefined {
  const input = receive(frame);
  return input?.kind === 'mme' && Object.hasOwn(kinds, input.mme.mme) ? kinds[input.mme.mme] : undefined;
}

/** One end of a pair that says always the same. */
function speaker<Word>(open: (listener: { receive(word: unknown): void; status(): void }) => { send(word: Word): void }, word: Word): () => void {
  const channel = open({ receive: () => undefined, status: () => undefined });
  return () => channel.send(word);
}
