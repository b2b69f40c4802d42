import { after, between, ms } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type {
  HandAnswer, HandOrder, InletCommand, InletSample, LoadOrder, Open, Outlet, PilotOrder, PilotSample, VehicleReading,
} from '@pilotwire/outlet';
import type { PowerCommand, PowerReading } from '@pilotwire/power';
import { carProfiles } from '@pilotwire/v2g-session';
import type { CarName } from '@pilotwire/v2g-session';
import { z } from 'zod';
import type { Packet } from './packets.js';

/** How the messages of one direction pass. An instant passes as its age, for each process has a clock of its own. */
export interface Form<Message> {
  readonly write: (message: Message, now: Instant) => Packet;
  /** Undefined for what is no such message. */
  readonly read: (packet: Packet, now: Instant) => Message | undefined;
}

/** What a schema makes of JSON is `Message`: the compiler is told, since zod does not tell a missing field from an undefined one. */
const json = <Message>(schema: z.ZodType): Form<Message> => ({
  write: (message) => ({ kind: 'message', json: message }),
  read: (packet) => (packet.kind === 'message' ? (schema.safeParse(packet.json).data as Message | undefined) : undefined),
});

const frames: Form<Uint8Array> = {
  write: (octets) => ({ kind: 'octets', octets }),
  read: (packet) => (packet.kind === 'octets' && packet.octets.length <= 1_522 ? packet.octets : undefined),
};

const finite = z.number();
const name = z.string().max(64);
const aged = json<Aged>(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('supply'), age: finite.min(0), voltage: finite, fault: z.boolean() }),
    z.object({ kind: z.literal('contactors'), age: finite.min(0), closed: z.boolean() }),
    z.object({ kind: z.literal('imd'), age: finite.min(0), selfTest: z.enum(['running', 'passed', 'failed']), resistance: finite }),
    z.object({ kind: z.literal('meter'), age: finite.min(0), voltage: finite, current: finite, energy: finite }),
  ]),
);
type Aged = PowerReading extends infer One ? (One extends PowerReading ? Omit<One, 'at'> & { readonly age: number } : never) : never;

const readings: Form<PowerReading> = {
  write: ({ at, ...rest }, now) => aged.write({ ...rest, age: Math.max(0, between(at, now)) } as Aged, now),
  read(packet, now) {
    const found = aged.read(packet, now);
    if (found === undefined) return undefined;
    const { age, ...rest } = found;
    return { ...rest, at: after(now, ms(-age)) } as PowerReading;
  },
};

const empty = <Kind extends string>(...kinds: readonly [Kind, ...Kind[]]) => z.object({ kind: z.enum(kinds) });

/** One end of an outlet: where it is in `Outlet`, and how what is said there, and heard, passes. */
export interface End<Out, In> {
  readonly of: (outlet: Outlet) => Open<Out, In>;
  readonly out: Form<Out>;
  readonly in: Form<In>;
}
const end = <Out, In>(of: End<Out, In>['of'], out: Form<Out>, inward: Form<In>): End<Out, In> => ({ of, out, in: inward });

export const ends = {
  'evse.modem': end(({ evse }) => evse.modem, frames, frames),
  'ev.modem': end(({ ev }) => ev.modem, frames, frames),
  'evse.pilot': end<PilotOrder, PilotSample>(
    ({ evse }) => evse.pilot,
    json(z.object({ signal: z.enum(['digital', 'x1', 'f']) })),
    json(z.object({ kind: z.literal('reading'), volts: finite, pwm: z.boolean(), proximity: finite.optional() })),
  ),
  'evse.power': end<PowerCommand, PowerReading>(
    ({ evse }) => evse.power,
    json(
      z.union([
        z.object({ kind: z.literal('supply.set'), voltage: finite.min(0), current: finite.min(0) }),
        empty('supply.off', 'contactors.close', 'contactors.open', 'imd.start', 'imd.stop'),
      ]),
    ),
    readings,
  ),
  'ev.pilot': end<LoadOrder, InletSample>(
    ({ ev }) => ev.pilot,
    json(z.object({ load: z.enum(['B', 'C']) })),
    // JSON has no undefined: no duty cycle is no field.
    json(z.object({ plugged: z.boolean(), duty: finite.optional() }).transform(({ plugged, duty }) => ({ plugged, duty }))),
  ),
  'ev.inlet': end<InletCommand, VehicleReading>(
    ({ ev }) => ev.inlet,
    json(empty('inlet.close', 'inlet.open')),
    json(
      z.object({
        vehicle: z.object({
          soc: finite, batteryVoltage: finite, inletVoltage: finite.optional(), targetVoltage: finite, targetCurrent: finite,
          contactors: z.enum(['open', 'closed']), complete: z.boolean(), bulkComplete: z.boolean(), remainingToFull: finite, remainingToBulk: finite,
        }),
        car: z.enum(Object.keys(carProfiles) as [CarName, ...CarName[]]),
      }),
    ),
  ),
  hand: end<HandOrder, HandAnswer>(
    (outlet) => outlet.hand,
    json(
      z.union([
        z.object({ id: z.int(), kind: z.literal('plug'), car: name.optional(), soc: finite.min(0).max(100).optional(), until: finite.min(0).max(100).optional() }),
        z.object({ id: z.int(), kind: z.literal('unplug') }),
        z.object({ id: z.int(), kind: z.literal('fault'), fault: name, present: z.boolean() }),
      ]),
    ),
    json(z.object({ id: z.int(), result: z.enum(['done', 'not-now', 'unknown']), message: z.string().max(1_024).optional() })),
  ),
} as const;

export type EndName = keyof typeof ends;
export const isEnd = (found: unknown): found is EndName => typeof found === 'string' && Object.hasOwn(ends, found);

export const statusSchema = z.union([
  z.object({ state: z.literal('up'), address: z.string().max(32).optional() }),
  z.object({ state: z.literal('down'), why: z.string().max(256) }),
]);
