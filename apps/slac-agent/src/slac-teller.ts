import { toHex } from '@pilotwire/wire';
import type { Happening, SlacFlight, SlacView } from './happening.js';

/** What is told of a matching once: each state when it is new, each warning and each kind of dump once in a session. */
export class SlacTeller {
  readonly #tell: (happening: Happening) => void;
  readonly #flight: () => SlacFlight | undefined;
  readonly #said = new Set<string>();
  #view = '';

  constructor(tell: (happening: Happening) => void, flight: () => SlacFlight | undefined) {
    this.#tell = tell;
    this.#flight = flight;
  }

  /** Another session begins. */
  session(): void {
    this.#said.clear();
  }

  slac(slac: SlacView): void {
    const text = JSON.stringify(slac);
    if (text === this.#view) return;
    this.#view = text;
    this.#tell({ kind: 'slac', slac });
  }

  modem(down: string | undefined, mac: string): void {
    if (down === undefined) this.#tell({ kind: 'note', level: 'info', text: `the modem's port is there; our address is ${mac}` });
    else this.#tell({ kind: 'note', level: 'warn', text: `no modem: ${down}; waiting for it` });
  }

  warn(what: string, text: string): void {
    if (this.#once(`warning ${what}`)) this.#tell({ kind: 'note', level: 'warn', text });
  }

  flight(why: 'failed' | 'link'): void {
    const flight = this.#once(`flight ${why}`) ? this.#flight() : undefined;
    if (flight !== undefined) this.#tell({ kind: 'flight', flight });
  }

  #once(what: string): boolean {
    if (this.#said.has(what)) return false;
    this.#said.add(what);
    return true;
  }
}

/** The name of a network, as it is told: a one-way hash of its key. */
export const nidText = (nid: Uint8Array): string => toHex(nid).toUpperCase();
