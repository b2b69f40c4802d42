import { events, state, telemetry } from '@pilotwire/contracts';
import type { AnyEvent, EventType } from '@pilotwire/contracts';
import { describe, expect, test } from 'vitest';
import type { Heard, Line } from './heard.js';
import { paint, paintMeasured } from './paint.js';
import { nothingSeen, show } from './view.js';

const paper = { color: false, columns: 80, several: false };
const at = '2026-01-01T12:00:00.250Z';

/** Shows what was heard, one after the other. */
function shown(...heard: readonly Heard[]): { lines: Line[]; measured: (Line & { due: boolean })[]; texts: string[] } {
  let view = nothingSeen;
  const [lines, measured]: [Line[], (Line & { due: boolean })[]] = [[], []];
  for (const one of heard) {
    const next = show(view, one);
    view = next.view;
    lines.push(...next.lines);
    if (next.measured !== undefined) measured.push(next.measured);
  }
  return { lines, measured, texts: lines.map(({ who, text }) => [who, text].filter((part) => part !== undefined).join(' ')) };
}

const event = (type: EventType, data?: object): Heard => {
  const example = events[type].example as AnyEvent;
  return { kind: 'event', event: { ...example, ts: at, ...(data && { data: data as AnyEvent['data'] }) } };
};
const values = (second: number, more: object = {}): Heard => ({
  kind: 'telemetry', evse: 1, telemetry: { ...telemetry.example, ts: new Date(Date.parse(at) + 1_000 * second).toISOString(), ...more },
});
const snapshot = (more: object = {}): Heard => ({ kind: 'state', evse: 1, state: { ...state.example, ts: at, ...more } });

describe('events', () => {
  test('a charge, phase by phase, in the words of a person at the charger', () => {
    const phase = (to: string): Heard => event('session.phase', { from: 'other', to });
    expect(shown(
      event('cp.changed', { from: 'A', to: 'B', pwm: false }), event('session.started'), event('cp.changed'), event('slac.started'), event('slac.matched'),
      phase('linked'), event('v2g.sdp'), event('v2g.handshake'), event('v2g.session-setup'), phase('session-setup'), phase('service-discovery'),
      phase('authorization'), event('auth.requested'), event('auth.result'), event('charge.params'), event('cp.changed', { from: 'B', to: 'C', pwm: true }),
      event('cablecheck.started'), event('cablecheck.finished'), event('precharge.started'), event('precharge.finished'), event('contactor.changed', { side: 'ev', closed: true }),
      phase('power-delivery'), phase('charging'), event('charging.started'), event('charging.stopped'), phase('stopping'), phase('welding-detection'), event('welding.checked'),
      phase('session-stop'), event('session.ended'), event('cp.changed', { from: 'B', to: 'A', pwm: false }),
    ).texts).toEqual([
      'pilot B1',
      'the car is plugged in (simulated)',
      'pilot B2, 5 % duty cycle',
      'ev SLAC: who is at the other end? asks 02:00:00:00:00:02',
      'evse SLAC: matched with 02:00:00:00:00:02, 9.4 dB, 1.1 s',
      'evse SDP: at [fe80::1]:61341, without TLS',
      'evse handshake: urn:din:70121:2012:MsgDef 2.0',
      'evse session setup: EVCCID 020000000002',
      'evse service discovery',
      'evse authorization asked for',
      'evse authorization given (free)',
      'ev parameters: 420 V, 300 A at most, SoC 20 %, of 64 kWh',
      'evse parameters: 1000 V, 400 A, 150 kW at most',
      'pilot C2, 5 % duty cycle',
      'evse cable check at 500 V',
      'evse cable check: isolation valid, 4.2 s',
      'evse pre-charge to 362.4 V',
      'evse pre-charge: 361.8 V reached, 1.9 s',
      'ev contactors closed',
      'evse power delivery',
      'evse current demand: 420 V, 125 A, SoC 20 %',
      'evse current ends: completed, by ev; 31.80 kWh, SoC 80 %',
      'evse stopping',
      'ev welding detection: 11.2 V',
      'evse session stop',
      'session ended: completed, by ev, in session-stop',
      'delivered 31.80 kWh, SoC 80 %, in 25 min 12 s',
      'pilot A: the plug is out',
    ]);
  });

  test('faults stand out, in their words and not by color alone', () => {
    const { lines } = shown(
      event('fault.raised'), event('slac.failed'), event('cp.changed', { from: 'C', to: 'F', pwm: false }), event('auth.result', { accepted: false, by: 'operator' }),
      event('cablecheck.finished', { isolation: 'fault', tookMs: 900 }), event('welding.checked', { voltage: 362, welded: true }),
      event('session.ended', { reason: 'isolation-fault', by: 'evse', phase: 'cable-check', energyWh: 0, durationS: 12, detail: '80 kOhm' }),
    );
    expect(lines.filter(({ tone }) => tone === 'fault').map(({ text }) => text)).toEqual([
      'FAULT: contactors-welded', 'SLAC: FAILED, no-sounds, attempt 2', 'pilot F', 'authorization REFUSED (operator)', 'cable check: isolation FAULT, 0.9 s',
      'welding detection: contactors WELDED, 362 V', 'session ended: isolation-fault, by evse, in cable-check (80 kOhm)',
    ]);
    expect(shown(event('v2g.warning')).lines).toMatchObject([{ tone: 'warning', text: 'warning: state-c-late' }]);
    expect(shown(event('session.ended')).lines[0]?.tone).toBe('good');
    expect(shown(event('session.ended', { reason: 'operator-stop', by: 'person', phase: 'charging', energyWh: 1, durationS: 1 })).lines[0]?.tone).toBe('warning');
  });

  test('every event of the contracts has a line, or is told by another; none is wider than a terminal', () => {
    const silent = (Object.keys(events) as EventType[]).filter((type) => shown(event(type)).lines.length === 0);
    expect(silent).toEqual(['session.phase']);
    const all = (Object.keys(events) as EventType[]).flatMap((type) => shown(event(type)).lines).flatMap((line) => paint(line, paper));
    expect(Math.max(...all.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  test('an event that only a later version knows is shown as it is', () => {
    const later = { ...(events['slac.link'].example as AnyEvent), type: 'battery.swapped', data: { by: 'robot' } };
    expect(shown({ kind: 'event', event: later }).texts).toEqual(['battery.swapped: {"by":"robot"}']);
  });
});

describe('measured values', () => {
  test('are due every five seconds while current flows, the first at once', () => {
    const { measured } = shown(values(0), event('charging.started'), ...[1, 2, 5.9, 6, 10.9, 11].map((second) => values(second)), event('charging.stopped'), values(30));
    expect(measured.map(({ due }) => due)).toEqual([false, true, false, false, true, false, true, false]);
    expect(measured[0]?.text).toBe(' 398.2 V  124.9 A   49.7 kW   1.240 kWh  SoC 41 %');
    expect(shown(snapshot(), values(0)).measured[0]?.due).toBe(true);
  });

  test('on a terminal have a bar of what is charged, as far as there is room', () => {
    const [line] = shown(values(0)).measured as [Line & { due: boolean }];
    expect(paintMeasured({ ...line, soc: 41 }, paper).slice(20)).toBe(' 398.2 V  124.9 A   49.7 kW   1.240 kWh  SoC 41 % [##...]'.replace('[##...]', `[${'#'.repeat(3)}${'.'.repeat(4)}]`));
    for (const columns of [40, 60, 70, 75, 80, 100, 200]) expect(paintMeasured({ ...line, soc: 41 }, { ...paper, columns }).length).toBeLessThan(columns);
    const [unknown] = shown(values(0, { soc: undefined })).measured as [Line & { due: boolean }];
    expect(paintMeasured(unknown, paper)).toMatch(/kWh$/);
  });
});

describe('how things stand', () => {
  test('whoever comes later is told once', () => {
    expect(shown(snapshot({ phase: 'idle' }), snapshot({ phase: 'plugged' })).texts).toEqual(['found: no car is plugged in']);
    expect(shown(snapshot({ faults: ['supply-fault'], available: false })).texts).toEqual(['found: charging, pilot C', 'NOT AVAILABLE: no session begins', 'FAULT: supply-fault']);
    expect(shown(event('session.started'), snapshot()).texts).toEqual(['the car is plugged in (simulated)']);
  });

  test('availability is told when it changes', () => {
    expect(shown(snapshot(), snapshot({ available: false }), snapshot({ available: false }), snapshot()).texts.slice(1)).toEqual(['NOT AVAILABLE: no session begins', 'available']);
  });

  test('a process that goes or comes back is told, and one that was there is not', () => {
    const service = (name: string, one: 'online' | 'offline'): Heard => ({ kind: 'service', at, name, state: one });
    const { texts } = shown(service('a/main', 'online'), service('b/main', 'offline'), service('a/main', 'offline'), service('a/main', 'offline'), service('a/main', 'online'));
    expect(texts).toEqual(['b/main is GONE', 'a/main is GONE', 'a/main is there']);
  });

  test('a broker that is away is told once, and when it is back', () => {
    const broker = (up: boolean): Heard => ({ kind: 'broker', at, up, where: 'mqtt://x', why: 'refused' });
    const { texts } = shown(broker(false), broker(false), broker(true), broker(false), broker(true));
    expect(texts).toEqual(['NO BROKER at mqtt://x: refused', 'the broker at mqtt://x is there', 'NO BROKER at mqtt://x: refused', 'the broker at mqtt://x is there']);
    expect(shown(broker(true), broker(true)).texts).toEqual([]);
    expect(shown({ kind: 'lost', at, src: 'v2g-gateway/main', count: 3 }, { kind: 'trouble', at, what: 'x' }).texts).toEqual(['3 events of v2g-gateway/main are LOST', 'x']);
  });
});

describe('a line on paper', () => {
  const line: Line = { at, evse: 2, who: 'ev', text: 'contactors closed', tone: 'plain' };

  test('time of day, who, what; the outlet where there are several', () => {
    expect(paint(line, paper)).toEqual([expect.stringMatching(/^\d\d:00:00\.250 {2}ev {4}contactors closed$/)]);
    expect(paint(line, { ...paper, several: true })[0]).toMatch(/250 {2}#2 {2}ev {4}contactors/);
    expect(paint({ at: '2026-01-01T12:00:00Z', text: 'x', tone: 'plain' }, paper)[0]).toMatch(/^\d\d:\d\d:00\.000 {8}x$/);
  });

  test('what is long is folded between words; what comes from outside moves no cursor', () => {
    const text = `warning: ${'long words '.repeat(12)}${'x'.repeat(70)}\u001b[2J\r\n\u202e`;
    const lines = paint({ ...line, text }, paper);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.every((one) => one.length <= 80)).toBe(true);
    expect(lines.slice(1).every((one) => one.startsWith(' '.repeat(20)))).toBe(true);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(lines.map((one) => one.slice(20).trim()).join(' ').replaceAll(/\s+/g, '')).toBe(text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ''));
  });

  test('color only where it is wanted, and only of the text', () => {
    expect(paint({ ...line, tone: 'fault' }, { ...paper, color: true })[0]?.slice(14)).toBe('ev    \u001b[1;31mcontactors closed\u001b[0m');
    expect(paint(line, { ...paper, color: true })[0]).not.toContain('\u001b');
    expect(paint({ ...line, tone: 'fault' }, paper)[0]).not.toContain('\u001b');
  });
});
