import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
export const firmwareFolder = join(here, '../../../firmware/esp32-p4');

/** As much of MicroPython for the web as is used here. */
interface MicroPython {
  readonly FS: { writeFile(path: string, text: string): void };
  readonly globals: { get(name: string): (...args: readonly unknown[]) => unknown };
  runPython(code: string): void;
}
interface Package {
  loadMicroPython(options: { readonly heapsize: number; readonly stdout: (line: string) => void; readonly linebuffer: boolean }): Promise<MicroPython>;
}

export interface FirmwareOptions {
  readonly role?: 'evse' | 'ev';
  /** Where the board's own clock starts, in milliseconds. */
  readonly start?: number;
  /** Lines for settings.py to end with. */
  readonly settings?: string;
}

// Two of them in one process share what each believes to be its own, and crash: so there is one, and boards in it.
const path = createRequire(import.meta.url).resolve('@micropython/micropython-webassembly-pyscript');
const { loadMicroPython } = (await import(pathToFileURL(path).href)) as Package;
const python = await loadMicroPython({ heapsize: 1 << 18, stdout: (said) => console.log(said), linebuffer: true });
for (const folder of [firmwareFolder, here]) {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.py'))) python.FS.writeFile(`/${name}`, readFileSync(join(folder, name), 'utf8'));
}
python.runPython(readFileSync(join(here, 'harness.py'), 'utf8'));
const of = <Args extends readonly unknown[], Result = void>(name: string) => python.globals.get(name) as (...args: Args) => Result;
const begin = of<[role: string, start: number, settings: string], number>('begin');
const push = of<[board: number, text: string]>('push');
const once = of<[board: number, ms: number], string>('once');
const signal = of<[board: number], 'digital' | 'x1' | 'f' | 'odd'>('signal');
const load = of<[board: number], 'B' | 'C'>('load');
const change = of<[board: number, name: string, value: unknown]>('change');
const fed = of<[board: number], number>('fed');

/** The firmware of the pilot board as it is flashed, under real MicroPython, its pins and its time played. */
export function startFirmware({ role = 'evse', start = 0, settings = '' }: FirmwareOptions = {}) {
  const board = begin(role, start, settings);
  return {
    /** Octets come over the line, as latin1 text. */
    push: (text: string) => push(board, text),
    /** One turn of its loop, at this millisecond. What it says. */
    once: (ms: number) => once(board, ms),
    signal: () => signal(board) as 'digital' | 'x1' | 'f',
    load: () => load(board),
    set: (name: 'pilot' | 'proximity' | 'readback' | 'broken' | 'stage' | 'duty', value: unknown) => change(board, name, value),
    fed: () => fed(board),
  };
}
export type Firmware = ReturnType<typeof startFirmware>;
