import { HardwareError, readNumber, troubleOf } from './files.js';
import type { Files } from './files.js';

const remedy = 'the kernel needs CONFIG_IIO and a driver for the converter (Raspberry Pi: dtoverlay=ads1015, dtoverlay=mcp3208 or the like in config.txt)';

export interface AdcAddress {
  /** `iio:device0`, or the name of the converter, which stays when another one is found first: `ads1015`. */
  readonly device: string;
  /** `voltage0` */
  readonly channel: string;
}

/** How to make volts of what a converter counts: (raw + offset) * scale / 1000. The kernel's sysfs-bus-iio. */
interface Scale {
  readonly path: string;
  readonly offset: number;
  readonly scale: number;
}

/** One channel of a converter behind the kernel's IIO. What it throws is a `HardwareError`. */
export class AdcInput {
  readonly #files: Files;
  readonly #folder: string;
  readonly #address: AdcAddress;
  #scale: Scale | undefined;

  constructor(files: Files, root: string, address: AdcAddress) {
    this.#files = files;
    this.#folder = `${root}/bus/iio/devices`;
    this.#address = address;
  }

  /** Looks for it. */
  async start(): Promise<void> {
    const { channel } = this.#address;
    const folder = await this.#find();
    const found = new Set(await this.#list(folder));
    const raw = `in_${channel}_raw`;
    if (!found.has(raw)) throw new HardwareError(`${folder}/${raw} is missing: this converter has no channel ${channel}`);
    const one = async (what: string, otherwise: number | undefined): Promise<number> => {
      const name = [`in_${channel}_${what}`, `in_${channel.replace(/\d.*$/, '')}_${what}`].find((each) => found.has(each));
      if (name !== undefined) return readNumber(this.#files, `${folder}/${name}`, remedy);
      if (otherwise === undefined) throw new HardwareError(`${folder} has no ${what} for ${channel}: its driver does not say what it counts in`);
      return otherwise;
    };
    this.#scale = { path: `${folder}/${raw}`, offset: await one('offset', 0), scale: await one('scale', undefined) };
  }

  /** Volts at the converter. */
  async read(): Promise<number> {
    if (this.#scale === undefined) throw new HardwareError(`${this.#address.device} was not started`);
    const { path, offset, scale } = this.#scale;
    return ((await readNumber(this.#files, path, remedy)) + offset) * (scale / 1_000);
  }

  async #find(): Promise<string> {
    const { device } = this.#address;
    const devices = await this.#list(this.#folder);
    if (devices.includes(device)) return `${this.#folder}/${device}`;
    for (const each of devices) {
      const name = await this.#files.read(`${this.#folder}/${each}/name`).catch(() => undefined);
      if (name === device) return `${this.#folder}/${each}`;
    }
    throw new HardwareError(`no converter ${device} in ${this.#folder}: ${remedy}`);
  }

  async #list(path: string): Promise<readonly string[]> {
    return this.#files.list(path).catch((error: unknown) => {
      throw troubleOf(error, path, remedy);
    });
  }
}
