import { ms } from '@pilotwire/machine';
import type { Actor, Timeline } from '@pilotwire/machine';
import type { Channel, InletCommand, Outlet, Status, VehicleReading } from '@pilotwire/outlet';
import type { AgentWord, GatewayEnd } from '@pilotwire/pair';
import { carProfiles, evcc, idleEvcc } from '@pilotwire/v2g-session';
import type { EvccInput, EvccOutput, EvccState } from '@pilotwire/v2g-session';
import { AgentLine } from '../agent-line.js';
import type { CarNetwork } from '../network/network.js';
import { Flights } from '../session/flights.js';
import type { Tap, Tell } from '../session/happening.js';
import { Histogram } from '../session/histogram.js';
import { messageName } from '../session/messages.js';
import { until } from '../until.js';
import { Client } from './client.js';

export interface CarOptions {
  readonly time: Timeline;
  /** A name for the next session. */
  readonly newSession: () => string;
  readonly inlet: Outlet['ev']['inlet'];
  readonly pair: GatewayEnd;
  readonly network: CarNetwork;
  readonly tell: Tell;
  /** Sees each frame; undefined where nobody looks. */
  readonly tap?: Tap | undefined;
}

/** From the end of a session to leaving the network: its last words are still on the line. */
const lastWords = ms(1_000);
/** A charger that is told that the car wants to stop has so long. */
const patience = ms(8_000);

/** What there is from plug-in to plug-out. */
interface Visit {
  readonly sessionId: string;
  /** Undefined until the first word of the car that was plugged in, which tells what car it is. */
  evcc: Actor<EvccState, EvccInput> | undefined;
  readonly client: Client;
  over: boolean;
}

/** A car above its power line: the session, its contactors, and the connection to the charger. */
export class Car {
  readonly latencies = new Histogram();
  readonly flights = new Flights();
  readonly #options: CarOptions;
  readonly #line: AgentLine | undefined;
  readonly #inlet: Channel<InletCommand>;
  #visit: Visit | undefined;
  /** It wants no more than it has: charged, or stopped by its driver. */
  #done = false;
  #load: 'B' | 'C' = 'B';
  #closed: boolean | undefined;
  #down: string | undefined = 'nothing heard of it yet';
  #halted = false;
  /** Of cars that have gone: they are let go of a moment later. */
  readonly #parting = new Set<Client>();
  #counts = { in: 0, out: 0, garbage: 0 };

  constructor(options: CarOptions) {
    this.#options = options;
    const { time, pair, tell, inlet } = options;
    this.#inlet = inlet({ receive: (reading) => this.#halted || this.#measured(reading), status: (status) => this.#halted || this.#inletIs(status) });
    this.#line = new AgentLine({
      time, pair, tell,
      word: () => ({ pilot: this.#load, ...(this.#visit !== undefined && { sessionId: this.#visit.sessionId }) }),
      level: () => undefined,
      pilot: (level) => this.#pilotIs(level),
      linkUp: () => this.#linkUp(),
      linkLost: () => this.#visit?.evcc?.feed({ kind: 'link.lost' }),
    });
  }

  /** What keeps it from its task. */
  get problems(): readonly string[] {
    const found = { agent: this.#line?.down, inlet: this.#down, network: this.#options.network.down };
    return Object.entries(found).flatMap(([what, why]) => (why === undefined ? [] : [`${what}: ${why}`]));
  }

  get sessionId(): string | undefined {
    return this.#visit?.sessionId;
  }

  get counts(): { readonly in: number; readonly out: number; readonly garbage: number } {
    const { in: came, out, garbage } = this.#visit?.client.counts ?? { in: 0, out: 0, garbage: 0 };
    return { in: this.#counts.in + came, out: this.#counts.out + out, garbage: this.#counts.garbage + garbage };
  }

  get connections(): number {
    return [...this.#parting].reduce((sum, { connections }) => sum + connections, this.#visit?.client.connections ?? 0);
  }

  /** Of the plugged car's session; undefined while it is plugged in nowhere. */
  get state(): EvccState | undefined {
    return this.#visit?.evcc?.state;
  }

  // What people ask. A string says why not.

  start(): string | undefined {
    const at = this.state?.at;
    if (this.#visit === undefined) return 'it is plugged in nowhere';
    if (at !== undefined && at !== 'idle' && at !== 'ended') return 'it charges already, or is about to';
    this.#done = false;
    if (at === 'ended' || at === undefined || this.#line?.linked !== true) this.#line?.ask('error');
    else this.#linkUp();
    return undefined;
  }

  stop(): string | undefined {
    const at = this.state?.at;
    if (this.#visit === undefined) return 'it is plugged in nowhere';
    if (at === 'stopping' || at === 'ended') return 'it has ended, or is about to';
    this.#done = true;
    this.#visit.evcc?.feed({ kind: 'stop' });
    return undefined;
  }

  /** Ends what runs, in order as far as the charger follows within eight seconds; then lets go of everything. */
  async leave(): Promise<void> {
    const { time } = this.#options;
    const busy = (): boolean => this.state !== undefined && this.state.at !== 'idle' && this.state.at !== 'ended';
    if (busy()) this.stop();
    await until(time, () => !busy(), patience);
    this.#inlet.send({ kind: 'inlet.open' });
    this.halt();
  }

  /** Lets go of everything, as a process that dies does: the outlet opens the car's contactors, and it is ready no more. */
  halt(): void {
    this.#halted = true;
    this.#visit?.evcc?.stop();
    this.#visit?.client.close();
    for (const client of this.#parting) this.#part(client);
    this.#line?.close();
    this.#inlet.close();
  }

  #pilotIs(level: AgentWord['level']): void {
    if (level === 'A') this.#unplugged();
    else if (level !== undefined && this.#visit === undefined) this.#plugged();
  }

  #plugged(): void {
    const { time, newSession, network, tell, tap } = this.#options;
    const feed = (input: EvccInput): void => this.#visit?.evcc?.feed(input);
    const client = new Client({ time, network, feed, tell, tap, latencies: this.latencies });
    this.#visit = { sessionId: newSession(), evcc: undefined, client, over: false };
    this.#done = false;
    tell({ kind: 'plugged', sessionId: this.#visit.sessionId });
    this.#line?.changed();
  }

  #unplugged(): void {
    const visit = this.#visit;
    if (visit === undefined) return;
    visit.evcc?.feed({ kind: 'unplugged' });
    // What held the contactors is gone with the plug; the session needs no three seconds to find out.
    this.#inlet.send({ kind: 'inlet.open' });
    this.#ready('B');
    const { tell, time } = this.#options;
    time.schedule(() => {
      const { state } = visit.evcc ?? {};
      if (state?.at === 'stopping') tell({ kind: 'end', end: state.end });
      visit.evcc?.stop();
      const { counts } = visit.client;
      this.#counts = { in: this.#counts.in + counts.in, out: this.#counts.out + counts.out, garbage: this.#counts.garbage + counts.garbage };
      // A car with the plug out is heard by nobody, whatever it says.
      this.#parting.add(visit.client);
      time.schedule(() => this.#part(visit.client), lastWords);
      if (this.#halted || this.#visit !== visit) return;
      this.#visit = undefined;
      tell({ kind: 'unplugged' });
      this.#line?.changed();
      const level = this.#line?.level;
      if (level !== undefined && level !== 'A') this.#plugged();
    });
  }

  #part(client: Client): void {
    if (this.#parting.delete(client)) client.close();
  }

  #linkUp(): void {
    if (!this.#done) this.#visit?.evcc?.feed({ kind: 'link.up' });
  }

  #inletIs(status: Status): void {
    this.#down = status.state === 'up' ? undefined : status.why;
    this.#options.tell({ kind: 'inlet', up: status.state === 'up', ...(status.state === 'down' && { why: status.why }) });
  }

  #measured({ vehicle, car }: VehicleReading): void {
    const { tell, time } = this.#options;
    const closed = vehicle.contactors === 'closed';
    if (closed !== this.#closed) {
      this.#closed = closed;
      tell({ kind: 'contactors', side: 'ev', closed });
    }
    tell({ kind: 'vehicle', soc: vehicle.soc });
    const visit = this.#visit;
    if (visit === undefined) return;
    if (visit.evcc === undefined) {
      visit.evcc = this.flights.add('evcc', time, evcc, idleEvcc(carProfiles[car], vehicle), (output) => this.#visit === visit && this.#told(visit, output));
      this.flights.begin(visit.sessionId);
      if (this.#line?.linked) this.#linkUp();
    } else visit.evcc.feed({ kind: 'vehicle', vehicle });
  }

  #ready(load: 'B' | 'C'): void {
    this.#load = load;
    this.#line?.changed();
  }

  #told(visit: Visit, output: EvccOutput): void {
    const { tell, time } = this.#options;
    switch (output.kind) {
      case 'send':
        return visit.client.send(output.message);
      case 'sdp':
        return visit.client.look(output);
      case 'tcp.connect':
        return visit.client.connect(output);
      case 'tcp.close':
        return visit.client.finish();
      case 'pilot':
        return this.#ready(output.set);
      case 'contactors':
        return this.#inlet.send({ kind: output.set === 'closed' ? 'inlet.close' : 'inlet.open' });
      case 'present':
        return tell({ kind: 'measured', at: time.now, voltage: output.voltage, current: output.current, register: undefined });
      case 'lock':
      case 'imd':
        return;
      case 'phase': {
        const { state } = visit.evcc as Actor<EvccState, EvccInput>;
        const { asked } = visit.client;
        const cause = state.at === 'dialogue' ? state.stop : undefined;
        return tell({ kind: 'phase', phase: output.phase, message: asked && messageName(asked), cause: cause && { reason: cause.reason, by: cause.by } });
      }
      case 'warning': {
        const detail = output.detail ?? output.anomalies?.map(({ code }) => code).join(' ');
        return tell({ kind: 'warning', what: output.what, ...(detail !== undefined && { detail }) });
      }
      case 'end': {
        const { end } = output;
        this.#done ||= end.reason === 'completed' || end.reason === 'user-stop';
        tell({ kind: 'end', end });
        // Then the car has no more business on this line.
        time.schedule(() => this.#visit === visit && visit.evcc?.state.at === 'ended' && this.#line?.ask('terminate'), lastWords);
      }
    }
  }
}
