import type { Mme } from '@pilotwire/homeplug';
import { simulate } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import type { EvseRun } from './peers.js';
import { linkCnf, nmk, outputs, sent, setKeyCnf } from './peers.js';
import { ev, evInitial, evse, evseInitial } from '../src/index.js';
import type { Received } from '../src/index.js';
import type { Attempt, RecordedMme } from './recorded.js';
import { attempts, haveCaptures } from './recorded.js';

const fromEvse: ReadonlySet<string> = new Set(['CM_SLAC_PARM.CNF', 'CM_ATTEN_CHAR.IND', 'CM_SLAC_MATCH.CNF']);
const is = (name: Mme['mme']) => ({ mme }: RecordedMme): boolean => mme.mme === name;

/**
 * The car of a recording meets our EVSE: each of its messages follows our answer as late as it followed the recorded
 * one.
 */
function meetOurEvse({ evse: mac, modem, messages }: Attempt): EvseRun {
  const run = simulate(evse({ mac }), evseInitial);
  run.feed({ kind: 'key', nmk });
  run.feed({ ...setKeyCnf(mac), from: modem ?? '00:b0:52:00:00:02' } as Received);
  run.feed({ kind: 'plug' });
  let shift = run.now - (messages[0] as RecordedMme).at;
  for (const { at, n, input } of messages) {
    if (fromEvse.has(input.mme.mme)) {
      const due = messages.filter((other) => other.mme.mme === input.mme.mme && other.n <= n).length;
      for (let waited = 0; sent(run, input.mme.mme).length < due && waited < 1_000; waited++) run.advance(1);
      shift = run.now - at;
    } else {
      run.advance(Math.max(0, at + shift - run.now));
      run.feed(input);
    }
  }
  return run;
}

/** One line a recorded car: messages it was sent, sounds and mean it was told, how it ended. */
function outcomeOfCar(attempt: Attempt): string {
  const run = meetOurEvse(attempt);
  const reports = sent(run, 'CM_ATTEN_CHAR.IND');
  const levels = reports[0]?.mme.attenuation ?? [];
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  const told = reports.length === 0 ? 'no report' : `${reports.length} x ${reports[0]?.mme.numSounds} sounds ${mean.toFixed(1)} dB`;
  const synthetic = outputs(run, 'warning').some(({ why }) => why === 'synthetic-attenuation') ? ' synthetic' : '';
  return `${attempt.name}: ${sent(run, 'CM_SLAC_PARM.CNF').length} PARM.CNF, ${told}${synthetic}, ${run.state.at}`;
}

/** Our car meets the EVSE of a recording: its messages come as late after ours as they came after the recorded ones. */
function outcomeOfEvse({ name, evse: mac, ev: own, messages }: Attempt): string {
  const find = (wanted: Mme['mme']): RecordedMme => messages.find(is(wanted)) as RecordedMme;
  const [confirm, report, match] = [find('CM_SLAC_PARM.CNF'), find('CM_ATTEN_CHAR.IND'), find('CM_SLAC_MATCH.CNF')];
  const before = (message: RecordedMme, wanted: Mme['mme']): number =>
    message.at - (messages.filter((other) => other.at <= message.at).findLast(is(wanted)) as RecordedMme).at;
  const runId = (confirm.mme as { runId: Uint8Array }).runId;
  const run = simulate(ev({ mac: own }), evInitial);
  run.feed({ kind: 'start', runId, rnd: new Uint8Array(16) });
  const reply = (message: RecordedMme, delay: number): void => {
    run.advance(delay);
    run.feed(message.input);
  };
  reply(confirm, before(confirm, 'CM_SLAC_PARM.REQ'));
  while (sent(run, 'CM_MNBC_SOUND.IND').at(-1)?.mme.cnt !== 0 && run.now < 2_000) run.advance(1);
  reply(report, before(report, 'CM_MNBC_SOUND.IND'));
  while (run.state.at === 'listening') run.advance(1);
  reply(match, before(match, 'CM_SLAC_MATCH.REQ'));
  const total = Math.round(run.now);
  const key = sent(run, 'CM_SET_KEY.REQ')[0]?.mme;
  expect(key).toMatchObject({ newKey: (match.mme as { nmk: Uint8Array }).nmk, nid: (match.mme as { nid: Uint8Array }).nid });
  run.feed(setKeyCnf(own));
  run.feed(linkCnf(own, true));
  expect(run.state).toMatchObject({ at: 'matched', chosen: { evse: mac } });
  const { attenuation } = report.mme as { attenuation: readonly number[] };
  const mean = attenuation.reduce((sum, level) => sum + level, 0) / attenuation.length;
  const odd = outputs(run, 'warning').some(({ why }) => why === 'odd-nid') ? ', odd NID' : '';
  return `${name}: ${mean.toFixed(1)} dB, match after ${total} ms${odd}`;
}

/**
 * What recorded cars get at our EVSE. pyPLC's consumer modems reported no levels, and in the chargers' captures only the
 * car's modem was heard: synthetic. The Taycan did not go on, for the CM_SLAC_PARM.CNF it was recorded with had another
 * RunID; ours has its own.
 */
const cars = [
  '2022-11-17_Dehner_Alpitronic_until_SdpRequest 1: 1 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  '2022-11-25_v0.2_ABB_until_ChargeParamDiscovery 1: 3 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  '2022-11-25_v0.2_alpi_SDP_ok_TCP_fail 1: 3 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  '2022-12-13_compleo_powerdelivery230_no_load 1: 4 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  '2022-12-13_compleo_powerdelivery230_no_load 2: 3 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  '2022-12-20_alpi_currentDemandSequenceErrorShutdown 1: 8 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  '2023-04-16_at_home_Ioniq_in_currentDemandLoop 1: 1 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  '2023-04-19_westparkAlpi_pyPlc_lightbulb_1fail_1ok 1: 33 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  '2023-04-19_westparkAlpi_pyPlc_lightbulb_1fail_1ok 2: 7 PARM.CNF, 3 x 1 sounds 10.0 dB synthetic, joining',
  '2023-05-03_TaycanLeftside_slacFail 1: 3 PARM.CNF, no report, matching',
  '2023-05-03_TaycanLeftside_slacFail 2: 3 PARM.CNF, no report, matching',
  '2023-05-24_pyPlc_with_Ioniq93prcSoc 1: 2 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  '2024-04-20_ModelY_pyPLC_stop_in_precharge 1: 1 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  '2024-06-11_Griffigroen_polestar2_stop_in_precharge 1: 1 PARM.CNF, 1 x 10 sounds 10.0 dB synthetic, joining',
  'DIN_DC_DS5366_Josev 1: 1 PARM.CNF, no report, matching',
  'DIN_DC_DS5366_Josev 2: 1 PARM.CNF, 1 x 10 sounds 15.7 dB, joining',
  'ISO-20_BPT_AC_DS5366_Josev 1: 1 PARM.CNF, no report, matching',
  'ISO-20_BPT_AC_DS5366_Josev 2: 1 PARM.CNF, 1 x 10 sounds 15.2 dB, joining',
  'ISO-20_TLS13_DC_DS5366_Josev 1: 1 PARM.CNF, 1 x 10 sounds 14.8 dB, joining',
  'ISO-2_AC_PnC_TLS_Contract_MeteringReceipt_DS5366_RiseV2G 1: 1 PARM.CNF, 1 x 10 sounds 15.0 dB, joining',
  'ISO-2_DC_DS5366 1: 1 PARM.CNF, 1 x 10 sounds 19.0 dB, joining',
  'ISO-2_DC_Pause_DS5366 1: 1 PARM.CNF, 1 x 10 sounds 19.1 dB, joining',
  'ISO-2_DC_PnC_TLS_CertInstallation_DS5366_RiseV2G 1: 1 PARM.CNF, 1 x 10 sounds 15.4 dB, joining',
];

/** What our EV gets at recorded chargers. The time is from its first CM_SLAC_PARM.REQ that was answered. */
const chargers = [
  '2022-11-17_Dehner_Alpitronic_until_SdpRequest 1: 11.4 dB, match after 1212 ms',
  '2022-11-25_v0.2_ABB_until_ChargeParamDiscovery 1: 22.1 dB, match after 1212 ms',
  '2022-11-25_v0.2_alpi_SDP_ok_TCP_fail 1: 11.7 dB, match after 1244 ms',
  '2022-12-13_compleo_powerdelivery230_no_load 1: 21.6 dB, match after 1211 ms',
  '2022-12-13_compleo_powerdelivery230_no_load 2: 22.6 dB, match after 1422 ms',
  '2022-12-20_alpi_currentDemandSequenceErrorShutdown 1: 8.7 dB, match after 395 ms',
  '2023-04-16_at_home_Ioniq_in_currentDemandLoop 1: 9.6 dB, match after 656 ms, odd NID',
  '2023-04-19_westparkAlpi_pyPlc_lightbulb_1fail_1ok 1: 8.4 dB, match after 377 ms',
  '2023-04-19_westparkAlpi_pyPlc_lightbulb_1fail_1ok 2: 9.1 dB, match after 378 ms',
  '2023-05-24_pyPlc_with_Ioniq93prcSoc 1: 9.6 dB, match after 504 ms, odd NID',
  '2024-04-20_ModelY_pyPLC_stop_in_precharge 1: 9.6 dB, match after 599 ms, odd NID',
  '2024-06-11_Griffigroen_polestar2_stop_in_precharge 1: 9.6 dB, match after 465 ms, odd NID',
  'DIN_DC_DS5366_Josev 2: 11.0 dB, match after 1300 ms, odd NID',
  'ISO-20_BPT_AC_DS5366_Josev 2: 11.7 dB, match after 1300 ms, odd NID',
  'ISO-20_TLS13_DC_DS5366_Josev 1: 10.1 dB, match after 1299 ms, odd NID',
  'ISO-2_AC_PnC_TLS_Contract_MeteringReceipt_DS5366_RiseV2G 1: 11.4 dB, match after 1300 ms, odd NID',
  'ISO-2_DC_DS5366 1: 13.8 dB, match after 1300 ms, odd NID',
  'ISO-2_DC_Pause_DS5366 1: 15.4 dB, match after 1300 ms, odd NID',
  'ISO-2_DC_PnC_TLS_CertInstallation_DS5366_RiseV2G 1: 11.8 dB, match after 1299 ms, odd NID',
];

describe.runIf(haveCaptures)('recorded matchings', () => {
  test('every recorded car that sounds reaches CM_SLAC_MATCH.CNF at our EVSE', () => {
    const all = attempts();
    expect(all.map(outcomeOfCar)).toEqual(cars);
    for (const attempt of all) {
      const run = meetOurEvse(attempt);
      const sounded = attempt.messages.some(is('CM_MNBC_SOUND.IND'));
      expect([attempt.name, sent(run, 'CM_SLAC_MATCH.CNF').length]).toEqual([attempt.name, Number(sounded)]);
      const asked = attempt.messages.filter(is('CM_SLAC_PARM.REQ')).map(({ mme }) => (mme as { runId: Uint8Array }).runId);
      expect(sent(run, 'CM_SLAC_PARM.CNF').map(({ to, mme }) => [to, mme.runId])).toEqual(asked.map((id) => [attempt.ev, id]));
    }
  });

  test('our EV reaches the match at every recorded EVSE that answered a car to the end', () => {
    const complete = attempts().filter(({ messages }) => messages.some(is('CM_SLAC_MATCH.CNF')));
    expect(complete.map(outcomeOfEvse)).toEqual(chargers);
  });
});
