import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  allCommands, allContracts, anyEvent, commandCodes, commands, ContractError, events, schemaOf, session, slac, statusOf, telemetry, topicFor,
} from './index.js';
import type { DataOf, Json, PayloadOf } from './index.js';

const example = slac.example;

describe('every contract', () => {
  test.each(allContracts.map((one) => [one.topic, one] as const))('%s: its example is published and read back', (_, one) => {
    const strict = one as typeof slac;
    expect(one.read(JSON.parse(strict.write(one.example as typeof example)))).toEqual({ ok: true, payload: one.example });
  });

  test('has a topic of its own, which an outlet, a station or a process begins', () => {
    const topics = allContracts.map(({ topic }) => topic);
    expect(new Set(topics).size).toBe(topics.length);
    // One belongs to somebody else.
    expect(topics.filter((topic) => topic !== 'homeassistant/device/{device}/config' && !/^pilotwire\/v1\/(\{station\}(\/evse\/\{evse\})?|svc\/\{service\}\/\{instance\})\/[a-z0-9/.-]+$/.test(topic))).toEqual([]);
  });

  test('that is retained is a state, and no event or command is', () => {
    const retained = allContracts.filter(({ retain }) => retain).map(({ topic }) => topic);
    expect(retained.filter((topic) => /\/(event|cmd|cmd-result|frame)\//.test(topic))).toEqual([]);
    expect(retained).toHaveLength(16);
  });

  test('bounds its text and its lists, and names nothing secret but the token that somebody presents', () => {
    const found: string[] = [];
    for (const one of allContracts) {
      walk(schemaOf(one), one.topic, (schema, at, name) => {
        if (one.topic.endsWith('/cmd/present-token') && name === 'token') return;
        if (name !== undefined && /key|passw|token|secret|nmk|credential|private|(^|[^a-z])pin([^a-z]|$)/i.test(name)) found.push(`${at}: a name`);
        const { type, pattern } = schema;
        const bounded = 'maxLength' in schema || 'enum' in schema || 'const' in schema || 'format' in schema || bounds(pattern);
        if (type === 'string' && !bounded) found.push(`${at}: text without a bound`);
        if (type === 'array' && !('maxItems' in schema)) found.push(`${at}: a list without a bound`);
      });
    }
    expect(found).toEqual([]);
  });
});

describe('publishing is strict', () => {
  test('a field that the contract does not know is refused, and said where', () => {
    expect(() => slac.write({ ...example, colour: 'red' } as typeof example)).toThrow('colour: is not in the contract');
    const nested = { ...events['cp.changed'].example, data: { to: 'B', pwm: true, volts: 9 } } as never;
    expect(() => events['cp.changed'].write(nested)).toThrow('data.volts: is not in the contract');
  });

  test('a value outside an enum is refused, though a reader would take it', () => {
    const strange = { ...example, state: 'dreaming' } as unknown as typeof example;
    expect(() => slac.write(strange)).toThrow('state: is not in the contract');
    expect(slac.read(strange)).toMatchObject({ ok: true, payload: { state: 'other' } });
  });

  test.each([
    ['a missing field', { state: 'idle', link: true }],
    ['NaN', { ...telemetry.example, voltage: Number.NaN }],
    ['text that is too long', { ...example, why: 'x'.repeat(49) }],
    ['a list that is too long', { ...example, groups: Array.from({ length: 65 }, () => 1) }],
    ['a local time', { ...example, ts: '2026-01-01T12:00:00+01:00' }],
  ])('%s is refused', (_, payload) => {
    const target = 'voltage' in payload ? telemetry : slac;
    expect(() => target.write(payload as never)).toThrow(ContractError);
  });

  test('a topic that may be empty is cleared by null; another is not', () => {
    expect(session.write(null)).toBe('');
    expect(() => slac.write(null as never)).toThrow(ContractError);
    expectTypeOf<PayloadOf<typeof session>>().toExtend<{ id: string } | null>();
  });

  test('an unknown state or event type does not compile', () => {
    // @ts-expect-error: no such state
    expect(() => slac.write({ ...example, state: 'dreaming' })).toThrow(ContractError);
    // @ts-expect-error: no such type
    expect(events['slac.dreamt']).toBeUndefined();
    expectTypeOf<DataOf<(typeof events)['slac.failed']>>().toEqualTypeOf<{ why: string; attempt: number }>();
  });
});

describe('reading is lenient', () => {
  test('fields that are not known fall away, at every depth', () => {
    expect(slac.read({ ...example, colour: 'red' })).toEqual({ ok: true, payload: example });
  });

  test('what does not fit is a problem with its place, not an exception', () => {
    expect(slac.read({ ...example, ev: 'me' })).toMatchObject({ ok: false, problem: expect.stringContaining('ev: ') as string });
    for (const odd of [undefined, null, 1, 'x', [], { __proto__: null }]) expect(slac.read(odd).ok).toBe(false);
  });

  test('an enum takes no more than a name for its fallback', () => {
    expect(slac.read({ ...example, state: 7 }).ok).toBe(false);
    expect(slac.read({ ...example, state: 'x'.repeat(65) }).ok).toBe(false);
  });

  test('an event of an unknown type is kept as it is; one of a known type is held to its contract', () => {
    const known = events['slac.failed'].example;
    const later = { ...known, type: 'slac.dreamt', data: { of: ['sheep', { n: 1 }] } };
    expect(anyEvent.read(later)).toEqual({ ok: true, payload: later });
    expect(anyEvent.read(known)).toEqual({ ok: true, payload: known });
    expect(anyEvent.read({ ...known, data: {} })).toMatchObject({ ok: false });
    expect(anyEvent.read({ ...known, seq: 0 })).toMatchObject({ ok: false });
  });

  test('that nests deeper than the stack reaches is not read, and ends nobody', () => {
    const later = { ...events['slac.matched'].example, type: 'car.sang', data: JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as Json };
    expect(anyEvent.read(later)).toEqual({ ok: false, problem: 'payload: nested too deep' });
    expect(anyEvent.read({ ...later, data: [[]] })).toMatchObject({ ok: true });
  });
});

describe('commands', () => {
  test('are understood whole or refused', () => {
    const { request } = commands.limit;
    expect(request.read({ ...request.example, args: { maxPowerW: 5 } })).toMatchObject({ ok: false, problem: expect.stringContaining('maxPowerW') as string });
    expect(request.read({ ...request.example, later: 1 })).toMatchObject({ ok: true });
  });

  test('have one status for each code, and a code of a later version is a failure', () => {
    expect(commandCodes.map((code) => [code, statusOf(code)]).filter(([, status]) => status !== 'rejected')).toEqual([
      ['done', 'done'], ['accepted', 'accepted'], ['failed', 'failed'],
    ]);
    const { result } = commands.start;
    expect(result.read({ ...result.example, code: 'dreamt' })).toMatchObject({ ok: true, payload: { code: 'failed' } });
  });

  test('answer beside where they were asked', () => {
    for (const { request, result } of allCommands) expect(result.topic).toBe(request.topic.replace('/cmd/', '/cmd-result/'));
    expect(topicFor(commands.stop.request.topic, { station: 'a', evse: 1 })).toBe('pilotwire/v1/a/evse/1/cmd/stop');
  });
});

type Schema = Readonly<Record<string, Json>>;

const bounds = (pattern: Json | undefined): boolean => typeof pattern === 'string' && /^\^.*\$$/.test(pattern) && !/(?<!\\)[*+](?!\))|\*\)|\+\)/.test(pattern.replaceAll(/\[[^\]]*\]/g, 'c'));

function walk(schema: Json, at: string, visit: (schema: Schema, at: string, name: string | undefined) => void, name?: string): void {
  if (Array.isArray(schema)) {
    for (const each of schema as readonly Json[]) walk(each, at, visit);
  } else if (typeof schema === 'object' && schema !== null) {
    const object = schema as Schema;
    visit(object, at, name);
    for (const [property, value] of Object.entries((object['properties'] ?? {}) as Schema)) walk(value, `${at}.${property}`, visit, property);
    for (const inner of ['items', 'additionalProperties', 'propertyNames', 'anyOf', 'oneOf', 'allOf']) {
      if (inner in object) walk(object[inner] as Json, at, visit);
    }
  }
}
