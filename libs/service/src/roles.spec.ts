import type { Verdict } from '@pilotwire/bus';
import { ConfigurationError } from '@pilotwire/configuration';
import { ms, VirtualTime } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { Roles } from './roles.js';
import type { ChangeRole } from './roles.js';

async function begun() {
  const time = new VirtualTime();
  const clock: Clock = {
    now: () => time.now,
    wake(at, run) {
      let wanted = true;
      time.schedule(() => wanted && run(), ms(Math.max(0, at - time.now)));
      return () => (wanted = false);
    },
  };
  const log: string[] = [];
  let change: ChangeRole = () => 'failed';
  let held: string | undefined;
  let broken: string | undefined;
  const roles = await Roles.start({
    mode: 'evse', clock,
    check: (mode) => {
      if (mode === 'ev') throw new ConfigurationError([{ where: 'pilot.url', problem: 'sysfs is the pilot of a charger' }]);
    },
    start: async (mode, asked) => {
      if (mode === broken) throw new Error('the journal is locked');
      log.push(`${mode} begins`);
      change = asked;
      return {
        mode,
        get held() {
          return held;
        },
        close: async () => void log.push(`${mode} ends`),
      };
    },
    failed: (why) => log.push(why),
  });
  return {
    roles, log,
    ask: (role: Parameters<ChangeRole>[0]): Verdict => change(role),
    hold: (why: string | undefined) => (held = why),
    break: (mode: string) => (broken = mode),
    async pass(by: number) {
      time.advanceTo((time.now + by) as Instant);
      for (let i = 0; i < 20; i++) await Promise.resolve();
    },
  };
}

test('another role is begun once the one before has ended, and not before the answer could leave', async () => {
  const { roles, log, ask, pass } = await begun();
  expect(ask('evse')).toBe('done');
  expect(ask('listen')).toBe('accepted');
  await pass(49);
  expect(log).toEqual(['evse begins']);
  expect(ask('evse')).toMatchObject({ code: 'busy' });
  await pass(1);
  expect(log).toEqual(['evse begins', 'evse ends', 'listen begins']);
  expect([roles.now.mode, ask('listen')]).toEqual(['listen', 'done']);
  expect(ask('evse')).toBe('accepted');
  await pass(50);
  expect(roles.now.mode).toBe('evse');
});

test('what holds a role, and settings that are none of the new one, are told; nothing ends', async () => {
  const { log, ask, hold, pass } = await begun();
  expect(ask('ev')).toMatchObject({ code: 'not-now', message: expect.stringContaining('sysfs') as string });
  hold('the gateway has a session');
  expect(ask('listen')).toEqual({ code: 'not-now', message: 'the gateway has a session' });
  hold(undefined);
  await pass(1_000);
  expect(log).toEqual(['evse begins']);
});

test('a role that cannot be taken gives way to the one before', async () => {
  const { roles, log, ask, pass, ...site } = await begun();
  site.break('listen');
  expect(ask('listen')).toBe('accepted');
  await pass(50);
  expect(log).toEqual(['evse begins', 'evse ends', 'mode listen cannot be played: the journal is locked', 'evse begins']);
  expect(roles.now.mode).toBe('evse');
});

test('the end waits for a change that has begun, and none begins afterwards', async () => {
  const { roles, log, ask, pass } = await begun();
  ask('listen');
  const closed = roles.close();
  await pass(50);
  await closed;
  expect(log).toEqual(['evse begins', 'evse ends', 'listen begins', 'listen ends']);
  expect(ask('evse')).toMatchObject({ code: 'busy' });
});
