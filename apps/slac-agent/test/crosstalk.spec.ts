import { BROADCAST, encodeMme } from '@pilotwire/homeplug';
import { VirtualTime } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { Crosstalk } from '../src/crosstalk.js';

const car = '02:00:00:00:00:02';
const modem = '00:b0:52:00:01:01';
const request = (ev = car): Uint8Array => encodeMme(BROADCAST, ev, { mme: 'CM_SLAC_PARM.REQ', runId: new Uint8Array(8) });
const profile = (level: number, ev = car): Uint8Array => encodeMme(BROADCAST, modem, { mme: 'CM_ATTEN_PROFILE.IND', pevMac: ev, attenuation: new Array<number>(58).fill(level) });

function watched() {
  const time = new VirtualTime();
  const told: unknown[] = [];
  const crosstalk = new Crosstalk({ time, tell: (evse, report) => told.push([time.now, evse, report]) });
  return { time, told, hear: (evse: number, ...frames: readonly Uint8Array[]) => frames.forEach((frame) => crosstalk.frame(evse, frame)) };
}

test('R22: a car that is heard at two outlets is told at both, with how loudly, the nearer one first', () => {
  const { time, told, hear } = watched();
  hear(1, request());
  hear(2, request());
  hear(1, profile(41));
  hear(2, profile(9));
  time.advance(1_499);
  expect(told).toEqual([]);
  time.advance(1);
  const report = { ev: car, evses: [{ evse: 2, attenuationDb: 9 }, { evse: 1, attenuationDb: 41 }] };
  expect(told).toEqual([[1_500, 2, report], [1_500, 1, report]]);
});

test('it is told without levels where the modems tell none, and once in a minute', () => {
  const { time, told, hear } = watched();
  for (let second = 0; second < 59; second++) {
    hear(3, request());
    hear(4, request());
    time.advance(1_000);
  }
  expect(told).toEqual([3, 4].map((evse) => [1_500, evse, { ev: car, evses: [{ evse: 3 }, { evse: 4 }] }]));
  time.advance(5_000);
  hear(3, request());
  hear(4, request());
  time.advance(2_000);
  expect(told).toHaveLength(4);
});

test('a car at one outlet, another car at the next, and one that has been carried over are no crosstalk', () => {
  const { time, told, hear } = watched();
  hear(1, request(), request(), profile(9));
  hear(2, request('02:00:00:00:00:03'), profile(9, '02:00:00:00:00:03'), Uint8Array.of(1, 2, 3));
  time.advance(5_001);
  hear(2, request());
  time.advance(10_000);
  expect(told).toEqual([]);
});

test('what is remembered of a flood is bounded, and does not hide a car', () => {
  const { time, told, hear } = watched();
  for (let i = 0; i < 10_000; i++) hear(1, request(`02:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 0xff).toString(16).padStart(2, '0')}`));
  const other = '02:00:00:01:00:02';
  hear(1, request(other));
  hear(2, request(other));
  time.advance(2_000);
  expect(told).toHaveLength(2);
});
