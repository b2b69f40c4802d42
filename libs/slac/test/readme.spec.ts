import { readFileSync } from 'node:fs';
import { BROADCAST, encodeMme } from '@pilotwire/homeplug';
import { simulate } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { evse, evseInitial, frameOf, receive } from '../src/index.js';
import { setKeyCnf } from './peers.js';

const source = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

test('the example of the README does what it says, and is the one that is run here', () => {
  const mac = '02:00:00:00:00:01';
  const nmk = new Uint8Array(16).fill(1);
  const modemAnswer = setKeyCnf(mac);
  const frame = encodeMme(BROADCAST, '02:00:00:00:00:02', { mme: 'CM_SLAC_PARM.REQ', runId: new Uint8Array(8) });
  const written: Uint8Array[] = [];
  const write = (bytes: Uint8Array): void => void written.push(bytes);

  // example
  const charger = simulate(evse({ mac }), evseInitial);
  charger.feed({ kind: 'key', nmk }); // 16 fresh octets; CM_SET_KEY.REQ goes to the own modem
  charger.feed(modemAnswer);
  charger.feed({ kind: 'plug' }); // and the pilot is to show 5 %
  const input = receive(frame); // a car's CM_SLAC_PARM.REQ
  if (input !== undefined) charger.feed(input);
  for (const { output } of charger.log) {
    if (output.kind === 'send') write(frameOf(mac, output)); // CM_SLAC_PARM.CNF, padded to 60 octets
  }
  // end

  expect(written.map((bytes) => [bytes[16], bytes[15], bytes.length])).toEqual([[0x60, 0x08, 60], [0x60, 0x65, 60]]);
  expect(charger.log.map(({ output }) => output.kind)).toEqual(['send', 'pilot', 'send']);
  const here = /^ {2}\/\/ example\n([\s\S]*?) {2}\/\/ end\n/m.exec(source('readme.spec.ts'))?.[1]?.replaceAll(/^ {2}/gm, '');
  const shown = /```ts\nimport .*\nimport .*\n\n([\s\S]*?)```/.exec(source('../README.md'))?.[1];
  expect(shown).toBe(here);
});
