import type { Mme, MmeOf } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import type { FoundModem } from './chips.js';
import type { Ask, Progress, Task } from './task.js';
import { ask, askAgain, asked, done, going } from './task.js';
import type { ModemTiming } from './timing.js';

/** Another modem of a network, as the asked one knows it. Rates in Mbit/s, averages of both directions. */
export interface StationStatus {
  readonly mac: string;
  readonly tei: number;
  /** What is bridged behind it: its host. */
  readonly behind: string;
  readonly sends: number;
  readonly receives: number;
}

export interface NetworkStatus {
  /** 7 octets. */
  readonly nid: Uint8Array;
  readonly snid: number;
  readonly tei: number;
  readonly role: 'station' | 'proxy' | 'coordinator' | 'unknown';
  readonly coordinator: string;
  readonly stations: readonly StationStatus[];
}

/** What a modem tells of itself; what it did not answer is absent. */
export interface ModemStatus {
  readonly modem: FoundModem;
  /** Whether it is in a network with another modem. */
  readonly link?: 'up' | 'down';
  readonly hardware?: string;
  /** As the modem writes it, e.g. `20130826`. */
  readonly built?: string;
  readonly networks?: readonly NetworkStatus[];
  readonly rates?: readonly { readonly mac: string; readonly sends: number; readonly receives: number }[];
}

export interface Questioning {
  readonly status: ModemStatus;
  readonly left: readonly Mme[];
  readonly ask: Ask;
}

export const linkQuestion = ({ vendor }: FoundModem): Mme =>
  (vendor === 'lumissil' ? { mme: 'NSCM_GET_D_LINK_STATUS.REQ', lms: { version: 0, requestId: 0 } } : { mme: 'VS_PL_LINK_STATUS.REQ' });

/** Whether the modem is in a network; undefined where a message does not say. */
export function linkAnswer(mme: Mme): 'up' | 'down' | undefined {
  if (mme.mme === 'VS_PL_LINK_STATUS.CNF') return mme.status === 0 ? upOrDown(mme.linkStatus) : undefined;
  return mme.mme === 'NSCM_GET_D_LINK_STATUS.CNF' ? upOrDown(mme.linkStatus) : undefined;
}

const upOrDown = (status: number): 'up' | 'down' => (status === 1 ? 'up' : 'down');

/** VS_NW_INFO is asked in both its versions, for older firmware knows one of them only. */
const qualcommQuestions: readonly Mme[] = [
  { mme: 'VS_OP_ATTRIBUTES.REQ', cookie: 0, reportType: 0 },
  { mme: 'VS_NW_INFO.REQ' },
  { mme: 'VS_NW_INFO.REQ', mmv: 0 },
  { mme: 'CM_NW_STATS.REQ' },
];

function next(status: ModemStatus, questions: readonly Mme[], timing: ModemTiming, now: Instant): Progress<Questioning, ModemStatus> {
  const [mme, ...left] = questions;
  if (mme === undefined) return done(status);
  // The second version is not asked where the first was answered.
  if (mme.mme === 'VS_NW_INFO.REQ' && 'mmv' in mme && status.networks !== undefined) return next(status, left, timing, now);
  const first = ask(status.modem.mac, mme, timing.question_wait, timing.question_tries, now);
  return going({ status, left, ask: first }, asked(first));
}

/** Asks a modem for its link and its network. A question that it does not answer is passed over. */
export function beginQuestioning(modem: FoundModem, timing: ModemTiming, now: Instant): Progress<Questioning, ModemStatus> {
  const more = modem.vendor === 'qualcomm' ? qualcommQuestions : [];
  return next({ modem }, [linkQuestion(modem), ...more], timing, now);
}

export const questioning = (timing: ModemTiming): Task<Questioning, ModemStatus> => ({
  step(state, input, now) {
    const { status, left } = state;
    if (input.kind === 'mme') {
      const answer = input.from === status.modem.mac && answers(state.ask.mme, input.mme) ? told(input.mme) : undefined;
      return answer === undefined ? going(state) : next({ ...status, ...answer }, left, timing, now);
    }
    if (now < state.ask.deadline) return going(state);
    const again = askAgain(state.ask, now);
    return again === undefined ? next(status, left, timing, now) : going({ ...state, ask: again }, asked(again));
  },
  deadline: (state) => state.ask.deadline,
});

/** `.CNF` of the same name. */
const answers = (request: Mme, { mme }: Mme): boolean => mme === request.mme.replace(/\.REQ$/, '.CNF');

/** What an answer says; undefined where it is none. An empty one is no answer, and ends the asking all the same. */
function told(mme: Mme): Partial<Omit<ModemStatus, 'modem'>> | undefined {
  switch (mme.mme) {
    case 'VS_PL_LINK_STATUS.CNF':
    case 'NSCM_GET_D_LINK_STATUS.CNF': {
      const link = linkAnswer(mme);
      return link === undefined ? {} : { link };
    }
    case 'VS_OP_ATTRIBUTES.CNF':
      return mme.attributes === undefined ? {} : { hardware: mme.attributes.hardware, built: mme.attributes.buildDate };
    case 'VS_NW_INFO.CNF':
      return { networks: networksOf(mme) };
    case 'CM_NW_STATS.CNF':
      return { rates: mme.stations.map(({ mac, avgTx, avgRx }) => ({ mac, sends: avgTx, receives: avgRx })) };
    default:
      return undefined;
  }
}

const roles = ['station', 'proxy', 'coordinator'] as const;

function networksOf(mme: MmeOf<'VS_NW_INFO.CNF'>): readonly NetworkStatus[] {
  const networks = 'info' in mme ? mme.info.networks : mme.networks;
  return networks.map(({ nid, snid, tei, role, ccoMac, stations }) => ({
    nid, snid, tei,
    role: roles[role] ?? 'unknown',
    coordinator: ccoMac,
    stations: stations.map(({ mac, tei: id, bda, avgTx, avgRx }) => ({ mac, tei: id, behind: bda, sends: avgTx, receives: avgRx })),
  }));
}
