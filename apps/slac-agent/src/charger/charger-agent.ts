import { after, between, ms, origin } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { Open, PilotOrder, PilotSample, Status } from '@pilotwire/outlet';
import { wordPeriod } from '@pilotwire/pair';
import type { AgentWord, GatewayWord } from '@pilotwire/pair';
import { timing } from '@pilotwire/slac';
import { lastWords, pilotRepeat } from '../agent.js';
import type { Agent, AgentOptions } from '../agent.js';
import { GatewayLine } from '../gateway-line.js';
import type { Happening } from '../happening.js';
import { EvseMatching } from './evse-matching.js';
import { digitalDuty, PilotSense } from './pilot-sense.js';
import type { Sensed } from './pilot-sense.js';

/** A contact that wavers between two readings is told no more often. */
const contactPace = ms(200);

export type ChargerAgentOptions = AgentOptions<Open<PilotOrder, PilotSample>>;

/** The charger's end: it measures the pilot, drives the oscillator, and gets a plugged car into a network with the modem. */
export class ChargerAgent implements Agent {
  readonly #options: ChargerAgentOptions;
  readonly #sense = new PilotSense();
  readonly #pilot: ReturnType<ChargerAgentOptions['pilot']>;
  readonly #matching: EvseMatching;
  readonly #gateway: GatewayLine;
  #pilotDown: string | undefined = 'the pilot has not been seen yet';
  /** A car is plugged in, as far as is known. */
  #car = false;
  /** SLAC was told of that car. */
  #told = false;
  /** The session ended in order: the pilot stays as it is until the plug is out. */
  #held = false;
  /** Last words are being said; no matching begins meanwhile. */
  #leaving = 0;
  /** The oscillator is off until then, for the car to see it. */
  #rest: Instant = origin;
  #shown: PilotOrder['signal'] = 'x1';
  #said: { readonly sensed?: Sensed; readonly link?: AgentWord['link'] } = {};
  #pilotTold: Instant = origin;
  #contact = '';
  #closing = false;
  #closed = false;

  constructor(options: ChargerAgentOptions) {
    this.#options = options;
    const { time, modem, pilot, pair, entropy } = options;
    this.#matching = new EvseMatching({
      time, modem, entropy, tell: (happening) => this.#tell(happening), gateway: () => this.#gateway.word !== undefined,
      changed: (fresh) => {
        if (fresh) this.#told = false;
        this.#drive();
      },
    });
    this.#pilot = pilot({ receive: (sample) => this.#sampled(sample), status: (status) => this.#pilotIs(status) });
    this.#gateway = new GatewayLine(pair, {
      heard: (anew) => {
        if (anew) this.#note('info', 'the gateway is there');
        this.#drive();
      },
      silent: (why) => this.#gatewaySilent(why),
      asked: (request) => this.#asked(request),
    });
    // A former life may have left another pilot at the broker.
    this.#tellPilot();
    this.#beat();
  }

  get problems(): readonly string[] {
    const found: string[] = [];
    if (this.#matching.down !== undefined) found.push(`no modem: ${this.#matching.down}`);
    if (this.#pilotDown !== undefined) found.push(`no pilot: ${this.#pilotDown}`);
    else if (this.#sense.sensed.level === undefined) found.push('nobody can tell what is on the pilot');
    if (this.#gateway.word === undefined) found.push('the gateway is silent');
    return found;
  }

  get held(): string | undefined {
    return this.#gateway.held;
  }

  get counters(): Readonly<Record<string, number>> {
    return this.#matching.counters;
  }

  close(): Promise<void> {
    this.#closing = true;
    this.#matching.leave();
    this.#drive();
    return new Promise((resolve) => {
      this.#options.time.schedule(() => {
        this.#closed = true;
        this.#matching.close();
        this.#gateway.close();
        this.#pilot.close();
        resolve();
      }, lastWords);
    });
  }

  #tell(happening: Happening): void {
    this.#options.tell(happening, this.#gateway.session);
  }

  #note(level: 'info' | 'warn', text: string): void {
    this.#tell({ kind: 'note', level, text });
  }

  /** What is due, and the words of every period. */
  #beat(): void {
    if (this.#closed) return;
    const { time } = this.#options;
    if (this.#sense.gone(time.now)) {
      this.#note('warn', 'no sample of the pilot for 100 ms: nobody can tell what is on it');
      this.#tellPilot();
    }
    const since = between(this.#pilotTold, time.now);
    if ((this.#car && since >= pilotRepeat) || (this.#contact !== this.#sense.contact && since >= contactPace)) this.#tellPilot();
    this.#matching.due();
    this.#match();
    this.#order();
    this.#say();
    time.schedule(() => this.#beat(), wordPeriod);
  }

  /** Brings matching, oscillator and word in line with what is known now; between two beats only what is new is said. */
  #drive(): void {
    if (this.#closed) return;
    this.#match();
    if (this.#signal() !== this.#shown) this.#order();
    const { sensed } = this.#sense;
    const { link } = this.#matching;
    if (sensed !== this.#said.sensed || link !== this.#said.link) this.#say();
  }

  #say(): void {
    const { sensed, pressed } = this.#sense;
    const { link } = this.#matching;
    this.#said = { sensed, link };
    this.#gateway.say({ ...sensed, link, ...(pressed && { pressed }) });
  }

  #pilotIs(status: Status): void {
    this.#pilotDown = status.state === 'down' ? status.why : undefined;
    if (this.#pilotDown === undefined) this.#order();
    else this.#note('warn', `no pilot: ${this.#pilotDown}`);
    if (this.#pilotDown === undefined || !this.#sense.forget()) return;
    this.#tellPilot();
    this.#drive();
  }

  #sampled(sample: PilotSample): void {
    const { time } = this.#options;
    const before = this.#sense.sensed;
    if (!this.#sense.take(sample, time.now)) return;
    const { level, pwm } = this.#sense.sensed;
    if (level === undefined) return;
    this.#tell({ kind: 'cp.changed', data: { ...(before.level !== undefined && { from: before.level }), to: level, pwm, ...(pwm && { dutyPercent: digitalDuty }) } });
    if (level === 'A') this.#unplugged();
    else if (level === 'B' || level === 'C' || level === 'D') this.#plugged(level);
    this.#tellPilot();
    this.#drive();
  }

  #tellPilot(): void {
    const { now } = this.#options.time;
    const pilot = this.#sense.view(now);
    this.#pilotTold = now;
    this.#contact = this.#sense.contact;
    this.#tell({ kind: 'pilot', pilot });
  }

  #plugged(level: 'B' | 'C' | 'D'): void {
    if (!this.#car) this.#matching.session();
    this.#car = true;
    // A paused car that wakes up asks for energy.
    if (level !== 'B') this.#matching.wake();
  }

  #unplugged(): void {
    this.#held = false;
    if (this.#car) {
      this.#matching.unplugged();
      this.#later(() => this.#matching.feed({ kind: 'unplug' }));
    }
    this.#car = false;
    this.#told = false;
    this.#gateway.unplugged();
  }

  #later(run: () => void): void {
    this.#leaving++;
    this.#options.time.schedule(() => {
      this.#leaving--;
      if (this.#closed) return;
      run();
      this.#drive();
    }, lastWords);
  }

  /** A matching begins where there are a car, a modem, and a gateway that leaves the pilot to us. */
  #match(): void {
    const { word } = this.#gateway;
    const free = !this.#held && !this.#closing && this.#leaving === 0 && this.#rest <= this.#options.time.now;
    if (!this.#car || this.#told || !free || word?.pilot !== 'auto' || !this.#matching.ready) return;
    this.#told = true;
    this.#matching.plug();
  }

  /** What the pilot is to show; said again and again, for an order may be lost. */
  #order(): void {
    this.#shown = this.#signal();
    this.#pilot.send({ signal: this.#shown });
  }

  #signal(): PilotOrder['signal'] {
    const { word } = this.#gateway;
    if (word?.pilot === 'F') return 'f';
    if (word === undefined || word.pilot === 'X1' || this.#closing) return 'x1';
    if (!this.#held) return this.#matching.signal;
    // At F nobody sees a plug being pulled.
    return this.#shown === 'f' ? 'x1' : this.#shown;
  }

  /** No power path without a gateway, so nothing that a match would be good for. */
  #gatewaySilent(why: string): void {
    if (this.#closing) return;
    this.#note('warn', `${why}: the oscillator is off`);
    this.#again();
    this.#matching.leave();
    this.#drive();
  }

  /** The car, if it stays, is matched anew after a while without the oscillator. */
  #again(): void {
    this.#told = false;
    this.#rest = after(this.#options.time.now, ms(timing.T_step_X1));
  }

  #asked(request: NonNullable<GatewayWord['dlink']>['request']): void {
    switch (request) {
      case 'terminate':
        this.#held = true;
        return this.#later(() => this.#matching.feed({ kind: 'terminate' }));
      case 'pause':
        return this.#later(() => this.#matching.feed({ kind: 'pause' }));
      case 'error':
        return this.#later(() => {
          this.#held = false;
          if (this.#matching.error() === 'anew') this.#again();
        });
    }
  }
}
