import { expect, test } from 'vitest';
import { fakeIo } from '../test/console.js';
import { progress } from './progress.js';

test('long work shows itself at a terminal, five times a second at most, and wipes the line at the end', () => {
  let now = 0;
  const { io, errors } = fakeIo({ terminal: true });
  const shown = progress(io, () => now);
  for (; now <= 1000; now += 10) shown.show(() => `at ${now}`);
  shown.clear();
  expect(errors.map((text) => text.replace('\r\u001B[K', ''))).toEqual(['at 200', 'at 400', 'at 600', 'at 800', 'at 1000', '']);
});

test('short work and work that nobody watches show nothing', () => {
  let now = 0;
  const short = fakeIo({ terminal: true });
  const piped = fakeIo({ terminal: false });
  for (const { io } of [short, piped]) {
    now = 0;
    const shown = progress(io, () => now);
    now = io === short.io ? 199 : 5000;
    shown.show(() => 'working');
    shown.clear();
  }
  expect([short.errors, piped.errors]).toEqual([[], []]);
});
