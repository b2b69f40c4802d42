import { after } from '@pilotwire/machine';
import type { Channel, Listener, Open, Status } from '@pilotwire/outlet';
import type { PowerCommand, PowerReading } from '@pilotwire/power';
import type { Clock } from '@pilotwire/runtime';
import { timing } from './limits.js';
import { oneHolder } from './one-holder.js';
import type { Grip } from './one-holder.js';
import { PowerLatch } from './power-latch.js';

/** One device of a DC output, or several: what it is asked for, and whoever drives it. */
export interface PowerPart {
  /** Its orders go there and its readings come from there; none for what only says whether it is all right. */
  readonly of: readonly PowerReading['kind'][];
  readonly open: Open<never, PowerReading>;
}

/**
 * The devices of a DC output, each with a driver of its own, as one. It is up while all of them are. Where one is not, or an
 * emergency stop is pressed, the source goes off at once and the contactors 30 ms later, and nothing goes on again before
 * all are there and it was told to be off: whoever holds it is told, and may be slower.
 */
export const assembledPower = (clock: Clock, parts: readonly PowerPart[]): Open<PowerCommand, PowerReading> =>
  oneHolder(clock, (listener) => new AssembledGrip(clock, parts, listener));

interface Fitted {
  readonly of: readonly PowerReading['kind'][];
  readonly channel: Channel<PowerCommand>;
  status: Status;
}

const waiting: Status = { state: 'down', why: 'the power devices are being looked for' };
const deviceOf = ({ kind }: PowerCommand): string => kind.slice(0, kind.indexOf('.'));

class AssembledGrip implements Grip<PowerCommand> {
  readonly #clock: Clock;
  readonly #listener: Listener<PowerReading>;
  readonly #parts: Fitted[] = [];
  readonly #latch: PowerLatch;
  #up = false;
  /** Contactors that carry a current follow the source: until they have. */
  #opened: Promise<void> | undefined;

  constructor(clock: Clock, parts: readonly PowerPart[], listener: Listener<PowerReading>) {
    this.#clock = clock;
    this.#listener = listener;
    this.#latch = new PowerLatch(clock);
    for (const { of, open } of parts) {
      const channel = open({
        receive: (reading) => of.includes(reading.kind) && this.#listener.receive(reading),
        status: (status) => {
          fitted.status = status;
          this.#changed();
        },
      });
      // What a part may be told is what it was fitted for.
      const fitted: Fitted = { of, channel: channel as Channel<PowerCommand>, status: waiting };
      this.#parts.push(fitted);
    }
  }

  send(order: PowerCommand): void {
    if (!this.#up) this.#latch.fall();
    const follows = order.kind === 'contactors.close' && this.#opened !== undefined;
    if (follows || this.#latch.admits(order)) this.#pass(order);
  }

  async release(): Promise<void> {
    this.#up = false;
    this.#cut();
    await this.#opened;
    for (const { channel } of this.#parts) channel.close();
  }

  #pass(order: PowerCommand): void {
    for (const { of, channel } of this.#parts) if ((of as readonly string[]).includes(deviceOf(order))) channel.send(order);
  }

  #changed(): void {
    const down = this.#parts.find(({ status }) => status.state === 'down');
    const was = this.#up;
    this.#up = down === undefined;
    if (was && !this.#up) this.#cut();
    this.#listener.status(down?.status ?? { state: 'up' });
  }

  #cut(): void {
    this.#latch.fall();
    this.#pass({ kind: 'supply.off' });
    this.#opened ??= new Promise((resolve) => {
      this.#clock.wake(after(this.#clock.now(), timing.contactorsFollow), () => {
        this.#opened = undefined;
        this.#pass({ kind: 'contactors.open' });
        resolve();
      });
    });
  }
}
