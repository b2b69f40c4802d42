import { after, between } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { Listener, Open, PilotOrder, PilotSample } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { timing } from '../limits.js';
import { oneHolder } from '../one-holder.js';
import type { Grip } from '../one-holder.js';
import { AdcInput } from './adc-input.js';
import type { AdcAddress } from './adc-input.js';
import { pilotVolts, proximityOhms } from './circuit.js';
import type { PilotCircuit, ProximityCircuit } from './circuit.js';
import { diskFiles } from './files.js';
import type { Files } from './files.js';
import { PwmOutput } from './pwm-output.js';
import type { PwmAddress } from './pwm-output.js';

export interface SysfsPilotOptions {
  readonly clock: Clock;
  readonly pwm: PwmAddress;
  /** The stage behind the PWM pin gives -12 V while it is high. */
  readonly inverted?: boolean;
  /** Where the pilot's high level, held by a peak detector, is measured. */
  readonly pilot: AdcAddress & PilotCircuit;
  readonly proximity?: AdcAddress & ProximityCircuit;
  /** Where the kernel's files are. Default `/sys`. */
  readonly root?: string;
  readonly files?: Files;
}

/**
 * A charger's pilot on a Linux board: the kernel's PWM class puts it out, a converter behind its IIO measures it. Nothing of
 * it waits on the event loop. Hardware that is missing makes it `down`, with what brings it; it is looked for again.
 *
 * The kernel has no watchdog for a PWM: a process that is killed leaves the oscillator as it was, until the next one.
 */
export const sysfsPilot = (options: SysfsPilotOptions): Open<PilotOrder, PilotSample> =>
  oneHolder(options.clock, (listener) => new SysfsGrip(options, listener));

class SysfsGrip implements Grip<PilotOrder> {
  readonly #clock: Clock;
  readonly #options: SysfsPilotOptions;
  readonly #listener: Listener<PilotSample>;
  readonly #pwm: PwmOutput;
  readonly #pilot: AdcInput;
  readonly #proximity: AdcInput | undefined;
  #wanted: PilotOrder['signal'] = 'x1';
  /** What is on the output; undefined where nobody knows. */
  #shown: PilotOrder['signal'] | undefined;
  #writing: Promise<void> | undefined;
  /** The measurement that is under way. */
  #measuring: Promise<void> | undefined;
  #ready = false;
  #proximityAt = -Infinity as Instant;
  #ohms: number | undefined;
  #released = false;
  #retryAt: Instant;
  #cancel: () => void;
  #late: () => void;

  constructor(options: SysfsPilotOptions, listener: Listener<PilotSample>) {
    const { clock, pwm, inverted = false, pilot, proximity, root = '/sys', files = diskFiles } = options;
    this.#clock = clock;
    this.#options = options;
    this.#listener = listener;
    this.#pwm = new PwmOutput(files, root, pwm, inverted);
    this.#pilot = new AdcInput(files, root, pilot);
    this.#proximity = proximity && new AdcInput(files, root, proximity);
    this.#retryAt = clock.now();
    this.#cancel = clock.wake(clock.now(), () => this.#beat());
    this.#late = clock.wake(after(clock.now(), timing.pilotSilence), () => this.#silent());
  }

  send({ signal }: PilotOrder): void {
    this.#wanted = signal;
    if (this.#ready) void this.#write();
  }

  async release(): Promise<void> {
    this.#released = true;
    this.#cancel();
    this.#late();
    this.#wanted = 'x1';
    if (this.#ready) await this.#write();
    // It may be looking for the hardware just now, and would start it.
    await this.#measuring;
  }

  /** Measures every 10 ms, one measurement at a time: a slow converter is asked less often. */
  #beat(): void {
    if (this.#released) return;
    const now = this.#clock.now();
    if (this.#measuring === undefined && now >= this.#retryAt) {
      this.#measuring = this.#measure(now).finally(() => {
        this.#measuring = undefined;
      });
    }
    this.#cancel = this.#clock.wake(after(now, timing.pilotSample), () => this.#beat());
  }

  async #measure(begun: Instant): Promise<void> {
    try {
      if (!this.#ready) await this.#start();
      const { pilot, proximity } = this.#options;
      const shown = this.#shown;
      const volts = pilotVolts(await this.#pilot.read(), pilot);
      if (this.#proximity !== undefined && proximity !== undefined && between(this.#proximityAt, begun) >= timing.proximitySample) {
        this.#ohms = proximityOhms(await this.#proximity.read(), proximity);
        this.#proximityAt = begun;
      }
      // What was measured while the output changed belongs to neither; and an old value is no value.
      if (this.#released || shown === undefined || shown !== this.#shown) return;
      if (between(begun, this.#clock.now()) >= timing.pilotSilence) return;
      this.#heard({ kind: 'reading', volts, pwm: shown === 'digital', ...(this.#ohms !== undefined && { proximity: this.#ohms }) });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #start(): Promise<void> {
    await this.#pilot.start();
    await this.#proximity?.start();
    const signal = this.#wanted;
    await this.#pwm.start(signal);
    this.#shown = signal;
    this.#ready = true;
    // What was ordered meanwhile, and the last order of one who has let go.
    await this.#write();
  }

  /** Brings the output to what is wanted; orders that come meanwhile are the next turn's. */
  #write(): Promise<void> {
    if (this.#writing === undefined && this.#ready && this.#shown !== this.#wanted) {
      this.#writing = this.#writeAll();
    }
    return this.#writing ?? Promise.resolve();
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#ready && this.#shown !== this.#wanted) {
        const signal = this.#wanted;
        this.#shown = undefined;
        await this.#pwm.show(signal);
        this.#shown = signal;
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#writing = undefined;
    }
  }

  #heard(sample: PilotSample): void {
    this.#late();
    this.#late = this.#clock.wake(after(this.#clock.now(), timing.pilotSilence), () => this.#silent());
    this.#listener.status({ state: 'up' });
    this.#listener.receive(sample);
  }

  #silent(): void {
    this.#listener.status({ state: 'down', why: 'the converter that measures the pilot does not answer' });
  }

  #fail(error: unknown): void {
    this.#ready = false;
    this.#shown = undefined;
    this.#ohms = undefined;
    this.#proximityAt = -Infinity as Instant;
    this.#retryAt = after(this.#clock.now(), timing.patience);
    this.#late();
    this.#listener.status({ state: 'down', why: (error as Error).message });
  }
}
