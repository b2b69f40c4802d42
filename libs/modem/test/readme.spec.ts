import { readFileSync } from 'node:fs';
import { encodeMme } from '@pilotwire/homeplug';
import { simulate } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { install, installInitial, mmeFrame, receiveMme } from '../src/index.js';

const source = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

test('the example of the README does what it says, and is the one that is run here', () => {
  const mac = '02:00:00:00:00:01';
  const frame = encodeMme(mac, '02:00:00:00:00:02', { mme: 'VS_RS_DEV.CNF', status: 0 });
  const written: Uint8Array[] = [];
  const write = (bytes: Uint8Array): void => void written.push(bytes);

  // example
  const change = { kind: 'role', role: 'evse' } as const; // or a file: { kind: 'image', bytes }
  const modem = simulate(install({ mac }), installInitial);
  modem.feed({ kind: 'start', change, force: false, session: 1 });
  for (const { output } of modem.log) {
    if (output.kind === 'send') write(mmeFrame(mac, output)); // VS_SW_VER.REQ: who is there?
  }
  const answer = receiveMme(frame);
  if (answer !== undefined) modem.feed(answer);
  // Later it says { kind: 'backup', bytes, plan }. Store the bytes, show plan.changes; then, and only then:
  modem.feed({ kind: 'stored' });
  // end

  expect(written.map((bytes) => [bytes[16], bytes[15], bytes.length])).toEqual([[0xa0, 0x00, 60], [0xac, 0x6c, 60]]);
  expect(modem.state.at).toBe('finding');
  const here = /^ {2}\/\/ example\n([\s\S]*?) {2}\/\/ end\n/m.exec(source('readme.spec.ts'))?.[1]?.replaceAll(/^ {2}/gm, '');
  const shown = /```ts\nimport .*\nimport .*\n\n([\s\S]*?)```/.exec(source('../README.md'))?.[1];
  expect(shown).toBe(here);
});
