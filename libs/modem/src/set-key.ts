import type { Mme } from '@pilotwire/homeplug';
import { LOCAL_MODEM, nidFromNmk, NMK_LENGTH } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import { after } from '@pilotwire/machine';
import type { FoundModem } from './chips.js';
import type { Received } from './frames.js';
import { send } from './frames.js';
import { linkAnswer, linkQuestion } from './status.js';
import type { Ask, Progress, Task } from './task.js';
import { ask, asked, done, failed, going, retry } from './task.js';
import type { ModemTiming } from './timing.js';

export interface KeySet {
  readonly modem: FoundModem;
  /** Of the network, 7 octets, from the key. */
  readonly nid: Uint8Array;
  /** As the modem said it. HomePlug AV has 0 for success; Qualcomm's modems say 1, every time. The answer is the success. */
  readonly result: number;
  /** The proof: another modem with this key is there. `unknown`: the modem does not tell. */
  readonly link: 'up' | 'down' | 'unknown';
}

export interface SettingKey {
  readonly modem: FoundModem;
  /** The address that the key goes to: the alias, unless another was named. */
  readonly to: string;
  readonly nid: Uint8Array;
  readonly ask: Ask;
  /** Once the modem has taken it: until when the link is waited for. */
  readonly taken: { readonly result: number; readonly until: Instant; readonly said: boolean } | undefined;
}

const zeros = new Uint8Array(4);
/** The layers above set the key (HLE). */
const PID_HLE = 4;

function setKey(nmk: Uint8Array, nid: Uint8Array): Mme {
  return {
    mme: 'CM_SET_KEY.REQ', myNonce: zeros, yourNonce: zeros, pid: PID_HLE, prn: 0, pmn: 0, ccoCapability: 0, nid, newKey: nmk,
  };
}

/** Gives a modem the key of its network, 16 octets, and waits for the link. */
export function beginSettingKey(
  modem: FoundModem, nmk: Uint8Array, mac: string | undefined, timing: ModemTiming, now: Instant,
): Progress<SettingKey, KeySet> {
  if (nmk.length !== NMK_LENGTH) return failed({ why: 'key-length', length: nmk.length });
  const to = mac ?? LOCAL_MODEM;
  const nid = nidFromNmk(nmk);
  const first = ask(to, setKey(nmk, nid), timing.key_wait, timing.key_tries, now);
  return going({ modem, to, nid, ask: first, taken: undefined }, asked(first));
}

export const settingKey = (timing: ModemTiming): Task<SettingKey, KeySet> => {
  const poll = (state: SettingKey, now: Instant): SettingKey => ({ ...state, ask: { ...state.ask, deadline: after(now, timing.link_poll) } });
  const heard = (state: SettingKey, { mme }: Received, now: Instant): Progress<SettingKey, KeySet> => {
    const { modem, nid, taken } = state;
    if (taken === undefined) {
      if (mme.mme !== 'CM_SET_KEY.CNF') return going(state);
      const until = after(now, timing.link_limit);
      const waiting = { ...state.ask, deadline: after(now, timing.link_first) };
      return going({ ...state, ask: waiting, taken: { result: mme.result, until, said: false } });
    }
    const link = linkAnswer(mme);
    if (link === undefined) return going(state);
    return link === 'up' ? done({ modem, nid, result: taken.result, link }) : going({ ...state, taken: { ...taken, said: true } });
  };
  return {
    step(state, input, now) {
      const { modem, nid, taken } = state;
      if (input.kind === 'mme') return input.from === modem.mac ? heard(state, input, now) : going(state);
      if (taken === undefined) return retry(state, now);
      if (now < state.ask.deadline) return going(state);
      if (now >= taken.until) return done({ modem, nid, result: taken.result, link: taken.said ? 'down' : 'unknown' });
      return going(poll(state, now), send(modem.mac, linkQuestion(modem)));
    },
    deadline: (state) => state.ask.deadline,
  };
};
