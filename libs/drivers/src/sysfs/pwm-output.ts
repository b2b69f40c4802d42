import type { PilotOrder } from '@pilotwire/outlet';
import { readNumber, troubleOf } from './files.js';
import type { Files } from './files.js';

/** 1 kHz, in nanoseconds: IEC 61851-1 Annex A. */
const period = 1_000_000;
/** 5 %: "use the digital communication". ISO 15118-3, DIN SPEC 70121. */
const digital = 50_000;

/**
 * How long the pilot stands at +12 V in each period. A steady +12 V is a full duty cycle and -12 V none, with the PWM
 * running in both cases: what the pin of a PWM that is switched off does, differs from chip to chip.
 */
const highFor = { digital, x1: period, f: 0 } as const satisfies Record<PilotOrder['signal'], number>;

const remedy = 'the kernel needs CONFIG_PWM and a driver for this output (Raspberry Pi: dtoverlay=pwm in config.txt)';

export interface PwmAddress {
  /** `pwmchip0` */
  readonly chip: string;
  readonly channel: number;
}

/** One output of the kernel's PWM class, as the oscillator of a pilot. What it throws is a `HardwareError`. */
export class PwmOutput {
  readonly #files: Files;
  readonly #chip: string;
  readonly #channel: number;
  readonly #inverted: boolean;

  /** `inverted`: the stage behind the pin gives -12 V while it is high. */
  constructor(files: Files, root: string, { chip, channel }: PwmAddress, inverted: boolean) {
    this.#files = files;
    this.#chip = `${root}/class/pwm/${chip}`;
    this.#channel = channel;
    this.#inverted = inverted;
  }

  /** Takes the output and lets it run, with this signal on it. */
  async start(signal: PilotOrder['signal']): Promise<void> {
    const own = `pwm${this.#channel}`;
    const found = await this.#files.list(this.#chip).catch((error: unknown) => {
      throw troubleOf(error, this.#chip, remedy);
    });
    if (!found.includes(own)) await this.#write(`${this.#chip}/export`, String(this.#channel));
    // Turning the pin over is `inverted`'s; not every chip can, and none can while it runs.
    const polarity = await this.#files.read(`${this.#own}/polarity`).catch(() => 'normal');
    if (polarity !== 'normal') {
      await this.#write(`${this.#own}/enable`, '0');
      await this.#write(`${this.#own}/polarity`, 'normal');
    }
    if ((await readNumber(this.#files, `${this.#own}/period`, remedy)) !== period) {
      // A period below the duty cycle is refused.
      await this.#write(`${this.#own}/duty_cycle`, '0');
      await this.#write(`${this.#own}/period`, String(period));
    }
    await this.show(signal);
    await this.#write(`${this.#own}/enable`, '1');
  }

  async show(signal: PilotOrder['signal']): Promise<void> {
    const high = highFor[signal];
    await this.#write(`${this.#own}/duty_cycle`, String(this.#inverted ? period - high : high));
  }

  get #own(): string {
    return `${this.#chip}/pwm${this.#channel}`;
  }

  async #write(path: string, text: string): Promise<void> {
    await this.#files.write(path, text).catch((error: unknown) => {
      throw troubleOf(error, path, remedy);
    });
  }
}
