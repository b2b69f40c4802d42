import type { Mme, MmeName, MmeOf } from '@pilotwire/homeplug';
import { BROADCAST, encodeMme } from '@pilotwire/homeplug';
import type { Simulation } from '@pilotwire/machine';
import { simulate } from '@pilotwire/machine';
import type {
  EvConfig, EvInput, EvOutput, EvseConfig, EvseInput, EvseOutput, EvseState, EvState, Malformed, Received,
} from '../src/index.js';
import { ev, evInitial, evse, evseInitial, receive } from '../src/index.js';

export const EVSE = '02:00:00:00:00:01';
export const EV = '02:00:00:00:00:02';
export const OTHER_EV = '02:00:00:00:00:03';
export const OTHER_EVSE = '02:00:00:00:00:04';
export const MODEM = '00:b0:52:00:01:01';

export const nmk = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
export const runId = Uint8Array.of(0x54, 0x45, 0x53, 0x4c, 0x41, 0x20, 0x45, 0x56);
export const otherRunId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
export const rnd = new Uint8Array(16).fill(0x5a);
const zeros = new Uint8Array(4);

export type EvseRun = Simulation<EvseState, EvseInput, EvseOutput>;
export type EvRun = Simulation<EvState, EvInput, EvOutput>;

/** A frame on its way through the rim: written, padded, read. */
export function heard(from: string, to: string, mme: Mme): Received | Malformed {
  return heardFrame(encodeMme(to, from, mme));
}

export function heardFrame(frame: Uint8Array): Received | Malformed {
  const input = receive(frame);
  if (input === undefined) throw new Error('the frame is no input');
  return input;
}

export const setKeyCnf = (to: string, result = 1): Received | Malformed =>
  heard(MODEM, to, { mme: 'CM_SET_KEY.CNF', result, myNonce: zeros, yourNonce: zeros, pid: 4, prn: 0, pmn: 255, ccoCapability: 0 });

export const linkCnf = (to: string, up: boolean): Received | Malformed =>
  heard(MODEM, to, { mme: 'VS_PL_LINK_STATUS.CNF', status: 0, linkStatus: Number(up) });

/** An EVSE with its key, no car. */
export function readyEvse(config: Partial<EvseConfig> = {}): EvseRun {
  const run = simulate(evse({ mac: EVSE, ...config }), evseInitial);
  run.feed({ kind: 'key', nmk });
  run.feed(setKeyCnf(EVSE));
  return run;
}

/** And with a car plugged in, at 0 ms. */
export function matchingEvse(config: Partial<EvseConfig> = {}): EvseRun {
  const run = readyEvse(config);
  run.feed({ kind: 'plug' });
  return run;
}

/** What cars send, by name. */
export const car = {
  request: (run: EvseRun, from = EV, id = runId): void => run.feed(heard(from, BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId: id })),
  start: (run: EvseRun, from = EV, id = runId, over: Partial<MmeOf<'CM_START_ATTEN_CHAR.IND'>> = {}): void =>
    run.feed(heard(from, BROADCAST, {
      mme: 'CM_START_ATTEN_CHAR.IND', numSounds: 10, timeOut: 6, respType: 1, forwardingSta: from, runId: id, ...over,
    })),
  sound: (run: EvseRun, cnt: number, from = EV, id = runId): void =>
    run.feed(heard(from, BROADCAST, { mme: 'CM_MNBC_SOUND.IND', cnt, runId: id, rnd })),
  answer: (run: EvseRun, from = EV, id = runId, result = 0): void =>
    run.feed(heard(from, EVSE, { mme: 'CM_ATTEN_CHAR.RSP', sourceAddress: from, runId: id, result })),
  match: (run: EvseRun, from = EV, id = runId, over: Partial<MmeOf<'CM_SLAC_MATCH.REQ'>> = {}): void =>
    run.feed(heard(from, EVSE, { mme: 'CM_SLAC_MATCH.REQ', pevMac: from, evseMac: EVSE, runId: id, ...over })),
};

/** The EVSE's own modem tells how loud a sound was. */
export function profile(run: EvseRun, levels: readonly number[], pevMac = EV, from = MODEM): void {
  run.feed(heard(from, BROADCAST, { mme: 'CM_ATTEN_PROFILE.IND', pevMac, attenuation: levels }));
}

export const flat = (dB: number, groups = 58): number[] => new Array<number>(groups).fill(dB);

/** Ten sounds with their profiles, `interval` ms apart. */
export function sounds(
  run: EvseRun, { interval = 20, levels = flat(20), count = 10, from = EV, id = runId } = {},
): void {
  for (let cnt = count - 1; cnt >= 0; cnt--) {
    car.sound(run, cnt, from, id);
    if (levels !== undefined) profile(run, levels, from);
    if (cnt > 0) run.advance(interval);
  }
}

/** A car up to CM_ATTEN_CHAR.IND. */
export function reportedEvse(config: Partial<EvseConfig> = {}): EvseRun {
  const run = matchingEvse(config);
  car.request(run);
  car.start(run);
  sounds(run);
  run.advance(45);
  return run;
}

/** A car that has the key. */
export function joiningEvse(config: Partial<EvseConfig> = {}): EvseRun {
  const run = reportedEvse(config);
  car.answer(run);
  car.match(run);
  return run;
}

export function matchedEvse(config: Partial<EvseConfig> = {}): EvseRun {
  const run = joiningEvse(config);
  run.feed(linkCnf(EVSE, true));
  return run;
}

export function startedEv(config: Partial<EvConfig> = {}): EvRun {
  const run = simulate(ev({ mac: EV, ...config }), evInitial);
  run.feed({ kind: 'start', runId, rnd });
  return run;
}

/** What chargers send, by name. */
export const charger = {
  confirm: (run: EvRun, from = EVSE, id = runId, over: Partial<MmeOf<'CM_SLAC_PARM.CNF'>> = {}): void =>
    run.feed(heard(from, EV, {
      mme: 'CM_SLAC_PARM.CNF', mSoundTarget: BROADCAST, numSounds: 10, timeOut: 6, respType: 1, forwardingSta: EV, runId: id, ...over,
    })),
  report: (run: EvRun, levels: readonly number[], from = EVSE, id = runId, over: Partial<MmeOf<'CM_ATTEN_CHAR.IND'>> = {}): void =>
    run.feed(heard(from, EV, { mme: 'CM_ATTEN_CHAR.IND', sourceAddress: EV, runId: id, numSounds: 10, attenuation: levels, ...over })),
  confirmMatch: (run: EvRun, from = EVSE, id = runId, over: Partial<MmeOf<'CM_SLAC_MATCH.CNF'>> = {}): void =>
    run.feed(heard(from, EV, {
      mme: 'CM_SLAC_MATCH.CNF', pevMac: EV, evseMac: from, runId: id, nid: new Uint8Array(7).fill(7), nmk, ...over,
    })),
};

/** An EV after its last sound; `from` are the EVSEs that confirmed. */
export function listeningEv(...from: string[]): EvRun {
  const run = startedEv();
  for (const each of from.length === 0 ? [EVSE] : from) charger.confirm(run, each);
  run.advance(12 * 30);
  return run;
}

/** An EV that has asked `EVSE` for the match. */
export function choosingEv(): EvRun {
  const run = listeningEv();
  charger.report(run, flat(9));
  return run;
}

type Log = readonly { readonly at: number; readonly output: EvseOutput | EvOutput }[];

/** Messages sent, of one name or all, with when and to whom. */
export function sent<N extends MmeName>(
  run: { readonly log: Log }, name: N,
): { at: number; to: string; mme: MmeOf<N> }[] {
  return run.log.flatMap(({ at, output }) =>
    output.kind === 'send' && output.mme.mme === name ? [{ at, to: output.to, mme: output.mme as MmeOf<N> }] : []);
}

export function outputs<K extends string>(
  run: { readonly log: Log }, kind: K,
): Extract<EvseOutput | EvOutput, { kind: K }>[] {
  return run.log.flatMap(({ output }) => (output.kind === kind ? [output as Extract<EvseOutput | EvOutput, { kind: K }>] : []));
}

export const reasons = (run: { readonly log: Log }): string[] => outputs(run, 'ignored').map(({ why }) => why);
