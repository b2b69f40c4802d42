import { after } from '@pilotwire/machine';
import type { InletSample, Listener, LoadOrder, Open, PilotOrder, PilotSample, Status } from '@pilotwire/outlet';
import { drive } from '@pilotwire/runtime';
import type { Clock, Driver } from '@pilotwire/runtime';
import { openOhms, timing } from '../limits.js';
import { oneHolder } from '../one-holder.js';
import type { Grip } from '../one-holder.js';
import { boardHost, newHost } from './host.js';
import type { BoardSample, Host, HostInput, HostOutput, Noise } from './host.js';
import type { BoardOrder } from './line.js';
import { openSerial } from './serial-port.js';
import type { OpenSerial, SerialPort } from './serial-port.js';

export interface SerialPilotOptions {
  readonly clock: Clock;
  /** `/dev/ttyACM0`; better a name of `/dev/serial/by-id`, which stays. */
  readonly path: string;
  /** Lines that were broken or lost in the last second, where there were any. */
  readonly report: (noise: Noise) => void;
  readonly openPort?: OpenSerial;
}

/** A charger's pilot on a board of its own at a serial line: docs/reference/pilot-board.md. */
export const serialPilot = (options: SerialPilotOptions): Open<PilotOrder, PilotSample> =>
  oneHolder(options.clock, (listener) => new BoardGrip(options, listener, { role: 'evse', atRest: { signal: 'x1' }, read: pilotOf }));

/** A car's pilot on such a board. */
export const serialLoad = (options: SerialPilotOptions): Open<LoadOrder, InletSample> =>
  oneHolder(options.clock, (listener) => new BoardGrip(options, listener, { role: 'ev', atRest: { load: 'B' }, read: inletOf }));

const pilotOf = (sample: BoardSample): PilotSample | undefined =>
  sample.word === 'pilot'
    ? { kind: 'reading', volts: sample.volts, pwm: sample.pwm, ...(sample.ohms !== undefined && { proximity: Math.min(sample.ohms, openOhms) }) }
    : undefined;
const inletOf = (sample: BoardSample): InletSample | undefined => (sample.word === 'inlet' ? { plugged: sample.plugged, duty: sample.duty } : undefined);

interface Side<Out, In> {
  readonly role: 'evse' | 'ev';
  /** What the board is told at first, and at last. */
  readonly atRest: Out;
  readonly read: (sample: BoardSample) => In | undefined;
}

class BoardGrip<Out extends BoardOrder, In> implements Grip<Out> {
  readonly #options: SerialPilotOptions;
  readonly #listener: Listener<In>;
  readonly #side: Side<Out, In>;
  readonly #host: Driver<Host, HostInput>;
  #port: SerialPort | undefined;
  #opening: Promise<void> | undefined;
  #released = false;
  #cancel: () => void = () => undefined;

  constructor(options: SerialPilotOptions, listener: Listener<In>, side: Side<Out, In>) {
    this.#options = options;
    this.#listener = listener;
    this.#side = side;
    this.#host = drive<Host, HostInput, HostOutput>({
      machine: boardHost, initial: newHost(side.role, side.atRest), clock: options.clock,
      perform: (output) => this.#perform(output),
      report: ({ kind }) => this.#status({ state: 'down', why: `the driver of the pilot board failed: ${kind}` }),
    });
    this.#dial();
  }

  send(order: Out): void {
    this.#host.feed({ kind: 'order', order });
  }

  async release(): Promise<void> {
    this.#released = true;
    this.#cancel();
    this.#host.feed({ kind: 'order', order: this.#side.atRest });
    this.#host.stop();
    await this.#opening;
    await this.#hangUp();
  }

  #perform(output: HostOutput): void {
    switch (output.kind) {
      case 'write':
        return this.#port?.write(output.text);
      case 'status':
        return this.#status(output.status);
      case 'noise':
        return this.#options.report(output.noise);
      case 'sample': {
        const sample = this.#side.read(output.sample);
        if (sample !== undefined) this.#listener.receive(sample);
      }
    }
  }

  #status(status: Status): void {
    this.#listener.status(status.state === 'down' ? { ...status, why: `${this.#options.path}: ${status.why}` } : status);
  }

  #dial(): void {
    this.#opening = this.#open().finally(() => {
      this.#opening = undefined;
    });
  }

  async #open(): Promise<void> {
    const { path, openPort = openSerial } = this.#options;
    try {
      this.#port = await openPort(path, {
        text: (text) => this.#host.feed({ kind: 'text', text }),
        lost: (why) => this.#lost(why),
      });
      this.#host.feed({ kind: 'open' });
    } catch (error) {
      this.#lost((error as Error).message);
    }
  }

  #lost(why: string): void {
    this.#port = undefined;
    this.#host.feed({ kind: 'lost', why });
    const { clock } = this.#options;
    if (!this.#released) this.#cancel = clock.wake(after(clock.now(), timing.patience), () => this.#dial());
  }

  /** The last order leaves before the line is closed; a line that takes nothing is not waited for. */
  #hangUp(): Promise<void> {
    const { clock } = this.#options;
    const port = this.#port;
    this.#port = undefined;
    if (port === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.wake(after(clock.now(), timing.farewell), () => {
        port.drop();
        resolve();
      });
      void port.close().finally(() => {
        cancel();
        resolve();
      });
    });
  }
}
