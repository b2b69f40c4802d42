import { after, between, earliest, ms, noise, origin, seconds } from '@pilotwire/machine';
import type { Duration, Instant, Machine, Step, Tick } from '@pilotwire/machine';
import type { InletCommand } from '@pilotwire/outlet';
import type { PowerCommand, PowerReading } from '@pilotwire/power';
import { charged, compactBattery, restVoltage } from './battery.js';
import type { BatteryModel } from './battery.js';
import { noOutput, orderOf, stepLoaded, stepUnloaded, usualSupply, watchdog } from './supply.js';
import type { SupplyModel, SupplyOrder, SupplyOutput } from './supply.js';
import { openSwitch, settleSwitch, tellSwitch } from './switch.js';
import type { Switch } from './switch.js';

/** Everything between the grid and the cells: source, contactors, isolation monitor, meter, cable, inlet, battery. */
export interface DcHardware {
  readonly supply: SupplyModel;
  readonly contactorTravel: Duration;
  readonly selfTest: Duration;
  readonly isolationPeriod: Duration;
  /** Isolation of both poles against earth, in ohms. */
  readonly isolation: number;
  /** Peak ripple of the current in amperes, and of the voltage in volts, as the meter sees them. */
  readonly ripple: { readonly current: number; readonly voltage: number };
  readonly inletTravel: Duration;
  readonly battery: BatteryModel;
  /** Names the noise. */
  readonly seed: number;
}

export const usualHardware: DcHardware = {
  supply: usualSupply,
  contactorTravel: ms(30),
  selfTest: seconds(4),
  isolationPeriod: ms(500),
  isolation: 5_000_000,
  ripple: { current: 0.3, voltage: 0.4 },
  inletTravel: ms(40),
  battery: compactBattery,
  seed: 1,
};

/** What may break, and be repaired. */
export const hardwareFaults = [
  'contactors-welded',
  'contactors-stuck-open',
  'inlet-welded',
  'inlet-stuck-open',
  'supply-fault', // it reports a fault and gives nothing
  'supply-over-voltage', // it regulates half again above its setpoint
  'supply-under-voltage', // it comes to three quarters of its setpoint
  'supply-starved', // it gives half an ampere
  'supply-silent',
  'contactors-silent',
  'meter-silent',
  'imd-silent',
  'imd-self-test', // fails
  'isolation-low', // 20 kΩ
  'isolation-poor', // 150 kΩ: once a warning, by IEC 61851-23:2023 good
] as const;
export type HardwareFault = (typeof hardwareFaults)[number];

export type DcOutputInput =
  | PowerCommand
  | InletCommand
  | { readonly kind: 'hardware.fault'; readonly fault: HardwareFault; readonly present: boolean }
  /** Another car stands there: its battery, and how full it is, from 0 to 1. */
  | { readonly kind: 'battery'; readonly battery: BatteryModel; readonly soc: number };

/** What the car measures: at the cable's end, and of its battery. Volts, amperes, state of charge from 0 to 1. */
export interface InletReading {
  readonly kind: 'inlet';
  readonly at: Instant;
  readonly voltage: number;
  readonly current: number;
  readonly closed: boolean;
  readonly batteryVoltage: number;
  readonly soc: number;
}

export type DcOutputReading = PowerReading | InletReading;

export interface DcOutputState {
  readonly hardware: DcHardware;
  readonly faults: readonly HardwareFault[];
  readonly at: Instant;
  readonly readAt: Instant;
  /** What the source was told; undefined while it is off. */
  readonly order: SupplyOrder | undefined;
  readonly output: SupplyOutput;
  readonly contactors: Switch;
  /** Until when the contactors are held; undefined where they were told to open. */
  readonly heldUntil: Instant | undefined;
  /** They fell to off by themselves, and stay so until they were told to be off. */
  readonly fallen: { readonly supply: boolean; readonly contactors: boolean };
  readonly inlet: Switch;
  /** When the isolation monitor was started, and measures next; undefined while it is off. */
  readonly imd: { readonly since: Instant; readonly measuresAt: Instant } | undefined;
  readonly soc: number;
  /** Delivered so far, in Wh. */
  readonly energy: number;
  /** Readings so far: which noise comes next. */
  readonly count: number;
}

/** Devices report this often. */
const readingPeriod = ms(100);
const lowIsolation = 20_000;
const poorIsolation = 150_000;
const starvedCurrent = 0.5;
const none: DcOutputState['fallen'] = { supply: false, contactors: false };

/** Everything open and off, with a battery at `soc`. */
export const dcOutputAtRest = (soc: number, hardware = usualHardware, now = origin): DcOutputState => ({
  hardware, faults: [], at: now, readAt: now, order: undefined, output: noOutput, contactors: openSwitch,
  heldUntil: undefined, fallen: none, inlet: openSwitch, imd: undefined, soc, energy: 0, count: 0,
});

/** The power hardware of one outlet with a car at its cable: obeys commands, tells readings, and obeys physics. */
export const dcOutput: Machine<DcOutputState, DcOutputInput, DcOutputReading> = { step, deadline };

function deadline({ readAt, contactors, heldUntil, inlet, order, imd }: DcOutputState): Instant | undefined {
  return earliest(readAt, contactors.movesAt, heldUntil, inlet.movesAt, order?.offAt, imd?.measuresAt);
}

function step(before: DcOutputState, input: DcOutputInput | Tick, now: Instant): Step<DcOutputState, DcOutputReading> {
  const outputs: DcOutputReading[] = [];
  const state = draftOf(before);
  flow(state, now);
  settle(state, now);
  obey(state, input, now);
  if (state.imd !== undefined && now >= state.imd.measuresAt) {
    state.count++;
    state.imd = { since: state.imd.since, measuresAt: after(now, state.hardware.isolationPeriod) };
    if (!has(state, 'imd-silent')) outputs.push(isolation(state, now));
  }
  if (now >= state.readAt) {
    state.count++;
    state.readAt = after(now, readingPeriod);
    read(state, now, outputs);
  }
  return { state, outputs };
}

/** The next state while it is being made; nobody else has seen it. Field by field, which V8 does much the fastest. */
type Draft = { -readonly [Key in keyof DcOutputState]: DcOutputState[Key] };
const draftOf = (state: DcOutputState): Draft => ({
  hardware: state.hardware, faults: state.faults, at: state.at, readAt: state.readAt, order: state.order,
  output: state.output, contactors: state.contactors, heldUntil: state.heldUntil, fallen: state.fallen, inlet: state.inlet, imd: state.imd,
  soc: state.soc, energy: state.energy, count: state.count,
});

const has = ({ faults }: DcOutputState, fault: HardwareFault): boolean => faults.length > 0 && faults.includes(fault);

/** Lets current flow until `now`: the switches stand still meanwhile, since each of their movements is a deadline. */
function flow(state: Draft, now: Instant): void {
  const elapsed = between(state.at, now);
  if (elapsed === 0) return;
  const { hardware, order, output, soc } = state;
  const { supply, battery } = hardware;
  state.at = now;
  if (!state.contactors.closed || !state.inlet.closed) {
    state.output = stepUnloaded(supply, order, output, elapsed);
    return;
  }
  const { resistance } = battery;
  state.output = stepLoaded(supply, order, output, { rest: restVoltage(battery, soc), resistance }, elapsed);
  const current = (output.current + state.output.current) / 2;
  state.soc = charged(battery, soc, current, elapsed);
  state.energy += (state.output.voltage * current * elapsed) / 3_600_000;
}

/** Lets everything arrive that was under way. */
function settle(state: Draft, now: Instant): void {
  const { contactors, inlet, order, heldUntil } = state;
  const fault = contactors.closed ? 'contactors-welded' : 'contactors-stuck-open';
  state.contactors = settleSwitch(contactors, now, has(state, fault));
  state.inlet = settleSwitch(inlet, now, has(state, inlet.closed ? 'inlet-welded' : 'inlet-stuck-open'));
  if (order !== undefined && now >= order.offAt) {
    state.order = undefined;
    fall(state, 'supply', true);
  }
  if (heldUntil !== undefined && now >= heldUntil) {
    moveContactors(state, false, now);
    fall(state, 'contactors', true);
  }
  const loaded = state.contactors.closed && state.inlet.closed;
  // With the load gone, its current is gone.
  if (!loaded && state.output.current !== 0) state.output = { ...state.output, current: 0 };
}

function fall(state: Draft, device: keyof DcOutputState['fallen'], fallen: boolean): void {
  if (state.fallen[device] !== fallen) state.fallen = { ...state.fallen, [device]: fallen };
}

function moveContactors(state: Draft, close: boolean, now: Instant): void {
  state.contactors = tellSwitch(state.contactors, close, now, state.hardware.contactorTravel);
  state.heldUntil = close ? after(now, watchdog) : undefined;
}

function obey(state: Draft, input: DcOutputInput | Tick, now: Instant): void {
  const { hardware } = state;
  switch (input.kind) {
    case 'tick':
      return;
    case 'supply.set': {
      if (state.fallen.supply || has(state, 'supply-fault')) return;
      const part = has(state, 'supply-over-voltage') ? 1.5 : has(state, 'supply-under-voltage') ? 0.75 : 1;
      const current = has(state, 'supply-starved') ? Math.min(input.current, starvedCurrent) : input.current;
      state.order = orderOf(hardware.supply, part * input.voltage, current, now);
      return;
    }
    case 'supply.off':
      state.order = undefined;
      fall(state, 'supply', false);
      return;
    case 'contactors.close':
      if (!state.fallen.contactors) moveContactors(state, true, now);
      return;
    case 'contactors.open':
      moveContactors(state, false, now);
      fall(state, 'contactors', false);
      return;
    case 'inlet.close':
    case 'inlet.open':
      state.inlet = tellSwitch(state.inlet, input.kind === 'inlet.close', now, hardware.inletTravel);
      return;
    case 'imd.start':
      state.imd = { since: now, measuresAt: after(now, hardware.isolationPeriod) };
      return;
    case 'imd.stop':
      state.imd = undefined;
      return;
    case 'battery':
      state.hardware = { ...hardware, battery: input.battery };
      state.soc = input.soc;
      return;
    case 'hardware.fault':
      state.faults = state.faults.filter((fault) => fault !== input.fault);
      if (!input.present) return;
      state.faults = [...state.faults, input.fault];
      if (input.fault === 'supply-fault') state.order = undefined;
      return;
  }
}

function isolation(state: DcOutputState, at: Instant): PowerReading {
  const { hardware, imd, count } = state;
  const done = imd !== undefined && between(imd.since, at) >= hardware.selfTest;
  const end = has(state, 'imd-self-test') ? 'failed' : 'passed';
  const ohms = has(state, 'isolation-low') ? lowIsolation : has(state, 'isolation-poor') ? poorIsolation : hardware.isolation;
  const resistance = Math.round(ohms * (1 + 0.01 * noise(hardware.seed, count)));
  return { kind: 'imd', at, selfTest: done ? end : 'running', resistance };
}

function read(state: DcOutputState, at: Instant, outputs: DcOutputReading[]): void {
  const { hardware, output, contactors, inlet, soc, count } = state;
  const { ripple, seed, battery } = hardware;
  if (!has(state, 'contactors-silent')) outputs.push({ kind: 'contactors', at, closed: contactors.closed });
  const volts = output.voltage > 1 ? output.voltage + ripple.voltage * noise(seed + 1, count) : output.voltage;
  if (!has(state, 'supply-silent')) {
    outputs.push({ kind: 'supply', at, voltage: tenths(volts), fault: has(state, 'supply-fault') });
  }
  if (!has(state, 'meter-silent')) {
    const amperes = output.current > 1 ? output.current + ripple.current * noise(seed + 2, count) : output.current;
    outputs.push({ kind: 'meter', at, voltage: tenths(volts), current: tenths(amperes), energy: state.energy });
  }
  const rest = restVoltage(battery, soc);
  const loaded = contactors.closed && inlet.closed;
  outputs.push({
    kind: 'inlet',
    at,
    voltage: tenths(contactors.closed ? output.voltage : inlet.closed ? rest : 0),
    current: loaded ? tenths(output.current) : 0,
    closed: inlet.closed,
    batteryVoltage: tenths(loaded ? output.voltage : rest),
    soc,
  });
}

/** Meters have a resolution. */
const tenths = (value: number): number => Math.round(value * 10) / 10;
