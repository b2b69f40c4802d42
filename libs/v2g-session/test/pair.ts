import { ms, Random, VirtualTime } from '@pilotwire/machine';
import { evcc, idleEvcc } from '../src/evcc/evcc.js';
import type { EvccOutput, Vehicle } from '../src/evcc/state.js';
import type { CarProfile } from '../src/profiles/cars.js';
import { idleSecc, secc } from '../src/secc/secc.js';
import type { PowerEvent, PowerRequest } from '../src/secc/power.js';
import type { SeccConfig, SeccOutput } from '../src/secc/state.js';
import { DinStream } from '../src/stream.js';
import { vehicle } from './car.js';

export interface PairOptions {
  readonly charger: SeccConfig;
  readonly car: CarProfile;
  readonly vehicle?: Vehicle;
  readonly seed?: number;
  /** Watt hours of the battery between 0 and 100 %. */
  readonly capacity?: number;
  readonly cableCheck?: number;
  readonly authorizeAfter?: number | undefined;
}

/** Both machines on one clock, with nothing but bytes between them: in pieces, and some milliseconds late. */
export function pair(options: PairOptions) {
  const time = new VirtualTime();
  const random = new Random(options.seed ?? 1);
  const seccLog: SeccOutput[] = [];
  const evccLog: EvccOutput[] = [];
  const counts = { requests: 0, responses: 0, bytes: 0 };
  const streams = { secc: new DinStream(), evcc: new DinStream() };
  const battery = { ...(options.vehicle ?? vehicle) };
  let connection = 0;
  let open = false;
  let charged = 0;
  let last = 0;

  const tellVehicle = (): void => car.feed({ kind: 'vehicle', vehicle: { ...battery } });

  const deliver = (bytes: Uint8Array, to: 'secc' | 'evcc'): void => {
    counts.bytes += bytes.length;
    const cut = random.int(0, bytes.length);
    const wire = connection;
    for (const [part, delay] of [[bytes.subarray(0, cut), 3], [bytes.subarray(cut), 4]] as const) {
      time.schedule(() => {
        if (!open || wire !== connection) return;
        for (const input of streams[to].push(part)) {
          if (to === 'secc') charger.feed(input);
          else car.feed(input);
        }
      }, ms(delay));
    }
  };

  /** A power path that obeys; the cable check takes its time. */
  const power = (request: PowerRequest): void => {
    const limited = { voltage: false, current: false, power: false };
    const told = (...events: PowerEvent[]): void => events.forEach((event) => charger.feed({ kind: 'power', event }));
    const measured = (voltage: number, current: number): PowerEvent => ({ kind: 'measured', at: time.now, voltage, current, limited });
    switch (request.kind) {
      case 'cableCheck':
        return time.schedule(() => told({ kind: 'cableCheck.finished', isolation: 'valid' }), ms(options.cableCheck ?? 5_000));
      case 'preCharge':
        return time.schedule(() => told(measured(request.voltage, 0), { kind: 'preCharge.reached', voltage: request.voltage }), ms(800));
      case 'demand':
        charged += (request.voltage * request.current * (time.now - last)) / 3_600_000;
        last = time.now;
        battery.soc = Math.min(100, (options.vehicle ?? vehicle).soc + (100 * charged) / (options.capacity ?? 60_000));
        battery.complete = battery.soc >= 80;
        told(measured(request.voltage, request.current));
        return tellVehicle();
      case 'stop':
        return told(measured(0, 0), { kind: 'stopped' });
      default:
        return;
    }
  };

  const charger = time.add(secc, idleSecc(options.charger), {
    perform: (output) => {
      if (output.kind !== 'send') seccLog.push(output);
      switch (output.kind) {
        case 'send':
          counts.responses++;
          return deliver(streams.secc.write(output.message), 'evcc');
        case 'sdp':
          return car.feed(output, ms(10));
        case 'authorize':
          return charger.feed({ kind: 'authorization', result: 'accepted' }, ms(options.authorizeAfter ?? 1_500));
        case 'power':
          return power(output.request);
        case 'tcp.finish':
        case 'tcp.close':
          if (open) car.feed({ kind: 'tcp.closed' }, ms(2));
          open = false;
          return;
        default:
          return;
      }
    },
  });

  const car = time.add(evcc, idleEvcc(options.car, battery), {
    perform: (output, now) => {
      if (output.kind !== 'send' && output.kind !== 'present') evccLog.push(output);
      switch (output.kind) {
        case 'send':
          counts.requests++;
          return deliver(streams.evcc.write(output.message), 'secc');
        case 'sdp':
          return charger.feed({ ...output, kind: 'sdp' }, ms(5));
        case 'tcp.connect':
          connection++;
          open = true;
          streams.secc = new DinStream();
          streams.evcc = new DinStream();
          charger.feed({ kind: 'tcp.connected', connection }, ms(5));
          return car.feed({ kind: 'tcp.connected' }, ms(10));
        case 'tcp.close':
          if (open) charger.feed({ kind: 'tcp.closed', connection }, ms(2));
          open = false;
          return;
        case 'pilot':
          return charger.feed({ kind: 'pilot', level: output.set }, ms(20));
        case 'contactors':
          battery.contactors = output.set;
          battery.inletVoltage = output.set === 'closed' ? battery.batteryVoltage : 0;
          last = now;
          return time.schedule(tellVehicle, ms(100));
        case 'phase':
          if (output.phase === 'PowerDelivery') last = now;
          return;
        default:
          return;
      }
    },
  });

  charger.feed({ kind: 'link.up', entropy: [...random.bytes(8)].map((byte) => byte.toString(16).padStart(2, '0')).join('') });
  charger.feed({ kind: 'pilot', level: 'B' });
  car.feed({ kind: 'link.up' });
  const ended = (): boolean => charger.state.at === 'ended' && car.state.at === 'ended';
  return { time, charger, car, seccLog, evccLog, counts, ended, battery };
}
