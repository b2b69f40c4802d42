import { BROADCAST } from '@pilotwire/homeplug';
import { seconds } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import { networkOf } from '../src/index.js';
import {
  car, EV, EVSE, flat, heard, joiningEvse, matchedEvse, matchingEvse, nmk, OTHER_EV, OTHER_EVSE, otherRunId, outputs,
  profile, readyEvse,
  reasons, reportedEvse, runId, sent, sounds,
} from './peers.js';

describe('CM_SLAC_PARM.REQ', () => {
  test('R6: is answered at once, with the RunID and the MAC that asked', () => {
    const run = matchingEvse();
    run.advance(1_234);
    car.request(run);
    expect(sent(run, 'CM_SLAC_PARM.CNF')).toEqual([{
      at: 1_234,
      to: EV,
      mme: {
        mme: 'CM_SLAC_PARM.CNF', mSoundTarget: BROADCAST, numSounds: 10, timeOut: 6, respType: 1, forwardingSta: EV, runId,
      },
    }]);
  });

  test('is answered again when it is repeated, 7 ms later as the Ioniq does, and the run goes on', () => {
    const run = matchingEvse();
    car.request(run);
    run.advance(7);
    car.request(run);
    expect(sent(run, 'CM_SLAC_PARM.CNF')).toHaveLength(2);
    car.start(run);
    sounds(run);
    run.advance(45);
    expect(sent(run, 'CM_ATTEN_CHAR.IND')).toHaveLength(1);
  });

  test.each(['sounding', 'reported', 'answered'])('with a new RunID starts a new run while another is %s', (at) => {
    const run = at === 'sounding' ? matchingEvse() : reportedEvse();
    if (at === 'sounding') {
      car.request(run);
      car.start(run);
      car.sound(run, 9);
    }
    if (at === 'answered') car.answer(run);
    car.request(run, EV, otherRunId);
    expect(sent(run, 'CM_SLAC_PARM.CNF').at(-1)?.mme.runId).toEqual(otherRunId);
    car.start(run, EV, otherRunId);
    sounds(run, { id: otherRunId, levels: flat(33) });
    run.advance(45);
    const reports = sent(run, 'CM_ATTEN_CHAR.IND').filter(({ mme }) => mme.runId[0] === otherRunId[0]);
    expect(reports.map(({ mme }) => [mme.numSounds, mme.attenuation])).toEqual([[10, flat(33)]]);
  });

  test('R6: with the same RunID, as of a Tesla, starts over with the next CM_START_ATTEN_CHAR.IND', () => {
    const run = reportedEvse();
    car.request(run);
    car.start(run);
    sounds(run, { levels: flat(30) });
    run.advance(45);
    expect(sent(run, 'CM_ATTEN_CHAR.IND').at(-1)?.mme.attenuation).toEqual(flat(30));
    car.answer(run);
    car.match(run);
    expect(run.state.at).toBe('joining');
  });

  test('that comes late, as a copy, disturbs a run no more than to be answered', () => {
    const run = reportedEvse();
    car.request(run);
    car.answer(run);
    car.match(run);
    car.request(run);
    expect(run.state.at).toBe('joining');
    expect(sent(run, 'CM_SLAC_MATCH.CNF')).toHaveLength(1);
  });

  test('of a seventeenth run takes the place of the oldest invitation', () => {
    const run = matchingEvse();
    for (let i = 0; i < 17; i++) car.request(run, EV, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, i));
    car.start(run, EV, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0));
    expect(reasons(run)).toEqual(['run']);
    expect(outputs(run, 'session-ended').map(({ why, runId: id }) => [why, id[7]])).toEqual([['crowded-out', 0]]);
    car.start(run, EV, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1));
    expect(reasons(run)).toEqual(['run']);
  });

  test('is refused when sixteen runs are under way', () => {
    const run = matchingEvse();
    for (let i = 0; i < 16; i++) {
      const id = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, i);
      car.request(run, EV, id);
      car.start(run, EV, id);
    }
    car.request(run, OTHER_EV);
    expect(reasons(run)).toEqual(['crowd']);
  });
});

describe('sounding', () => {
  test('R6: several cars at once are kept apart', () => {
    const run = matchingEvse();
    car.request(run);
    car.request(run, OTHER_EV);
    car.start(run);
    car.start(run, OTHER_EV);
    for (let cnt = 9; cnt >= 0; cnt--) {
      car.sound(run, cnt);
      profile(run, flat(12));
      car.sound(run, cnt, OTHER_EV);
      profile(run, flat(48), OTHER_EV);
      run.advance(20);
    }
    run.advance(45);
    expect(sent(run, 'CM_ATTEN_CHAR.IND').map(({ to, mme }) => [to, mme.sourceAddress, mme.attenuation[0]])).toEqual([
      [EV, EV, 12], [OTHER_EV, OTHER_EV, 48],
    ]);
    car.answer(run);
    car.match(run);
    expect(run.state).toMatchObject({ at: 'joining', run: { ev: EV } });
    car.match(run, OTHER_EV);
    expect(reasons(run)).toEqual(['occupied']);
  });

  test('ends 600 ms after the first CM_START_ATTEN_CHAR.IND with the sounds that were heard', () => {
    const run = matchingEvse();
    car.request(run);
    car.start(run);
    run.advance(20);
    car.start(run);
    car.sound(run, 9);
    profile(run, flat(20));
    car.sound(run, 8);
    profile(run, flat(20));
    run.advance(700);
    expect(sent(run, 'CM_ATTEN_CHAR.IND').map(({ at, mme }) => [at, mme.numSounds])).toEqual([[645, 2]]);
  });

  test('lasts as long as the TIME_OUT that the car gave, 600 ms for a 0', () => {
    const reportAfter = (timeOut: number): number | undefined => {
      const run = matchingEvse();
      car.request(run);
      car.start(run, EV, runId, { timeOut });
      car.sound(run, 9);
      run.advance(3_000);
      return sent(run, 'CM_ATTEN_CHAR.IND')[0]?.at;
    };
    expect([3, 6, 10, 0, 255].map(reportAfter)).toEqual([345, 645, 1_045, 645, 2_045]);
  });

  test('takes as many sounds as the car announces', () => {
    const run = matchingEvse();
    car.request(run);
    car.start(run, EV, runId, { numSounds: 3 });
    sounds(run, { count: 3 });
    run.advance(45);
    expect(sent(run, 'CM_ATTEN_CHAR.IND').map(({ at, mme }) => [at, mme.numSounds])).toEqual([[40, 3]]);
  });

  test('is over with the profile of the last sound, and 45 ms after the last sound where a profile is missing', () => {
    const reports = (run: ReturnType<typeof matchingEvse>): number[] => sent(run, 'CM_ATTEN_CHAR.IND').map(({ at }) => at);
    const begun = (): ReturnType<typeof matchingEvse> => {
      const run = matchingEvse();
      car.request(run);
      car.start(run, EV, runId, { numSounds: 2 });
      car.sound(run, 1);
      profile(run, flat(20));
      run.advance(30);
      car.sound(run, 0);
      return run;
    };
    const whole = begun();
    profile(whole, flat(20));
    expect(reports(whole)).toEqual([30]);
    const late = begun();
    late.advance(44);
    expect(reports(late)).toEqual([]);
    profile(late, flat(20));
    expect(reports(late)).toEqual([74]);
    const missing = begun();
    missing.advance(100);
    expect(reports(missing)).toEqual([75]);
  });

  test('more sounds than announced change nothing', () => {
    const run = matchingEvse();
    car.request(run);
    car.start(run);
    sounds(run);
    run.advance(20);
    car.sound(run, 0);
    profile(run, flat(20));
    run.advance(25);
    expect(sent(run, 'CM_ATTEN_CHAR.IND').map(({ mme }) => [mme.numSounds, mme.attenuation])).toEqual([[10, flat(20)]]);
  });

  test('begins with the first sound where all three CM_START_ATTEN_CHAR.IND were lost', () => {
    const run = matchingEvse();
    car.request(run);
    sounds(run);
    run.advance(45);
    expect(sent(run, 'CM_ATTEN_CHAR.IND').map(({ at, mme }) => [at, mme.numSounds])).toEqual([[180, 10]]);
  });

  test('without any sound ends the run, for there is nothing to report', () => {
    const run = matchingEvse();
    car.request(run);
    car.start(run);
    run.advance(645);
    expect(outputs(run, 'session-ended')).toEqual([{ kind: 'session-ended', ev: EV, runId, why: 'no-sounds' }]);
    expect(sent(run, 'CM_ATTEN_CHAR.IND')).toEqual([]);
  });

  test('that does not begin within TT_match_sequence ends the run', () => {
    const run = matchingEvse();
    car.request(run);
    run.advance(399);
    expect(outputs(run, 'session-ended')).toEqual([]);
    run.advance(1);
    expect(outputs(run, 'session-ended').map(({ why }) => why)).toEqual(['no-start']);
  });
});

describe('attenuation', () => {
  const reportOf = (feed: (run: ReturnType<typeof matchingEvse>) => void, correction = 0): readonly number[] | undefined => {
    const run = matchingEvse({ attenuationCorrection: correction });
    car.request(run);
    car.start(run);
    feed(run);
    run.advance(700);
    return sent(run, 'CM_ATTEN_CHAR.IND')[0]?.mme.attenuation;
  };

  test('is the mean of each group over all profiles', () => {
    const levels = reportOf((run) => {
      profile(run, [...flat(10, 57), 40]);
      profile(run, [...flat(13, 57), 42]);
    });
    expect(levels).toEqual([...flat(12, 57), 41]);
  });

  test('is corrected for the way between connector and modem, never below 0', () => {
    expect(reportOf((run) => profile(run, [3, ...flat(29, 57)]), 10)).toEqual([0, ...flat(19, 57)]);
  });

  test('of another number of groups is reported as measured, but never mixed', () => {
    const levels = reportOf((run) => {
      profile(run, flat(20, 29));
      profile(run, flat(50, 58));
    });
    expect(levels).toEqual(flat(20, 29));
  });

  test('beyond 58 groups is cut, since pev dies of more', () => {
    const run = matchingEvse();
    car.request(run);
    car.start(run);
    profile(run, flat(20, 100));
    run.advance(700);
    expect(sent(run, 'CM_ATTEN_CHAR.IND')[0]?.mme.attenuation).toEqual(flat(20));
    expect(outputs(run, 'warning')).toEqual([{ kind: 'warning', why: 'groups-cut', ev: EV }]);
  });

  test('measured by another modem than the own is not taken', () => {
    const run = matchingEvse();
    car.request(run);
    car.start(run);
    profile(run, flat(50), EV, '00:b0:52:00:09:09');
    expect(reasons(run)).toEqual(['foreign-modem']);
  });
});

describe('CM_ATTEN_CHAR.IND', () => {
  test('is repeated C_EV_match_retry times, TT_match_response apart, then the run ends', () => {
    const run = reportedEvse();
    run.advance(1_000);
    expect(sent(run, 'CM_ATTEN_CHAR.IND').map(({ at }) => at)).toEqual([180, 380, 580]);
    expect(outputs(run, 'session-ended').map(({ why }) => why)).toEqual(['no-response']);
  });

  test('is not repeated after the third was answered, 440 ms late as at the westpark alpitronic', () => {
    const run = reportedEvse();
    run.advance(440);
    car.answer(run);
    run.advance(1_466);
    car.match(run);
    expect(sent(run, 'CM_ATTEN_CHAR.IND')).toHaveLength(3);
    expect(run.state.at).toBe('joining');
  });

  test('answered with another result than 0 ends the run', () => {
    const run = reportedEvse();
    car.answer(run, EV, runId, 1);
    expect(outputs(run, 'session-ended').map(({ why }) => why)).toEqual(['refused']);
  });
});

describe('CM_SLAC_MATCH.REQ', () => {
  test.each([[3, 'as the Audi Q4'], [1_100, 'later than the Polestar 2'], [9_999, 'just within TT_EVSE_match_session']])(
    'is answered %i ms after CM_ATTEN_CHAR.RSP, %s', (wait) => {
      const run = reportedEvse();
      car.answer(run);
      run.advance(wait);
      car.match(run);
      const { nid } = networkOf(nmk);
      expect(sent(run, 'CM_SLAC_MATCH.CNF')).toEqual([
        { at: 225 + wait, to: EV, mme: { mme: 'CM_SLAC_MATCH.CNF', pevMac: EV, evseMac: EVSE, runId, nid, nmk } },
      ]);
    });

  test('is waited for TT_EVSE_match_session', () => {
    const run = reportedEvse();
    car.answer(run);
    run.advance(10_000);
    expect(outputs(run, 'session-ended').map(({ why }) => why)).toEqual(['no-match']);
  });

  test('is answered also where CM_ATTEN_CHAR.RSP was lost', () => {
    const run = reportedEvse();
    car.match(run);
    expect(run.state.at).toBe('joining');
  });

  test.each([joiningEvse, matchedEvse])('is answered again when it is repeated (%#)', (begin) => {
    const run = begin();
    run.advance(200);
    car.match(run);
    expect(sent(run, 'CM_SLAC_MATCH.CNF')).toHaveLength(2);
  });

  test('for another EVSE, of another MAC than its sender, of an unknown run, or too early is not answered', () => {
    const run = matchingEvse();
    car.request(run);
    car.match(run, EV, runId, { evseMac: OTHER_EVSE });
    car.match(run, EV, runId, { pevMac: OTHER_EV });
    car.match(run, EV, otherRunId);
    car.match(run);
    expect(reasons(run)).toEqual(['other-evse', 'other-ev', 'run', 'unexpected']);
    expect(sent(run, 'CM_SLAC_MATCH.CNF')).toEqual([]);
  });
});

describe('what no car was seen to ask', () => {
  test('CM_VALIDATE.REQ is answered with one result, 3 unless told otherwise', () => {
    for (const [config, result] of [[{}, 3], [{ validateResult: 4 }, 4]] as const) {
      const run = reportedEvse(config);
      run.feed(heard(EV, EVSE, { mme: 'CM_VALIDATE.REQ', timer: 0, result: 1 }));
      expect(sent(run, 'CM_VALIDATE.CNF').map(({ to, mme }) => [to, mme.result])).toEqual([[EV, result]]);
    }
  });

  test.each([reportedEvse, matchedEvse])('CM_AMP_MAP.REQ is answered with RESTYPE 0 (%#)', (begin) => {
    const run = begin();
    run.feed(heard(EV, EVSE, { mme: 'CM_AMP_MAP.REQ', amplitudes: [1, 2, 3] }));
    expect(sent(run, 'CM_AMP_MAP.CNF')).toMatchObject([{ to: EV, mme: { resType: 0 } }]);
  });

  test('neither is answered to a car without a run', () => {
    const run = matchingEvse();
    run.feed(heard(EV, EVSE, { mme: 'CM_VALIDATE.REQ', timer: 0, result: 1 }));
    expect(reasons(run)).toEqual(['run']);
  });
});

test('messages to others, from impossible senders, or of another application or security type are counted, not answered', () => {
  const run = readyEvse({ timing: { TT_EVSE_SLAC_init: seconds(20) } });
  run.feed({ kind: 'plug' });
  run.feed(heard(EV, OTHER_EVSE, { mme: 'CM_SLAC_PARM.REQ', runId }));
  run.feed(heard(BROADCAST, EVSE, { mme: 'CM_SLAC_PARM.REQ', runId }));
  run.feed(heard(EVSE, BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId }));
  run.feed(heard(EV, BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId, applicationType: 1 }));
  run.feed(heard(EV, BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId, securityType: 2 }));
  expect(reasons(run)).toEqual(['address', 'address', 'address', 'type', 'type']);
  expect(sent(run, 'CM_SLAC_PARM.CNF')).toEqual([]);
});
