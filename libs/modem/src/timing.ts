import type { Duration } from '@pilotwire/machine';
import { ms, seconds } from '@pilotwire/machine';

/** One figure, and who says so. `unsure`: modems may differ, or nobody has measured. */
interface Rule<V extends number> {
  readonly value: V;
  readonly source: string;
  readonly unsure: boolean;
}

const rule = <V extends number>(value: V, source: string): Rule<V> => ({ value, source, unsure: false });
const unsure = <V extends number>(value: V, source: string): Rule<V> => ({ value, source, unsure: true });

/** How long a modem is waited for, and how often it is asked. */
export const modemRules = {
  find_wait: rule(ms(300), 'ours; seen: modems answer VS_SW_VER.REQ within 1 ms, over the power line within 15 ms'),
  find_tries: unsure(3, 'ours'),
  question_wait: unsure(ms(500), 'ours'),
  question_tries: unsure(3, 'ours'),
  key_wait: rule(seconds(1), 'as in slac: real modems answer CM_SET_KEY.REQ after 0.3..1.1 ms'),
  key_tries: unsure(3, 'ours'),
  link_first: unsure(seconds(1), 'ours: a modem that has just taken a key may still tell of its old network'),
  link_poll: unsure(ms(500), 'ours'),
  link_limit: unsure(seconds(15), 'pyPLC: 5 s and more for the restart after a key; ISO 15118-3: 12 s to join'),
  read_wait: rule(seconds(1), 'seen: 0.5..1 ms, over the power line up to 15 ms; open-plc-utils: 5 s in all'),
  read_tries: unsure(5, 'ours'),
  read_rounds: unsure(2, 'ours: a block whose checksum does not hold is read once more'),
  start_wait: unsure(seconds(5), 'open-plc-utils: 60 s in all'),
  start_tries: unsure(8, 'ours'),
  write_wait: unsure(seconds(15), 'open-plc-utils: 90 s in all, for flash may have to be erased'),
  write_tries: unsure(6, 'ours'),
  close_wait: unsure(seconds(30), 'open-plc-utils: 90 s in all'),
  close_tries: unsure(3, 'ours'),
  attempts: unsure(3, 'ours: whole writes of one image before the next step is taken'),
  reset_wait: unsure(seconds(1), 'ours'),
  reset_tries: unsure(5, 'ours'),
  restart_quiet: unsure(seconds(3), 'ours: a modem may answer for a moment before it goes down'),
  restart_poll: unsure(ms(500), 'ours'),
  restart_limit: unsure(seconds(60), 'open-plc-utils waits as long for a modem to boot'),
  restart_rounds: unsure(3, 'ours: restarts before what is read back is believed to be all there is'),
} as const satisfies Readonly<Record<string, Rule<number> | Rule<Duration>>>;

type Rules = typeof modemRules;

/** The values alone: durations in milliseconds, and counts. */
export type ModemTiming = { readonly [Name in keyof Rules]: Rules[Name]['value'] extends Duration ? Duration : number };

export const modemTiming: ModemTiming = Object.fromEntries(
  Object.entries(modemRules).map(([name, { value }]) => [name, value]),
) as ModemTiming;
