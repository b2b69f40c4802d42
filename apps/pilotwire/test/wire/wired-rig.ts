import type { AnyEvent } from '@pilotwire/contracts';
import type { WireOptions } from '../../src/bench/real/wire.js';
import { Rig } from '../site/rig.js';
import { wiredGround } from './ground.js';
import type { WiredGround } from './ground.js';

/** A rig whose charger and car have nothing in common but the power line, and the pilot. */
export class WiredRig {
  readonly rig: Rig;
  readonly ground: WiredGround;

  private constructor(rig: Rig, ground: WiredGround) {
    this.rig = rig;
    this.ground = ground;
  }

  static async start(flags: readonly string[], options: Omit<WireOptions, 'hosts' | 'seed'> & { readonly more?: WireOptions['hosts'] } = {}): Promise<WiredRig> {
    const ground = await wiredGround({ seed: 'site', delay: [0, 1], ...options });
    return new WiredRig(await Rig.start(flags, ground), ground);
  }

  async plug(): Promise<void> {
    await this.ground.join();
    await this.rig.order('plug');
  }

  /** Plugs in, and resolves once the session has come to a phase. */
  async plugUntil(phase: string): Promise<void> {
    await this.ground.join();
    await this.rig.plugUntil(phase);
  }

  /** At either end of the cable. */
  async unplug(station: 'demo' | 'car' = 'demo'): Promise<void> {
    await this.ground.part();
    const { status, code } = await this.rig.order('unplug', {}, { station, evse: 1 });
    if (status !== 'done') throw new Error(`the plug stays in: ${code}`);
  }

  /** A cable that nobody has plugged in, whatever a test which failed has left. */
  async fresh(): Promise<void> {
    await this.ground.part();
    await this.rig.unplugged();
  }

  /** From plug to plug; resolves with how it ended. */
  async charge(): Promise<AnyEvent['data']> {
    const from = this.rig.events.items.length;
    await this.plugUntil('session-stop');
    await this.unplug();
    return (await this.rig.event(({ type }) => type === 'session.ended', from)).data;
  }
}
