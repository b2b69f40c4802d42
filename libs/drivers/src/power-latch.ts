import { after } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { PowerCommand } from '@pilotwire/power';
import type { Clock } from '@pilotwire/runtime';
import { timing } from './limits.js';

const deviceOf = ({ kind }: PowerCommand): string => kind.slice(0, kind.indexOf('.'));
const whenever = Number.POSITIVE_INFINITY as Instant;

/**
 * What fell to off stays off until it was told to be off: whoever was away for longer than a device waits must not find power
 * where it left it. It begins so, too, for nobody knows what was before.
 */
export class PowerLatch {
  readonly #clock: Clock;
  /** Until when a device may be told to go on, or to stay so. */
  readonly #until = new Map<string, Instant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether an order may be carried out. To be asked once for each of them. */
  admits(order: PowerCommand): boolean {
    const [device, now] = [deviceOf(order), this.#clock.now()];
    if (order.kind === 'supply.off' || order.kind === 'contactors.open') this.#until.set(device, whenever);
    if (order.kind !== 'supply.set' && order.kind !== 'contactors.close') return true;
    const held = now < (this.#until.get(device) ?? now);
    if (held) this.#until.set(device, after(now, timing.powerHold));
    else this.#until.delete(device);
    return held;
  }

  /** Everything has let go, or was made to. */
  fall(): void {
    this.#until.clear();
  }
}
