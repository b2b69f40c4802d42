import { commands, availability, limit } from '@pilotwire/contracts';
import type { CommandResult } from '@pilotwire/contracts';
import { expect, test } from 'vitest';
import { BusSite } from './site.js';

const outlet = { station: 'demo', evse: 1 };

/** Asks as the back office does, and lets time pass until there is a result. */
async function ask(site: BusSite, run: () => Promise<CommandResult>): Promise<string> {
  let result: CommandResult | undefined;
  const asked = run().then((answer) => (result = answer));
  await site.until(() => result !== undefined, 2_000);
  await asked;
  return result?.message === undefined ? (result?.code ?? 'none') : `${result.code}: ${result.message}`;
}

test('each command has its result, once', async () => {
  const site = await BusSite.open({ authorization: 'require' }, { speed: 1 });
  const results: string[] = [];
  for (const { result } of [commands.start, commands.stop, commands.authorize, commands.limit, commands.availability]) {
    await site.watcher.subscribe(result, outlet, ({ requestId }) => void results.push(String(requestId)));
  }
  const { watcher } = site;
  const start = () => ask(site, () => watcher.request(commands.start, outlet, {}));
  const stop = () => ask(site, () => watcher.request(commands.stop, outlet, {}));
  const authorize = (accept: boolean) => ask(site, () => watcher.request(commands.authorize, outlet, { accept, by: 'desk' }));
  expect([await start(), await stop(), await authorize(true)]).toEqual([
    'not-now: no car is plugged in', 'not-now: there is nothing to stop', 'not-now: no session waits for an authorisation',
  ]);
  await site.order({ kind: 'plug' });
  await site.until(() => site.types(1).includes('auth.requested'));
  expect(await authorize(true)).toBe('done');
  expect(site.last(1, 'auth.result')).toEqual({ accepted: true, by: 'desk' });
  expect(await authorize(true)).toBe('not-now: no session waits for an authorisation');
  await site.until(() => site.phase === 'charging');
  expect(await start()).toBe('not-now: it charges already, or is about to end');
  expect(await ask(site, () => watcher.request(commands.limit, outlet, { maxW: 10_000 }))).toBe('done');
  await site.advance(3_000);
  expect(site.outlet.hardware.output.current * site.outlet.hardware.output.voltage).toBeLessThan(10_500);
  expect(site.of(1).sessions.at(-1)).toMatchObject({ evseLimits: { maxW: 10_000 } });
  expect(await stop()).toBe('accepted');
  await site.until(() => site.phase === 'ended');
  expect(site.last(1, 'charging.stopped')).toMatchObject({ by: 'person', why: 'operator-stop' });
  await site.order({ kind: 'unplug' });
  await site.advance(2_000);
  expect(site.last(1, 'session.ended')).toMatchObject({ reason: 'operator-stop', by: 'person', phase: 'charging' });
  expect(results).toHaveLength(8);
  expect(new Set(results).size).toBe(8);
  // The limit was for that session.
  await site.order({ kind: 'plug' });
  await site.until(() => site.types(1).filter((type) => type === 'auth.requested').length === 2);
  await authorize(true);
  await site.until(() => site.phase === 'charging');
  await site.advance(5_000);
  expect(site.outlet.hardware.output.current * site.outlet.hardware.output.voltage).toBeGreaterThan(20_000);
});

test('what is for a session that is over is refused', async () => {
  const site = await BusSite.open({ authorization: 'require' }, { speed: 1 });
  await site.order({ kind: 'plug' });
  await site.until(() => site.types(1).includes('auth.requested'));
  const over = { session: '019b7967-6d00-7000-8000-0000000000ff' };
  const { watcher } = site;
  const all = async (session: { readonly session?: string }): Promise<string[]> => [
    await ask(site, () => watcher.request(commands.start, outlet, session)),
    await ask(site, () => watcher.request(commands.authorize, outlet, { accept: true, ...session })),
    await ask(site, () => watcher.request(commands.stop, outlet, session)),
  ];
  const why = 'not-now: the session that this was for is over';
  expect(await all(over)).toEqual([why, why, why]);
  expect(site.types(1)).not.toContain('auth.result');
  const { id } = site.of(1).sessions.at(-1) ?? {};
  expect((await all({ session: id as string }))[0]).toBe('accepted');
  expect(site.last(1, 'auth.result')).toMatchObject({ accepted: true });
});

test('a command that comes twice is carried out once', async () => {
  const site = await BusSite.open({}, { speed: 1 });
  await site.order({ kind: 'plug' });
  await site.until(() => site.phase === 'charging');
  const results: string[] = [];
  await site.watcher.subscribe(commands.stop.result, outlet, ({ code }) => void results.push(code));
  const stamp = (at: number): string => new Date(site.wallClock() + at).toISOString();
  const request = { requestId: 'twice', issuedAt: stamp(0), expiresAt: stamp(10_000), source: 'desk', args: {} };
  for (let i = 0; i < 2; i++) await site.watcher.publish(commands.stop.request, outlet, request);
  await site.advance(200);
  expect(results).toEqual(['accepted']);
});

test('what the back office retains holds as long as it says, then the fallback does', async () => {
  const site = await BusSite.open({ 'charger.fallbackPower': 30_000 }, { speed: 1 });
  const office = site.office;
  const validUntil = new Date(site.wallClock() + 60_000).toISOString();
  await office.publish(limit, outlet, { ts: new Date(site.wallClock()).toISOString(), maxW: 10_000, maxA: 300, validUntil });
  await site.order({ kind: 'plug' });
  await site.until(() => site.phase === 'charging');
  await site.advance(5_000);
  const watts = (): number => site.outlet.hardware.output.current * site.outlet.hardware.output.voltage;
  expect(watts()).toBeLessThan(10_500);
  await site.advance(60_000);
  expect([watts() > 25_000, watts() < 31_000]).toEqual([true, true]);
  await office.publish(availability, outlet, { ts: new Date(site.wallClock()).toISOString(), available: false });
  await site.advance(300);
  expect(site.of(1).states.at(-1)).toMatchObject({ available: false, phase: 'charging' });
  await site.order({ kind: 'unplug' });
  await site.advance(500);
  expect(site.phase).toBe('unavailable');
});

test('with a fallback, more is given only once the back office has said so', async () => {
  const site = await BusSite.open({ 'charger.fallbackPower': 10_000 }, { speed: 1 });
  await site.order({ kind: 'plug' });
  await site.until(() => site.phase === 'charging');
  await site.advance(5_000);
  const watts = (): number => site.outlet.hardware.output.current * site.outlet.hardware.output.voltage;
  expect(watts()).toBeLessThan(10_500);
  const stamp = (at: number): string => new Date(site.wallClock() + at).toISOString();
  await site.office.publish(limit, outlet, { ts: stamp(0), maxW: 30_000, validUntil: stamp(60_000) });
  await site.advance(10_000);
  expect(watts()).toBeGreaterThan(25_000);
});

test('what a former life was told of its availability holds from the first moment, until whoever said it says otherwise', async () => {
  const site = await BusSite.open({}, { availability: { command: false, office: true } });
  expect(site.of(1).states.map(({ available, phase }) => [available, phase])).not.toContainEqual([true, expect.anything()]);
  expect(site.phase).toBe('unavailable');
  const say = (available: boolean): Promise<unknown> => site.office.publish(availability, outlet, { ts: new Date(site.wallClock()).toISOString(), available });
  await say(true);
  await site.advance(300);
  expect(site.phase).toBe('unavailable');
  expect(await ask(site, () => site.watcher.request(commands.availability, outlet, { available: true }))).toBe('done');
  await site.advance(300);
  expect([site.phase, site.availability]).toEqual(['idle', undefined]);
  await say(false);
  await site.advance(300);
  expect([site.phase, site.availability]).toEqual(['unavailable', { command: true, office: false }]);
});
