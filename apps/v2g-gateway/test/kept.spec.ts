import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { SessionRecord } from '../src/index.js';
import { availabilityIn } from '../src/session/availability.js';
import { Kept } from '../src/session/kept.js';
import { recordIn } from '../src/session/record.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-record-'));
afterAll(() => rmSync(folder, { recursive: true }));

const record: SessionRecord = { id: '019b7967-6d00-7000-8000-000000000001', startedAt: 1_000, at: 61_000, phase: 'charging', energyWh: 1_240.5, soc: 41 };

test('what is kept is there for the next life, and only the last of it', async () => {
  const path = join(folder, 'deep', 'session.json');
  const store = new Kept({ path, parse: recordIn, failed: (error) => expect.fail(String(error)) });
  expect(await store.read()).toBeUndefined();
  for (let energyWh = 0; energyWh < 100; energyWh++) store.keep({ ...record, energyWh });
  store.keep(record);
  await store.settled();
  expect([await new Kept({ path, parse: recordIn, failed: () => undefined }).read(), readdirSync(join(folder, 'deep'))]).toEqual([record, ['session.json']]);
  const modeOf = (of: string): number => statSync(of).mode & 0o777;
  expect([modeOf(path), modeOf(join(folder, 'deep'))]).toEqual([0o600, 0o700]);
  store.keep(undefined);
  await store.settled();
  expect([await store.read(), readdirSync(join(folder, 'deep'))]).toEqual([undefined, []]);
});

test('a disk that does not take it is said once, and again when it has worked in between', async () => {
  const path = join(folder, 'file', 'session.json');
  writeFileSync(join(folder, 'file'), 'no folder');
  const errors: unknown[] = [];
  const store = new Kept({ path, parse: recordIn, failed: (error) => errors.push(error) });
  for (let i = 0; i < 3; i++) {
    store.keep(record);
    await store.settled();
  }
  expect(errors).toHaveLength(1);
  rmSync(join(folder, 'file'));
  store.keep(record);
  await store.settled();
  expect([errors.length, await store.read()]).toEqual([1, record]);
  rmSync(join(folder, 'file'), { recursive: true });
  writeFileSync(join(folder, 'file'), 'no folder');
  store.keep(record);
  await store.settled();
  expect(errors).toHaveLength(2);
});

test.each([
  ['nothing', ''], ['no JSON', '{'], ['another thing', '[]'], ['no id', '{"startedAt":1}'], ['no time', JSON.stringify({ ...record, at: 'noon' })],
  ['too long', JSON.stringify({ ...record, more: 'x'.repeat(5_000) })],
])('a file with %s is none', async (name, text) => {
  const path = join(folder, `bad ${name}`, 'session.json');
  mkdirSync(join(folder, `bad ${name}`));
  writeFileSync(path, text);
  expect(await new Kept({ path, parse: recordIn, failed: () => undefined }).read()).toBeUndefined();
});

test('an availability is that of both who say it', () => {
  expect(availabilityIn({ command: false, office: true, more: 1 })).toEqual({ command: false, office: true });
  for (const none of [null, 1, [], {}, { command: false }, { command: 'no', office: true }]) expect(availabilityIn(none)).toBeUndefined();
});
