import { LOCAL_MODEM } from '@pilotwire/homeplug';
import { describe, expect, test } from 'vitest';
import { networkOf } from '../src/index.js';
import {
  car, EV, EVSE, heard, joiningEvse, linkCnf, matchedEvse, nmk, otherRunId, outputs, reasons, runId, sent, sounds,
} from './peers.js';

describe('the link of an EVSE', () => {
  test('is asked of the modem every 100 ms until it is up, then every second', () => {
    const run = joiningEvse();
    run.advance(250);
    expect(sent(run, 'VS_PL_LINK_STATUS.REQ').map(({ at, to }) => [at, to])).toEqual([[325, LOCAL_MODEM], [425, LOCAL_MODEM]]);
    run.feed(linkCnf(EVSE, true));
    expect(outputs(run, 'matched')).toEqual([{ kind: 'matched', ev: EV, runId, nid: networkOf(nmk).nid }]);
    run.advance(2_050);
    expect(sent(run, 'VS_PL_LINK_STATUS.REQ').map(({ at }) => at)).toEqual([325, 425, 525, 1_525, 2_525]);
  });

  test('that does not come up within TT_match_join fails the matching', () => {
    const run = joiningEvse({ attempts: 1 });
    run.advance(11_999);
    expect(run.state.at).toBe('joining');
    run.advance(1);
    expect(run.state).toEqual({ at: 'failed', why: 'no-link' });
    expect(outputs(run, 'unmatched')).toEqual([{ kind: 'unmatched', why: 'no-link' }]);
  });

  test('R17: is told once when it is lost and once when it is back, however often the modem says so', () => {
    const run = matchedEvse();
    for (const up of [true, false, false, false, true, true]) run.feed(linkCnf(EVSE, up));
    expect(outputs(run, 'link').map(({ up }) => up)).toEqual([false, true]);
  });

  test('may be known from elsewhere, and then no modem is asked', () => {
    const run = joiningEvse({ link: 'told' });
    run.advance(5_000);
    run.feed({ kind: 'link', up: true });
    run.advance(5_000);
    expect(run.state.at).toBe('matched');
    expect(sent(run, 'VS_PL_LINK_STATUS.REQ')).toEqual([]);
  });

  test('is not believed of another modem', () => {
    const run = joiningEvse();
    run.feed(heard('00:b0:52:00:09:09', EVSE, { mme: 'VS_PL_LINK_STATUS.CNF', status: 0, linkStatus: 1 }));
    expect(run.state.at).toBe('joining');
  });

  test('of a matched car that starts over is given up when its sounding starts, and no sooner', () => {
    const run = matchedEvse();
    car.request(run, EV, otherRunId);
    expect(run.state.at).toBe('matched');
    expect(sent(run, 'CM_SLAC_PARM.CNF')).toHaveLength(2);
    car.start(run, EV, otherRunId);
    expect(run.state.at).toBe('matching');
    expect(outputs(run, 'unmatched')).toEqual([{ kind: 'unmatched', why: 'restarted' }]);
    sounds(run, { id: otherRunId });
    run.advance(45);
    car.answer(run, EV, otherRunId);
    car.match(run, EV, otherRunId);
    expect(sent(run, 'CM_SLAC_MATCH.CNF')).toHaveLength(2);
  });

  test('an invitation to a matched car is forgotten after TT_match_sequence', () => {
    const run = matchedEvse();
    car.request(run, EV, otherRunId);
    run.advance(400);
    car.start(run, EV, otherRunId);
    expect(run.state.at).toBe('matched');
    expect(reasons(run)).toEqual(['run']);
  });
});
