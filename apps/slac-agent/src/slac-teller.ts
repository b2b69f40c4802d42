import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import { toHex } from '@pilotwire/wire';
import type { Happening, SlacFlight, SlacView } from './happening.js';

/** From a link that goes with its plug to the pilot's showing it. */
const pulling = ms(500);

/** What is told of a matching once: each state when it is new, each warning and each kind of dump once in a session. */
export class SlacTeller {
  readonly #time: Timeline;
  readonly #tell: (happening: Happening) => void;
  readonly #flight: () => SlacFlight | undefined;
  /** Which plug is in; undefined where none is. */
  #visit: symbol | undefined;
  readonly #said = new Set<string>();
  #view = '';

  constructor(time: Timeline, tell: (happening: Happening) => void, flight: () => SlacFlight | undefined) {
    this.#time = time;
    this.#tell = tell;
    this.#flight = flight;
  }

  /** Another session begins. */
  session(): void {
    this.#said.clear();
    this.#visit = Symbol('a car is plugged in');
  }

  unplugged(): void {
    this.#visit = undefined;
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

  /** Once in a session, by `what`. */
  note(level: 'info' | 'warn', what: string, text: string): void {
    if (this.#once(`note ${what}`)) this.#tell({ kind: 'note', level, text });
  }

  failed(): void {
    this.#dump('failed');
  }

  /** With a plug that is pulled the link goes, too, and may be missed first: that is no loss. */
  linkLost(): void {
    const visit = this.#visit;
    this.#time.schedule(() => {
      if (visit !== undefined && this.#visit === visit) this.#dump('link');
    }, pulling);
  }

  #dump(why: 'failed' | 'link'): void {
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
