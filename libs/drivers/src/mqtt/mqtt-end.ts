import type { Bus, Subscription } from '@pilotwire/bus';
import { after, ms } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';
import type { Listener } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { timing } from '../limits.js';
import type { Grip } from '../one-holder.js';
import { Transit } from './transit.js';

export interface MqttHardware {
  readonly clock: Clock;
  readonly bus: Pick<Bus, 'publish' | 'subscribe' | 'connected'>;
  readonly station: string;
  readonly evse: number;
}

/** What every measurement says of its own time. */
interface Timed {
  readonly clock: number;
  readonly ageMs: number;
}

export interface MqttEnd<Out, In, Measured extends Timed> {
  /** What has to be heard of, and for how long it may be missed. */
  readonly parts: readonly string[];
  readonly silence: Duration;
  readonly subscribe: (handler: (measured: Measured) => void) => Promise<Subscription>;
  /** Which part a measurement is of, and what it says; `at`: when it was made, on our clock. */
  readonly read: (measured: Measured, at: Instant) => { readonly part: string; readonly message: In };
  /** Publishes an order. It may fail, or get lost. */
  readonly write: (order: Out, clock: number) => Promise<unknown>;
  /** What it is told at first and at last, and again and again; left out where orders are the holder's to repeat. */
  readonly atRest?: Out;
  /** What is told only while all parts are heard of, and have been since it was told to be off. */
  readonly latch?: { admits(order: Out): boolean; fall(): void };
}

/** Hardware that is a process somewhere on the bus. */
export class MqttGrip<Out, In, Measured extends Timed> implements Grip<Out> {
  readonly #hardware: MqttHardware;
  readonly #end: MqttEnd<Out, In, Measured>;
  readonly #listener: Listener<In>;
  readonly #transit = new Transit();
  readonly #heard = new Map<string, Instant>();
  readonly #subscribed: Promise<Subscription | undefined>;
  #late: Duration = ms(0);
  #up = false;
  #released = false;
  #order: Out | undefined;
  #repeat: () => void = () => undefined;
  #watch: () => void;

  constructor(hardware: MqttHardware, end: MqttEnd<Out, In, Measured>, listener: Listener<In>) {
    this.#hardware = hardware;
    this.#end = end;
    this.#listener = listener;
    this.#subscribed = end.subscribe((measured) => this.#take(measured)).catch((error: unknown) => {
      listener.status({ state: 'down', why: `no subscription: ${(error as Error).message}` });
      return undefined;
    });
    const { clock } = hardware;
    this.#watch = clock.wake(after(clock.now(), end.silence), () => this.#look());
    if (end.atRest !== undefined) this.#say(end.atRest);
  }

  send(order: Out): void {
    const { latch } = this.#end;
    if (!this.#up) latch?.fall();
    if (latch?.admits(order) === false) return;
    if (this.#end.atRest === undefined || !isSame(order, this.#order)) this.#say(order);
  }

  async release(): Promise<void> {
    this.#released = true;
    this.#watch();
    if (this.#end.atRest !== undefined) this.#say(this.#end.atRest);
    this.#repeat();
    await (await this.#subscribed)?.unsubscribe();
  }

  #say(order: Out): void {
    const { clock } = this.#hardware;
    this.#order = order;
    // Lost without a connection, as on a wire: its silence is what is told.
    this.#end.write(order, clock.now()).catch(() => undefined);
    if (this.#end.atRest === undefined) return;
    this.#repeat();
    this.#repeat = clock.wake(after(clock.now(), timing.orderRepeat), () => this.#say(order));
  }

  #take(measured: Measured): void {
    const now = this.#hardware.clock.now();
    this.#late = this.#transit.late(measured.clock, now);
    const age = ms(this.#late + measured.ageMs);
    // An old value is no value.
    if (this.#released || age >= this.#end.silence) return;
    const { part, message } = this.#end.read(measured, after(now, ms(-age)));
    this.#heard.set(part, after(now, ms(-age)));
    if (this.#missing(now).length === 0) this.#look();
    this.#listener.receive(message);
  }

  /** The parts that have not been heard of for too long. */
  #missing(now: Instant): readonly string[] {
    return this.#end.parts.filter((part) => this.#endOf(part) <= now);
  }

  #endOf(part: string): Instant {
    return after(this.#heard.get(part) ?? (-Infinity as Instant), this.#end.silence);
  }

  /** Says whether all is heard of, and looks again when the next part will have been silent for too long. */
  #look(): void {
    const { clock, bus } = this.#hardware;
    const { parts, silence } = this.#end;
    const now = clock.now();
    const missing = this.#missing(now);
    this.#up = missing.length === 0;
    if (!this.#up) this.#end.latch?.fall();
    this.#watch();
    this.#watch = clock.wake(this.#up ? (Math.min(...parts.map((part) => this.#endOf(part))) as Instant) : after(now, silence), () => this.#look());
    if (this.#up) return this.#listener.status({ state: 'up' });
    const late = this.#late >= silence ? `, and what it says comes ${Math.round(this.#late)} ms late` : '';
    const why = bus.connected ? `the hardware on MQTT says nothing of its ${missing.join(', ')}${late}` : 'no connection to the broker, behind which the hardware is';
    this.#listener.status({ state: 'down', why });
  }
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
