import { memoryBroker, memoryBus } from '@pilotwire/bus';
import type { Bus, BusReport } from '@pilotwire/bus';
import { hardware } from '@pilotwire/contracts';
import type { Service } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import type { PilotOrder } from '@pilotwire/outlet';
import { virtualClock } from '@pilotwire/runtime';

const place = { station: 'demo', evse: 1 } as const;

/** Hardware that plays all of `hw/` on a broker in memory, as the how-to says it should; with a clock of its own. */
export async function mqttRig() {
  const clock = virtualClock();
  const broker = memoryBroker();
  const reports: BusReport[] = [];
  const join = (service: Service): Promise<Bus> =>
    memoryBus(broker, {
      service, instance: 'main', version: '0.1.0', stations: [], mode: 'evse', simulated: false, clock, time: () => clock.now(),
      report: (one) => void (one.kind !== 'up' && one.kind !== 'down' && reports.push(one)),
    });
  const [agent, gateway, played] = [await join('slac-agent'), await join('v2g-gateway'), await join('hardware')];
  const world = { volts: 12, signal: 'x1' as PilotOrder['signal'], load: 'B' as 'B' | 'C', plugged: true, duty: undefined as number | undefined, source: false, closed: false };
  /** Its steady clock is not ours. */
  const clockOf = (): number => clock.now() + 5_000_000;
  const told = { pilot: -1e9, load: -1e9, source: -1e9, contactors: -1e9 };
  /** What fell to off stays off until it was told to be off. */
  const may = { source: false, closed: false };
  await played.subscribe(hardware.pilotOrder, place, ({ signal }) => {
    world.signal = signal;
    told.pilot = clock.now();
  });
  await played.subscribe(hardware.loadOrder, place, ({ load }) => {
    world.load = load;
    told.load = clock.now();
  });
  await played.subscribe(hardware.powerOrder, place, ({ kind }) => {
    if (kind === 'supply.set' && may.source) [world.source, told.source] = [true, clock.now()];
    else if (kind === 'contactors.close' && may.closed) [world.closed, told.contactors] = [true, clock.now()];
    else if (kind === 'supply.off') [world.source, may.source, told.source] = [false, true, Infinity];
    else if (kind === 'contactors.open') [world.closed, may.closed, told.contactors] = [false, true, Infinity];
  });
  let silent = false;
  const every = (period: number, run: () => void): void => {
    run();
    clock.wake(after(clock.now(), ms(period)), () => every(period, run));
  };
  const say = <Payload>(run: (timed: { clock: number; ageMs: number }) => Promise<Payload>): void => {
    if (!silent) void run({ clock: clockOf(), ageMs: 1 });
  };
  every(10, () => say((timed) => played.publish(hardware.pilot, place, { ...timed, volts: world.signal === 'f' ? -12 : world.volts, pwm: world.signal === 'digital', proximity: 1_500 })));
  every(20, () => say((timed) => played.publish(hardware.inlet, place, { ...timed, plugged: world.plugged, ...(world.duty !== undefined && { dutyPercent: world.duty }) })));
  every(100, () => {
    say((timed) => played.publish(hardware.power, place, { ...timed, kind: 'supply', voltage: world.source ? 400 : 0, fault: false }));
    say((timed) => played.publish(hardware.power, place, { ...timed, kind: 'contactors', closed: world.closed }));
    say((timed) => played.publish(hardware.power, place, { ...timed, kind: 'meter', voltage: 0, current: 0, energy: 0 }));
  });
  every(5, () => {
    if (clock.now() - told.pilot >= 500) world.signal = 'x1';
    if (clock.now() - told.load >= 500) world.load = 'B';
    if (clock.now() - told.source >= 80) world.source = may.source = false;
    if (clock.now() - told.contactors >= 80) world.closed = may.closed = false;
  });
  return {
    clock, broker, world, reports, agent, gateway, played, clockOf,
    async advance(by: number) {
      for (let past = 0; past < by; past++) {
        clock.advance(1);
        await new Promise(setImmediate);
      }
    },
    silence: (now: boolean) => void (silent = now),
    async close() {
      for (const bus of [agent, gateway, played]) await bus.close();
    },
  };
}
