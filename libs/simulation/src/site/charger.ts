import { controlPilot, unreadPilot } from '@pilotwire/control-pilot';
import type { PilotLevel } from '@pilotwire/control-pilot';
import { ms } from '@pilotwire/machine';
import type { Actor, Duration } from '@pilotwire/machine';
import { idlePowerPath, powerPath } from '@pilotwire/power';
import type { PowerInput, PowerOutput, PowerPathState, PowerReading } from '@pilotwire/power';
import type { EvseInput, EvseOutput, EvseState, Send } from '@pilotwire/slac';
import { DinStream, idleSecc, secc } from '@pilotwire/v2g-session';
import type { ChargerProfile, SeccInput, SeccOutput, SeccState } from '@pilotwire/v2g-session';
import { decodeSdpRequest, encodeSdpResponse, readDatagram, SDP_PORT, SDP_REQUEST } from '@pilotwire/v2gtp';
import { placeEvse } from '../line/party.js';
import type { Party } from '../line/party.js';
import { Host } from '../network/host.js';
import type { Connection, ConnectionEvent } from '../network/host.js';
import type { End } from '../network/packets.js';
import type { Signal } from './events.js';
import type { ChargerModel } from './models.js';
import type { Surroundings, Tampering } from './surroundings.js';

/** How often a charger reads its pilot, and tells its power path. */
const pilotPeriod = ms(20);
/** From the end of a session to leaving the network, where nothing is to be heard there any more. */
const lastWords = ms(50);

export interface ChargerOptions {
  readonly profile: ChargerProfile;
  readonly model: ChargerModel;
  /** How long a person takes to authorize; undefined: nobody does. */
  readonly authorizeAfter: Duration | undefined;
  readonly tampering: Tampering;
}

/** A charging point: modem, SLAC, SECC, power path and pilot, put together. */
export class Charger {
  readonly slac: Party<EvseState, EvseInput>;
  readonly secc: Actor<SeccState, SeccInput>;
  readonly power: Actor<PowerPathState, PowerInput>;
  /** Answers to CurrentDemandReq so far. */
  demands = 0;
  readonly #site: Surroundings;
  readonly #options: ChargerOptions;
  readonly #host: Host;
  readonly #pilot: Actor<typeof unreadPilot, ReturnType<Surroundings['pilot']['read']>>;
  readonly #connections = new Map<number, { readonly connection: Connection; readonly stream: DinStream }>();
  #lastConnection = 0;
  #asker: End | undefined;
  #level: PilotLevel | undefined;
  #closed = false;
  /** The pilot stays as it is, whatever SLAC wants: at F after an emergency, at 5 % after a session in order. */
  #held = false;

  constructor(site: Surroundings, options: ChargerOptions) {
    this.#site = site;
    this.#options = options;
    const { time, line, random } = site;
    const { model, profile } = options;
    this.slac = placeEvse({
      time, line, random,
      config: { mac: model.mac },
      modem: { mac: modemOf(model.mac) },
      watch: { output: (output) => this.#slacTold(output), frame: (frame) => this.#host.receive(frame) },
    });
    this.#host = new Host(time, model.mac, random, (frame) => this.slac.send(frame));
    this.power = time.add(powerPath, idlePowerPath({ ...model.limits, isolationMonitor: true }), { perform: (output) => this.#powerTold(output) });
    const address = { ip: this.#host.ip, port: model.announces ?? model.port };
    const limits = model.limitsUnknown ? {} : { limits: { ...model.limits, minCurrent: 0, peakCurrentRipple: 1 } };
    this.secc = time.add(secc, idleSecc({ profile, address, ...limits, withoutIsolationMonitor: false }), { perform: (output) => this.#seccTold(output) });
    this.#pilot = time.add(controlPilot, unreadPilot, {
      perform: ({ level, state }) => {
        site.tell({ kind: 'pilot', state });
        this.#pilotIs(level);
      },
    });
    this.#host.bind(SDP_PORT, (payload, from) => this.#datagram(payload, from));
    this.#host.listen(model.port, (event, connection) => this.#tcp(event, connection));
    this.#readPilot();
  }

  /** What a device of the power path measured. */
  measured(reading: PowerReading): void {
    if (reading.kind === 'contactors' && reading.closed !== this.#closed) {
      this.#closed = reading.closed;
      this.#site.tell({ kind: 'contactors', side: 'evse', closed: reading.closed });
    }
    this.power.feed(reading);
  }

  /** Bytes to the car that no session wrote. */
  inject(bytes: Uint8Array): void {
    this.#connections.get(this.#lastConnection)?.connection.feed({ kind: 'write', bytes });
  }

  #readPilot(): void {
    this.#pilot.feed(this.#site.pilot.read());
    if (this.#level !== undefined) this.power.feed({ kind: 'pilot', level: this.#level });
    this.#site.time.schedule(() => this.#readPilot(), pilotPeriod);
  }

  #pilotIs(level: PilotLevel): void {
    const before = this.#level;
    this.#level = level;
    const there = (one: PilotLevel | undefined): boolean => one === 'B' || one === 'C' || one === 'D';
    this.power.feed({ kind: 'pilot', level });
    this.secc.feed({ kind: 'pilot', level });
    if (level === 'A') {
      this.#held = false;
      // The session's last words leave before the modem takes another key.
      this.slac.actor.feed({ kind: 'unplug' }, lastWords);
    } else if (there(level) && !there(before)) this.slac.actor.feed({ kind: 'plug' });
  }

  #signal(signal: Signal): void {
    if (this.#site.pilot.signal === signal) return;
    this.#site.pilot.signal = signal;
    this.#site.tell({ kind: 'oscillator', signal });
  }

  #slacTold(output: Exclude<EvseOutput, Send>): void {
    const { tell, random } = this.#site;
    switch (output.kind) {
      case 'pilot':
        if (!this.#held) this.#signal(output.signal);
        return;
      case 'matched':
        tell({ kind: 'slac', side: 'evse', what: 'matched', detail: output.ev });
        this.secc.feed({ kind: 'link.up', entropy: hex(random.bytes(8)) });
        if (this.#level !== undefined) this.secc.feed({ kind: 'pilot', level: this.#level });
        return;
      case 'unmatched':
        tell({ kind: 'slac', side: 'evse', what: 'unmatched', detail: output.why });
        if (output.why === 'restarted' || output.why === 'no-link') this.secc.feed({ kind: 'link.lost' });
        return;
      case 'link':
        tell({ kind: 'slac', side: 'evse', what: output.up ? 'link-up' : 'link-down' });
        if (!output.up) this.secc.feed({ kind: 'link.lost' });
        return;
      case 'session-ended':
        return tell({ kind: 'warning', side: 'evse', what: 'slac', detail: output.why });
      case 'failed':
        return tell({ kind: 'slac', side: 'evse', what: 'failed', detail: output.why });
      case 'warning':
        return tell({ kind: 'warning', side: 'evse', what: output.why });
      case 'key-wanted':
      case 'ignored':
        return;
    }
  }

  #datagram(payload: Uint8Array, from: End): void {
    const { payloadType, payload: body } = readDatagram(payload);
    if (payloadType !== SDP_REQUEST) return;
    this.#asker = from;
    this.secc.feed({ kind: 'sdp', ...decodeSdpRequest(body) });
  }

  #tcp(event: ConnectionEvent, connection: Connection): void {
    if (event.kind === 'opened') {
      this.#connections.set(++this.#lastConnection, { connection, stream: new DinStream() });
      this.secc.feed({ kind: 'tcp.connected', connection: this.#lastConnection });
      return;
    }
    const [number, known] = [...this.#connections].find(([, one]) => one.connection === connection) ?? [];
    if (number === undefined || known === undefined) return;
    switch (event.kind) {
      case 'data':
        for (const input of known.stream.push(event.bytes)) this.secc.feed(input);
        return;
      case 'finished':
        // A car that has said its last hears no more.
        connection.feed({ kind: 'finish' });
        return this.secc.feed({ kind: 'tcp.closed', connection: number });
      case 'closed':
        this.#connections.delete(number);
        return this.secc.feed({ kind: 'tcp.closed', connection: number });
    }
  }

  #seccTold(output: SeccOutput): void {
    const { tell, time, random } = this.#site;
    switch (output.kind) {
      case 'sdp': {
        const { ip, port, security } = output;
        if (this.#asker !== undefined) this.#host.send(SDP_PORT, this.#asker, encodeSdpResponse(output));
        return tell({ kind: 'sdp', side: 'evse', security, detail: `[${ip}]:${port}` });
      }
      case 'send':
        return this.#send(output);
      case 'tcp.refuse':
      case 'tcp.close':
        return this.#connections.get(output.connection)?.connection.feed({ kind: 'abort' });
      case 'tcp.finish':
        return this.#connections.get(output.connection)?.connection.feed({ kind: 'finish' });
      case 'authorize': {
        const { authorizeAfter } = this.#options;
        if (authorizeAfter === undefined) return;
        // Nobody is so regular.
        return time.schedule(() => this.authorize(output.evccId, true), ms(authorizeAfter * (0.8 + 0.4 * random.next())));
      }
      case 'power':
        return this.power.feed(output.request);
      case 'pilot':
        this.#held = output.set === 'F';
        return this.#signal(output.set === 'F' ? 'f' : 'x1');
      case 'link':
        this.#held ||= output.request === 'terminate';
        return this.slac.actor.feed({ kind: output.request }, lastWords);
      case 'phase':
        return tell({ kind: 'phase', side: 'evse', phase: output.phase });
      case 'warning':
        return tell({ kind: 'warning', side: 'evse', what: output.what, ...(output.detail !== undefined && { detail: output.detail }) });
      case 'starved':
        return tell({ kind: 'warning', side: 'evse', what: 'no-current' });
      case 'fed':
        return;
      case 'end':
        return tell({ kind: 'end', side: 'evse', end: output.end });
    }
  }

  authorize(evccId: string, accepted: boolean): void {
    this.#site.tell({ kind: 'authorized', evccId, accepted });
    this.secc.feed({ kind: 'authorization', result: accepted ? 'accepted' : 'rejected' });
  }

  #send({ message }: Extract<SeccOutput, { kind: 'send' }>): void {
    const known = this.#connections.get(this.#lastConnection);
    const { tampering } = this.#options;
    const sent = tampering.message(message);
    if (known === undefined || sent === undefined) return;
    if ('V2G_Message' in sent && sent.V2G_Message.Body.CurrentDemandRes !== undefined) this.demands++;
    for (const bytes of tampering.bytes(known.stream.write(sent), sent)) known.connection.feed({ kind: 'write', bytes });
  }

  #powerTold(output: PowerOutput): void {
    const { tell, hardware } = this.#site;
    switch (output.kind) {
      case 'supply.set':
      case 'supply.off':
      case 'contactors.close':
      case 'contactors.open':
      case 'imd.start':
      case 'imd.stop':
        return hardware(output);
      case 'measured':
        break;
      case 'cableCheck.finished':
        tell({ kind: 'power', what: output.kind, detail: output.isolation });
        break;
      case 'preCharge.reached':
        tell({ kind: 'power', what: output.kind, detail: `${output.voltage} V` });
        break;
      case 'stopped':
      case 'released':
        tell({ kind: 'power', what: output.kind });
        break;
      case 'fault':
        tell({ kind: 'power', what: output.kind, detail: output.why });
        break;
      case 'warning':
        tell({ kind: 'warning', side: 'evse', what: output.what });
        break;
      case 'refused':
        tell({ kind: 'warning', side: 'evse', what: 'power-refused', detail: output.request });
        break;
    }
    this.secc.feed({ kind: 'power', event: output });
  }
}

/**
 * The modem of a host: an address of its own, as different from others' as the host's. Not of the makers' 00:b0:52, where
 * one address means any modem.
 */
export const modemOf = (mac: string): string => `06${mac.slice(2)}`;

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('').toUpperCase();
