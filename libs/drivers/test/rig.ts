import type { Open, PilotOrder, PilotSample, Status } from '@pilotwire/outlet';
import type { PowerCommand, PowerReading } from '@pilotwire/power';

/** A driver with its hardware played by the test. */
export interface Rig {
  /** Lets time pass, and all that happens in it. */
  advance(ms: number): Promise<void>;
  /** The hardware goes away, or says nothing any more; and comes back. Left out where it cannot. */
  readonly silence?: (silent: boolean) => void;
  close(): Promise<void>;
}

export interface PilotRig extends Rig {
  readonly open: Open<PilotOrder, PilotSample>;
  /** What is on the pilot. */
  signal(): PilotOrder['signal'];
  /** The car puts as much load on it that its high level is this: 12, 9 or 6 V. */
  load(volts: 12 | 9 | 6): void;
}

export interface PowerRig extends Rig {
  readonly open: Open<PowerCommand, PowerReading>;
  /** What is on: by the coils, not by what was ordered. */
  on(): boolean;
  /** What the driver is told so that it goes on, and to go off. */
  readonly orders: { readonly on: readonly PowerCommand[]; readonly off: readonly PowerCommand[] };
  /** What it tells, changed or not. */
  readonly kinds: readonly PowerReading['kind'][];
}

/** Takes an end, and keeps what it hears and when it was opened. */
export function take<Out, In>(open: Open<Out, In>) {
  const heard: In[] = [];
  const statuses: Status[] = [];
  const early: unknown[] = [];
  let returned = false;
  const note = <One>(list: One[]) => (one: One): void => {
    if (!returned) early.push(one);
    list.push(one);
  };
  const channel = open({ receive: note(heard), status: note(statuses) });
  returned = true;
  return { heard, statuses, early, send: (message: Out) => channel.send(message), close: () => channel.close() };
}
