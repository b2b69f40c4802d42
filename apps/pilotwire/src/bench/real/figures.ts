import { after, ms } from '@pilotwire/machine';
import { makeVeth, measureInterface, whyNoVeth } from '@pilotwire/pnet-bindings';
import { systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { receive } from '@pilotwire/slac';
import { CliError } from '../../errors.js';
import { figure } from '../figure.js';
import type { Figure } from '../figure.js';
import { answersAt, giveKey, hasTcpPayload, isSdp } from './packets.js';
import type { Place } from './place.js';
import { openStall } from './stall.js';
import { openWire } from './wire.js';
import type { SeenFrame } from './words.js';

/** Cars, one after the other, at a distance at which no other charger could be meant. */
const visits = 40;
const attenuation = 9;
const patience = ms(30_000);
/** Of SDP; and how long CurrentDemand is watched. */
const questions = 100;
const watched = ms(20_000);
/** Not in earshot of itself: IEEE 802's EtherType for experiments. */
const experiments = 0x88b5;

/** What a raw socket does on a virtual wire to another process. */
export async function* linkFigures(): AsyncGenerator<Figure> {
  refuse();
  const wire = await makeVeth();
  try {
    const far = await wire.join({ etherType: experiments });
    const { roundTrip, oneWay } = await measureInterface({ clock: systemClock(), near: wire.near, far });
    yield figure('link.roundtrip.p50', 'us', [roundTrip.p50], roundTrip.frames);
    yield figure('link.roundtrip.p99', 'us', [roundTrip.p99], roundTrip.frames);
    yield figure('link.frames', 'frames/s', [oneWay.rate]);
  } finally {
    await wire.remove();
  }
}

/**
 * Our charger and our car at modems behind raw sockets, each in a process and a network namespace of its own. The clock stands
 * beside the charger's modem: from a question on its way to the charger to the answer on its way back.
 */
export async function* slacFigures(): AsyncGenerator<Figure> {
  refuse();
  const clock = systemClock();
  const pause = (by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));
  const wire = await openWire({ hosts: [{ role: 'evse' }, { role: 'ev' }], seed: 'bench' });
  const took: Record<'parm' | 'match' | 'total' | 'sounds', number[]> = { parm: [], match: [], total: [], sounds: [] };
  try {
    const stall = await openStall(clock, 7);
    try {
      const agents = [await wire.agent(0, 'evse', stall.socket), await wire.agent(1, 'ev', stall.socket)] as const;
      const matched = matchesOf(agents[0], clock);
      for (let n = 1; n <= visits; n++) {
        await wire.line.ask('connect', { ports: [0, 1], attenuation });
        stall.plug();
        await matched(n);
        const times = timesOf(await wire.line.ask('frames', undefined));
        for (const what of ['parm', 'match', 'total', 'sounds'] as const) took[what].push(times[what]);
        stall.unplug();
        await wire.line.ask('disconnect', { ports: [0, 1] });
        await pause(500);
      }
      await Promise.all(agents.map((agent) => agent.ask('close', undefined)));
    } finally {
      await stall.close();
    }
  } finally {
    await wire.remove();
  }
  for (const what of ['parm', 'match'] as const) yield* quantiles(`real.slac.${what}`, took[what]);
  yield figure('real.slac.total', 'ms', took.total);
  yield figure('real.slac.sounds', 'ms', took.sounds);
}

/** Our charger's answers to SDP, and to TCP in CurrentDemand; timed at the same place. */
export async function* gatewayFigures(): AsyncGenerator<Figure> {
  refuse();
  const clock = systemClock();
  const wire = await openWire({ hosts: [{ role: 'evse' }, { role: 'ev' }], seed: 'bench' });
  try {
    const [here, there] = wire.network.hosts.map(({ interface: name }) => name) as [string, string];
    await wire.line.ask('connect', { ports: [0, 1], attenuation });
    for (const host of [0, 1]) await giveKey(await wire.peer(host), host);
    // The charger comes last: from then on its car is linked, and has so long to ask for it and no longer.
    const car = wire.gateway(1, 'car');
    await car.ask('seek', { interface: there, times: 1 });
    await wire.gateway(0, 'charger').ask('open', { interface: here });
    for (let tries = 0; (await car.ask('seek', { interface: there, times: 1 })) === 0; tries++) if (tries > 40) throw new CliError('bench real: SDP is not answered');
    await wire.line.ask('frames', undefined);
    const heard = await car.ask('seek', { interface: there, times: questions });
    if (heard < questions) throw new CliError(`bench real: of ${questions} questions of SDP ${heard} were answered`);
    yield* quantiles('real.sdp.answer', answersAt(await wire.line.ask('frames', undefined), isSdp));
    await car.ask('charge', { interface: there });
    await wire.line.ask('frames', undefined);
    await new Promise<void>((resolve) => void clock.wake(after(clock.now(), watched), resolve));
    yield* quantiles('real.tcp.answer', answersAt(await wire.line.ask('frames', undefined), hasTcpPayload));
  } finally {
    await wire.remove();
  }
}

function quantiles(name: string, milliseconds: readonly number[]): readonly Figure[] {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const quantile = (part: number): number => (sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN) * 1_000;
  return ([['p50', 0.5], ['p99', 0.99]] as const).map(([which, part]) => figure(`${name}.${which}`, 'us', [quantile(part)], sorted.length));
}

function refuse(): void {
  const why = whyNoVeth();
  if (why !== undefined) throw new CliError(`bench real: ${why}`);
}

/** Waits for the nth match of an agent. */
function matchesOf(agent: Place<'agent'>, clock: Clock): (n: number) => Promise<void> {
  let count = 0;
  let look = (): void => undefined;
  agent.each((told) => {
    if (told.tell !== 'happening' || told.happening.kind !== 'slac.matched') return;
    count++;
    look();
  });
  return (n) =>
    new Promise((resolve, reject) => {
      const cancel = clock.wake(after(clock.now(), patience), () => reject(new CliError('bench real: a car was not matched')));
      look = () => {
        if (count < n) return;
        cancel();
        resolve();
      };
      look();
    });
}

/** What a match took at the charger's modem, in ms. */
function timesOf(frames: readonly SeenFrame[]): Record<'parm' | 'match' | 'total' | 'sounds', number> {
  const named = frames.filter(({ port }) => port === 0).map(({ at, frame }) => {
    const input = receive(frame);
    return { at, mme: input?.kind === 'mme' ? input.mme.mme : undefined };
  });
  const first = (mme: string): number => named.find((one) => one.mme === mme)?.at ?? Number.NaN;
  const last = (mme: string): number => named.findLast((one) => one.mme === mme)?.at ?? Number.NaN;
  const begun = first('CM_SLAC_PARM.REQ');
  const end = first('CM_SLAC_MATCH.CNF');
  return {
    parm: first('CM_SLAC_PARM.CNF') - begun,
    match: end - first('CM_SLAC_MATCH.REQ'),
    total: end - begun,
    sounds: last('CM_MNBC_SOUND.IND') - first('CM_START_ATTEN_CHAR.IND'),
  };
}
