import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { flightFolder } from './index.js';

const base = mkdtempSync(join(tmpdir(), 'pilotwire-flights-'));
afterAll(() => rmSync(base, { recursive: true }));

function place(name: string) {
  let now = Date.UTC(2026, 0, 1, 12);
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };
  const folder = join(base, name);
  return { folder, lines, flights: flightFolder({ folder, log, wallClock: () => now++ }) };
}

test('a flight is a file of its owner, and the last twenty are kept', async () => {
  const { folder, flights } = place('many');
  for (let i = 0; i < 25; i++) {
    flights.save(`session/${i}`, [`{"n":${i}}`]);
    await flights.settled();
  }
  const files = readdirSync(folder).sort();
  expect(files).toHaveLength(20);
  expect([files[0], files.at(-1)]).toEqual(['20260101T120000.005Z-session_5.json', '20260101T120000.024Z-session_24.json']);
  expect(readFileSync(join(folder, files[0] as string), 'utf8')).toBe('{"n":5}');
  expect(statSync(join(folder, files[0] as string)).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('files of others stay, and what a process that died has left goes', async () => {
  const { folder, flights } = place('others');
  flights.save('a', ['1']);
  await flights.settled();
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  writeFileSync(join(folder, '20250101T120000.000Z-b.json.part'), 'half');
  flights.save('c', ['2']);
  await flights.settled();
  expect(readdirSync(folder).sort()).toEqual(['20260101T120000.000Z-a.json', '20260101T120000.001Z-c.json', 'notes.txt']);
});

test('a disk that refuses is said, and the next flight is tried again', async () => {
  const { folder, lines, flights } = place('refusing');
  writeFileSync(folder, 'no folder');
  flights.save('a', ['1']);
  await flights.settled();
  expect(lines).toEqual([expect.stringMatching(/could not be kept: EEXIST|could not be kept: ENOTDIR/)]);
  rmSync(folder);
  flights.save('b', ['2']);
  await flights.settled();
  expect(readdirSync(folder)).toEqual(['20260101T120000.001Z-b.json']);
});

test('a disk that does not keep up, and a flight that is none, cost one line', async () => {
  const { folder, lines, flights } = place('slow');
  flights.save('long', ['x'.repeat(16_000_001)]);
  for (let i = 0; i < 5; i++) flights.save(`${i}`, ['1']);
  await flights.settled();
  expect(readdirSync(folder)).toHaveLength(3);
  expect(lines.filter((line) => line.includes('not kept') || line.includes('not be kept'))).toEqual([
    expect.stringContaining('does not keep up'), expect.stringContaining('does not keep up'), expect.stringContaining('longer than'),
  ]);
});

test('a flight is asked for piece by piece, and others have their turn between two', async () => {
  const { folder, flights } = place('pieces');
  const turns: number[] = [];
  let turn = 0;
  let done = false;
  const others = (async () => {
    for (; !done; turn++) await nextTurn();
  })();
  function* text() {
    for (let i = 0; i < 5; i++) {
      turns.push(turn);
      yield `${i}`;
    }
  }
  flights.save('a', text());
  expect(turns).toEqual([]);
  await flights.settled();
  done = true;
  await others;
  expect(readFileSync(join(folder, readdirSync(folder)[0] as string), 'utf8')).toBe('01234');
  expect(new Set(turns).size).toBe(5);
});
