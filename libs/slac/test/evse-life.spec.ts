import { LOCAL_MODEM } from '@pilotwire/homeplug';
import { simulate } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import { evse, evseInitial, networkOf } from '../src/index.js';
import {
  car, EV, EVSE, heard, joiningEvse, linkCnf, matchedEvse, matchingEvse, nmk, OTHER_EV, outputs, readyEvse, reasons,
  reportedEvse, runId,
  sent, setKeyCnf,
} from './peers.js';
import type { EvseRun } from './peers.js';

const fresh = (): EvseRun => simulate(evse({ mac: EVSE }), evseInitial);
const pilot = (run: EvseRun): (string | number)[][] =>
  run.log.flatMap(({ at, output }) => (output.kind === 'pilot' ? [[at, output.signal]] : []));

describe('the key', () => {
  test('goes to the own modem by the alias, with the NID that is its hash', () => {
    const run = fresh();
    run.feed({ kind: 'key', nmk });
    expect(sent(run, 'CM_SET_KEY.REQ')).toMatchObject([
      { to: LOCAL_MODEM, mme: { newKey: nmk, nid: networkOf(nmk).nid, pid: 4, prn: 0, pmn: 0 } },
    ]);
  });

  test.each([0, 1, 255])('is set once the modem answers, whatever its Result (%i)', (result) => {
    const run = fresh();
    run.feed({ kind: 'key', nmk });
    run.feed(setKeyCnf(EVSE, result));
    expect(run.state.at).toBe('idle');
  });

  test('R17: is given again after a second without an answer, three times in all', () => {
    const run = fresh();
    run.feed({ kind: 'key', nmk });
    run.advance(2_999);
    expect(sent(run, 'CM_SET_KEY.REQ').map(({ at }) => at)).toEqual([0, 1_000, 2_000]);
    expect(run.state.at).toBe('keying');
    run.advance(1);
    expect(run.state).toEqual({ at: 'failed', why: 'no-modem' });
    run.feed({ kind: 'key', nmk });
    expect(run.state.at).toBe('keying');
  });

  test('R17: is given once, however often the plug goes in and out before the modem answers', () => {
    const run = fresh();
    run.feed({ kind: 'key', nmk });
    for (let i = 0; i < 9; i++) {
      run.advance(50);
      run.feed({ kind: i % 2 === 0 ? 'plug' : 'unplug' });
    }
    expect(sent(run, 'CM_SET_KEY.REQ')).toHaveLength(1);
    run.feed(setKeyCnf(EVSE));
    expect(run.state.at).toBe('matching');
  });

  test('that no car was given serves the next car', () => {
    const run = reportedEvse();
    run.feed({ kind: 'unplug' });
    expect(run.state.at).toBe('idle');
    expect(outputs(run, 'key-wanted')).toEqual([]);
  });

  test.each([joiningEvse, matchedEvse])('that a car was given is replaced when the car is gone (%#)', (begin) => {
    const run = begin();
    run.feed({ kind: 'unplug' });
    expect(run.state).toEqual({ at: 'unkeyed', attempt: undefined });
    expect(outputs(run, 'unmatched')).toEqual([{ kind: 'unmatched', why: 'unplugged' }]);
    expect(outputs(run, 'key-wanted')).toHaveLength(1);
    run.feed({ kind: 'key', nmk: nmk.toReversed() });
    run.feed(setKeyCnf(EVSE));
    run.feed({ kind: 'plug' });
    car.request(run);
    car.start(run);
    car.sound(run, 0);
    run.advance(45);
    car.match(run);
    expect(sent(run, 'CM_SLAC_MATCH.CNF').at(-1)?.mme).toMatchObject({ nmk: nmk.toReversed(), nid: networkOf(nmk.toReversed()).nid });
  });

  test('of another length than 16 octets is refused', () => {
    const run = fresh();
    run.feed({ kind: 'key', nmk: nmk.slice(1) });
    expect(run.state).toBe(evseInitial);
    expect(reasons(run)).toEqual(['length']);
  });

  test('is not taken where none is wanted', () => {
    const run = matchingEvse();
    const before = run.state;
    run.feed({ kind: 'key', nmk: nmk.toReversed() });
    expect(run.state).toBe(before);
  });
});

describe('the pilot', () => {
  test('R6: goes to 5 % when a car is plugged in and the modem has its key, so that the first frame finds an answer', () => {
    const run = fresh();
    run.feed({ kind: 'plug' });
    run.feed({ kind: 'key', nmk });
    expect(pilot(run)).toEqual([]);
    run.advance(10);
    run.feed(setKeyCnf(EVSE));
    expect(pilot(run)).toEqual([[10, 'digital']]);
    car.request(run);
    expect(sent(run, 'CM_SLAC_PARM.CNF')).toHaveLength(1);
  });

  test('R6: goes to F for T_step_EF and to X1, then back to 5 % with a new key, when no car asks; the third time it has failed', () => {
    const run = readyEvse();
    run.feed({ kind: 'plug' });
    for (let i = 0; i < 2; i++) {
      run.advance(44_750);
      expect(run.state).toMatchObject({ at: 'unkeyed', attempt: 2 + i });
      run.feed({ kind: 'plug' });
      expect(run.state).toMatchObject({ attempt: 2 + i });
      run.feed({ kind: 'key', nmk });
      run.feed(setKeyCnf(EVSE));
    }
    run.advance(40_000);
    expect(pilot(run)).toEqual([
      [0, 'digital'], [40_000, 'f'], [44_000, 'x1'],
      [44_750, 'digital'], [84_750, 'f'], [88_750, 'x1'],
      [89_500, 'digital'], [129_500, 'x1'],
    ]);
    expect(run.state).toEqual({ at: 'failed', why: 'no-request' });
    run.feed({ kind: 'unplug' });
    expect(run.state).toBe(evseInitial);
  });

  test('stays at 5 % while a car keeps asking, and the failure says how its last run ended', () => {
    const run = matchingEvse({ attempts: 1 });
    for (let i = 0; i < 6; i++) {
      run.advance(9_000);
      car.request(run);
    }
    expect(run.state.at).toBe('matching');
    run.advance(40_000);
    expect(run.state).toEqual({ at: 'failed', why: 'no-start' });
  });
});

describe('the layers above', () => {
  test('D-LINK_TERMINATE leaves the network with a new key and switches the oscillator off', () => {
    const run = matchedEvse();
    run.feed({ kind: 'terminate' });
    expect(run.log.slice(-3).map(({ output }) => output)).toEqual([
      { kind: 'pilot', signal: 'x1' }, { kind: 'unmatched', why: 'terminated' }, { kind: 'key-wanted' },
    ]);
    run.feed({ kind: 'key', nmk });
    run.feed(setKeyCnf(EVSE));
    expect(run.state.at).toBe('idle');
    car.request(run);
    expect(reasons(run)).toEqual(['unexpected']);
    run.feed({ kind: 'plug' });
    expect(run.state.at).toBe('matching');
  });

  test.each([reportedEvse, joiningEvse, matchedEvse])('D-LINK_ERROR goes through state F into another matching (%#)', (begin) => {
    const run = begin();
    run.feed({ kind: 'error' });
    expect(run.state).toMatchObject({ at: 'stepping', signal: 'f' });
    run.advance(4_750);
    expect(outputs(run, 'key-wanted')).toHaveLength(1);
    run.feed({ kind: 'key', nmk });
    run.feed(setKeyCnf(EVSE));
    expect(run.state.at).toBe('matching');
    expect(pilot(run).at(-1)?.[1]).toBe('digital');
  });

  test('D-LINK_PAUSE keeps key and car; a plug input wakes the link without SLAC', () => {
    const run = matchedEvse();
    run.feed({ kind: 'pause' });
    expect(run.state).toMatchObject({ at: 'paused', run: { ev: EV } });
    run.advance(100_000);
    run.feed({ kind: 'plug' });
    expect(run.state.at).toBe('joining');
    run.feed(linkCnf(EVSE, true));
    expect(outputs(run, 'matched')).toHaveLength(2);
    expect(sent(run, 'CM_SET_KEY.REQ')).toHaveLength(1);
  });

  test('pause, error and terminate where there is no match change nothing', () => {
    const run = readyEvse();
    for (const kind of ['pause', 'error', 'terminate'] as const) run.feed({ kind });
    run.feed({ kind: 'link', up: true });
    expect(run.state.at).toBe('idle');
    expect(run.log).toHaveLength(1);
  });
});

test('another car is not answered while one is matched', () => {
  const run = matchedEvse();
  car.request(run, OTHER_EV);
  car.match(run, OTHER_EV);
  car.match(run, EV, nmk.slice(0, 8));
  expect(reasons(run)).toEqual(['occupied', 'occupied', 'run']);
});

test('a matched car may ask for what no car was seen to ask', () => {
  const run = matchedEvse();
  run.feed(heard(EV, EVSE, { mme: 'CM_VALIDATE.REQ', timer: 0, result: 1 }));
  expect(sent(run, 'CM_VALIDATE.CNF')).toHaveLength(1);
  expect(run.state).toMatchObject({ run: { runId } });
});
