import { toHex } from '@pilotwire/wire';
import { expect, test } from 'vitest';
import {
  decodeMme, directionOf, encodeMme, nidFromNmk, nmkFromPassword, patchPib, pibRoles, readPib,
} from '../src/index.js';
import { barePib } from './pib-files.js';

test('the example of the README holds', () => {
  const runId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const frame = encodeMme('ff:ff:ff:ff:ff:ff', '02:00:00:00:00:0e', { mme: 'CM_SLAC_PARM.REQ', runId });
  const decoded = decodeMme(frame);
  expect(decoded).toMatchObject({ kind: 'known', type: 'CM_SLAC_PARM.REQ', value: { runId }, anomalies: [] });
  expect(directionOf('CM_SLAC_PARM.REQ')).toBe('ev->evse');
  expect(toHex(nidFromNmk(nmkFromPassword('HomePlugAV')))).toBe('b0f2e695666b03');
  expect(readPib(patchPib(barePib(), pibRoles.evse)).userHfid).toBe('EVSE');
});
