import { decodeMme, encodeMme, isHomeplug } from '@pilotwire/homeplug';
import { ms, Random } from '@pilotwire/machine';
import { din } from '@pilotwire/v2g-messages';
import type { DinMessage } from '@pilotwire/v2g-messages';
import type { DinPhase, V2gMessage } from '@pilotwire/v2g-session';
import { EXI_MESSAGE, writeFrame } from '@pilotwire/v2gtp';
import { placeEv } from '../line/party.js';
import type { Deed, Fault } from './faults.js';
import type { Site, SiteOptions } from './site.js';
import type { Tampering } from './surroundings.js';

/** A fault, made ready: what it changes of a site beforehand, and what it does to it in its moment. */
export interface Sabotage {
  readonly options: Pick<SiteOptions, 'differences' | 'line' | 'tampering' | 'tamperFrame'> & Partial<Pick<SiteOptions, 'authorizeAfter'>>;
  /** The car is plugged in. */
  plugged(site: Site): void;
  /** The charger's session has come to a phase. */
  phase(site: Site, phase: DinPhase): void;
}

/** Addresses of the stall next door. */
const neighbour = { car: '02:00:00:00:09:02', carModem: '00:b0:52:00:09:02', charger: '02:00:00:00:09:01' } as const;
/** From stall to stall: beyond what a car takes for its own. */
const crosstalk = 45;

export function sabotage({ deed, at, after = ms(0) }: Fault): Sabotage {
  let done = false;
  return {
    options: changes(deed),
    plugged(site) {
      if (at === undefined) site.time.schedule(() => commit(site, deed), after);
    },
    phase(site, phase) {
      if (done || phase !== at) return;
      done = true;
      site.time.schedule(() => commit(site, deed), after);
    },
  };
}

function changes(deed: Deed): Sabotage['options'] {
  switch (deed.kind) {
    case 'says':
      return { tampering: bothWays((message) => saying(message, deed.body)) };
    case 'silent':
      return { tampering: bothWays((message) => (deed.messages.includes(nameOf(message) as never) ? undefined : message)) };
    case 'bytes':
      return { tampering: { [deed.side]: { bytes: deed.how === 'joined' ? joining() : pieces[deed.how] } } };
    case 'parties':
      return { differences: deed.differences };
    case 'line':
      return { line: deed.faults };
    case 'authorization':
      return { authorizeAfter: undefined };
    case 'run-id':
      return { tamperFrame: withOtherRunId };
    default:
      return {};
  }
}

const bothWays = (message: Tampering['message']): SiteOptions['tampering'] & object => ({ ev: { message }, evse: { message } });

/** Such as `PreChargeReq`; undefined before there is a session. */
const nameOf = (message: V2gMessage): string | undefined =>
  'V2G_Message' in message ? Object.keys(message.V2G_Message.Body)[0] : undefined;

type Content = Readonly<Record<string, unknown>>;
const isContent = (value: unknown): value is Content => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is said in `over` in place of what is said in `content`, as deep as it goes. */
const overlaid = (content: Content, over: Content): Content => ({
  ...content,
  ...Object.fromEntries(Object.entries(over).map(([key, value]) => {
    const before = content[key];
    return [key, isContent(value) && isContent(before) ? overlaid(before, value) : value];
  })),
});

/** The message with what `body` says of those of its name. The result is as valid as that is. */
function saying(message: V2gMessage, body: Content): V2gMessage {
  const name = nameOf(message);
  const over = name === undefined ? undefined : body[name];
  if (name === undefined || over === undefined || !('V2G_Message' in message)) return message;
  const { Header, Body } = message.V2G_Message;
  return { V2G_Message: { Header, Body: overlaid(Body as Content, { [name]: over }) } } as V2gMessage;
}

const pieces: Readonly<Record<Exclude<Extract<Deed, { kind: 'bytes' }>['how'], 'joined'>, (bytes: Uint8Array) => Uint8Array[]>> = {
  split: (bytes) => [bytes.subarray(0, 5), bytes.subarray(5)],
  doubled: (bytes) => [Uint8Array.of(...bytes, ...bytes)],
  'length-lies': (bytes) => {
    const lie = bytes.slice();
    lie[5] = 0xff;
    return [lie];
  },
};

/** Keeps WeldingDetectionReq back until the car has something else to say. */
function joining(): Tampering['bytes'] {
  let kept: readonly number[] = [];
  return (bytes, message) => {
    const all = Uint8Array.of(...kept, ...bytes);
    const waits = nameOf(message) === 'WeldingDetectionReq';
    kept = waits ? [...all] : [];
    return waits ? [] : [all];
  };
}

function withOtherRunId(frame: Uint8Array): Uint8Array {
  const decoded = isHomeplug(frame) ? decodeMme(frame) : undefined;
  if (decoded?.kind !== 'known' || decoded.value.mme !== 'CM_SLAC_PARM.CNF') return frame;
  return encodeMme(decoded.destination, decoded.source, { ...decoded.value, runId: new Uint8Array(8) });
}

function placeSecondCar({ time, line, macs }: Site): void {
  const random = new Random('second car');
  const { actor } = placeEv({ time, line, config: { mac: neighbour.car }, modem: { mac: neighbour.carModem } });
  line.connect(neighbour.carModem, macs.charger, crosstalk);
  actor.feed({ kind: 'start', runId: random.bytes(8), rnd: random.bytes(16) }, ms(350));
}

function commit(site: Site, deed: Deed): void {
  switch (deed.kind) {
    case 'hardware':
      return site.breakHardware(deed.fault);
    case 'stop':
      return site.charger.secc.feed({ kind: 'stop', by: deed.by });
    case 'emergency':
      return site.charger.secc.feed({ kind: 'emergency' });
    case 'power-lost':
      return site.charger.secc.feed({ kind: 'emergency', lost: 'nobody answers' });
    case 'driver-stop':
      return site.car.evcc.feed({ kind: 'stop' });
    case 'car-fault':
      return site.car.evcc.feed({ kind: 'fault', code: deed.code });
    case 'unplug':
      return site.unplug();
    case 'pilot':
      return site.breakPilot(deed.level);
    case 'cut':
      return site.cutLine(true);
    case 'silence':
      return site.silence(deed.side);
    case 'garbage':
      return (deed.side === 'ev' ? site.car : site.charger).inject(Uint8Array.of(...noMessage, ...noMessage, ...noMessage));
    case 'disorder':
      site.car.inject(writeFrame(EXI_MESSAGE, din.encode(outOfOrder)));
      return site.time.schedule(() => site.car.hangUp(), ms(200));
    case 'authorization':
      if (deed.result === 'rejected') site.charger.authorize('', false);
      return;
    case 'hang-up':
      return site.car.hangUp();
    case 'second-car':
      return placeSecondCar(site);
    case 'neighbour-match':
      return neighbourMatches(site);
    default:
      return;
  }
}

/** A V2GTP frame of the right form, with an EXI document that ends after its header. */
const noMessage = writeFrame(EXI_MESSAGE, Uint8Array.of(0x80));

/** What no car may say but after PowerDelivery(stop), and then without harm. */
const outOfOrder: DinMessage = {
  V2G_Message: {
    Header: { SessionID: '00' },
    Body: { WeldingDetectionReq: { DC_EVStatus: { EVReady: true, EVErrorCode: 'NO_ERROR', EVRESSSOC: 50 } } },
  },
};

function neighbourMatches({ line, macs, car }: Site): void {
  line.connect(neighbour.carModem, macs.car, crosstalk);
  const { mac } = car;
  const random = new Random('neighbour');
  line.transmit(
    neighbour.carModem,
    encodeMme(mac, neighbour.charger, {
      mme: 'CM_SLAC_MATCH.CNF', pevMac: mac, evseMac: neighbour.charger, runId: random.bytes(8), nid: random.bytes(7), nmk: random.bytes(16),
    }),
  );
}
