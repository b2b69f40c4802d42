import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualClock } from '@pilotwire/runtime';
import type { PilotOrder } from '@pilotwire/outlet';
import { diskFiles } from '../src/sysfs/files.js';
import type { Files } from '../src/sysfs/files.js';
import { sysfsPilot } from '../src/sysfs/sysfs-pilot.js';
import type { SysfsPilotOptions } from '../src/sysfs/sysfs-pilot.js';

/** A converter of 12 bits and 3.3 V, behind a stage that makes 0 to 3.3 V of -13.2 to 13.2 V; and proximity at 330 Ω to 5 V. */
export const circuit = {
  pilot: { device: 'mcp3202', channel: 'voltage0', gain: 8, offset: -13.2 },
  proximity: { device: 'mcp3202', channel: 'voltage1', pullUp: 1_000, supply: 3.3 },
} as const;
const scale = 3_300 / 4_096;

/** A tree of plain files that look like the kernel's, and time that passes only with them. */
export function fakeSysfs(options: Partial<SysfsPilotOptions> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'pilotwire-sysfs-'));
  const [chip, device] = [join(root, 'class/pwm/pwmchip0'), join(root, 'bus/iio/devices/iio:device1')];
  const put = (path: string, text: string): void => writeFileSync(path, `${text}\n`);
  const get = (path: string): string => readFileSync(path, 'utf8').trim();
  mkdirSync(chip, { recursive: true });
  mkdirSync(device, { recursive: true });
  mkdirSync(join(root, 'bus/iio/devices/iio:device0'));
  put(join(root, 'bus/iio/devices/iio:device0/name'), 'bmp280');
  for (const [name, text] of [['export', ''], ['npwm', '2']] as const) put(join(chip, name), text);
  for (const [name, text] of [['name', 'mcp3202'], ['in_voltage_scale', String(scale)], ['in_voltage0_raw', '0'], ['in_voltage1_raw', '0']] as const) {
    put(join(device, name), text);
  }
  const volts = (channel: 0 | 1, value: number): void => put(join(device, `in_voltage${channel}_raw`), String(Math.round((value * 1_000) / scale)));
  const load = (pilot: number): void => volts(0, (pilot + 13.2) / 8);
  load(12);
  volts(1, (3.3 * 1_500) / 2_500);

  let pending = 0;
  let stuck: Promise<void> | undefined;
  const order: string[] = [];
  const counted = async <Value>(run: () => Promise<Value>): Promise<Value> => {
    pending++;
    try {
      return await run();
    } finally {
      pending--;
    }
  };
  const files: Files = {
    read: async (path) => {
      if (path.endsWith('_raw')) await stuck;
      return counted(() => diskFiles.read(path));
    },
    write: (path, text) =>
      counted(async () => {
        await diskFiles.write(path, text);
        order.push(`${path.slice(chip.length + 1)}=${text}`);
        // What the kernel does about an export.
        if (path !== join(chip, 'export')) return;
        mkdirSync(join(chip, `pwm${text}`), { recursive: true });
        for (const [name, initial] of [['period', '0'], ['duty_cycle', '0'], ['polarity', 'normal'], ['enable', '0']] as const) put(join(chip, `pwm${text}`, name), initial);
      }),
    list: (path) => counted(() => diskFiles.list(path)),
  };
  const clock = virtualClock();
  const settled = async (): Promise<void> => {
    for (let idle = 0; idle < 2; idle = pending === 0 ? idle + 1 : 0) await new Promise(setImmediate);
  };
  return {
    root, clock, load, volts, order, put, get, settled, chip, device,
    open: sysfsPilot({ clock, root, files, pwm: { chip: 'pwmchip0', channel: 0 }, ...circuit, ...options }),
    async advance(ms: number) {
      for (let past = 0; past < ms; past += 2) {
        clock.advance(Math.min(2, ms - past));
        await settled();
      }
    },
    signal(): PilotOrder['signal'] {
      const [period, high] = [Number(get(join(chip, 'pwm0/period'))), Number(get(join(chip, 'pwm0/duty_cycle')))];
      if (period !== 1_000_000 || get(join(chip, 'pwm0/enable')) !== '1') throw new Error(`no oscillator: ${period}`);
      const inverted = options.inverted ? period - high : high;
      return inverted === period ? 'x1' : inverted === 0 ? 'f' : 'digital';
    },
    /** The converter is unplugged, and plugged in again. */
    silence: (silent: boolean) => (silent ? renameSync(device, join(root, 'gone')) : renameSync(join(root, 'gone'), device)),
    /** The converter takes until what is returned is called. */
    stick(): () => void {
      let free = (): void => undefined;
      stuck = new Promise((resolve) => {
        free = () => {
          stuck = undefined;
          resolve();
        };
      });
      return free;
    },
    async close() {
      await settled();
      rmSync(root, { recursive: true });
    },
  };
}
