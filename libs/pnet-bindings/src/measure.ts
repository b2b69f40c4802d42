import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { openInterface } from './interface.js';
import type { EthernetInterface } from './interface.js';
import type { FarEnd } from './veth.js';

/** What a raw socket does here. */
export interface Measured {
  /** From our callback to the far process and back into our callback, 60 octets, in microseconds. */
  readonly roundTrip: { readonly frames: number; readonly lost: number; readonly p50: number; readonly p99: number };
  /** The highest rate of 60-octet frames, a second, of which the far process lost none; `failed`: the last that lost some. */
  readonly oneWay: { readonly rate: number; readonly failed: { readonly rate: number; readonly lost: number } | undefined };
}

export interface MeasureOptions {
  readonly clock: Clock;
  /** At this end. */
  readonly near: string;
  readonly far: FarEnd;
  /** Round trips. Default 20,000. */
  readonly frames?: number;
  /** How long each rate is held, in milliseconds. Default 1,000. */
  readonly hold?: number;
}

/** IEEE 802's EtherType for experiments: no modem listens to it. */
const etherType = 0x88b5;
const patience = ms(250);
/** The lowest rate that is tried, and the factor to the next. */
const firstRate = 20_000;
const steeper = 1.25;
/** Other work on the machine may spoil a try. */
const mostTries = 3;

/** Measures a wire between this process and another. Throws what `openInterface` throws. */
export async function measureInterface({ clock, near, far, frames = 20_000, hold = 1_000 }: MeasureOptions): Promise<Measured> {
  let heard = (_: Uint8Array): void => undefined;
  const wire = openInterface(near, { etherType }, { frames: (batch) => batch.forEach(({ bytes }) => heard(bytes)), link: () => undefined });
  const frame = Uint8Array.from({ length: 60 }, (_, i) => (i < 6 ? 0xff : i === 12 ? etherType >> 8 : i === 13 ? etherType & 0xff : i));
  let trips = 0;
  let lost = (): void => undefined;
  let cancel = (): void => undefined;
  // One watch for all trips: a timer for each would be measured with it.
  const watch = (): void => {
    const before = trips;
    cancel = clock.wake(after(clock.now(), patience), () => {
      if (trips === before) lost();
      watch();
    });
  };
  watch();
  const trip = (): Promise<number | undefined> =>
    new Promise((resolve) => {
      const sent = performance.now();
      const mark = ++trips & 0xff;
      frame[14] = mark;
      heard = (answer) => {
        // A late answer to another trip is none.
        if (answer[14] === mark) resolve((performance.now() - sent) * 1_000);
      };
      lost = () => resolve(undefined);
      wire.send(frame);
    });
  try {
    far.mode('echo');
    // The compiler's own time is none of the wire's.
    for (let i = 0; i < 2_000; i++) await trip();
    const times: number[] = [];
    for (let i = 0; i < frames; i++) {
      const took = await trip();
      if (took !== undefined) times.push(took);
    }
    far.mode('count');
    return { roundTrip: { frames, lost: frames - times.length, ...percentiles(times) }, oneWay: await oneWay(wire, far, frame, clock, hold) };
  } finally {
    cancel();
    wire.close();
  }
}

function percentiles(times: readonly number[]): { p50: number; p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): number => Number((sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN).toFixed(1));
  return { p50: at(0.5), p99: at(0.99) };
}

/** Faster and faster, until that is no gain: frames are lost, or this process cannot send any faster. */
async function oneWay(wire: EthernetInterface, far: FarEnd, frame: Uint8Array, clock: Clock, hold: number): Promise<Measured['oneWay']> {
  let best = 0;
  let failure: Measured['oneWay']['failed'];
  let tries = 0;
  for (let rate = firstRate; tries < mostTries; ) {
    const before = (await far.counters()).heard;
    const began = clock.now();
    const sent = await sendAt(wire, frame, clock, rate, hold);
    const reached = Math.round((sent / (clock.now() - began)) * 1_000);
    const lost = sent - ((await settled(far, clock)) - before);
    if (lost > 0) failure = { rate: reached, lost };
    if (lost > 0 || reached <= best) {
      tries++;
      continue;
    }
    best = reached;
    tries = 0;
    rate *= steeper;
  }
  return { rate: best, failed: failure };
}

/** Sends what is due in each turn of the event loop. */
function sendAt(wire: EthernetInterface, frame: Uint8Array, clock: Clock, rate: number, hold: number): Promise<number> {
  const began = clock.now();
  let sent = 0;
  return new Promise((resolve) => {
    const turn = (): void => {
      const passed = clock.now() - began;
      for (const due = Math.min(passed, hold) * (rate / 1_000); sent < due; ) if (wire.send(frame)) sent++;
      if (passed >= hold) resolve(sent);
      else setImmediate(turn);
    };
    turn();
  });
}

/** How many frames the far end has heard, once no more come. */
async function settled(far: FarEnd, clock: Clock): Promise<number> {
  for (let last = -1; ; ) {
    const { heard } = await far.counters();
    if (heard === last) return heard;
    last = heard;
    await new Promise<void>((resolve) => void clock.wake(after(clock.now(), patience), resolve));
  }
}
