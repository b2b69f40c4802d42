import { virtualClock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { systemdSupervision } from './index.js';
import type { SupervisionOptions } from './index.js';

function under(env: SupervisionOptions['env']) {
  const clock = virtualClock();
  const said: [number, string][] = [];
  const failures: string[] = [];
  let fail = (_: string): void => expect.fail('it was not opened');
  const systemd = systemdSupervision({
    env, clock, pid: 7, failed: (why) => failures.push(why),
    open(failed) {
      fail = failed;
      return (word) => void said.push([clock.now(), word]);
    },
  });
  return { said, failures, systemd, pass: (time: number) => clock.advance(time), fail: (why: string) => fail(why) };
}

test('systemd is told that a process is ready, that it lives, and that it ends', () => {
  const { said, systemd, pass } = under({ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '4000000', WATCHDOG_PID: '7' });
  pass(3_000);
  expect(said).toEqual([]);
  systemd.ready();
  pass(4_000);
  systemd.stopping();
  expect(said).toEqual([[3_000, 'READY=1'], [3_000, 'WATCHDOG=1'], [5_000, 'WATCHDOG=1'], [7_000, 'WATCHDOG=1'], [7_000, 'STOPPING=1']]);
});

test.each([
  ['without a watchdog', { NOTIFY_SOCKET: '/run/x' }, ['READY=1', 'STOPPING=1']],
  ['with the watchdog of another process', { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '1000', WATCHDOG_PID: '8' }, ['READY=1', 'STOPPING=1']],
  ['with a watchdog that is no number', { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: 'soon' }, ['READY=1', 'STOPPING=1']],
  ['without systemd', { WATCHDOG_USEC: '1000' }, []],
  ['with an empty name of a socket', { NOTIFY_SOCKET: '' }, []],
] as const)('%s', (_, env, words) => {
  const { said, systemd, pass } = under(env);
  systemd.ready();
  pass(2_000);
  systemd.stopping();
  expect(said.map(([, word]) => word)).toEqual(words);
});

test('what cannot be said is told once', () => {
  const { fail, failures } = under({ NOTIFY_SOCKET: '/run/x' });
  fail('systemd-notify: not found');
  fail('again');
  expect(failures).toEqual(['systemd cannot be told how this process is: systemd-notify: not found']);
});
