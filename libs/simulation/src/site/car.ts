import { ms } from '@pilotwire/machine';
import type { Actor } from '@pilotwire/machine';
import type { EvInput, EvOutput, EvState, Send } from '@pilotwire/slac';
import { DinStream, evcc, idleEvcc } from '@pilotwire/v2g-session';
import type { EvccInput, EvccOutput, EvccState, V2gMessage } from '@pilotwire/v2g-session';
import { decodeSdpResponse, encodeSdpRequest, readDatagram, SDP_PORT, SDP_RESPONSE } from '@pilotwire/v2gtp';
import type { InletReading } from '../hardware/dc-output.js';
import { placeEv } from '../line/party.js';
import type { Party } from '../line/party.js';
import { Host } from '../network/host.js';
import type { Connection, ConnectionEvent } from '../network/host.js';
import { modemOf } from './charger.js';
import type { Surroundings, Tampering } from './surroundings.js';
import { vehicleAtRest, vehicleOf } from './vehicle.js';
import type { Visit } from './vehicle.js';

/** How often a car looks at its pilot. */
const pilotPeriod = ms(50);
/** From the end of a session to leaving the network. */
const lastWords = ms(1_000);

export interface CarOptions extends Visit {
  readonly tampering: Tampering;
}

/** A car: modem, SLAC, EVCC, battery and inlet, put together. */
export class Car {
  readonly mac: string;
  readonly slac: Party<EvState, EvInput>;
  readonly evcc: Actor<EvccState, EvccInput>;
  readonly #site: Surroundings;
  readonly #options: CarOptions;
  readonly #host: Host;
  readonly #port: number;
  #connection: Connection | undefined;
  #stream = new DinStream();
  #closed = false;
  #wanted = false;
  #over = false;

  constructor(site: Surroundings, options: CarOptions) {
    this.#site = site;
    this.#options = options;
    const { time, line, random } = site;
    const { mac, slac } = options.model;
    this.mac = mac;
    this.slac = placeEv({
      time, line,
      config: { mac, timing: { TP_EV_batch_msg_interval: slac.soundInterval } },
      modem: { mac: modemOf(mac) },
      watch: { output: (output) => this.#slacTold(output), frame: (frame) => this.#host.receive(frame) },
    });
    this.#host = new Host(time, mac, random, (frame) => this.slac.send(frame));
    this.#port = this.#host.freshPort();
    this.#host.bind(this.#port, (payload) => this.#datagram(payload));
    this.evcc = time.add(evcc, idleEvcc(options.profile, vehicleAtRest(options)), { perform: (output) => this.#evccTold(output) });
  }

  /** The plug is in: from now on the car looks for 5 % duty cycle. */
  plugged(): void {
    this.#over = false;
    this.#wanted = false;
    this.#site.pilot.load = 'B';
    this.#look();
  }

  /** The plug is out, whoever pulled it. */
  unplugged(): void {
    this.#over = true;
    this.#site.pilot.load = 'A';
    this.#site.hardware({ kind: 'inlet.open' });
    this.evcc.feed({ kind: 'unplugged' });
    this.#leave();
  }

  /** Bytes to the charger that no session wrote. */
  inject(bytes: Uint8Array): void {
    this.#connection?.feed({ kind: 'write', bytes });
  }

  /** The connection is gone, for no reason that the session knows. */
  hangUp(): void {
    this.#connection?.feed({ kind: 'abort' });
    this.evcc.feed({ kind: 'tcp.closed' });
  }

  #leave(): void {
    this.slac.actor.feed({ kind: 'stop', nmk: this.#site.random.bytes(16) });
  }

  #look(): void {
    const { pilot, time } = this.#site;
    if (this.#over) return;
    // One matching for each time that 5 % come up; SLAC itself tries again and again.
    if (pilot.digital && !this.#wanted) time.schedule(() => this.#match(), this.#options.model.slac.start);
    this.#wanted = pilot.digital;
    time.schedule(() => this.#look(), pilotPeriod);
  }

  #match(): void {
    const { random } = this.#site;
    const { runId } = this.#options.model.slac;
    if (!this.#over) this.slac.actor.feed({ kind: 'start', runId: runId === undefined ? random.bytes(8) : octets(runId), rnd: random.bytes(16) });
  }

  /** What the car measures of its battery and at its inlet. */
  measured(reading: InletReading): void {
    if (reading.closed !== this.#closed) {
      this.#closed = reading.closed;
      this.#site.tell({ kind: 'contactors', side: 'ev', closed: reading.closed });
    }
    this.evcc.feed({ kind: 'vehicle', vehicle: vehicleOf(this.#options, reading) });
  }

  #slacTold(output: Exclude<EvOutput, Send>): void {
    const { tell } = this.#site;
    switch (output.kind) {
      case 'matched':
        tell({ kind: 'slac', side: 'ev', what: 'matched', detail: output.evse });
        return this.evcc.feed({ kind: 'link.up' });
      case 'unmatched':
        return tell({ kind: 'slac', side: 'ev', what: 'unmatched' });
      case 'link':
        tell({ kind: 'slac', side: 'ev', what: output.up ? 'link-up' : 'link-down' });
        if (!output.up) this.evcc.feed({ kind: 'link.lost' });
        return;
      case 'repeating':
      case 'failed':
        return tell({ kind: 'slac', side: 'ev', what: output.kind, detail: output.why });
      case 'warning':
        return tell({ kind: 'warning', side: 'ev', what: output.why });
      case 'ignored':
        return;
    }
  }

  #datagram(payload: Uint8Array): void {
    const { payloadType, payload: body } = readDatagram(payload);
    if (payloadType === SDP_RESPONSE) this.evcc.feed({ kind: 'sdp', ...decodeSdpResponse(body) });
  }

  #tcp(event: ConnectionEvent, connection: Connection): void {
    if (connection !== this.#connection) return;
    switch (event.kind) {
      case 'opened':
        this.#stream = new DinStream();
        return this.evcc.feed({ kind: 'tcp.connected' });
      case 'data':
        for (const input of this.#stream.push(event.bytes)) this.evcc.feed(input);
        return;
      case 'finished':
        return this.evcc.feed({ kind: 'tcp.closed' });
      case 'closed':
        return this.evcc.feed({ kind: event.why === 'refused' ? 'tcp.failed' : 'tcp.closed' });
    }
  }

  #send(message: V2gMessage): void {
    const { tampering } = this.#options;
    const sent = tampering.message(message);
    if (sent === undefined) return;
    for (const bytes of tampering.bytes(this.#stream.write(sent), sent)) this.inject(bytes);
  }

  #evccTold(output: EvccOutput): void {
    const { tell, hardware, pilot } = this.#site;
    switch (output.kind) {
      case 'sdp':
        this.#host.sendToAll(this.#port, SDP_PORT, encodeSdpRequest(output));
        return tell({ kind: 'sdp', side: 'ev', security: output.security, detail: 'ff02::1' });
      case 'tcp.connect':
        this.#connection = this.#host.connect(output.ip, output.port, (event, connection) => this.#tcp(event, connection));
        return;
      case 'tcp.close':
        return this.#connection?.feed({ kind: 'finish' });
      case 'send':
        return this.#send(output.message);
      case 'pilot':
        if (pilot.load !== 'A') pilot.load = output.set;
        return;
      case 'contactors':
        return hardware({ kind: output.set === 'closed' ? 'inlet.close' : 'inlet.open' });
      case 'lock':
        return tell({ kind: 'lock', locked: output.set === 'locked' });
      case 'imd':
      case 'present':
        return;
      case 'phase':
        return tell({ kind: 'phase', side: 'ev', phase: output.phase });
      case 'warning':
        return tell({ kind: 'warning', side: 'ev', what: output.what, ...(output.detail !== undefined && { detail: output.detail }) });
      case 'end':
        tell({ kind: 'end', side: 'ev', end: output.end });
        // Time for the connection to end; then the car has no more business on this line.
        return this.#site.time.schedule(() => this.#leave(), lastWords);
    }
  }
}

const octets = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
