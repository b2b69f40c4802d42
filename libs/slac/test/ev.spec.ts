import { BROADCAST, LOCAL_MODEM } from '@pilotwire/homeplug';
import { ms, simulate } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import { ev, evInitial, networkOf } from '../src/index.js';
import {
  charger, choosingEv, EV, EVSE, flat, heard, linkCnf, listeningEv, nmk, OTHER_EV, OTHER_EVSE, otherRunId, outputs,
  reasons, rnd, runId, sent,
  setKeyCnf, startedEv,
} from './peers.js';
import type { EvRun } from './peers.js';

const joiningEv = (): EvRun => {
  const run = choosingEv();
  charger.confirmMatch(run);
  run.feed(setKeyCnf(EV));
  return run;
};

const matchedEv = (): EvRun => {
  const run = joiningEv();
  run.feed(linkCnf(EV, true));
  return run;
};

describe('CM_SLAC_PARM.REQ', () => {
  test('is broadcast every TT_match_response with one RunID until somebody answers', () => {
    const run = startedEv();
    run.advance(650);
    expect(sent(run, 'CM_SLAC_PARM.REQ').map(({ at, to, mme }) => [at, to, mme.runId])).toEqual(
      [0, 200, 400, 600].map((at) => [at, BROADCAST, runId]),
    );
    charger.confirm(run);
    expect(sent(run, 'CM_START_ATTEN_CHAR.IND')).toHaveLength(1);
  });

  test('of a minute without any answer ends in no-evse', () => {
    const run = startedEv();
    run.advance(61_000);
    expect(run.state).toEqual({ at: 'failed', why: 'no-evse' });
    expect(outputs(run, 'failed')).toEqual([{ kind: 'failed', why: 'no-evse' }]);
  });

  test('is answered by another RunID only: that answer is stale, and not taken', () => {
    const run = startedEv();
    charger.confirm(run, EVSE, otherRunId);
    expect(reasons(run)).toEqual(['run']);
    expect(run.state.at).toBe('requesting');
  });
});

describe('sounding', () => {
  test('three CM_START_ATTEN_CHAR.IND and ten sounds, the first with CM_SLAC_PARM.CNF, 30 ms apart', () => {
    const run = startedEv();
    run.advance(5);
    charger.confirm(run);
    run.advance(1_000);
    const starts = sent(run, 'CM_START_ATTEN_CHAR.IND');
    const sounds = sent(run, 'CM_MNBC_SOUND.IND');
    expect(starts.map(({ at }) => at)).toEqual([5, 35, 65]);
    expect(sounds.map(({ at, mme }) => [at, mme.cnt])).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((cnt, i) => [95 + 30 * i, cnt]));
    expect(starts[0]).toMatchObject({ to: BROADCAST, mme: { numSounds: 10, timeOut: 6, respType: 1, forwardingSta: EV, runId } });
    expect(sounds[0]).toMatchObject({ to: BROADCAST, mme: { runId, rnd } });
  });

  test.each([
    [{ numSounds: 3, timeOut: 6 }, 3, 6],
    [{ numSounds: 0, timeOut: 0 }, 10, 6],
    [{ numSounds: 255, timeOut: 255 }, 10, 6],
    [{ numSounds: 20, timeOut: 10 }, 20, 10],
  ])('NUM_SOUNDS and TIME_OUT %j of the EVSE become %i sounds and a TIME_OUT of %i', (over, numSounds, timeOut) => {
    const run = startedEv();
    charger.confirm(run, EVSE, runId, over);
    run.advance(1_200);
    expect(sent(run, 'CM_START_ATTEN_CHAR.IND')[0]?.mme).toMatchObject({ numSounds, timeOut });
    expect(sent(run, 'CM_MNBC_SOUND.IND').map(({ mme }) => mme.cnt)).toEqual(Array.from({ length: numSounds }, (_, i) => numSounds - 1 - i));
  });

  test('all sounds are sent within the TIME_OUT of the EVSE, though never less than 20 ms apart', () => {
    const lasting = (timeOut: number): number => {
      const run = startedEv();
      charger.confirm(run, EVSE, runId, { timeOut });
      run.advance(1_000);
      const first = sent(run, 'CM_START_ATTEN_CHAR.IND')[0]?.at ?? 0;
      return Math.round((sent(run, 'CM_MNBC_SOUND.IND').at(-1)?.at ?? 0) - first);
    };
    expect([6, 3, 1].map(lasting)).toEqual([360, 277, 240]);
  });

  test('a unicast M-SOUND_TARGET does not keep the other EVSEs from measuring', () => {
    const run = startedEv();
    charger.confirm(run, EVSE, runId, { mSoundTarget: EVSE });
    run.advance(400);
    expect(new Set(sent(run, 'CM_MNBC_SOUND.IND').map(({ to }) => to))).toEqual(new Set([BROADCAST]));
  });
});

describe('CM_ATTEN_CHAR.IND', () => {
  test('is answered to its sender, each time', () => {
    const run = listeningEv(EVSE, OTHER_EVSE);
    charger.report(run, flat(20));
    charger.report(run, flat(30), OTHER_EVSE);
    charger.report(run, flat(20));
    expect(sent(run, 'CM_ATTEN_CHAR.RSP').map(({ to, mme }) => [to, mme.sourceAddress, mme.runId, mme.result])).toEqual([
      [EVSE, EV, runId, 0], [OTHER_EVSE, EV, runId, 0], [EVSE, EV, runId, 0],
    ]);
  });

  test('is taken before the last sound too, from an EVSE that lost count', () => {
    const run = startedEv();
    charger.confirm(run);
    run.advance(200);
    charger.report(run, flat(9));
    expect(sent(run, 'CM_ATTEN_CHAR.RSP')).toHaveLength(1);
    run.advance(159);
    expect(sent(run, 'CM_SLAC_MATCH.REQ')).toEqual([]);
    run.advance(1);
    expect(sent(run, 'CM_SLAC_MATCH.REQ')).toMatchObject([{ to: EVSE }]);
  });

  test('is still answered after the choice, for then its answer was lost', () => {
    const run = choosingEv();
    charger.report(run, flat(9));
    expect(sent(run, 'CM_ATTEN_CHAR.RSP')).toHaveLength(2);
  });

  test('of another run, for another car, before sounding, or after the match is not answered', () => {
    const run = startedEv();
    charger.report(run, flat(9));
    charger.confirm(run);
    run.advance(400);
    charger.report(run, flat(9), EVSE, otherRunId);
    charger.report(run, flat(9), EVSE, runId, { sourceAddress: OTHER_EV });
    expect(sent(run, 'CM_ATTEN_CHAR.RSP')).toEqual([]);
    expect(reasons(run)).toEqual(['unexpected', 'run', 'other-ev']);
    const matched = matchedEv();
    charger.report(matched, flat(9));
    matched.feed(heard(EVSE, BROADCAST, { mme: 'CM_ATTEN_CHAR.IND', sourceAddress: EV, runId, numSounds: 10, attenuation: flat(9) }));
    expect(reasons(matched)).toEqual(['unexpected', 'unexpected']);
  });
});

describe('the choice', () => {
  const chosen = (run: EvRun): (string | number)[][] => sent(run, 'CM_SLAC_MATCH.REQ').slice(0, 1).map(({ at, to, mme }) =>
    [at, to, mme.evseMac]);

  test('falls on the EVSE that heard the car loudest, whichever reported first', () => {
    for (const [first, second] of [[35, 12], [12, 35]] as const) {
      const run = listeningEv(EVSE, OTHER_EVSE);
      charger.report(run, flat(first));
      run.advance(50);
      charger.report(run, flat(second), OTHER_EVSE);
      run.advance(1_000);
      const nearer = first < second ? EVSE : OTHER_EVSE;
      expect(chosen(run)).toEqual([[1_200, nearer, nearer]]);
    }
  });

  test('compares means, not single groups', () => {
    const run = listeningEv(EVSE, OTHER_EVSE);
    charger.report(run, [...flat(10, 57), 255]);
    charger.report(run, flat(13), OTHER_EVSE);
    run.advance(1_000);
    expect(chosen(run)[0]?.[1]).toBe(OTHER_EVSE);
  });

  test('is made TT_EV_atten_results after the first CM_START_ATTEN_CHAR.IND, as Ioniq and Tesla do', () => {
    const run = listeningEv();
    charger.report(run, flat(11));
    run.advance(2_000);
    expect(chosen(run)).toEqual([[1_200, EVSE, EVSE]]);
  });

  test('is made at once where everyone who answered has reported and one is directly there', () => {
    const run = listeningEv();
    charger.report(run, flat(10));
    run.advance(2_000);
    expect(chosen(run)).toEqual([[360, EVSE, EVSE]]);
    const two = listeningEv(EVSE, OTHER_EVSE);
    charger.report(two, flat(10));
    two.advance(2_000);
    expect(chosen(two)).toEqual([[1_200, EVSE, EVSE]]);
  });

  test('falls on an EVSE that counted no sounds only where no other reported', () => {
    const run = listeningEv(EVSE, OTHER_EVSE);
    charger.report(run, flat(1), EVSE, runId, { numSounds: 0 });
    charger.report(run, flat(25), OTHER_EVSE);
    run.advance(1_000);
    expect(chosen(run)[0]?.[1]).toBe(OTHER_EVSE);
    const alone = listeningEv();
    charger.report(alone, flat(1), EVSE, runId, { numSounds: 0 });
    alone.advance(1_000);
    expect(chosen(alone)).toEqual([[1_200, EVSE, EVSE]]);
  });

  test.each([['all-zero', flat(0)], ['no-levels', []], ['too-weak', flat(41)]] as const)('a report that is %s is answered and refused', (why, levels) => {
    const run = listeningEv();
    charger.report(run, levels);
    run.advance(1_000);
    expect(sent(run, 'CM_ATTEN_CHAR.RSP')).toHaveLength(1);
    expect(outputs(run, 'repeating')).toEqual([{ kind: 'repeating', why }]);
    expect(sent(run, 'CM_SLAC_MATCH.REQ')).toEqual([]);
  });

  test('is not tried again where the next try would begin after ev_patience', () => {
    const run = startedEv({ timing: { TT_matching_repetition: ms(0), ev_patience: ms(1_500) } });
    charger.confirm(run);
    run.advance(400);
    charger.report(run, flat(0));
    run.advance(840);
    expect(run.state).toEqual({ at: 'failed', why: 'all-zero' });
    expect(outputs(run, 'repeating')).toEqual([]);
  });

  test('counts its RunIDs up as one number', () => {
    const run = simulate(ev({ mac: EV }), evInitial);
    const first = Uint8Array.of(0, 0, 0, 0, 0, 0x10, 0xff, 0xff);
    run.feed({ kind: 'start', runId: first, rnd });
    charger.confirm(run, EVSE, first);
    run.advance(2_000);
    expect(sent(run, 'CM_SLAC_PARM.REQ').at(-1)?.mme.runId).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0x11, 0, 0));
  });

  test('without any report is none, and the next try has another RunID', () => {
    const run = listeningEv();
    run.advance(840);
    expect(run.state).toMatchObject({ at: 'waiting', last: 'no-attenuation' });
    run.advance(400);
    expect(sent(run, 'CM_SLAC_PARM.REQ').at(-1)).toMatchObject({ at: 1_600, mme: { runId: Uint8Array.of(...runId.slice(0, 7), 0x57) } });
    charger.confirm(run, EVSE, runId);
    expect(run.state.at).toBe('requesting');
  });
});

describe('the match', () => {
  test('is asked for three times, TT_match_response apart, then given up', () => {
    const run = choosingEv();
    run.advance(1_000);
    expect(sent(run, 'CM_SLAC_MATCH.REQ').map(({ at }) => at)).toEqual([360, 560, 760]);
    expect(outputs(run, 'repeating')).toEqual([{ kind: 'repeating', why: 'no-confirmation' }]);
  });

  test('is confirmed by the chosen EVSE, for this car and this run, and by nothing else', () => {
    const run = choosingEv();
    charger.confirmMatch(run, OTHER_EVSE);
    charger.confirmMatch(run, EVSE, runId, { evseMac: OTHER_EVSE });
    charger.confirmMatch(run, OTHER_EVSE, runId, { evseMac: EVSE });
    charger.confirmMatch(run, EVSE, runId, { pevMac: OTHER_EV });
    charger.confirmMatch(run, EVSE, otherRunId);
    run.feed(heard(EVSE, OTHER_EV, { mme: 'CM_SLAC_MATCH.CNF', pevMac: EV, evseMac: EVSE, runId, nid: new Uint8Array(7), nmk }));
    expect(reasons(run)).toEqual(['other-evse', 'other-evse', 'other-evse', 'other-ev', 'run', 'address']);
    expect(sent(run, 'CM_SET_KEY.REQ')).toEqual([]);
  });

  test('gives the own modem the key and the NID of the EVSE, also one that is not the hash of the key', () => {
    const run = choosingEv();
    charger.confirmMatch(run);
    expect(sent(run, 'CM_SET_KEY.REQ')).toMatchObject([{ to: LOCAL_MODEM, mme: { newKey: nmk, nid: new Uint8Array(7).fill(7) } }]);
    expect(outputs(run, 'warning')).toEqual([{ kind: 'warning', why: 'odd-nid', evse: EVSE }]);
    const usual = choosingEv();
    charger.confirmMatch(usual, EVSE, runId, { nid: networkOf(nmk).nid });
    expect(outputs(usual, 'warning')).toEqual([]);
  });

  test('a modem that never answers is given the key three times, a second apart, then it has failed', () => {
    const run = choosingEv();
    charger.confirmMatch(run);
    run.advance(3_000);
    expect(sent(run, 'CM_SET_KEY.REQ').map(({ at }) => at)).toEqual([360, 1_360, 2_360]);
    expect(run.state).toEqual({ at: 'failed', why: 'no-modem' });
  });

  test.each([0, 1])('CM_SET_KEY.CNF with Result %i leads to waiting for the link, and the link to the match', (result) => {
    const run = choosingEv();
    charger.confirmMatch(run);
    run.feed(setKeyCnf(EV, result));
    expect(run.state.at).toBe('joining');
    run.advance(200);
    expect(sent(run, 'VS_PL_LINK_STATUS.REQ').map(({ at }) => at)).toEqual([460, 560]);
    run.feed(linkCnf(EV, false));
    expect(run.state.at).toBe('joining');
    run.feed(linkCnf(EV, true));
    expect(outputs(run, 'matched')).toEqual([{ kind: 'matched', evse: EVSE, runId, nid: new Uint8Array(7).fill(7) }]);
  });

  test('a link that does not come up within TT_match_join is a reason of its own', () => {
    const run = joiningEv();
    run.advance(12_000);
    expect(outputs(run, 'repeating')).toEqual([{ kind: 'repeating', why: 'no-link' }]);
    run.advance(60_000);
    expect(run.state).toEqual({ at: 'failed', why: 'no-link' });
  });

  test('a foreign CM_SLAC_MATCH.CNF while matched changes nothing', () => {
    const run = matchedEv();
    const before = run.state;
    charger.confirmMatch(run, OTHER_EVSE);
    charger.confirm(run, OTHER_EVSE);
    expect(run.state).toBe(before);
    expect(reasons(run)).toEqual(['unexpected', 'unexpected']);
  });

  test('a lost link is told once, and once that it is back', () => {
    const run = matchedEv();
    for (const up of [true, false, false, true]) run.feed(linkCnf(EV, up));
    expect(outputs(run, 'link').map(({ up }) => up)).toEqual([false, true]);
  });
});

describe('the layers above', () => {
  test('a car that stops leaves the network with a key that nobody else has', () => {
    const run = matchedEv();
    run.feed({ kind: 'stop', nmk: nmk.toReversed() });
    expect(sent(run, 'CM_SET_KEY.REQ').at(-1)?.mme).toMatchObject({ newKey: nmk.toReversed(), nid: networkOf(nmk.toReversed()).nid });
    expect(outputs(run, 'unmatched')).toHaveLength(1);
    run.feed(setKeyCnf(EV));
    expect(run.state).toEqual(evInitial);
  });

  test('a modem that does not let go is told of', () => {
    const run = matchedEv();
    run.feed({ kind: 'stop', nmk });
    run.advance(3_000);
    expect(run.state).toEqual(evInitial);
    expect(outputs(run, 'warning').map(({ why }) => why)).toEqual(['odd-nid', 'still-in-network']);
  });

  test('a car that stops before the match has no network to leave', () => {
    const run = choosingEv();
    run.feed({ kind: 'stop', nmk });
    expect(run.state).toEqual(evInitial);
    expect(sent(run, 'CM_SET_KEY.REQ')).toEqual([]);
  });

  test('a pause ends without another SLAC', () => {
    const run = matchedEv();
    run.feed({ kind: 'pause' });
    run.advance(100_000);
    run.feed({ kind: 'resume' });
    run.feed({ kind: 'link', up: true });
    expect(run.state.at).toBe('matched');
    expect(sent(run, 'CM_SLAC_PARM.REQ')).toHaveLength(1);
  });

  test('entropy of a wrong length is refused', () => {
    const run = simulate(ev({ mac: EV }), evInitial);
    run.feed({ kind: 'start', runId: runId.slice(1), rnd });
    run.feed({ kind: 'start', runId, rnd: rnd.slice(1) });
    const matched = matchedEv();
    matched.feed({ kind: 'stop', nmk: nmk.slice(1) });
    expect([...reasons(run), ...reasons(matched)]).toEqual(['length', 'length', 'length']);
    expect(run.state).toBe(evInitial);
    expect(matched.state.at).toBe('matched');
  });
});
