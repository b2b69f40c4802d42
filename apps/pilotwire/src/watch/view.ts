import type { AnyEvent, EventType, PayloadOf, telemetry } from '@pilotwire/contracts';
import { percent } from '../site/units.js';
import type { Heard, Line } from './heard.js';
import { words } from './words.js';
import type { Said } from './words.js';

/** What has to be remembered to tell what comes next. */
export interface View {
  readonly outlets: ReadonlyMap<number, Outlet>;
  readonly services: ReadonlyMap<string, 'online' | 'offline'>;
  readonly broker: 'unknown' | 'up' | 'down';
}

interface Outlet {
  readonly charging: boolean;
  readonly available: boolean;
  /** When values were last told as a line: milliseconds since 1970. */
  readonly toldAt: number;
}

export const nothingSeen: View = { outlets: new Map(), services: new Map(), broker: 'unknown' };

/** What to show of what was heard. */
export interface Shown {
  readonly view: View;
  readonly lines: readonly Line[];
  /** Measured values, where a line is replaced by the next. Where none is: those that are `due` are worth a line. */
  readonly measured?: Line & { readonly due: boolean; readonly soc?: number };
}

/** Between two lines of measured values where lines stay, in milliseconds. */
const between = 5_000;

/** Everything that a person sees of a station, from what is said on the bus and nothing else. */
export function show(view: View, heard: Heard): Shown {
  switch (heard.kind) {
    case 'event':
      return showEvent(view, heard.event);
    case 'telemetry':
      return showMeasured(view, heard);
    case 'state':
      return showState(view, heard);
    case 'service': {
      const { at, name, state } = heard;
      const before = view.services.get(name);
      const next = { ...view, services: new Map(view.services).set(name, state) };
      if (before === state || (before === undefined && state === 'online')) return { view: next, lines: [] };
      return { view: next, lines: [{ at, text: `${name} is ${state === 'online' ? 'there' : 'GONE'}`, tone: state === 'online' ? 'quiet' : 'warning' }] };
    }
    case 'broker': {
      const { at, up, where, why } = heard;
      const broker = up ? 'up' : 'down';
      // It is tried again and again, and each try fails alike.
      if (broker === view.broker) return { view, lines: [] };
      const next = { ...view, broker } as const;
      if (!up) return { view: next, lines: [{ at, text: `NO BROKER at ${where}: ${why ?? 'it hung up'}`, tone: 'warning' }] };
      return { view: next, lines: view.broker === 'down' ? [{ at, text: `the broker at ${where} is there`, tone: 'good' }] : [] };
    }
    case 'lost':
      return { view, lines: [{ at: heard.at, text: `${heard.count} events of ${heard.src} are LOST`, tone: 'warning' }] };
    case 'trouble':
      return { view, lines: [{ at: heard.at, text: heard.what, tone: 'warning' }] };
  }
}

const unseen: Outlet = { charging: false, available: true, toldAt: 0 };
const outletOf = (view: View, evse: number): Outlet => view.outlets.get(evse) ?? unseen;
const withOutlet = (view: View, evse: number, change: Partial<Outlet>): View => ({ ...view, outlets: new Map(view.outlets).set(evse, { ...outletOf(view, evse), ...change }) });

const begins: ReadonlySet<string> = new Set(['charging.started']);
const ends: ReadonlySet<string> = new Set(['charging.stopped', 'session.ended']);

function showEvent(view: View, { type, ts, evse, data }: AnyEvent): Shown {
  const charging = begins.has(type) || (outletOf(view, evse).charging && !ends.has(type));
  const known = Object.hasOwn(words, type) ? (words[type as EventType] as (data: unknown) => readonly Said[]) : undefined;
  const said = known?.(data) ?? [{ text: `${type}: ${JSON.stringify(data)}` }];
  // Its first values are worth a line of their own.
  const change = begins.has(type) ? { charging, toldAt: 0 } : { charging };
  return { view: withOutlet(view, evse, change), lines: said.map((one) => ({ tone: 'plain', ...one, at: ts, evse })) };
}

function showMeasured(view: View, { evse, telemetry: values }: Extract<Heard, { kind: 'telemetry' }>): Shown {
  const { charging, toldAt } = outletOf(view, evse);
  const now = Date.parse(values.ts);
  const due = charging && now - toldAt >= between;
  const line = { at: values.ts, evse, who: 'evse', text: measuredText(values), tone: 'plain', due, ...(values.soc !== undefined && { soc: values.soc }) } as const;
  return { view: withOutlet(view, evse, due ? { toldAt: now } : {}), lines: [], measured: line };
}

function measuredText({ voltage, current, power, energyWh, soc }: PayloadOf<typeof telemetry>): string {
  const values = `${voltage.toFixed(1).padStart(6)} V ${current.toFixed(1).padStart(6)} A ${(power / 1_000).toFixed(1).padStart(6)} kW ${(energyWh / 1_000).toFixed(3).padStart(7)} kWh`;
  return soc === undefined ? values : `${values}  SoC ${percent(soc)}`;
}

function showState(view: View, { evse, state: { ts: at, phase, available, faults, pilot } }: Extract<Heard, { kind: 'state' }>): Shown {
  const before = view.outlets.get(evse);
  const next = withOutlet(view, evse, { charging: phase === 'charging', available });
  const line = (text: string, tone: Line['tone']): Line => ({ at, evse, text, tone });
  const refuses = line('NOT AVAILABLE: no session begins', 'warning');
  if (before !== undefined) {
    if (before.available === available) return { view: next, lines: [] };
    return { view: next, lines: [available ? line('available', 'good') : refuses] };
  }
  // Whoever comes later sees where things stand.
  const stands = phase === 'idle' ? 'no car is plugged in' : `${phase}${pilot === undefined ? '' : `, pilot ${pilot}`}`;
  return { view: next, lines: [line(`found: ${stands}`, 'quiet'), ...(available ? [] : [refuses]), ...faults.map((fault) => line(`FAULT: ${fault}`, 'fault'))] };
}
