import type { GpioLines, InputAddress, LineAddress } from '../src/gpio/lines.js';

interface Pin {
  level: boolean;
  readonly edges: Set<() => void>;
  holder: 'output' | 'input' | undefined;
}

/** A chip of GPIO lines whose other ends are in the test's hands. Levels are the pins', not whether a line is active. */
export function fakeGpio() {
  const pins = new Map<number, Pin>();
  let there = true;
  const pin = (offset: number): Pin => {
    const found = pins.get(offset) ?? { level: false, edges: new Set(), holder: undefined };
    pins.set(offset, found);
    return found;
  };
  const put = (offset: number, level: boolean): void => {
    const one = pin(offset);
    if (one.level === level) return;
    one.level = level;
    for (const edge of one.edges) edge();
  };
  const present = (): void => {
    if (!there) throw new Error('/dev/gpiochip0 is missing');
  };
  const take = ({ offset }: LineAddress, as: 'output' | 'input'): Pin => {
    present();
    const one = pin(offset);
    if (one.holder !== undefined) throw new Error(`line ${offset} is somebody else's`);
    one.holder = as;
    return one;
  };
  const moved: (() => void)[] = [];
  const lines: GpioLines = {
    output(address, active) {
      const one = take(address, 'output');
      const set = (value: boolean): void => {
        present();
        put(address.offset, value !== (address.activeLow ?? false));
        for (const each of moved) each();
      };
      set(active);
      return { set, close: () => void (one.holder = undefined) };
    },
    input(address: InputAddress, onEdge) {
      const one = take(address, 'input');
      one.edges.add(onEdge);
      return {
        get() {
          present();
          return one.level !== (address.activeLow ?? false);
        },
        close() {
          one.holder = undefined;
          one.edges.delete(onEdge);
        },
      };
    },
  };
  return {
    lines, put,
    level: (offset: number) => pin(offset).level,
    held: () => [...pins].filter(([, { holder }]) => holder !== undefined).map(([offset]) => offset),
    /** Wires that follow outputs. */
    follow: (run: () => void) => void moved.push(run),
    /** The chip is unplugged, and what it drove falls. */
    remove(gone: boolean) {
      there = !gone;
      for (const [offset, { holder }] of pins) if (gone && holder === 'output') put(offset, false);
    },
  };
}
