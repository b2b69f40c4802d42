import { deadLetters, ocppState, stationCommands } from '@pilotwire/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testSite } from '../../test/site.js';
import type { TestSite } from '../../test/site.js';
import { CliError, UsageError } from '../errors.js';
import { ocpp } from './ocpp.js';
import { token } from './token.js';

let site: TestSite;
beforeEach(async () => {
  site = await testSite();
});
afterEach(() => site.close());

test('a token goes to the station, for one outlet or any', async () => {
  const bridge = await site.service({ service: 'ocpp-bridge' });
  const asked: unknown[] = [];
  await bridge.serve(stationCommands['present-token'], { station: 'demo' }, (args) => {
    asked.push(args);
    return args.evse === 9 ? { code: 'unknown-target', message: 'this station has 1 outlets' } : 'accepted';
  });
  expect(await site.run(token, '04A2B3')).toEqual({ code: 0, printed: ['accepted'], errors: [] });
  expect(await site.run(token, '1', '04A2B3', '--type', 'KeyCode')).toMatchObject({ code: 0 });
  expect(await site.run(token, '9', '04A2B3')).toMatchObject({ code: 1, printed: ['unknown-target: this station has 1 outlets'] });
  expect(asked).toEqual([{ token: '04A2B3' }, { token: '04A2B3', evse: 1, type: 'KeyCode' }, { token: '04A2B3', evse: 9 }]);
});

test.each([
  [[], /^token takes one TOKEN/],
  [['one', '04A2'], /^EVSE is a whole number from 1, not one/],
  [['04A2', '--type', 'Paper'], /^--type is one of Central/],
])('token %j is refused', async (args, message) => {
  await expect(site.run(token, ...args)).rejects.toThrow(UsageError);
  await expect(site.run(token, ...args)).rejects.toThrow(message);
});

test('the queue is shown with its dead letters, which can be tried again or dropped', async () => {
  const bridge = await site.service({ service: 'ocpp-bridge' });
  await bridge.publish(ocppState, { station: 'demo' }, { ...ocppState.example, connected: false, why: 'the CSMS does not answer', queue: { waiting: 12, messages: 1, deadLetters: 1 } });
  await bridge.publish(deadLetters, { station: 'demo' }, deadLetters.example);
  const { code, printed } = await site.run(ocpp, 'queue');
  expect(code).toBe(1);
  expect(printed).toEqual([
    'demo: wss://csms.example/ocpp is away: the CSMS does not answer', 'waiting: 12 on disk, 1 in memory', 'dead letters: 1',
    '  17  2026-01-01T12:00:00.000Z  ended, EVSE 1, transaction 0190f3a2-7c44-4c1e-9a51-000000000001, number 4: Timeout',
  ]);
  const asked: unknown[] = [];
  await bridge.serve(stationCommands['dead-letter'], { station: 'demo' }, (args) => {
    asked.push(args);
    return 'done';
  });
  expect(await site.run(ocpp, 'queue', 'retry', '17')).toMatchObject({ code: 0, printed: ['done'] });
  expect(await site.run(ocpp, 'queue', 'drop', '17')).toMatchObject({ code: 0 });
  expect(asked).toEqual([{ letter: 17, do: 'retry' }, { letter: 17, do: 'drop' }]);
});

test('without a bridge there is nothing to show', async () => {
  await expect(site.run(ocpp, 'queue')).rejects.toThrow(new CliError('no ocpp-bridge has told of station demo: `pilotwire status` says who is there'));
});
