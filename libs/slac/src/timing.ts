import type { Duration } from '@pilotwire/machine';
import { ms, seconds } from '@pilotwire/machine';

/**
 * One figure of the matching, and who says so. `unsure`: not read in the standard itself, and peers differ or are
 * silent.
 */
export interface Rule<V extends number> {
  readonly value: V;
  readonly source: string;
  readonly unsure: boolean;
}

const rule = <V extends number>(value: V, source: string): Rule<V> => ({ value, source, unsure: false });
const unsure = <V extends number>(value: V, source: string): Rule<V> => ({ value, source, unsure: true });

/**
 * Every timer (TT_, T_), performance time (TP_) and count (C_) of the matching, by the name ISO 15118-3 gives it; in
 * lower case what it has no name for. The machines look at all of them but TP_match_sequence, for a car sounds at once, and
 * TT_amp_map_exchange, for they begin none.
 */
export const slacRules = {
  TT_EVSE_SLAC_init: rule(seconds(40), 'ISO 15118-3 Annex A: 20..50 s; a VW needs up to 30 s after the plug'),
  TT_match_response: rule(ms(200), 'ISO 15118-3 Annex A; seen: Compleo and alpitronic repeat after 203..205 ms'),
  TP_match_response: unsure(ms(100), 'ISO 15118-5 tester: an answer is sent within'),
  TT_match_sequence: rule(ms(400), 'ISO 15118-3 Annex A; cars were seen to take 59..259 ms'),
  TP_match_sequence: rule(ms(100), 'ISO 15118-3 Annex A; seen: Supercharger V3 and Compleo fall silent at 250 ms'),
  TP_EV_batch_msg_interval: rule(ms(30), 'ISO 15118-3 Annex A: 20..50 ms; cars were seen to take 20..40 ms'),
  TT_EVSE_match_MNBC: rule(ms(600), 'ISO 15118-3 Annex A, from the first announcement; seen: Compleo 607..611 ms'),
  TT_EV_atten_results: rule(ms(1_200), 'ISO 15118-3 Annex A, from the first announcement; seen: Ioniq and Tesla 1.2 s'),
  TT_EVSE_match_session: rule(seconds(10), 'ISO 15118-3 Annex A; cars were seen to take 3..1469 ms'),
  TT_match_join: rule(seconds(12), 'ISO 15118-3 Annex A'),
  TT_matching_rate: unsure(ms(400), 'ISO 15118-5 tester: pause between two tries'),
  TT_matching_repetition: unsure(seconds(10), 'ISO 15118-5 tester: tries for this long; see ev_patience'),
  TP_match_leave: unsure(seconds(1), 'ISO 15118-5 tester: the network is left within'),
  TT_amp_map_exchange: unsure(ms(200), 'ISO 15118-5 tester; nobody was seen to begin one, and our answer to one leaves at once'),
  TT_link_status_response: unsure(seconds(5), 'ISO 15118-5 tester'),
  T_conn_max_comm: unsure(seconds(8), 'ISO 15118-5 tester'),
  T_step_EF: rule(seconds(4), 'ISO 15118-3: 4..8 s of CP state E or F'),
  T_step_X1: unsure(ms(750), 'EVerest: oscillator off between state F and 5 %'),

  C_EV_start_atten_char_inds: rule(3, 'ISO 15118-3 Annex A'),
  C_EV_match_MNBC: rule(10, 'ISO 15118-3 Annex A'),
  C_EV_match_retry: rule(2, 'ISO 15118-3 Annex A; seen: Compleo and alpitronic send CM_ATTEN_CHAR.IND three times'),
  C_sequ_retry: unsure(3, 'EVerest libslac tool: tries of a whole matching'),
  C_EV_match_signalattn_direct: unsure(10, 'ISO 15118-3 Annex A in dB; not confirmed, public testers set other values'),

  signalattn_limit: unsure(40, 'open-plc-utils pev refuses a mean above 40 dB; seen: a neighbour at 51 dB'),
  parm_cnf_time_out: rule(6, 'TIME_OUT of CM_SLAC_PARM.CNF, in 100 ms: every charger seen'),
  finalize_sounding: unsure(ms(45), 'EVerest: after the last sound, for profiles that are missing'),
  set_key_response: rule(seconds(1), 'EVerest: at least 1 s for CM_SET_KEY.CNF; real modems take 0.3..1.1 ms'),
  set_key_tries: unsure(3, 'ours'),
  link_poll: unsure(ms(100), 'EVerest: VS_PL_LINK_STATUS.REQ while joining'),
  link_watch: unsure(seconds(1), 'EVerest: VS_PL_LINK_STATUS.REQ once matched'),
  ev_patience: unsure(seconds(60), 'ours; seen: alpitronic answers first after 30 s, Compleo matches after 48 s'),
} as const satisfies Readonly<Record<string, Rule<number> | Rule<Duration>>>;

type Rules = typeof slacRules;

/** The values alone: durations in milliseconds, counts, and dB for the two limits of attenuation. */
export type Timing = { readonly [Name in keyof Rules]: Rules[Name]['value'] extends Duration ? Duration : number };

export const timing: Timing = Object.fromEntries(
  Object.entries(slacRules).map(([name, { value }]) => [name, value]),
) as Timing;
