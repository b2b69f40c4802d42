import { BROADCAST, encodeMme, MIN_FRAME } from '@pilotwire/homeplug';
import type { Mme } from '@pilotwire/homeplug';
import { describe, expect, test } from 'vitest';
import type { EvOutput, EvseOutput } from '../src/index.js';
import { frameOf, receive } from '../src/index.js';
import {
  car, charger, choosingEv, EV, EVSE, flat, heard, heardFrame, joiningEvse, listeningEv, matchingEvse, OTHER_EV,
  otherRunId, outputs, profile,
  reasons, reportedEvse, rnd, runId, sent, sounds,
} from './peers.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Every frame that a side sent, by the name of its message. */
function frames(log: readonly { readonly output: EvseOutput | EvOutput }[], own: string): Map<string, Uint8Array> {
  return new Map(log.flatMap(({ output }) => (output.kind === 'send' ? [[output.mme.mme, frameOf(own, output)] as const] : [])));
}

function evseFrames(): Map<string, Uint8Array> {
  return frames(joiningEvse().log, EVSE);
}

function evFrames(): Map<string, Uint8Array> {
  const run = choosingEv();
  charger.confirmMatch(run);
  return frames(run.log, EV);
}

describe('what foreign parties are strict about', () => {
  test('no frame is shorter than 60 octets, which pev and evse drop without a word', () => {
    const lengths = (all: Map<string, Uint8Array>): Record<string, number> => Object.fromEntries([...all].map(([name, { length }]) =>
      [name, length]));
    expect(lengths(evseFrames())).toEqual({
      'CM_SET_KEY.REQ': MIN_FRAME, 'CM_SLAC_PARM.CNF': MIN_FRAME, 'CM_ATTEN_CHAR.IND': 129, 'CM_SLAC_MATCH.CNF': 109,
    });
    expect(lengths(evFrames())).toEqual({
      'CM_SLAC_PARM.REQ': MIN_FRAME, 'CM_START_ATTEN_CHAR.IND': MIN_FRAME, 'CM_MNBC_SOUND.IND': 71, 'CM_ATTEN_CHAR.RSP': 70,
      'CM_SLAC_MATCH.REQ': 85, 'CM_SET_KEY.REQ': MIN_FRAME,
    });
  });

  test('MVFLength is 62 in CM_SLAC_MATCH.REQ and 86 in CM_SLAC_MATCH.CNF, little-endian', () => {
    expect(hex(evFrames().get('CM_SLAC_MATCH.REQ')!.subarray(21, 23))).toBe('3e00');
    expect(hex(evseFrames().get('CM_SLAC_MATCH.CNF')!.subarray(21, 23))).toBe('5600');
  });

  test('station ids are zeros, which EVerest insists on', () => {
    const zeros = '00'.repeat(17);
    const request = evFrames().get('CM_SLAC_MATCH.REQ')!;
    expect([hex(request.subarray(23, 40)), hex(request.subarray(46, 63))]).toEqual([zeros, zeros]);
    const answer = evFrames().get('CM_ATTEN_CHAR.RSP')!;
    expect([hex(answer.subarray(35, 52)), hex(answer.subarray(52, 69)), answer[69]]).toEqual([zeros, zeros, 0]);
    expect(hex(evFrames().get('CM_MNBC_SOUND.IND')!.subarray(21, 38))).toBe(zeros);
  });

  test('CM_START_ATTEN_CHAR.IND has RESP_TYPE 1 and the TIME_OUT of the EVSE: EVerest ignores zeros, Compleo a 10', () => {
    expect(hex(evFrames().get('CM_START_ATTEN_CHAR.IND')!.subarray(19, 38))).toBe(`00000a0601${EV.replaceAll(':', '')}${hex(runId)}`);
  });

  test('CM_ATTEN_CHAR.IND has 58 groups and carries the EV\'s address and RunID', () => {
    const report = evseFrames().get('CM_ATTEN_CHAR.IND')!;
    expect(hex(report.subarray(19, 35))).toBe(`0000${EV.replaceAll(':', '')}${hex(runId)}`);
    expect([...report.subarray(69, 71)]).toEqual([10, 58]);
  });

  test.each([
    ['without groups', (): number[] => []],
    ['with nothing but zeros', (): number[] => flat(0)],
  ])('a modem that reports profiles %s still gives the car a mean of 9..40 dB, and a warning to us', (_, levels) => {
    const run = matchingEvse();
    car.request(run);
    car.start(run);
    sounds(run, { levels: levels() });
    run.advance(45);
    const [report] = sent(run, 'CM_ATTEN_CHAR.IND');
    expect(report?.mme).toMatchObject({ numSounds: 10, attenuation: flat(10) });
    expect(outputs(run, 'warning')).toEqual([{ kind: 'warning', why: 'synthetic-attenuation', ev: EV }]);
  });

  test('a modem that reports no profile at all counts by the sounds, and the level can be chosen', () => {
    const run = matchingEvse({ syntheticAttenuation: 12 });
    car.request(run);
    car.start(run);
    for (let cnt = 9; cnt >= 0; cnt--) car.sound(run, cnt);
    run.advance(45);
    expect(sent(run, 'CM_ATTEN_CHAR.IND')[0]?.mme).toMatchObject({ numSounds: 10, attenuation: flat(12) });
    expect(outputs(run, 'warning').map(({ why }) => why)).toEqual(['synthetic-attenuation']);
  });

  test('the EV sends CM_SLAC_MATCH.REQ within the 1000 ms that evse waits after CM_ATTEN_CHAR.RSP', () => {
    const run = listeningEv();
    charger.report(run, flat(22));
    run.advance(2_000);
    const answered = sent(run, 'CM_ATTEN_CHAR.RSP')[0]?.at ?? 0;
    expect((sent(run, 'CM_SLAC_MATCH.REQ')[0]?.at ?? Infinity) - answered).toBeLessThan(1_000);
  });
});

describe('what foreign parties do', () => {
  test.each([[0, 'evse of open-plc-utils in a burst'], [20, 'Ioniq'], [24, 'Tesla'], [31, 'pyPLC'], [40, 'Polestar and Audi']])(
    'sounds %i ms apart are all counted (%s)', (interval) => {
      const run = matchingEvse();
      car.request(run);
      for (let i = 0; i < 3; i++) {
        car.start(run);
        run.advance(interval);
      }
      sounds(run, { interval });
      run.advance(45);
      expect(sent(run, 'CM_ATTEN_CHAR.IND').map(({ mme }) => [mme.numSounds, mme.attenuation])).toEqual([[10, flat(20)]]);
    });

  test('a car that stalls for 550 ms between its sounds is told of those heard in time, and may still match', () => {
    const stalled = matchingEvse();
    car.request(stalled);
    car.start(stalled);
    for (const cnt of [9, 8]) {
      car.sound(stalled, cnt);
      profile(stalled, flat(20));
      stalled.advance(31);
    }
    stalled.advance(557);
    sounds(stalled, { count: 8 });
    stalled.advance(100);
    car.answer(stalled);
    car.match(stalled);
    // Two before the pause, two more while the profiles of the last sounds are waited for.
    expect(sent(stalled, 'CM_ATTEN_CHAR.IND')[0]?.mme.numSounds).toBe(4);
    expect(stalled.state.at).toBe('joining');
  });

  test('another car\'s CM_START_ATTEN_CHAR.IND does not end a run, as it does in evse', () => {
    const run = matchingEvse();
    car.request(run);
    car.start(run, OTHER_EV, otherRunId);
    car.start(run, EV, otherRunId);
    expect(reasons(run)).toEqual(['run', 'run']);
    car.start(run);
    sounds(run);
    run.advance(45);
    expect(sent(run, 'CM_ATTEN_CHAR.IND')).toHaveLength(1);
  });

  test('CM_START_ATTEN_CHAR.IND and sounds may be unicast', () => {
    const run = matchingEvse();
    car.request(run);
    run.feed(heard(EV, EVSE, { mme: 'CM_START_ATTEN_CHAR.IND', numSounds: 10, timeOut: 6, respType: 1, forwardingSta: EV, runId }));
    run.feed(heard(EV, EVSE, { mme: 'CM_MNBC_SOUND.IND', cnt: 0, runId, rnd }));
    run.advance(45);
    expect(sent(run, 'CM_ATTEN_CHAR.IND')[0]?.mme.numSounds).toBe(1);
  });

  test('pev\'s vehicle id of 0xAA, which EVerest rejects, is accepted and given back', () => {
    const pevId = new Uint8Array(17).fill(0xaa);
    const run = reportedEvse();
    car.answer(run);
    car.match(run, EV, runId, { pevId });
    expect(sent(run, 'CM_SLAC_MATCH.CNF')[0]?.mme.pevId).toEqual(pevId);
  });

  test('a CM_SLAC_MATCH.REQ with another MVFLength, or without padding, is answered', () => {
    const run = reportedEvse();
    const frame = encodeMme(EVSE, EV, { mme: 'CM_SLAC_MATCH.REQ', pevMac: EV, evseMac: EVSE, runId });
    frame[21] = 0;
    run.feed(heardFrame(frame));
    expect(run.state.at).toBe('joining');
  });

  test('an unpadded CM_SLAC_PARM.REQ of 29 octets is answered', () => {
    const run = matchingEvse();
    run.feed(heardFrame(encodeMme(BROADCAST, EV, { mme: 'CM_SLAC_PARM.REQ', runId }).subarray(0, 29)));
    expect(sent(run, 'CM_SLAC_PARM.CNF')).toHaveLength(1);
  });

  test('CM_SLAC_PARM.REQ with SECURITY_TYPE 1 is counted, not answered', () => {
    const run = matchingEvse();
    run.feed(heard(EV, BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId, securityType: 1, cipherSuites: [] } as Mme));
    expect(reasons(run)).toEqual(['type']);
  });

  test('evse\'s CM_ATTEN_CHAR.IND of 326 octets, 58 groups and room for 255, is read as 58 groups', () => {
    const frame = new Uint8Array(326);
    frame.set(encodeMme(EV, EVSE, { mme: 'CM_ATTEN_CHAR.IND', sourceAddress: EV, runId, numSounds: 10, attenuation: flat(30) }));
    const run = listeningEv();
    run.feed(heardFrame(frame));
    expect(run.state).toMatchObject({ candidates: [{ evse: EVSE, mean: 30, measured: true }] });
  });

  test('pieces of messages and messages too short for their layout are counted, others are none of ours', () => {
    const frame = encodeMme(BROADCAST, EV, { mme: 'CM_SLAC_PARM.REQ', runId });
    const piece = frame.slice();
    piece[17] = 0x10;
    const run = matchingEvse();
    run.feed(heardFrame(piece));
    run.feed(heardFrame(frame.subarray(0, 24)));
    expect(reasons(run)).toEqual(['malformed', 'malformed']);
    const ip = frame.slice();
    ip.set([0x86, 0xdd], 12);
    expect([receive(ip), receive(frame.subarray(0, 10))]).toEqual([undefined, undefined]);
  });
});
