import { uuidv7 } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { commands, events, session, state, stationCommands, telemetryBatch } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';

export interface ChargeOptions {
  /** The gateways' connection. */
  readonly bus: Bus;
  /** That of the people with cards. */
  readonly people: Bus;
  readonly station: string;
  /** How often energy is told, and how long between, in ms. */
  readonly batches: number;
  readonly every: number;
  readonly pause: (by: number) => Promise<void>;
}

type Phase = PayloadOf<typeof state>['phase'];

const [evse, evccid] = [1, '020000000002'];
const [watts, volts, amperes] = [50_000, 400, 125];

/** An outlet with nobody at it; resolves each time the station lets a car in. */
export async function openOutlet(bus: Bus, station: string): Promise<{ admitted(): Promise<void> }> {
  let admit: () => void = () => undefined;
  await bus.serve(commands.authorize, { station, evse }, ({ accept }) => {
    if (accept) admit();
    return 'done';
  });
  // A card may be held before the car has asked.
  await bus.serve(commands.start, { station, evse }, () => {
    admit();
    return 'accepted';
  });
  await stands(bus, station, 'idle', undefined, 0);
  return { admitted: () => new Promise<void>((resolve) => void (admit = resolve)) };
}

/** What a gateway says on the bus of a whole charge: a car comes, a card is held, energy flows, the car is full and leaves. */
export async function charge({ bus, people, station, batches, every, pause }: ChargeOptions, admitted: () => Promise<void>): Promise<void> {
  const [sessionId, target] = [uuidv7(Date.now()), { station, evse }];
  const of = { sessionId };
  let energyWh = 0;
  await bus.event(events['session.started'], target, { simulated: true }, of);
  await stands(bus, station, 'plugged', sessionId, 0);
  await bus.event(events['v2g.session-setup'], target, { evccid, v2gSession: '4A1B2C3D4E5F6071', resumed: false }, of);
  await bus.event(events['auth.requested'], target, { evccid }, of);
  await stands(bus, station, 'authorization', sessionId, 0);
  const allowed = admitted();
  await people.request(stationCommands['present-token'], { station }, { token: 'CARD-1', evse }, { timeout: 60_000 });
  await allowed;
  await bus.event(events['auth.result'], target, { accepted: true, by: 'csms' }, of);
  await bus.event(events['charge.params'], target, { evMaxV: 420, evMaxA: 300, soc: 20, energyCapacityWh: 64_000, evseMaxV: 1_000, evseMaxA: 400, evseMaxW: 150_000 }, of);
  await bus.event(events['charging.started'], target, { targetV: 420, targetA: amperes, soc: 20 }, of);
  await stands(bus, station, 'charging', sessionId, 0);
  for (let n = 0; n < batches; n++) {
    await pause(every);
    energyWh += (watts * every) / 3_600_000;
    const sample = { n, ts: new Date().toISOString(), voltage: volts, current: amperes, power: watts, soc: 21, energyWh: Math.round(energyWh) };
    await bus.publish(telemetryBatch, target, { id: uuidv7(Date.now()), sessionId, samples: [sample] });
  }
  const last = { energyWh: Math.round(energyWh), soc: 21 };
  await bus.event(events['charging.stopped'], target, { by: 'ev', why: 'completed', ...last }, of);
  await stands(bus, station, 'ended', sessionId, last.energyWh);
  await bus.event(events['session.ended'], target, { reason: 'completed', by: 'ev', phase: 'ended', durationS: 60, ...last }, of);
  await stands(bus, station, 'idle', undefined, 0);
}

let words = 0;

async function stands(bus: Bus, station: string, phase: Phase, sessionId: string | undefined, energyWh: number): Promise<void> {
  const [target, ts] = [{ station, evse }, new Date().toISOString()];
  await bus.publish(state, target, {
    ts, seq: words++, mode: 'evse', simulated: true, phase, contactors: 'open', supply: 'off', available: true, faults: [], ...(sessionId !== undefined && { sessionId }),
  });
  await bus.publish(session, target, sessionId === undefined ? null : { ts, id: sessionId, startedAt: ts, phase, evccid, energyWh });
}
