import type { Mme } from '@pilotwire/homeplug';
import { BROADCAST, encodeMme } from '@pilotwire/homeplug';
import type { Simulation } from '@pilotwire/machine';
import { Random, replay, simulate } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { ev, evInitial, evse, evseInitial, frameOf, receive } from '../src/index.js';
import type { EvInput, EvOutput, EvseInput, EvseOutput, EvseState, EvState } from '../src/index.js';
import { EV, EVSE, flat, MODEM, nmk, rnd, runId, setKeyCnf } from './peers.js';

const zeros = new Uint8Array(4);
const ids = { pevMac: EV, evseMac: EVSE, runId };

/** Every message that either side takes, to mutate. */
const messages: readonly (readonly [string, string, Mme])[] = [
  [EV, BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId }],
  [EV, BROADCAST, { mme: 'CM_START_ATTEN_CHAR.IND', numSounds: 10, timeOut: 6, respType: 1, forwardingSta: EV, runId }],
  [EV, BROADCAST, { mme: 'CM_MNBC_SOUND.IND', cnt: 3, runId, rnd }],
  [MODEM, BROADCAST, { mme: 'CM_ATTEN_PROFILE.IND', pevMac: EV, attenuation: flat(20) }],
  [EV, EVSE, { mme: 'CM_ATTEN_CHAR.RSP', sourceAddress: EV, runId, result: 0 }],
  [EV, EVSE, { mme: 'CM_VALIDATE.REQ', timer: 0, result: 1 }],
  [EV, EVSE, { mme: 'CM_AMP_MAP.REQ', amplitudes: [1, 2, 3] }],
  [EV, EVSE, { mme: 'CM_SLAC_MATCH.REQ', ...ids }],
  [EVSE, EV, { mme: 'CM_SLAC_PARM.CNF', mSoundTarget: BROADCAST, numSounds: 10, timeOut: 6, respType: 1, forwardingSta: EV, runId }],
  [EVSE, EV, { mme: 'CM_ATTEN_CHAR.IND', sourceAddress: EV, runId, numSounds: 10, attenuation: flat(9) }],
  [EVSE, EV, { mme: 'CM_SLAC_MATCH.CNF', ...ids, nid: new Uint8Array(7), nmk }],
  ...[EV, EVSE].flatMap((host): (readonly [string, string, Mme])[] => [
    [MODEM, host, { mme: 'CM_SET_KEY.CNF', result: 1, myNonce: zeros, yourNonce: zeros, pid: 4, prn: 0, pmn: 255, ccoCapability: 0 }],
    [MODEM, host, { mme: 'VS_PL_LINK_STATUS.CNF', status: 0, linkStatus: 1 }],
  ]),
];
const originals = messages.map(([from, to, mme]) => encodeMme(to, from, mme));

/** A message with octets changed or cut, or as it is. */
function mutant(random: Random, original: Uint8Array): Uint8Array {
  const frame = original.slice();
  const octets = random.pick([0, 0, 0, 0, 1, 2, 8]);
  for (let i = 0; i < octets; i++) frame[random.int(0, frame.length - 1)] = random.int(0, 255);
  return random.next() < 0.1 ? frame.slice(0, random.int(0, frame.length)) : frame;
}

/** Lets a side hear `frames` mutants at odd times; everything it sends must be a frame. */
function bombard<State, Input, Output extends { readonly kind: string }>(
  run: Simulation<State, Input, Output>,
  own: string,
  random: Random,
  others: readonly Input[],
  apt: (state: State) => Uint8Array | undefined = () => undefined,
): void {
  for (let i = 0; i < 500; i++) {
    run.advance(random.pick([0, 1, 20, 200, 900]));
    const expected = random.next() < 0.5 ? apt(run.state) : undefined;
    const input = receive(mutant(random, expected ?? random.pick(originals)));
    if (input !== undefined) run.feed(input as Input);
    if (random.next() < 0.02) run.feed(random.pick(others));
  }
  for (const { output } of run.log) {
    if (output.kind === 'send') frameOf(own, output as unknown as Parameters<typeof frameOf>[1]);
  }
}

/** What a car waits for: else chance would hardly ever lead it to a match. */
function aptForEv(state: EvState): Uint8Array | undefined {
  const from = (name: string, id: Uint8Array): Uint8Array | undefined => {
    const found = messages.find(([, to, { mme }]) => mme === name && to !== EVSE);
    return found && encodeMme(EV, found[0], { ...found[2], ...('runId' in found[2] ? { runId: id } : {}) } as Mme);
  };
  switch (state.at) {
    case 'requesting': return from('CM_SLAC_PARM.CNF', state.task.runId);
    case 'listening': return from('CM_ATTEN_CHAR.IND', state.task.runId);
    case 'choosing': return from('CM_SLAC_MATCH.CNF', state.task.runId);
    case 'keying': return from('CM_SET_KEY.CNF', runId);
    case 'joining': return from('VS_PL_LINK_STATUS.CNF', runId);
    default: return undefined;
  }
}

test('mutated messages never make an EVSE throw, whatever its state, and a recording of them replays', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const random = new Random(seed);
    const machine = evse({ mac: EVSE });
    const run = simulate<EvseState, EvseInput, EvseOutput>(machine, evseInitial);
    run.feed({ kind: 'key', nmk });
    run.feed(setKeyCnf(EVSE));
    run.feed({ kind: 'plug' });
    const others: EvseInput[] = [
      { kind: 'key', nmk }, { kind: 'plug' }, { kind: 'unplug' }, { kind: 'error' }, { kind: 'terminate' }, { kind: 'pause' },
      { kind: 'link', up: false },
    ];
    bombard(run, EVSE, random, others);
    for (const { output } of run.log) seen.add(output.kind === 'ignored' ? output.why : output.kind);
    const again = replay(machine, evseInitial, run.tape);
    expect(again.state).toEqual(run.state);
    expect(again.log).toEqual(run.log);
  }
  expect([...seen]).toEqual(expect.arrayContaining([
    'matched', 'unmatched', 'session-ended', 'failed', 'malformed', 'address', 'type', 'run', 'other-evse', 'other-ev', 'foreign-modem',
  ]));
});

test('mutated messages never make an EV throw, whatever its state, and a recording of them replays', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const random = new Random(seed);
    const machine = ev({ mac: EV });
    const run = simulate<EvState, EvInput, EvOutput>(machine, evInitial);
    run.feed({ kind: 'start', runId, rnd });
    const others: EvInput[] = [
      { kind: 'start', runId, rnd }, { kind: 'stop', nmk }, { kind: 'pause' }, { kind: 'resume' }, { kind: 'link', up: false },
    ];
    bombard(run, EV, random, others, aptForEv);
    for (const { output } of run.log) seen.add(output.kind === 'ignored' ? output.why : output.kind);
    const again = replay(machine, evInitial, run.tape);
    expect(again.state).toEqual(run.state);
    expect(again.log).toEqual(run.log);
  }
  expect([...seen]).toEqual(expect.arrayContaining([
    'matched', 'unmatched', 'repeating', 'malformed', 'address', 'run', 'other-ev', 'unexpected',
  ]));
});
