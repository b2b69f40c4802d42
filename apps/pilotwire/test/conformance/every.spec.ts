import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { casesOf, every, wanted } from './every.js';
import { page, versionOf } from './page.js';

test.each(wanted.map(([name, least, ...beginnings]) => ({ name, least, beginnings })))('there are enough cases: $name', ({ least, beginnings }) => {
  expect(casesOf(beginnings).length).toBeGreaterThanOrEqual(least);
});

test('no two cases are the same', () => {
  const told = every.map(({ protocol = 'ocpp1.6', before, action, variables = '', settings = {}, name }) => JSON.stringify([protocol, name, before, action, variables, settings]));
  expect(new Set(every.map(({ protocol = 'ocpp1.6', name }) => `${protocol} ${name}`)).size).toBe(every.length);
  expect(new Set(told).size).toBe(every.length);
});

test('the page of the docs has these cases, and is otherwise as it is generated', () => {
  const written = readFileSync(new URL('../../../../docs/reference/conformance.md', import.meta.url), 'utf8');
  const seen = new Map(every.map((one) => {
    const row = written.split('\n').find((line) => line.startsWith(`| ${versionOf(one)} | ${one.name} | ${one.before} | ${one.action} | `)) ?? '';
    return [one, row.split(` | ${one.action} | `)[1]?.replace(/ \|$/, '').replaceAll('\\|', '|') ?? 'no row'];
  }));
  expect(written).toBe(page(seen));
});
