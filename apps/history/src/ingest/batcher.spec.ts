import { virtualClock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { Batcher } from './batcher.js';

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

function batcher(write: (items: readonly number[]) => Promise<void>, most = 3) {
  const clock = virtualClock();
  const [rejected, done, troubles]: [number[], number[], unknown[]] = [[], [], []];
  const one = new Batcher<number>({
    clock, most, write, trouble: (error) => troubles.push(error),
    reject: (item) => {
      rejected.push(item);
      return Promise.resolve();
    },
  });
  return { clock, one, rejected, done, troubles, add: (item: number) => void one.add(item).then(() => done.push(item)) };
}

test('what gathered while one batch was written is the next', async () => {
  const batches: (readonly number[])[] = [];
  let go = (): void => undefined;
  const { add, done } = batcher((items) => new Promise((resolve) => {
    batches.push(items);
    go = resolve;
  }));
  for (const item of [1, 2]) add(item);
  await settle();
  for (const item of [3, 4, 5, 6]) add(item);
  go();
  await settle();
  expect([batches, done]).toEqual([[[1, 2], [3, 4, 5]], [1, 2]]);
  go();
  await settle();
  expect([batches.at(-1), done]).toEqual([[6], [1, 2, 3, 4, 5]]);
});

test('what is added as soon as the last one is done is written as well', async () => {
  const written: number[] = [];
  const { one } = batcher((items) => Promise.resolve(void written.push(...items)));
  void one.add(1).then(() => one.add(2)).then(() => one.add(3));
  await settle();
  expect([written, one.waiting]).toEqual([[1, 2, 3], 0]);
});

test('a database that is away is asked again, less and less often, and nothing is lost or reordered', async () => {
  let away = true;
  const written: number[] = [];
  const { add, clock, done, troubles } = batcher((items) => {
    if (away) return Promise.reject(new Error('away'));
    written.push(...items);
    return Promise.resolve();
  });
  for (const item of [1, 2, 3, 4]) add(item);
  for (const wait of [0, 100, 200, 400]) {
    clock.advance(wait);
    await settle();
  }
  expect([troubles.length, done]).toEqual([4, []]);
  away = false;
  clock.advance(800);
  await settle();
  expect([written, done]).toEqual([[1, 2, 3, 4], [1, 2, 3, 4]]);
});

test('one that can never be written is put aside, and does not keep back the others', async () => {
  const written: number[] = [];
  const { add, rejected, done } = batcher((items) => {
    if (items.includes(2)) return Promise.reject(Object.assign(new Error('no'), { code: '22P02' }));
    written.push(...items);
    return Promise.resolve();
  });
  for (const item of [1, 2, 3]) add(item);
  await settle();
  expect([written, rejected, done]).toEqual([[1, 3], [2], [1, 2, 3]]);
});

test('stopped while the database is away it gives up, and nobody is told that it is done', async () => {
  const { add, one, done, clock } = batcher(() => Promise.reject(new Error('away')));
  add(1);
  await settle();
  await one.stop();
  expect([done, clock.pending]).toEqual([[], 0]);
});
