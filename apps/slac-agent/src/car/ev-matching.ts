import type { Timeline } from '@pilotwire/machine';
import type { Modem } from '@pilotwire/outlet';
import type { AgentWord } from '@pilotwire/pair';
import { ev, evInitial } from '@pilotwire/slac';
import type { EvInput, EvOutput, EvState, Received, Send } from '@pilotwire/slac';
import { Counters } from '../agent.js';
import type { Happening, SlacFlight, SlacView } from '../happening.js';
import { MatchLog } from '../match-log.js';
import { ModemSeat } from '../modem-seat.js';
import { nidText, SlacTeller } from '../slac-teller.js';

type Told = Exclude<EvOutput, Send>;

export interface EvMatchingOptions {
  readonly time: Timeline;
  readonly modem: Modem;
  readonly entropy: (length: number) => Uint8Array;
  readonly tell: (happening: Happening) => void;
  /** Whether there is a gateway. */
  readonly gateway: () => boolean;
  /** The link is another now; `fresh`: another car, or the modem was away. */
  readonly changed: (fresh: boolean) => void;
}

/** The matching of a car at its modem, and what it tells. */
export class EvMatching {
  link: AgentWord['link'] = { match: 0, up: false };
  readonly #options: EvMatchingOptions;
  readonly #seat: ModemSeat<EvState, EvInput, Told>;
  /** Of the chargers in earshot. */
  readonly #log = new MatchLog();
  readonly #counters = new Counters();
  readonly #teller: SlacTeller;
  #tries = 1;
  #began = 0;

  constructor(options: EvMatchingOptions) {
    this.#options = options;
    const { time, modem, tell } = options;
    this.#teller = new SlacTeller(time, tell, () => this.#flight());
    this.#seat = new ModemSeat({
      time, modem, initial: evInitial, bound: isBound,
      machine: (mac) => ev({ mac }),
      listener: {
        output: (output) => this.#told(output),
        frame: (frame) => tell({ kind: 'frame', frame }),
        sent: () => undefined,
        received: (input) => this.#heard(input),
        modem: (fresh) => this.#modem(fresh),
      },
    });
  }

  /** Why there is no modem. */
  get down(): string | undefined {
    return this.#seat.down;
  }

  /** Whether a matching can begin: the one before is over, and the modem has left its network. */
  get ready(): boolean {
    const { state } = this.#seat;
    return state?.at === 'idle' || state?.at === 'failed';
  }

  get counters(): Readonly<Record<string, number>> {
    return this.#counters.values;
  }

  /** The plug is in: what is recorded from now on is its session's. */
  session(): void {
    this.#seat.beginFlight();
    this.#teller.session();
  }

  unplugged(): void {
    this.#teller.unplugged();
  }

  start(): void {
    const { time, entropy, tell } = this.#options;
    this.#log.clear();
    this.#tries = 1;
    this.#began = time.now;
    tell({ kind: 'slac.started', data: { ev: this.#seat.mac, attempt: 1 } });
    this.#seat.feed({ kind: 'start', runId: entropy(8), rnd: entropy(16) });
  }

  /** Leaves the network by a key that nobody else has. */
  stop(): void {
    this.#seat.feed({ kind: 'stop', nmk: this.#options.entropy(16) });
  }

  pause(): void {
    this.#seat.feed({ kind: 'pause' });
  }

  /** What was paused goes on. */
  wake(): void {
    if (this.#seat.state?.at === 'paused') this.#seat.feed({ kind: 'resume' });
  }

  close(): void {
    this.look();
    this.#seat.close();
  }

  #modem(fresh: boolean): void {
    const { down, mac } = this.#seat;
    this.#teller.modem(down, mac);
    if (fresh) this.#linkIs(false);
    this.look();
    this.#options.changed(fresh);
  }

  #linkIs(up: boolean, peer?: string): void {
    const { match } = this.link;
    this.link = peer === undefined ? { ...this.link, up } : { match: match + 1, up, peer };
  }

  #heard({ from, mme }: Received): void {
    if (mme.mme === 'CM_ATTEN_CHAR.IND' && mme.sourceAddress === this.#seat.mac) this.#log.heard(from, mme.attenuation, this.#options.time.now);
  }

  #told(output: Told): void {
    const { tell, time, changed } = this.#options;
    switch (output.kind) {
      case 'matched': {
        this.#counters.add('slac.matches');
        this.#linkIs(true, output.evse);
        const { attenuationDb } = this.#log.attenuation(output.evse);
        const tookMs = Math.round(time.now - this.#began);
        tell({ kind: 'slac.matched', data: { ev: this.#seat.mac, nid: nidText(output.nid), tookMs, ...(attenuationDb !== undefined && { attenuationDb }) } });
        tell({ kind: 'note', level: 'info', text: `matched with the charger ${output.evse}` });
        break;
      }
      case 'unmatched':
        this.#linkIs(false);
        tell({ kind: 'note', level: 'info', text: 'the match is over' });
        break;
      case 'link':
        this.#linkIs(output.up);
        tell({ kind: 'slac.link', data: { up: output.up } });
        if (!output.up) this.#teller.linkLost();
        break;
      case 'repeating':
        this.#tries++;
        tell({ kind: 'note', level: 'debug', text: `a try came to nothing: ${output.why}` });
        break;
      case 'failed':
        this.#counters.add('slac.failures');
        tell({ kind: 'slac.failed', data: { why: output.why, attempt: Math.min(1_000, this.#tries) } });
        this.#teller.failed();
        break;
      case 'warning':
        this.#teller.note('warn', output.why, output.why === 'odd-nid' ? `SLAC of ${output.evse}: ${output.why}` : `SLAC: ${output.why}`);
        break;
      case 'ignored':
        return this.#counters.add(`slac.ignored.${output.why}`);
    }
    this.look();
    changed(false);
  }

  #flight(): SlacFlight | undefined {
    const flight = this.#seat.flight();
    return flight && { ...flight, machine: 'ev', mac: this.#seat.mac };
  }

  /** Tells where the matching stands, where that is new. */
  look(): void {
    this.#teller.slac(this.#view(this.#seat.state));
  }

  #view(state: EvState | undefined): SlacView {
    const { up } = this.link;
    if (this.#seat.down !== undefined) return { state: 'no-modem', link: up, why: 'no-interface', detail: this.#seat.down.slice(0, 256) };
    const ev = this.#seat.mac;
    switch (state?.at) {
      case undefined:
      case 'idle':
      case 'leaving':
        return { state: 'idle', link: false, ev, ...(!this.#options.gateway() && { why: 'gateway-silent' }) };
      case 'requesting':
      case 'sounding':
      case 'listening':
      case 'choosing':
      case 'waiting':
      case 'keying':
        return { state: 'matching', link: false, ev };
      case 'joining':
      case 'matched':
      case 'paused':
        return { state: state.at, link: up, ev, nid: nidText(state.chosen.key.nid), ...this.#log.attenuation(state.chosen.evse) };
      case 'failed':
        return { state: 'failed', link: false, ev, why: state.why };
    }
  }
}

const isBound = ({ at }: EvState): boolean => at === 'joining' || at === 'matched' || at === 'paused';
