import { ms } from '@pilotwire/machine';
import type { Actor, Timeline } from '@pilotwire/machine';
import type { Channel, Outlet, Status } from '@pilotwire/outlet';
import { idlePowerPath, powerPath } from '@pilotwire/power';
import type { PowerCommand, PowerInput, PowerOutput, PowerPathState, PowerReading } from '@pilotwire/power';
import type { PowerEvent } from '@pilotwire/v2g-session';
import type { Flights } from '../session/flights.js';
import type { ChargerLimits, Tell } from '../session/happening.js';
import { PowerFaults } from './faults.js';

export interface PowerSideOptions {
  readonly time: Timeline;
  readonly limits: ChargerLimits;
  readonly open: Outlet['evse']['power'];
  readonly flights: Flights;
  readonly tell: Tell;
  /** What the session is to hear of it. */
  readonly event: (event: PowerEvent) => void;
  /** No word of the pilot any more, while there was power; it is off. */
  readonly pilotLost: () => void;
  /** An emergency stop is pressed, or devices that were there are `lost`, and why; undefined: that is over. */
  readonly emergency: (emergency: { readonly lost?: string } | undefined) => void;
  /** Whether it can be used has changed. */
  readonly changed: () => void;
}

const openAgain = ms(5_000);

/** Each limit with the isolation monitor that a charger has. */
const limitsOf = (limits: ChargerLimits) => ({ ...limits, isolationMonitor: true });

/** The power path of an outlet, with the devices at its port. */
export class PowerSide {
  readonly path: Actor<PowerPathState, PowerInput>;
  readonly #options: PowerSideOptions;
  readonly #device: Channel<PowerCommand>;
  readonly #faults: PowerFaults;
  #down: string | undefined = 'nothing heard of the devices yet';
  /** They were there before. */
  #lost = false;
  /** The fault as which it was told that they cannot be reached. */
  #downTold: 'power-driver-down' | 'emergency-stop' | undefined;
  #closed: boolean | undefined;
  #supply: boolean | undefined;
  #halted = false;

  constructor(options: PowerSideOptions) {
    this.#options = options;
    const { time, flights, limits, open, tell } = options;
    this.#faults = new PowerFaults(tell);
    this.path = flights.add('power', time, powerPath, idlePowerPath(limitsOf(limits)), (output) => this.#told(output));
    this.#device = open({ receive: (reading) => this.#halted || this.#measured(reading), status: (status) => this.#halted || this.#statusIs(status) });
  }

  /** Why its devices cannot be reached; undefined where they can. */
  get down(): string | undefined {
    return this.#down;
  }

  /** A session would be in vain. */
  get unusable(): boolean {
    return this.#down !== undefined || this.#faults.has('contactors-welded');
  }

  get isOff(): boolean {
    const { at } = this.path.state.phase;
    return at === 'idle' || at === 'failed';
  }

  limit(limits: ChargerLimits): void {
    this.path.feed({ kind: 'limits', evse: limitsOf(limits) });
  }

  /** The car has gone, and with it what went wrong. What is broken stays so. */
  forgive(): void {
    this.#faults.forgive();
  }

  /** Lets go of the devices, which fall off by themselves. */
  halt(): void {
    this.#halted = true;
    this.path.stop();
    this.#device.close();
  }

  #statusIs(status: Status): void {
    const { tell, changed, emergency } = this.#options;
    const lost = status.state === 'down' && this.#down === undefined ? status : undefined;
    const found = status.state === 'up' && this.#lost;
    this.#lost = lost !== undefined || (this.#lost && !found);
    this.#down = status.state === 'up' ? undefined : status.why;
    tell({ kind: 'power-driver', up: status.state === 'up', ...(status.state === 'down' && { why: status.why }) });
    this.#tellDown(status);
    // The power first, whoever else has to hear of it.
    if (status.state === 'down' && !this.isOff) this.path.feed({ kind: 'emergency' });
    if (lost !== undefined) emergency(lost.pressed === true ? {} : { lost: lost.why });
    if (found) emergency(undefined);
    changed();
  }

  #tellDown(status: Status): void {
    const { tell } = this.#options;
    const before = this.#downTold;
    const now = status.state === 'up' ? undefined : status.pressed === true ? 'emergency-stop' : 'power-driver-down';
    if (now === before) return;
    this.#downTold = now;
    if (before !== undefined) tell({ kind: 'fault', fault: before, present: false });
    if (now !== undefined) tell({ kind: 'fault', fault: now, present: true, ...(status.state === 'down' && now === 'power-driver-down' && { detail: status.why }) });
  }

  #measured(reading: PowerReading): void {
    this.#faults.reading(reading);
    if (reading.kind === 'contactors' && reading.closed !== this.#closed) {
      this.#closed = reading.closed;
      this.#options.tell({ kind: 'contactors', side: 'evse', closed: reading.closed });
      this.#options.changed();
    }
    this.path.feed(reading);
  }

  #command(command: PowerCommand): void {
    this.#device.send(command);
    if (command.kind !== 'supply.set' && command.kind !== 'supply.off') return;
    const on = command.kind === 'supply.set';
    if (on === this.#supply) return;
    this.#supply = on;
    this.#options.tell({ kind: 'supply', on });
  }

  #told(output: PowerOutput): void {
    const { tell, event, pilotLost } = this.#options;
    switch (output.kind) {
      case 'supply.set':
      case 'supply.off':
      case 'contactors.close':
      case 'contactors.open':
      case 'imd.start':
      case 'imd.stop':
        return this.#command(output);
      case 'fault':
        // Where nobody is heard, nobody knows that they are welded.
        if (output.why !== 'contactors-welded' || this.#down === undefined) this.#faults.raise(output.why);
        if (output.why === 'pilot-lost') return pilotLost();
        if (output.why === 'contactors-welded') this.#openAgain();
        break;
      case 'measured':
        tell({ kind: 'measured', at: output.at, voltage: output.voltage, current: output.current, register: output.energy });
        break;
      case 'cableCheck.finished':
        // Without the pilot nothing was found out about the cable; what ended it follows.
        if (output.isolation === 'fault' && this.#pilotGone) return;
        if (output.isolation === 'valid') this.#faults.forgive();
        break;
      case 'released':
      case 'preCharge.reached':
      case 'stopped':
      case 'warning':
      case 'refused':
        break;
    }
    event(output);
  }

  /** What is welded is told to open again and again: nobody else will, and it may have been mended. */
  #openAgain(): void {
    this.#options.time.schedule(() => {
      const { phase } = this.path.state;
      if (!this.#halted && phase.at === 'failed' && phase.why === 'contactors-welded') this.path.feed({ kind: 'release' });
    }, openAgain);
  }

  /** In the step that is being carried out, the path gave up for want of the pilot. */
  get #pilotGone(): boolean {
    const { phase } = this.path.state;
    return (phase.at === 'opening' || phase.at === 'emergency') && phase.why === 'pilot-lost';
  }
}
