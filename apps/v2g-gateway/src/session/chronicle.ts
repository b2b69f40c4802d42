import { blockingFaults } from '@pilotwire/contracts';
import type { DataOf, EventType, events, Mode, PayloadOf, session, state } from '@pilotwire/contracts';
import { between } from '@pilotwire/machine';
import type { Instant, Timeline } from '@pilotwire/machine';
import { exchanged } from './exchanges.js';
import type { ChargerLimits, Happening, LimitedBy } from './happening.js';
import { isLeaving, isPowered, phaseOf, wordOf } from './phases.js';
import type { PhaseWord } from './phases.js';
import { amperes, newVisit, relink, soc, volts, wattHours, watts } from './visit.js';
import type { Emit, Visit } from './visit.js';

export interface ChronicleOptions {
  readonly mode: Mode;
  readonly simulated: boolean;
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly event: <Type extends EventType>(type: Type, data: DataOf<(typeof events)[Type]>, sessionId: string | undefined) => void;
  /** The outlet stands otherwise than before. */
  readonly changed: () => void;
  /** Whether sessions may begin at first; by default they may. */
  readonly available?: boolean;
}

export type StateOf = Omit<PayloadOf<typeof state>, 'ts' | 'seq'>;
export type SessionOf = Omit<NonNullable<PayloadOf<typeof session>>, 'ts'>;
type Of<Kind extends Happening['kind']> = Extract<Happening, { readonly kind: Kind }>;

/** Each warning is told so often in one session; a car that writes oddly does so in every message. */
const mostOfOneWarning = 3;
/** Less is no current. Amperes. */
const noCurrent = 1;

/** Makes the story of an outlet out of what happens at it: its events in order, and where it stands now. */
export class Chronicle {
  readonly #options: ChronicleOptions;
  readonly #emit: Emit;
  readonly #faults = new Set<string>();
  #visit: Visit | undefined;
  #level: Of<'pilot'>['level'];
  #oscillator = false;
  #available: boolean;
  #limits: ChargerLimits | undefined;
  #limitedBy: LimitedBy = 'evse';
  #closed: boolean | undefined;
  #supply: boolean | undefined;
  #measured: { readonly at: Instant; readonly register: number | undefined } | undefined;

  constructor(options: ChronicleOptions) {
    this.#options = options;
    this.#available = options.available ?? true;
    this.#emit = (type, data) => options.event(type, data, this.#visit?.id);
  }

  /** Of the session that runs. */
  get sessionId(): string | undefined {
    return this.#visit?.id;
  }

  /** The session that runs; not to be changed. */
  get visit(): Readonly<Visit> | undefined {
    return this.#visit;
  }

  get faults(): readonly string[] {
    return [...this.#faults];
  }

  /** There is something to measure. */
  get powered(): boolean {
    return this.#visit !== undefined && isPowered(this.#visit.phase);
  }

  state(): StateOf {
    const { mode, simulated } = this.#options;
    const welded = this.#faults.has('contactors-welded');
    return {
      mode, simulated, ...(this.#level !== undefined && { pilot: this.#level }), phase: this.#phase(),
      contactors: welded ? 'welded' : this.#closed === undefined ? 'unknown' : this.#closed ? 'closed' : 'open',
      supply: this.#supply === undefined ? 'unknown' : this.#supply ? 'on' : 'off',
      available: this.#available, faults: this.faults.slice(0, 32), ...(this.#visit !== undefined && { sessionId: this.#visit.id }),
    };
  }

  session(): SessionOf | undefined {
    const visit = this.#visit;
    if (visit === undefined) return undefined;
    const { id, startedAt, phase, protocol, evccid, energy, ev } = visit;
    const limits = this.#limits;
    return {
      id, startedAt: new Date(startedAt).toISOString(), phase, ...(protocol !== undefined && { protocol }), ...(evccid !== undefined && { evccid }),
      energyWh: wattHours(energy), ...soc(visit),
      ...(ev !== undefined && { evLimits: { maxV: ev.maxV, maxA: ev.maxA, ...(ev.maxW !== undefined && { maxW: ev.maxW }) } }),
      ...(limits !== undefined && {
        evseLimits: { minV: volts(limits.minVoltage), maxV: volts(limits.maxVoltage), maxA: amperes(limits.maxCurrent), maxW: watts(limits.maxPower) },
      }),
    };
  }

  tell(happening: Happening): void {
    const visit = this.#visit;
    switch (happening.kind) {
      case 'exchange':
        if (visit === undefined) return;
        exchanged(visit, happening, this.#emit, this.#options.time.now);
        return;
      case 'measured':
        return this.#measure(happening);
      case 'vehicle':
        if (visit !== undefined) visit.soc = happening.soc;
        return;
      case 'plugged':
        this.#begin(happening.sessionId);
        break;
      case 'unplugged':
        this.#end({ reason: 'not-matched', by: 'line' });
        this.#oscillator = false;
        break;
      case 'pilot':
        this.#level = happening.level;
        // A car that has left is no car that waits: what follows is its end.
        if (happening.level === 'A' && visit !== undefined) return;
        this.#oscillator = happening.pwm;
        break;
      case 'link':
        if (visit === undefined) return;
        if (happening.up) relink(visit);
        else visit.linked = false;
        break;
      case 'phase':
        if (visit === undefined) return;
        visit.v2g = happening.phase;
        if (isLeaving(happening.phase)) {
          this.#stopped(visit, happening.cause ?? { reason: 'completed', by: 'ev' });
          // A car has no meter, and is told nothing any more.
          if (this.#measured?.register === undefined) visit.current = 0;
        }
        return this.#settle(happening.message);
      case 'end':
        if (visit === undefined) return;
        visit.v2g = undefined;
        visit.end = happening.end;
        if (visit.lastEnd === undefined || happening.end.phase !== 'Linked') visit.lastEnd = happening.end;
        this.#stopped(visit, happening.end);
        break;
      case 'sdp':
        return this.#sdp(happening);
      case 'authorize':
        this.#emit('auth.requested', happening.evccid === '' ? {} : { evccid: happening.evccid.toUpperCase() });
        return;
      case 'authorized':
        this.#emit('auth.result', { accepted: happening.accepted, by: happening.by.slice(0, 64) });
        return;
      case 'limits':
        this.#limits = happening.limits;
        this.#limitedBy = happening.by;
        break;
      case 'available':
        this.#available = happening.available;
        break;
      case 'contactors':
        this.#contactors(happening);
        break;
      case 'supply':
        this.#supply = happening.on;
        break;
      case 'warning':
        return this.#warn(happening);
      case 'fault':
        this.#fault(happening);
        break;
      case 'agent':
      case 'inlet':
      case 'power-driver':
      case 'sdp-port':
      case 'tcp-port':
        return;
    }
    this.#settle();
  }

  /** The process ends, and nobody will be there when the car leaves. */
  close(): void {
    this.#end({ reason: 'shutdown', by: 'evse' });
    this.#settle();
  }

  #begin(id: string): void {
    this.#visit = newVisit(id, this.#options.wallClock(), this.#options.time.now);
    this.#emit('session.started', { simulated: this.#options.simulated });
  }

  /** `otherwise`: why, where V2G never began. */
  #end(otherwise: { readonly reason: string; readonly by: 'line' | 'evse' }): void {
    const visit = this.#visit;
    if (visit === undefined) return;
    const { energy, since, lastEnd, phase } = visit;
    this.#stopped(visit, lastEnd ?? otherwise);
    const { reason, by, detail } = { detail: undefined, ...(lastEnd ?? otherwise) };
    this.#emit('session.ended', {
      reason, by, phase: lastEnd === undefined ? phase : wordOf(lastEnd.phase), energyWh: wattHours(energy),
      durationS: Math.max(0, Math.round(between(since, this.#options.time.now) / 1_000)), ...soc(visit), ...(detail !== undefined && { detail: detail.slice(0, 256) }),
    });
    this.#visit = undefined;
  }

  #stopped(visit: Visit, { reason, by }: { readonly reason: string; readonly by: 'ev' | 'evse' | 'person' | 'line' }): void {
    if (visit.charging !== 'on' && visit.charging !== 'paused') return;
    visit.charging = 'over';
    this.#emit('charging.stopped', { by, why: reason, energyWh: wattHours(visit.energy), ...soc(visit) });
  }

  /** Energy is what the register has grown by; without one, what voltage and current make of the time. */
  #measure({ at, voltage, current, register }: Of<'measured'>): void {
    const before = this.#measured;
    this.#measured = { at, register };
    const visit = this.#visit;
    if (visit === undefined) return;
    visit.voltage = voltage;
    visit.current = current;
    if (before !== undefined) {
      // A register that begins anew has lost nothing of what it had told before.
      if (register !== undefined && before.register !== undefined) visit.energy += Math.max(0, register - before.register);
      else if (register === undefined) visit.energy += (voltage * current * Math.min(1_000, between(before.at, at))) / 3_600_000;
    }
    this.#pause(visit);
  }

  #pause(visit: Visit): void {
    const { current, targetA, charging } = visit;
    if (charging === 'paused' && current >= noCurrent) {
      visit.charging = 'on';
      this.#emit('charging.resumed', {});
      return;
    }
    if (charging !== 'on' || current >= noCurrent) return;
    const held = this.#limits !== undefined && (this.#limits.maxPower <= 0 || this.#limits.maxCurrent <= 0);
    if (!held && (targetA === undefined || targetA >= noCurrent)) return;
    visit.charging = 'paused';
    this.#emit('charging.paused', held ? { by: this.#limitedBy, why: 'limit' } : { by: 'ev', why: 'no-demand' });
  }

  #sdp({ security, ip, port }: Of<'sdp'>): void {
    const visit = this.#visit;
    const told = `${security} ${ip} ${port}`;
    // A car that does not hear asks again and again.
    if (visit === undefined || visit.sdp === told) return;
    visit.sdp = told;
    this.#emit('v2g.sdp', { security: security === 0x10 ? 'tcp' : security === 0 ? 'tls' : 'other', ip, port });
  }

  #warn({ what, detail }: Of<'warning'>): void {
    const { warnings } = this.#visit ?? {};
    const count = warnings?.get(what) ?? 0;
    if (warnings === undefined || count >= mostOfOneWarning) return;
    warnings.set(what, count + 1);
    this.#emit('v2g.warning', { what, ...(detail !== undefined && { detail: detail.slice(0, 256) }) });
  }

  #contactors({ side, closed }: Of<'contactors'>): void {
    const first = this.#closed === undefined;
    if (this.#closed === closed) return;
    this.#closed = closed;
    if (!first || closed) this.#emit('contactor.changed', { side, closed });
  }

  #fault({ fault, present, detail }: Of<'fault'>): void {
    if (present === this.#faults.has(fault)) return;
    if (present) {
      this.#faults.add(fault);
      this.#emit('fault.raised', { fault, ...(detail !== undefined && { detail: detail.slice(0, 256) }) });
    } else {
      this.#faults.delete(fault);
      this.#emit('fault.cleared', { fault });
    }
  }

  #phase(): PhaseWord {
    const visit = this.#visit;
    return phaseOf({
      session: visit !== undefined, available: this.#available, faulted: this.faults.some((fault) => blockingFaults.get(fault) === 'outlet'),
      plugged: this.#level !== undefined && this.#level !== 'A', oscillator: this.#oscillator, link: visit?.linked ?? false, v2g: visit?.v2g, end: visit?.end,
    });
  }

  #settle(message?: string): void {
    const visit = this.#visit;
    const to = this.#phase();
    if (visit !== undefined && visit.phase !== to) {
      const from = visit.phase;
      visit.phase = to;
      const why = to === 'ended' ? visit.end?.reason : undefined;
      this.#emit('session.phase', { from, to, ...(message !== undefined && { message: message.slice(0, 64) }), ...(why !== undefined && { why }) });
    }
    this.#options.changed();
  }
}
