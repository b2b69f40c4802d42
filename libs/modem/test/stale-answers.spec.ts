import type { Mme, MmeOf } from '@pilotwire/homeplug';
import { COMMIT_FACTORY_PIB, COMMIT_FORCE, COMMIT_NO_RESET, MODULE_ID_PIB } from '@pilotwire/homeplug';
import { simulate } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { install, installInitial } from '../src/index.js';
import { containedPib, HOST, MODEM } from './bench.js';

type Operation = NonNullable<MmeOf<'VS_MODULE_OPERATION.REQ'>['operations']>[number];
type Answer = NonNullable<MmeOf<'VS_MODULE_OPERATION.CNF'>['operations']>[number];

const SESSION = 0xffff_ffff;
const version: Mme = { mme: 'VS_SW_VER.CNF', status: 0, deviceClass: 0x22, version: 'MAC-QCA7005-x', ident: 0, stepping: 0, cookie: 0 };

/** An install that is driven by hand: what it asks, and what it is told. */
function byHand() {
  const pib = containedPib();
  const run = simulate(install({ mac: HOST }), installInitial);
  const tell = (mme: Mme, { from = MODEM, to = HOST } = {}): void => run.feed({ kind: 'mme', from, to, mme });
  const answer = (operation: Answer): void => tell({ mme: 'VS_MODULE_OPERATION.CNF', status: 0, error: 0, operations: [operation] });
  /** The operation that was asked last. */
  const asked = (): Operation | undefined => {
    const [last] = run.log.flatMap(({ output }) => (output.kind === 'send' ? [output.mme] : [])).slice(-1);
    return last?.mme === 'VS_MODULE_OPERATION.REQ' ? last.operations[0] : undefined;
  };
  run.feed({ kind: 'start', change: { kind: 'role', role: 'evse' }, force: false, session: SESSION });
  tell(version);
  run.advance(300);
  for (let one = asked(); one?.op === 'read-ram' && run.state.at === 'reading'; one = asked()) {
    const data = pib.slice(one.offset, one.offset + one.length);
    answer({ ...one, length: data.length, data });
  }
  run.feed({ kind: 'stored' });
  return { run, tell, answer, asked };
}

test('answers of another session, another place or another host move nothing', () => {
  const { run, tell, answer, asked } = byHand();
  const open = asked();
  expect(open).toMatchObject({ op: 'start', session: SESSION });
  if (open?.op !== 'start') return;
  answer({ op: 'start', session: SESSION - 1, modules: open.modules });
  tell({ mme: 'VS_MODULE_OPERATION.CNF', status: 0, error: 0, operations: [{ op: 'start', session: SESSION, modules: open.modules }] }, { to: MODEM });
  tell({ mme: 'VS_MODULE_OPERATION.CNF', status: 0, error: 0, operations: [{ op: 'start', session: SESSION, modules: open.modules }] }, { from: HOST });
  expect(asked()).toMatchObject({ op: 'start' });

  answer({ op: 'start', session: SESSION, modules: open.modules });
  const place = { session: SESSION, index: 0, moduleId: MODULE_ID_PIB, subId: 0, length: 1400 };
  expect(asked()).toMatchObject({ op: 'write', ...place, offset: 0 });
  answer({ op: 'write', ...place, offset: 1400 });
  answer({ op: 'write', ...place, offset: 0, length: 1399 });
  expect(run.state).toMatchObject({ at: 'writing', task: { offset: 0 } });
  answer({ op: 'write', ...place, offset: 0 });
  answer({ op: 'write', ...place, offset: 0 });
  expect(run.state).toMatchObject({ at: 'writing', task: { offset: 1400 } });
});

test('the whole block is announced with its checksum, and closed as plctool does', () => {
  const { run, answer, asked } = byHand();
  for (let one = asked(); one !== undefined && run.state.at === 'writing' && one.op !== 'close'; one = asked()) {
    if (one.op === 'start') answer({ op: 'start', session: one.session, modules: one.modules });
    if (one.op === 'write') answer({ op: 'write', session: one.session, index: 0, moduleId: one.moduleId, subId: 0, length: one.length, offset: one.offset });
  }
  expect(asked()).toEqual({ op: 'close', session: SESSION, commitCode: (COMMIT_FORCE | COMMIT_NO_RESET | COMMIT_FACTORY_PIB) >>> 0 });
  answer({ op: 'close', session: SESSION, commitCode: 0, modules: [{ status: 3, error: 0 }] });
  expect(asked(), 'a module that was refused is opened anew, in a session of its own').toMatchObject({ op: 'start', session: 0 });
});
