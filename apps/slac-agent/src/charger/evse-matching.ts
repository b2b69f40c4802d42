import { after, ms } from '@pilotwire/machine';
import type { Instant, Timeline } from '@pilotwire/machine';
import type { Modem, PilotOrder } from '@pilotwire/outlet';
import type { AgentWord } from '@pilotwire/pair';
import { evse, evseInitial } from '@pilotwire/slac';
import type { EvseInput, EvseOutput, EvseState, Send } from '@pilotwire/slac';
import { Counters } from '../agent.js';
import type { Happening, SlacView } from '../happening.js';
import { MatchLog } from '../match-log.js';
import { ModemSeat } from '../modem-seat.js';
import { nidText, SlacTeller } from '../slac-teller.js';

type Told = Exclude<EvseOutput, Send>;

/** A modem that did not answer is asked again; it may be switched on later. */
const modemRetry = ms(5_000);
const keyLength = 16;

export interface EvseMatchingOptions {
  readonly time: Timeline;
  readonly modem: Modem;
  readonly entropy: (length: number) => Uint8Array;
  readonly tell: (happening: Happening) => void;
  /** Whether there is a gateway. */
  readonly gateway: () => boolean;
  /** Signal or link are others now; `fresh`: the machine knows of no car. */
  readonly changed: (fresh: boolean) => void;
}

/** The matching of a charger at its modem: keys, what it tells, and what the pilot is to show. */
export class EvseMatching {
  /** What SLAC wants on the pilot. */
  signal: PilotOrder['signal'] = 'x1';
  link: AgentWord['link'] = { match: 0, up: false };
  readonly #options: EvseMatchingOptions;
  readonly #seat: ModemSeat<EvseState, EvseInput, Told>;
  readonly #log = new MatchLog();
  readonly #counters = new Counters();
  readonly #teller: SlacTeller;
  /** When the modem is asked again that did not answer; it is said once. */
  #retry: Instant | undefined;
  #missing = false;
  #attempt = 1;
  #lastEnd: string | undefined;

  constructor(options: EvseMatchingOptions) {
    this.#options = options;
    const { time, modem, tell } = options;
    this.#teller = new SlacTeller(time, tell, () => this.#flight());
    this.#seat = new ModemSeat({
      time, modem, initial: evseInitial, bound: isBound,
      machine: (mac) => evse({ mac }),
      listener: {
        output: (output) => this.#told(output),
        frame: (frame) => tell({ kind: 'frame', frame }),
        sent: (output) => this.#sent(output),
        received: () => undefined,
        modem: (fresh) => this.#modem(fresh),
      },
    });
  }

  /** Why there is no modem. */
  get down(): string | undefined {
    return this.#seat.down ?? (this.#missing ? 'it does not answer' : undefined);
  }

  /** Whether there is a machine that a car can be told of. */
  get ready(): boolean {
    return this.#seat.state !== undefined;
  }

  get counters(): Readonly<Record<string, number>> {
    return this.#counters.values;
  }

  feed(input: EvseInput): void {
    this.#seat.feed(input);
  }

  /** A car was plugged in: what is recorded from now on is its session's. */
  session(): void {
    this.#seat.beginFlight();
    this.#teller.session();
  }

  unplugged(): void {
    this.#teller.unplugged();
  }

  plug(): void {
    this.#seat.feed({ kind: 'plug' });
  }

  /** What was paused goes on. */
  wake(): void {
    if (this.#seat.state?.at === 'paused') this.plug();
  }

  /** D-LINK_ERROR. `anew`: there is nothing to be broken, and the car may be told of again. */
  error(): 'anew' | undefined {
    const at = this.#seat.state?.at;
    if (at !== 'failed' && at !== 'idle') {
      this.#seat.feed({ kind: 'error' });
      return undefined;
    }
    this.#seat.feed({ kind: 'unplug' });
    return 'anew';
  }

  /** The match is given up, and its key with it. */
  leave(): void {
    const { state } = this.#seat;
    if (state !== undefined && isBound(state)) this.#seat.feed({ kind: 'error' });
    this.#seat.feed({ kind: 'unplug' });
  }

  /** What only time brings about. */
  due(): void {
    if (this.#retry !== undefined && this.#retry <= this.#options.time.now) {
      this.#retry = undefined;
      this.#key();
      this.#options.changed(true);
    }
    this.#look();
  }

  close(): void {
    this.#look();
    this.#seat.close();
  }

  /** A key serves one plug-in, and nobody keeps it but the modem and the car. */
  #key(): void {
    this.#seat.feed({ kind: 'key', nmk: this.#options.entropy(keyLength) });
  }

  #modem(fresh: boolean): void {
    const { down, mac } = this.#seat;
    this.#teller.modem(down, mac);
    if (fresh) {
      this.#retry = undefined;
      this.#missing = false;
      this.signal = 'x1';
      this.#linkIs(false);
      this.#key();
    }
    this.#look();
    this.#options.changed(fresh);
  }

  #linkIs(up: boolean, peer?: string): void {
    const { match } = this.link;
    this.link = peer === undefined ? { ...this.link, up } : { match: match + 1, up, peer };
  }

  /** A car's question that is answered begins its part in the matching. */
  #sent({ mme, to }: Send): void {
    const { now } = this.#options.time;
    if (mme.mme === 'CM_ATTEN_CHAR.IND') this.#log.heard(to, mme.attenuation, now);
    if (mme.mme === 'CM_SLAC_PARM.CNF' && this.#seat.state?.at === 'matching') this.#met(to);
  }

  #met(ev: string): void {
    if (this.#log.met(ev, this.#options.time.now)) this.#options.tell({ kind: 'slac.started', data: { ev, attempt: this.#attempt } });
  }

  #told(output: Told): void {
    const { tell, time, changed } = this.#options;
    switch (output.kind) {
      case 'pilot':
        this.#stepped(output.signal);
        this.signal = output.signal;
        break;
      case 'key-wanted':
        this.#key();
        break;
      case 'matched': {
        const { ev, nid } = output;
        this.#counters.add('slac.matches');
        this.#linkIs(true, ev);
        const { attenuationDb } = this.#log.attenuation(ev);
        tell({ kind: 'slac.matched', data: { ev, nid: nidText(nid), tookMs: Math.round(this.#log.took(ev, time.now)), ...(attenuationDb !== undefined && { attenuationDb }) } });
        break;
      }
      case 'unmatched':
        this.#linkIs(false);
        this.#lastEnd = output.why;
        tell({ kind: 'note', level: 'info', text: `the match is over: ${output.why}` });
        if (output.why === 'restarted') this.#restarted();
        break;
      case 'link':
        this.#linkIs(output.up);
        tell({ kind: 'slac.link', data: { up: output.up } });
        if (!output.up) this.#teller.linkLost();
        break;
      case 'session-ended':
        this.#lastEnd = output.why;
        this.#teller.note('info', output.why, `a run of ${output.ev} came to nothing: ${output.why}`);
        break;
      case 'failed':
        this.#failed(output.why);
        break;
      case 'warning':
        this.#teller.note('warn', output.why, `SLAC of ${output.ev}: ${output.why}`);
        break;
      case 'ignored':
        return this.#counters.add(`slac.ignored.${output.why}`);
    }
    this.#look();
    changed(false);
  }

  /** 5 % begins an attempt; state F after one says that it came to nothing, and that another follows. */
  #stepped(signal: PilotOrder['signal']): void {
    const { state } = this.#seat;
    if (signal === 'digital') {
      this.#log.clear();
      this.#attempt = state !== undefined && 'attempt' in state ? (state.attempt ?? 1) : 1;
      this.#lastEnd = undefined;
    }
    const repeats = signal === 'f' && state?.at === 'stepping' && state.attempt > 1;
    if (repeats) this.#options.tell({ kind: 'slac.failed', data: { why: this.#lastEnd ?? 'no-request', attempt: state.attempt - 1 } });
  }

  /** A car that starts over does so in the same plug-in. */
  #restarted(): void {
    const { state } = this.#seat;
    this.#log.clear();
    if (state?.at === 'matching') for (const { ev } of state.sessions) this.#met(ev);
  }

  #failed(why: string): void {
    if (why === 'no-modem') this.#retry = after(this.#options.time.now, modemRetry);
    // A modem that is off for a day is said once.
    if (why === 'no-modem' && this.#missing) return;
    this.#missing = why === 'no-modem';
    this.#counters.add('slac.failures');
    this.#options.tell({ kind: 'slac.failed', data: { why, attempt: this.#attempt } });
    this.#teller.failed();
  }

  #flight(): Extract<Happening, { kind: 'flight' }>['flight'] | undefined {
    const flight = this.#seat.flight();
    return flight && { ...flight, machine: 'evse', mac: this.#seat.mac };
  }

  /** Tells where the matching stands, where that is new. */
  #look(): void {
    const { state } = this.#seat;
    if (state !== undefined && state.at !== 'unkeyed' && state.at !== 'keying' && state.at !== 'failed') this.#missing = false;
    this.#teller.slac(this.#view(state));
  }

  #view(state: EvseState | undefined): SlacView {
    const { up } = this.link;
    if (this.#seat.down !== undefined) return { state: 'no-modem', link: up, why: 'no-interface', detail: this.#seat.down.slice(0, 256) };
    if (this.#missing) return { state: 'no-modem', link: up, why: 'no-modem', detail: 'the modem does not answer' };
    const silent = this.#options.gateway() ? {} : { why: 'gateway-silent' };
    switch (state?.at) {
      case undefined:
      case 'idle':
        return { state: 'idle', link: false, ...silent };
      case 'unkeyed':
      case 'keying':
        return { state: state.attempt === undefined ? 'idle' : 'matching', link: false, ...silent };
      case 'matching':
      case 'stepping':
        return { state: 'matching', link: false };
      case 'joining':
      case 'matched':
      case 'paused':
        return { state: state.at, link: up, ev: state.run.ev, nid: nidText(state.key.nid), ...this.#log.attenuation(state.run.ev) };
      case 'failed':
        return { state: 'failed', link: false, why: state.why };
    }
  }
}

const isBound = ({ at }: EvseState): boolean => at === 'joining' || at === 'matched' || at === 'paused';
