import { uuidv7 } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import type { Settings } from '@pilotwire/configuration';
import { v2gFrames } from '@pilotwire/contracts';
import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { GatewayEnd } from '@pilotwire/pair';
import { FrameTap, wordsOf } from '@pilotwire/service';
import type { FlightFolder, Log } from '@pilotwire/service';
import { chargerProfiles } from '@pilotwire/v2g-session';
import { Car } from './car/car.js';
import { Charger } from './charger/charger.js';
import type { Devices } from './hardware.js';
import type { CarNetwork, ChargerNetwork } from './network/network.js';
import { Office, serveCar } from './publish/commands.js';
import { HomeAssistant } from './publish/home-assistant.js';
import { Publisher } from './publish/publisher.js';
import { Chronicle } from './session/chronicle.js';
import { available, isAvailable } from './session/availability.js';
import type { Availability } from './session/availability.js';
import type { Flights } from './session/flights.js';
import type { Happening } from './session/happening.js';
import { Histogram } from './session/histogram.js';
import type { Kept } from './session/kept.js';
import { Limits } from './session/limits.js';
import { recordOf } from './session/record.js';
import type { SessionRecord } from './session/record.js';
import { percent, wattHours, watts } from './session/visit.js';
import { lineFor } from './session/words.js';

/** What a gateway stands on, whatever side it plays. */
export interface Ground {
  readonly settings: Settings;
  readonly version: string;
  readonly simulated: boolean;
  readonly time: Timeline;
  readonly bus: Pick<Bus, 'publish' | 'event' | 'serve' | 'subscribe'>;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** So many random octets, from a cryptographic source. */
  readonly entropy: (length: number) => Uint8Array;
  readonly log: Log;
  /** The devices; of the side that it plays, at least. */
  readonly outlet: Devices;
  readonly pair: GatewayEnd;
  readonly records: Pick<Kept<SessionRecord>, 'keep' | 'settled'>;
  /** Of a charger. */
  readonly availability: Pick<Kept<Availability>, 'read' | 'keep' | 'settled'>;
  readonly flights: FlightFolder;
}

/** One outlet's gateway at work. */
export interface Gateway {
  /** Of the mode it plays; the other is undefined. */
  readonly charger: Charger | undefined;
  readonly car: Car | undefined;
  /** What keeps it from its task. */
  problems(): readonly string[];
  counters(): Readonly<Record<string, number>>;
  /** Ends a charge that runs in order, as far as the car follows within eight seconds; all is off after 12.5 s at most, and told 2 s later. */
  close(): Promise<void>;
  /** Lets go of everything at once and says nothing, as a process that dies. */
  halt(): void;
}

/** Ends that nobody needs to look into. */
const ordinary: ReadonlySet<string> = new Set(['completed', 'operator-stop', 'user-stop', 'shutdown']);
/** From an end to its flight: what tidies up afterwards is on it. */
const flightDelay = ms(500);

const inMs = (duration: number): number => Math.round(duration * 1_000) / 1_000;

/** What both modes have: the story, and where it goes. */
function tellerOf(ground: Ground, left: Availability = available) {
  const { settings, simulated, time, bus, wallClock, log, records, flights } = ground;
  const outlet = { station: settings.station, evse: settings.evse };
  const failed = (error: unknown): void => log.error(wordsOf(error));
  let sessions = 0;
  // Each needs the other: the story is told as it comes, and asked for as it stands.
  const chronicle: Chronicle = new Chronicle({
    mode: settings.mode, simulated, time, wallClock, available: isAvailable(left),
    event: (type, data, sessionId) => publisher.event(type, data, sessionId),
    changed: () => publisher.changed(),
  });
  const keep = (): void => records.keep(chronicle.visit && recordOf(chronicle.visit, wallClock()));
  const publisher = new Publisher({ bus, outlet, time, wallClock, chronicle, telemetryRate: settings['telemetry.rate'], failed, batched: keep });
  const frames = settings['frames.publish'] === 'yes'
    ? new FrameTap({ bus, contract: v2gFrames, outlet, time, wallClock, sessionId: () => chronicle.sessionId, failed })
    : undefined;
  const save = (recorder: Flights): void => {
    for (const { name, text } of recorder.dump()) flights.save(name, text);
  };
  return {
    outlet, failed, chronicle,
    tap: frames && ((frame: Parameters<FrameTap['add']>[0]): void => frames.add(frame)),
    tell(happening: Happening, recorder: () => Flights): void {
      chronicle.tell(happening);
      if (happening.kind === 'plugged') sessions++;
      if (happening.kind === 'plugged' || happening.kind === 'unplugged') keep();
      if (happening.kind === 'end' && !ordinary.has(happening.end.reason)) time.schedule(() => save(recorder()), flightDelay);
      const line = lineFor(happening);
      if (line !== undefined) log[line.level](line.text);
    },
    counters: (counts: { readonly in: number; readonly out: number; readonly garbage: number }, latencies: Histogram, connections: number) => ({
      sessions, 'messages.in': counts.in, 'messages.out': counts.out, 'messages.garbage': counts.garbage, connections,
      'answers.p50': inMs(latencies.quantile(0.5)), 'answers.p99': inMs(latencies.quantile(0.99)), 'answers.max': inMs(latencies.max), 'events.queued': publisher.queued,
    }),
    async close(): Promise<void> {
      chronicle.close();
      keep();
      await publisher.close();
      await Promise.all([records.settled(), flights.settled()]);
    },
  };
}

/** A charger's gateway. Resolves once the broker has been asked for commands, or there is none. */
export async function openCharger(ground: Ground, network: ChargerNetwork): Promise<Gateway> {
  // A charger that was taken out of service stays so from its first moment, broker or not.
  const left = (await ground.availability.read()) ?? available;
  const { settings, time, bus, wallClock, entropy, outlet, pair } = ground;
  const { tap, tell, close, counters, ...teller } = tellerOf(ground, left);
  const limits = {
    minVoltage: settings['charger.minVoltage'], maxVoltage: settings['charger.maxVoltage'],
    maxCurrent: settings['charger.maxCurrent'], maxPower: settings['charger.maxPower'],
  };
  const charger: Charger = new Charger({
    profile: chargerProfiles[settings['charger.profile']], limits, authorization: settings.authorization, time, entropy,
    newSession: () => uuidv7(wallClock()), power: outlet.evse.power, pair, network, tap, tell: (happening) => tell(happening, () => charger.flights),
  });
  const held = new Limits(limits, settings['charger.fallbackPower'] ?? limits.maxPower);
  const office = new Office({ bus, outlet: teller.outlet, time, wallClock, charger, limits: held, availability: left, kept: ground.availability });
  await office.open();
  const shown = settings['homeAssistant.discovery'] === 'yes' ? homeAssistantOf(ground, teller, charger, office) : undefined;
  await shown?.open();
  return {
    charger, car: undefined,
    problems: () => charger.problems,
    counters: () => counters(charger.server.counts, charger.latencies, charger.server.connections),
    async close() {
      await charger.leave();
      office.close();
      shown?.close();
      await ground.availability.settled();
      await close();
    },
    halt() {
      office.close();
      shown?.close();
      charger.halt();
    },
  };
}

function homeAssistantOf({ settings, version, bus, time, wallClock }: Ground, { outlet, failed, chronicle }: Pick<ReturnType<typeof tellerOf>, 'outlet' | 'failed' | 'chronicle'>, charger: Charger, office: Office): HomeAssistant {
  return new HomeAssistant({
    bus, outlet, instance: settings.instance, version, time, wallClock, maxPower: settings['charger.maxPower'], failed,
    look() {
      const { visit, powered, faults } = chronicle;
      return {
        power: visit !== undefined && powered ? watts(visit.voltage * visit.current) : 0, energyWh: wattHours(visit?.energy ?? 0), soc: visit?.soc === undefined ? null : percent(visit.soc),
        plugged: visit === undefined ? 'OFF' : 'ON', fault: faults.length > 0 ? 'ON' : 'OFF', limitW: watts(office.maxPower),
      };
    },
    stop: () => void charger.stop(),
    limit: (maxW) => office.limit({ maxW }),
  });
}

/** Who listens has nothing to do here: it says so on the topic `state`, and no word to an agent. */
export function openListener(ground: Ground): Gateway {
  const { close, counters } = tellerOf(ground);
  return {
    charger: undefined, car: undefined,
    problems: () => [],
    counters: () => counters({ in: 0, out: 0, garbage: 0 }, new Histogram(), 0),
    close,
    halt: () => undefined,
  };
}

/** A car's gateway. Resolves once the broker has been asked for commands, or there is none. */
export async function openCar(ground: Ground, network: CarNetwork): Promise<Gateway> {
  const { time, bus, wallClock, outlet, pair } = ground;
  const { tap, tell, close, counters, ...teller } = tellerOf(ground);
  const car: Car = new Car({
    time, newSession: () => uuidv7(wallClock()), inlet: outlet.ev.inlet, pair, network, tap, tell: (happening) => tell(happening, () => car.flights),
  });
  await serveCar(bus, teller.outlet, car);
  return {
    charger: undefined, car,
    problems: () => car.problems,
    counters: () => counters(car.counts, car.latencies, car.connections),
    async close() {
      await car.leave();
      await close();
    },
    halt: () => car.halt(),
  };
}
