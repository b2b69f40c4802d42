import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ms, simulate } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { ev, evInitial, evse, evseInitial, timing } from '../src/index.js';
import {
  car, charger, choosingEv, EV, EVSE, flat, heard, linkCnf, matchedEvse, matchingEvse, MODEM, nmk, outputs, profile, reasons, rnd, runId, sent,
  setKeyCnf, startedEv,
} from './peers.js';
import type { EvRun } from './peers.js';

const matchedEv = (): EvRun => {
  const run = choosingEv();
  charger.confirmMatch(run);
  run.feed(setKeyCnf(EV));
  run.feed(linkCnf(EV, true));
  return run;
};

test('every figure of timing.ts is kept by a machine, but the two that there is nothing to wait for', () => {
  const folder = fileURLToPath(new URL('../src', import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('timing.ts'));
  const text = sources.map((file) => readFileSync(`${folder}/${file}`, 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '')).join('\n');
  expect(Object.keys(timing).filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual(['TP_match_sequence', 'TT_amp_map_exchange']);
});

test('TP_match_response: a report waits no longer for late profiles than an answer may take', () => {
  const run = matchingEvse({ timing: { finalize_sounding: ms(5_000) } });
  car.request(run);
  car.start(run);
  car.sound(run, 0);
  profile(run, flat(20));
  run.advance(99);
  expect(sent(run, 'CM_ATTEN_CHAR.IND')).toEqual([]);
  run.advance(1);
  expect(sent(run, 'CM_ATTEN_CHAR.IND')).toHaveLength(1);
});

test('C_sequ_retry: so many matchings are begun for one plugged car', () => {
  const run = matchingEvse({ timing: { C_sequ_retry: 1 } });
  run.advance(40_000);
  expect(run.state).toEqual({ at: 'failed', why: 'no-request' });
});

test('TT_matching_repetition: tries go on for so long at least', () => {
  const run = startedEv({ timing: { ev_patience: ms(1_000) } });
  run.advance(9_900);
  expect(run.state.at).toBe('requesting');
  run.advance(400);
  expect(run.state).toEqual({ at: 'failed', why: 'no-evse' });
});

test('T_conn_max_comm: a car does not wait for ever for a charger that is given no key', () => {
  const run = simulate(evse({ mac: EVSE }), evseInitial);
  run.feed({ kind: 'plug' });
  run.advance(4_000);
  run.feed({ kind: 'plug' }); // still the same car
  run.advance(3_999);
  expect(run.state.at).toBe('unkeyed');
  run.advance(1);
  expect(run.state).toEqual({ at: 'failed', why: 'no-key' });
  run.feed({ kind: 'key', nmk });
  run.feed(setKeyCnf(EVSE));
  expect(run.state).toMatchObject({ at: 'matching', attempt: 1 }); // the car is still there
});

test('T_conn_max_comm: without a car nobody waits', () => {
  const run = simulate(evse({ mac: EVSE }), evseInitial);
  run.feed({ kind: 'plug' });
  run.feed({ kind: 'unplug' });
  run.advance(60_000);
  expect(run.state).toEqual(evseInitial);
});

test('TT_link_status_response: a modem that says nothing more has lost the link, until it answers again', () => {
  const charged = matchedEvse();
  const driven = matchedEv();
  for (const [run, host] of [[charged, EVSE], [driven, EV]] as const) {
    run.advance(3_000);
    run.feed(linkCnf(host, true));
    run.advance(4_999);
    expect(outputs(run as EvRun, 'link')).toEqual([]);
    run.advance(1);
    expect(outputs(run as EvRun, 'link')).toEqual([{ kind: 'link', up: false }]);
    run.advance(20_000);
    expect(outputs(run as EvRun, 'link')).toHaveLength(1);
    run.feed(linkCnf(host, true));
    expect(outputs(run as EvRun, 'link')).toEqual([{ kind: 'link', up: false }, { kind: 'link', up: true }]);
  }
});

test('TP_match_leave: a network that is not left in time is told, once, and is still to be left', () => {
  const run = matchedEv();
  run.feed({ kind: 'stop', nmk });
  run.advance(999);
  const told = (): readonly unknown[] => outputs(run, 'warning').filter(({ why }) => why === 'still-in-network');
  expect(told()).toEqual([]);
  run.advance(1_500);
  expect(told()).toHaveLength(1);
  run.feed(setKeyCnf(EV));
  expect(run.state).toEqual(evInitial);
});

const cnf = { mme: 'CM_SET_KEY.CNF', result: 1, myNonce: new Uint8Array(4), yourNonce: new Uint8Array(4), pid: 4, prn: 0, pmn: 255, ccoCapability: 0 } as const;
const FOREIGN = '00:b0:52:00:09:09';

test('the own modem answers to its host alone, and from its address where that is known', () => {
  const charger1 = simulate(evse({ mac: EVSE, modem: MODEM }), evseInitial);
  charger1.feed({ kind: 'key', nmk });
  charger1.feed(heard(FOREIGN, EVSE, cnf));
  charger1.feed(heard(FOREIGN, 'ff:ff:ff:ff:ff:ff', cnf));
  expect([charger1.state.at, reasons(charger1)]).toEqual(['keying', ['foreign-modem', 'foreign-modem']]);
  charger1.feed(setKeyCnf(EVSE));
  expect(charger1.state).toMatchObject({ at: 'idle', modem: MODEM });

  const unknown = simulate(evse({ mac: EVSE }), evseInitial);
  unknown.feed({ kind: 'key', nmk });
  unknown.feed(heard(FOREIGN, 'ff:ff:ff:ff:ff:ff', cnf));
  expect(unknown.state.at).toBe('keying');
});

test('what a modem says of the link counts from the one that took the key, and only where it succeeded', () => {
  const link = { mme: 'VS_PL_LINK_STATUS.CNF', linkStatus: 0 } as const;
  for (const [run, host] of [[matchedEvse(), EVSE], [matchedEv(), EV]] as const) {
    run.feed(heard(FOREIGN, host, { ...link, status: 0 }));
    run.feed(heard(MODEM, host, { ...link, status: 1 }));
    expect(reasons(run as EvRun)).toEqual(['foreign-modem', 'refused']);
    expect(outputs(run as EvRun, 'link')).toEqual([]);
  }
});

test('an EV takes no key from a modem that is not its own', () => {
  const run = simulate(ev({ mac: EV, modem: MODEM }), evInitial);
  run.feed({ kind: 'start', runId, rnd });
  expect(run.state.at).toBe('requesting');
  const keyed = choosingEv();
  charger.confirmMatch(keyed);
  keyed.feed(heard(FOREIGN, 'ff:ff:ff:ff:ff:ff', cnf));
  expect([keyed.state.at, reasons(keyed)]).toEqual(['keying', ['foreign-modem']]);
});
