import { ms, seconds, VirtualTime } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';
import { idlePowerPath, powerPath } from '../src/index.js';
import type {
  EvLimits, EvseLimits, PilotInput, PowerFault, PowerInput, PowerOutput, PowerPathState,
} from '../src/index.js';

export const evse: EvseLimits = {
  minVoltage: 150, maxVoltage: 1_000, maxCurrent: 400, maxPower: 150_000, isolationMonitor: true,
};
export const ev: EvLimits = { maxVoltage: 420, maxCurrent: 300 };

/** Hardware that obeys at once and without error, unless a knob says otherwise. */
export interface Knobs {
  pilot: PilotInput['level'] | 'silent';
  closes: boolean;
  opens: boolean;
  meterSilent: boolean;
  supplySilent: boolean;
  contactorsSilent: boolean;
  /** Volts that the source, but not the meter, sees, and the other way round. */
  supplyError: number;
  meterError: number;
  supplyFault: boolean;
  selfTest: 'passed' | 'failed' | 'never';
  imdSilent: boolean;
  ohms: number;
  /** The current that flows, whatever was set; undefined follows the setpoint. */
  current: number | undefined;
}

/** A power path among such hardware. */
export class Bench {
  readonly time = new VirtualTime();
  readonly log: { at: number; output: PowerOutput; phase: string }[] = [];
  readonly knobs: Knobs = {
    pilot: 'C', closes: true, opens: true, meterSilent: false, supplySilent: false, contactorsSilent: false,
    supplyError: 0, meterError: 0, supplyFault: false, selfTest: 'passed', imdSilent: false, ohms: 5e6,
    current: undefined,
  };
  closed = false;
  voltage = 0;
  current = 0;
  /** Called for each output, before the hardware obeys. */
  check: (output: PowerOutput) => void = () => undefined;
  #imdSince: Instant | undefined;
  readonly #told = { supply: 0, contactors: 0 };
  readonly #fallen = { supply: false, contactors: false };
  readonly #actor;

  constructor(limits: EvseLimits = evse) {
    const perform = (output: PowerOutput, now: Instant): void => this.#perform(output, now);
    this.#actor = this.time.add(powerPath, idlePowerPath(limits), { perform });
    this.#every(ms(20), () => {
      if (this.knobs.pilot !== 'silent') this.#actor.feed({ kind: 'pilot', level: this.knobs.pilot });
    });
    this.#every(ms(100), (at) => {
      const { knobs } = this;
      const { meterError, supplyError, supplyFault: fault } = knobs;
      if (!knobs.contactorsSilent) this.#actor.feed({ kind: 'contactors', at, closed: this.closed });
      if (!knobs.supplySilent) this.#actor.feed({ kind: 'supply', at, voltage: this.voltage + supplyError, fault });
      const voltage = this.voltage + meterError;
      const current = knobs.current ?? this.current;
      if (!knobs.meterSilent) this.#actor.feed({ kind: 'meter', at, voltage, current, energy: 0 });
    });
    this.#every(ms(500), (at) => {
      if (this.#imdSince === undefined || this.knobs.imdSilent) return;
      const { ohms: resistance, selfTest: end } = this.knobs;
      const selfTest = end === 'never' || at - this.#imdSince < 2_000 ? 'running' : end;
      this.#actor.feed({ kind: 'imd', at, resistance, selfTest });
    });
  }

  get state(): PowerPathState {
    return this.#actor.state;
  }

  get phase(): string {
    const { phase } = this.state;
    return phase.at === 'cableCheck' ? phase.step : phase.at;
  }

  get faults(): PowerFault[] {
    return this.outputs('fault').map(({ why }) => why);
  }

  outputs<Kind extends PowerOutput['kind']>(kind: Kind): Extract<PowerOutput, { kind: Kind }>[] {
    const ofKind = (output: PowerOutput): output is Extract<PowerOutput, { kind: Kind }> => output.kind === kind;
    return this.log.map(({ output }) => output).filter(ofKind);
  }

  /** When the last output of a kind was made. */
  when(kind: PowerOutput['kind']): number | undefined {
    return this.log.findLast(({ output }) => output.kind === kind)?.at;
  }

  ask(input: PowerInput): void {
    this.#actor.feed(input);
  }

  wait(duration: number): void {
    this.time.advance(duration);
  }

  /** Waits for a phase (or a step of the cable check); a minute at most. */
  until(phase: string): boolean {
    return this.time.runUntil(() => this.phase === phase, (this.time.now + seconds(60)) as Instant);
  }

  /** A charge up to some point. */
  to(phase: 'insulated' | 'preCharge' | 'delivery' | 'charging'): this {
    this.wait(100);
    this.ask({ kind: 'cableCheck', ev });
    this.until('insulated');
    if (phase === 'insulated') return this;
    this.ask({ kind: 'preCharge', voltage: 350 });
    if (phase === 'preCharge') return this;
    this.wait(400);
    this.ask({ kind: 'powerDelivery' });
    if (phase === 'delivery') return this;
    this.ask({ kind: 'demand', voltage: 400, current: 100 });
    this.wait(10_000);
    return this;
  }

  #perform(output: PowerOutput, now: Instant): void {
    this.check(output);
    this.log.push({ at: now, output, phase: this.phase });
    switch (output.kind) {
      case 'supply.set':
        if (this.#fallen.supply) break;
        this.voltage = output.voltage;
        this.current = output.current;
        this.#letGo('supply', () => (this.voltage = this.current = 0));
        break;
      case 'supply.off':
        this.#fallen.supply = false;
        this.#told.supply++;
        this.voltage = this.current = 0;
        break;
      case 'contactors.close':
        if (this.#fallen.contactors) break;
        this.time.schedule(() => (this.closed ||= this.knobs.closes), ms(30));
        this.#letGo('contactors', () => (this.closed &&= !this.knobs.opens));
        break;
      case 'contactors.open':
        this.#fallen.contactors = false;
        this.#told.contactors++;
        this.time.schedule(() => (this.closed &&= !this.knobs.opens), ms(30));
        break;
      case 'imd.start':
        this.#imdSince = now;
        break;
      case 'imd.stop':
        this.#imdSince = undefined;
    }
  }

  /** What is not told again within 80 ms lets go, and stays so until it is told to be off. */
  #letGo(device: 'supply' | 'contactors', run: () => void): void {
    const told = ++this.#told[device];
    this.time.schedule(() => {
      if (told !== this.#told[device]) return;
      this.#fallen[device] = true;
      run();
    }, ms(80));
  }

  #every(period: Duration, run: (now: Instant) => void): void {
    const again = (): void => {
      run(this.time.now);
      this.time.schedule(again, period);
    };
    this.time.schedule(again);
  }
}

