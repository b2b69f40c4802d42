import { openInterface, whyNoVeth } from '../src/index.js';
import type { Counters, HeardFrame, InterfaceOptions, Link } from '../src/index.js';

/** Whether wires can be made here; where not, it says why. On CI that is an error. */
export function canMakeVeth(): boolean {
  const why = whyNoVeth();
  if (why === undefined) return true;
  if (process.env['CI']) throw new Error(why);
  console.warn(`skipped: ${why}`);
  return false;
}

export const broadcast = 'ffffffffffff';
export const homeplug = '88e1';

/** A frame of hexadecimal parts, colons left out; the payload is a text. */
export function frameOf(to: string, from: string, etherType: string, payload = ''): Uint8Array {
  const head = Buffer.from(`${to}${from}${etherType}`.replaceAll(':', ''), 'hex');
  return Uint8Array.from([...head, ...Buffer.from(payload)]);
}

/** Takes events one by one, in order, waiting where there is none. */
export class Events<One> {
  readonly all: One[] = [];
  #taken = 0;
  #look = (): void => undefined;

  readonly put = (one: One): void => {
    this.all.push(one);
    this.#look();
  };

  next(wanted: (one: One) => boolean = () => true): Promise<One> {
    return new Promise((resolve) => {
      this.#look = () => {
        while (this.#taken < this.all.length) {
          const one = this.all[this.#taken++] as One;
          if (!wanted(one)) continue;
          this.#look = () => undefined;
          return resolve(one);
        }
      };
      this.#look();
    });
  }
}

export interface Opened {
  readonly frames: Events<HeardFrame>;
  readonly links: Events<Link>;
  readonly batches: number[];
  send(frame: Uint8Array): boolean;
  counters(): Counters;
  close(): void;
}

export function open(name: string, options: InterfaceOptions = {}): Opened {
  const frames = new Events<HeardFrame>();
  const links = new Events<Link>();
  const batches: number[] = [];
  const wire = openInterface(name, options, {
    frames: (batch) => (batches.push(batch.length), batch.forEach(frames.put)),
    link: links.put,
  });
  return { frames, links, batches, send: wire.send, counters: wire.counters, close: wire.close };
}
