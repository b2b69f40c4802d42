import { cableOf, latchButton, unreadLatch } from '@pilotwire/control-pilot';
import type { LatchLine } from '@pilotwire/control-pilot';
import type { Instant } from '@pilotwire/machine';
import type { PilotView } from '../happening.js';

type Contact = Pick<PilotView, 'proximity' | 'cableA'>;

/**
 * The proximity contact: a resistor that stands for a cable, or a latch with a button. 480 Ω are a cable of 20 A as well as
 * a pressed button: a button is believed where the latch was closed before.
 */
export class PlugContact {
  #latch: LatchLine = unreadLatch;
  #latched = false;

  read(ohms: number | undefined, now: Instant): Contact {
    if (ohms === undefined) return {};
    const { state } = latchButton.step(this.#latch, { kind: 'reading', ohms }, now);
    this.#latch = state;
    if (state.value === 'connected') this.#latched = true;
    if (state.value === 'unplugged') this.#latched = false;
    if (this.#latched) return { proximity: state.value === 'pressed' ? 'pressed' : 'latched' };
    const cable = cableOf(ohms);
    switch (cable.kind) {
      case 'cable':
        return { proximity: 'cable', cableA: cable.amperes };
      case 'unplugged':
        return { proximity: 'none' };
      case 'invalid':
        return { proximity: 'unknown' };
    }
  }
}
