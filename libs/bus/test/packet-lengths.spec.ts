import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { writeToStream } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { prepareLengths } from '../src/index.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const held = (): number => {
  for (let i = 0; i < 3; i++) collect();
  return process.memoryUsage().external;
};

test('packets of many lengths hold on to no more than their lengths', async () => {
  prepareLengths();
  for (let i = 0; i < 100; i++) await nextTurn();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const write = (length: number): void => {
    writeToStream({ cmd: 'publish', topic: 'x', qos: 0, dup: false, retain: false, payload: Buffer.alloc(length) }, nowhere);
    // What else a process makes meanwhile, and lets go of.
    for (let i = 0; i < 4; i++) Buffer.allocUnsafe(2_000);
  };
  const before = held();
  for (let length = 100; length < 4_000; length++) {
    write(length);
    if (length % 50 === 0) await nextTurn();
  }
  await nextTurn();
  // Unprepared it is 30 MB.
  expect(held() - before).toBeLessThan(10_000_000);
});
