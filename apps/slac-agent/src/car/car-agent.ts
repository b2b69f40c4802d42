import { between, ms, origin } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { InletSample, LoadOrder, Open, Status } from '@pilotwire/outlet';
import { wordPeriod } from '@pilotwire/pair';
import type { AgentWord, GatewayWord } from '@pilotwire/pair';
import { lastWords, pilotRepeat } from '../agent.js';
import type { Agent, AgentOptions } from '../agent.js';
import { GatewayLine } from '../gateway-line.js';
import type { Happening } from '../happening.js';
import { EvMatching } from './ev-matching.js';
import { InletSense } from './inlet-sense.js';

export type CarAgentOptions = AgentOptions<Open<LoadOrder, InletSample>>;

/** From 5 % duty cycle to the first question; cars were seen to take 80 ms and more. */
const startDelay = ms(300);

/** The car's end: it looks for 5 % at its inlet, gets into the charger's network, and shows what load the gateway wants. */
export class CarAgent implements Agent {
  readonly #options: CarAgentOptions;
  readonly #sense = new InletSense();
  readonly #pilot: ReturnType<CarAgentOptions['pilot']>;
  readonly #matching: EvMatching;
  readonly #gateway: GatewayLine;
  #pilotDown: string | undefined = 'the inlet has not been seen yet';
  /** Since when 5 % are wanted and seen. */
  #since: Instant | undefined;
  /** The matching for this 5 % has begun; another one is for the next. */
  #begun = false;
  #leaving = 0;
  #said: AgentWord | undefined;
  #load: LoadOrder['load'] = 'B';
  #pilotTold: Instant = origin;
  #closing = false;
  #closed = false;

  constructor(options: CarAgentOptions) {
    this.#options = options;
    const { time, modem, pilot, pair, entropy } = options;
    this.#matching = new EvMatching({
      time, modem, entropy, tell: (happening) => this.#tell(happening), gateway: () => this.#gateway.word !== undefined,
      changed: (fresh) => {
        if (fresh) this.#again();
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
    if (this.#pilotDown !== undefined) found.push(`no inlet: ${this.#pilotDown}`);
    else if (this.#sense.seen === undefined) found.push('nobody can tell what is in the inlet');
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
    this.#matching.stop();
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

  #beat(): void {
    if (this.#closed) return;
    const { time } = this.#options;
    if (this.#sense.gone(time.now)) {
      this.#note('warn', 'no sample of the inlet for 100 ms: nobody can tell what is in it');
      this.#tellPilot();
    }
    if (this.#sense.seen?.plugged === true && between(this.#pilotTold, time.now) >= pilotRepeat) this.#tellPilot();
    this.#matching.look();
    this.#match();
    this.#order();
    this.#say();
    time.schedule(() => this.#beat(), wordPeriod);
  }

  /** Brings matching, load and word in line with what is known now; between two beats only what is new is said. */
  #drive(): void {
    if (this.#closed) return;
    this.#match();
    if (this.#wanted() !== this.#load) this.#order();
    const { level, pwm, link } = this.#word();
    if (level !== this.#said?.level || pwm !== this.#said?.pwm || link !== this.#said?.link) this.#say();
  }

  #word(): AgentWord {
    const { seen } = this.#sense;
    const level = seen === undefined ? undefined : seen.plugged ? this.#load : 'A';
    return { level, pwm: seen?.digital ?? false, link: this.#matching.link };
  }

  #say(): void {
    this.#said = this.#word();
    this.#gateway.say(this.#said);
  }

  #wanted(): LoadOrder['load'] {
    return !this.#closing && this.#sense.seen?.plugged === true && this.#gateway.word?.pilot === 'C' ? 'C' : 'B';
  }

  #order(): void {
    const before = this.#load;
    this.#load = this.#wanted();
    this.#pilot.send({ load: this.#load });
    if (before !== this.#load && this.#sense.seen?.plugged === true) this.#changed(before, this.#load);
  }

  #pilotIs(status: Status): void {
    this.#pilotDown = status.state === 'down' ? status.why : undefined;
    if (this.#pilotDown === undefined) this.#order();
    else this.#note('warn', `no inlet: ${this.#pilotDown}`);
  }

  #sampled(sample: InletSample): void {
    const { time } = this.#options;
    const before = this.#sense.seen;
    if (!this.#sense.take(sample, time.now)) return;
    const { plugged, digital } = this.#sense.seen ?? { plugged: false, digital: false };
    if (!plugged) this.#again();
    if (plugged && before?.plugged !== true) this.#matching.session();
    if (!digital) this.#begun = false;
    else this.#matching.wake();
    this.#changed(before === undefined ? undefined : before.plugged ? this.#load : 'A', plugged ? this.#wanted() : 'A');
    if (!plugged && before?.plugged === true) {
      this.#matching.unplugged();
      this.#matching.stop();
      this.#gateway.unplugged();
    }
    this.#drive();
  }

  #changed(from: 'A' | 'B' | 'C' | undefined, to: 'A' | 'B' | 'C'): void {
    const { digital, duty } = this.#sense.seen ?? { digital: false, duty: undefined };
    this.#tell({ kind: 'cp.changed', data: { ...(from !== undefined && { from }), to, pwm: digital, ...dutyOf(duty) } });
    this.#tellPilot();
  }

  #tellPilot(): void {
    const { time } = this.#options;
    const { seen, at = time.now } = this.#sense;
    this.#pilotTold = time.now;
    const level = seen === undefined ? {} : { level: seen.plugged ? this.#wanted() : ('A' as const) };
    this.#tell({ kind: 'pilot', pilot: { ...level, pwm: seen?.digital ?? false, ...dutyOf(seen?.duty), at } });
  }

  /** A matching begins once 5 % have been seen for a while, and the machine is done with the one before. */
  #match(): void {
    const { now } = this.#options.time;
    const wanted = this.#sense.seen?.digital === true && this.#gateway.word !== undefined && !this.#closing && this.#leaving === 0;
    if (!wanted) this.#since = undefined;
    if (!wanted || this.#begun) return;
    this.#since ??= now;
    if (between(this.#since, now) < startDelay || !this.#matching.ready) return;
    this.#begun = true;
    this.#matching.start();
  }

  #again(): void {
    this.#begun = false;
    this.#since = undefined;
  }

  #gatewaySilent(why: string): void {
    if (this.#closing) return;
    this.#note('warn', `${why}: the match is given up`);
    this.#again();
    this.#matching.stop();
    this.#drive();
  }

  #asked(request: NonNullable<GatewayWord['dlink']>['request']): void {
    const later = (run: () => void): void => {
      this.#leaving++;
      this.#options.time.schedule(() => {
        this.#leaving--;
        if (this.#closed) return;
        run();
        this.#drive();
      }, lastWords);
    };
    switch (request) {
      case 'terminate':
        // Another matching is for the next 5 %.
        this.#begun = true;
        return later(() => this.#matching.stop());
      case 'pause':
        return later(() => this.#matching.pause());
      case 'error':
        return later(() => {
          this.#again();
          this.#matching.stop();
        });
    }
  }
}

const dutyOf = (duty: number | undefined): { readonly dutyPercent?: number } =>
  duty === undefined || !(duty >= 0 && duty <= 100) ? {} : { dutyPercent: duty };
