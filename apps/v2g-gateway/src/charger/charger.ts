import { ms } from '@pilotwire/machine';
import type { Actor, Timeline } from '@pilotwire/machine';
import type { Outlet } from '@pilotwire/outlet';
import type { AgentWord, GatewayEnd } from '@pilotwire/pair';
import { idleSecc, secc, seccEndReasons } from '@pilotwire/v2g-session';
import type { ChargerProfile, SeccEndReason, SeccInput, SeccOutput, SeccState } from '@pilotwire/v2g-session';
import { toHex } from '@pilotwire/wire';
import { AgentLine, isThere } from '../agent-line.js';
import type { ChargerNetwork } from '../network/network.js';
import { Flights } from '../session/flights.js';
import type { Cause, ChargerLimits, LimitedBy, Tap, Tell } from '../session/happening.js';
import { Histogram } from '../session/histogram.js';
import { messageName, warningOf } from '../session/messages.js';
import { until } from '../until.js';
import { Hold } from './hold.js';
import { PowerSide } from './power-side.js';
import { Server } from './server.js';

export interface ChargerOptions {
  readonly profile: ChargerProfile;
  readonly limits: ChargerLimits;
  /** `free`: everybody may charge. `require`: each charge waits for `authorize`. */
  readonly authorization: 'free' | 'require';
  readonly time: Timeline;
  /** So many random octets, from a cryptographic source. */
  readonly entropy: (length: number) => Uint8Array;
  /** A name for the next session. */
  readonly newSession: () => string;
  readonly power: Outlet['evse']['power'];
  readonly pair: GatewayEnd;
  readonly network: ChargerNetwork;
  readonly tell: Tell;
  /** Sees each frame; undefined where nobody looks. */
  readonly tap?: Tap | undefined;
}

/** Nobody has measured it, and cars do not ask. Amperes. */
const peakCurrentRipple = 1;
/** A car that is told to stop has so long before the power goes without it; the contactors then; and a connection that is over. */
const [patience, opening, lastWords] = [ms(8_000), ms(3_500), ms(1_000)];

const inSeconds = (duration: number): number => Math.round(duration / 1_000);

/** A charging point above its power line: the session, the power path, and the car's connection. */
export class Charger {
  readonly secc: Actor<SeccState, SeccInput>;
  readonly power: PowerSide;
  readonly server: Server;
  readonly latencies = new Histogram();
  readonly flights = new Flights();
  readonly #options: ChargerOptions;
  readonly #line: AgentLine | undefined;
  readonly #hold = new Hold();
  #limits: ChargerLimits;
  #sessionId: string | undefined;
  #available = true;
  #leaving = false;
  #halted = false;

  constructor(options: ChargerOptions) {
    this.#options = options;
    const { time, network, profile, limits, tell, tap, pair } = options;
    this.#limits = limits;
    // Where it waits is the server's to tell, once it does.
    const config = { profile, address: { ip: '::', port: 0 }, limits: this.#seccLimits, withoutIsolationMonitor: false };
    this.secc = this.flights.add('secc', time, secc, idleSecc(config), (output) => this.#told(output));
    this.power = new PowerSide({
      time, limits, flights: this.flights, tell, open: options.power,
      event: (event) => this.secc.feed({ kind: 'power', event }),
      // Who says nothing of the pilot says nothing of the link either.
      pilotLost: () => this.secc.feed({ kind: 'link.lost' }),
      emergency: (emergency) => this.#emergency(emergency),
      changed: () => this.#usable(),
    });
    this.server = new Server({ time, network, feed: (input) => this.secc.feed(input), tell, tap, latencies: this.latencies });
    this.#line = new AgentLine({
      time, pair, tell,
      word: () => ({ pilot: this.#hold.word(this.#shut && !this.#runs), ...(this.#sessionId !== undefined && { sessionId: this.#sessionId }) }),
      level: (level) => this.power.path.feed({ kind: 'pilot', level }),
      pilot: (level) => this.#pilotIs(level),
      pressed: () => this.secc.feed({ kind: 'stop', by: 'latch' }),
      linkUp: () => this.#linkUp(),
      linkLost: () => this.secc.feed({ kind: 'link.lost' }),
    });
    tell({ kind: 'limits', limits, by: 'evse' });
  }

  /** What keeps it from its task. */
  get problems(): readonly string[] {
    const { sdp, tcp } = this.server;
    const found = { agent: this.#line?.down, power: this.power.down, SDP: sdp.state === 'down' ? sdp.why : undefined, TCP: tcp.state === 'down' ? tcp.why : undefined };
    return Object.entries(found).flatMap(([what, why]) => (why === undefined ? [] : [`${what}: ${why}`]));
  }

  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  // What people and the back office ask. A string says why not.
  /** Answers the authorisation that the session waits for. */
  authorize(accept: boolean, by: string): string | undefined {
    if (this.#authorization !== 'asked') return 'no session waits for an authorisation';
    return void this.#authorize(accept, by);
  }

  /** Authorises, now or when the car asks; after a stop the car may be matched again. */
  start(by: string): string | undefined {
    if (this.#sessionId === undefined) return isThere(this.#line?.level) ? 'no session may begin here' : 'no car is plugged in';
    if (this.#authorization === 'asked') return this.authorize(true, by);
    if (this.#authorization === 'accepted' || this.secc.state.at === 'closing') return 'it charges already, or is about to end';
    this.#hold.clear();
    this.#hold.allow(by);
    if (this.secc.state.at === 'ended') this.#line?.ask('error');
    this.#line?.changed();
    return undefined;
  }

  /** Ends the charge in order; a car that is not matched yet will not be. */
  stop(): string | undefined {
    const { at } = this.secc.state;
    if (at === 'session' || at === 'linked') this.secc.feed({ kind: 'stop', by: 'operator' });
    else if (this.#sessionId !== undefined && at !== 'closing' && !this.#hold.stopped) this.#hold.stop();
    else return 'there is nothing to stop';
    this.#line?.changed();
    return undefined;
  }

  /** From now on it gives no more than this, and says so to the car. */
  limit(limits: ChargerLimits, by: LimitedBy): void {
    this.#limits = limits;
    this.power.limit(limits);
    this.secc.feed({ kind: 'limits', limits: this.#seccLimits });
    this.#options.tell({ kind: 'limits', limits, by });
  }

  /** Whether sessions may begin. One that runs goes on. */
  setAvailable(available: boolean): void {
    if (available === this.#available) return;
    this.#available = available;
    this.#options.tell({ kind: 'available', available });
    this.#usable();
  }

  /** Ends what runs, in order as far as the car follows within eight seconds; then everything is off, and let go of. */
  async leave(): Promise<void> {
    this.#leaving = true;
    const { time } = this.#options;
    const busy = (): boolean => this.secc.state.at === 'session';
    if (busy()) this.secc.feed({ kind: 'stop', by: 'operator' });
    await until(time, () => !busy(), patience);
    if (busy()) this.secc.feed({ kind: 'link.lost' });
    this.power.path.feed({ kind: 'release' });
    await until(time, () => this.power.isOff, opening);
    await until(time, () => this.secc.state.at !== 'closing', lastWords);
    this.halt();
  }

  /** Lets go of everything, as a process that dies does: source and contactors fall off by themselves. */
  halt(): void {
    this.#halted = true;
    this.secc.stop();
    this.power.halt();
    this.server.close();
    this.#line?.close();
  }

  get #authorization(): string | undefined {
    const { state } = this.secc;
    return state.at === 'session' ? state.authorization : undefined;
  }

  get #seccLimits() {
    return { ...this.#limits, minCurrent: 0, peakCurrentRipple };
  }

  /** No session may begin. */
  get #shut(): boolean {
    return !this.#available || this.#leaving || this.power.unusable;
  }

  /** A session is there, and V2G has not been and gone in it. */
  get #runs(): boolean {
    return this.#sessionId !== undefined && this.secc.state.at !== 'ended';
  }

  /** Of the session that speaks. */
  get #connection(): number {
    const { state } = this.secc;
    return state.at === 'session' ? state.connection : state.at === 'closing' ? state.session.connection : 0;
  }

  #emergency(emergency: { readonly lost?: string } | undefined): void {
    if (emergency === undefined) return this.#hold.mended();
    this.secc.feed({ kind: 'emergency', ...emergency });
    // The car that is there does not charge by itself once it is over: letting go of a button starts nothing.
    if (this.#sessionId !== undefined) this.#hold.stop();
  }

  /** Whether a session may begin has changed. While all this is being put together, the first word will tell. */
  #usable(): void {
    this.#line?.changed();
    this.#arrive();
  }

  #pilotIs(level: AgentWord['level']): void {
    if (level === undefined) return;
    this.secc.feed({ kind: 'pilot', level });
    // After the session has heard of it.
    this.#options.time.schedule(() => {
      if (level === 'A') this.#gone();
      this.#arrive();
    });
  }

  #arrive(): void {
    if (this.#halted || this.#sessionId !== undefined || !isThere(this.#line?.level) || this.#shut) return;
    this.#sessionId = this.#options.newSession();
    this.flights.begin(this.#sessionId);
    this.#options.tell({ kind: 'plugged', sessionId: this.#sessionId });
    this.#line?.changed();
  }

  #gone(): void {
    this.#hold.clear();
    this.#line?.changed();
    if (this.#sessionId === undefined || this.#halted) return;
    this.power.forgive();
    this.#sessionId = undefined;
    this.#options.tell({ kind: 'unplugged' });
  }

  #linkUp(): void {
    this.secc.feed({ kind: 'link.up', entropy: toHex(this.#options.entropy(8)).toUpperCase() });
    this.secc.feed({ kind: 'limits', limits: this.#seccLimits });
    const level = this.#line?.level;
    if (level !== undefined) this.secc.feed({ kind: 'pilot', level });
  }

  #told(output: SeccOutput): void {
    const { tell } = this.#options;
    switch (output.kind) {
      case 'send':
        return this.server.send(this.#connection, output.message);
      case 'power':
        return this.power.path.feed(output.request);
      case 'sdp':
        return this.server.answerSdp(output);
      case 'tcp.refuse':
      case 'tcp.close':
        return this.server.reset(output.connection);
      case 'tcp.finish':
        return this.server.finish(output.connection);
      case 'authorize': {
        tell({ kind: 'authorize', evccid: output.evccId });
        const by = this.#options.authorization === 'free' ? 'free' : this.#hold.takeAllowed();
        if (by !== undefined) this.#authorize(true, by);
        return;
      }
      case 'pilot':
        this.#hold.set(output.set);
        return this.#line?.changed();
      case 'link':
        if (output.request === 'error') this.#hold.errorAsked();
        return this.#line?.ask(output.request);
      case 'phase': {
        const asked = this.server.asked(this.#connection);
        return tell({ kind: 'phase', phase: output.phase, message: asked && messageName(asked), cause: this.#cause });
      }
      case 'warning':
        return tell(warningOf(output));
      case 'starved':
        return tell({ kind: 'warning', what: 'no-current', detail: `the car gives up in ${inSeconds(output.givesUp - this.#options.time.now)} s` });
      case 'fed':
        return;
      case 'end':
        this.#hold.ended(output.end);
        this.#line?.changed();
        return tell({ kind: 'end', end: { ...output.end, ...this.#causeOf(output.end.reason) } });
    }
  }

  /** Why the session is about to end, where it is. */
  get #cause(): Cause | undefined {
    const { state } = this.secc;
    const reason = state.at === 'session' ? state.cause?.reason : state.at === 'closing' ? state.end.reason : undefined;
    return reason && this.#causeOf(reason);
  }

  /** It is no operator who stops a charge because this process ends. */
  #causeOf(reason: SeccEndReason): Cause {
    return this.#leaving && reason === 'operator-stop' ? { reason: 'shutdown', by: 'evse' } : { reason, by: seccEndReasons[reason] };
  }

  #authorize(accepted: boolean, by: string): void {
    this.#options.tell({ kind: 'authorized', accepted, by });
    this.secc.feed({ kind: 'authorization', result: accepted ? 'accepted' : 'rejected' });
  }
}
