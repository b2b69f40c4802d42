import { commands, stationCommands } from '@pilotwire/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testSite } from '../../test/site.js';
import type { TestSite } from '../../test/site.js';
import { fakeIo } from '../../test/console.js';
import { CliError, UsageError } from '../errors.js';
import { argumentsOf, commandCommand } from './command.js';

let site: TestSite;
beforeEach(async () => {
  site = await testSite();
});
afterEach(() => site.close());

test('a command reaches its outlet with its arguments, and its result is printed', async () => {
  const asked: unknown[] = [];
  await site.gateway.serve(commands.limit, { station: 'demo' }, (args, { params, source }) => {
    asked.push([args, params, source]);
    return params.evse === 2 ? { code: 'not-now', message: 'no \u001b[31msession runs' } : 'done';
  });
  await site.gateway.serve(commands.stop, { station: 'demo' }, () => ({ code: 'accepted', message: 'events tell the rest' }));
  expect(await site.run(commandCommand, 'limit', 'maxW=25000', 'maxA=60.5')).toEqual({ code: 0, printed: ['done'], errors: [] });
  expect(await site.run(commandCommand, 'limit', '--evse', '2')).toEqual({ code: 1, printed: ['not-now: no  [31msession runs'], errors: [] });
  expect(await site.run(commandCommand, 'stop')).toMatchObject({ code: 0, printed: ['accepted: events tell the rest'] });
  expect(asked).toEqual([[{ maxW: 25_000, maxA: 60.5 }, { station: 'demo', evse: 1 }, 'pilotwire'], [{}, { station: 'demo', evse: 2 }, 'pilotwire']]);
});

test('so does one that is for a station as a whole', async () => {
  const asked: unknown[] = [];
  const bridge = await site.service({ service: 'ocpp-bridge' });
  await bridge.serve(stationCommands['dead-letter'], { station: 'demo' }, (args, { params }) => {
    asked.push([args, params]);
    return 'done';
  });
  expect(await site.run(commandCommand, 'dead-letter', 'letter=17', 'do=retry')).toEqual({ code: 0, printed: ['done'], errors: [] });
  expect(asked).toEqual([[{ letter: 17, do: 'retry' }, { station: 'demo' }]]);
  await expect(site.run(commandCommand, 'restart', '--station', 'elsewhere')).rejects.toThrow(new CliError('nobody answers for station elsewhere: `pilotwire status` says who is there'));
}, 20_000);

test('alone it lists what can be asked, with the arguments of each, without asking a broker', async () => {
  const { io, printed } = fakeIo();
  expect(await commandCommand.run([], io)).toBe(0);
  const text = printed.join('\n');
  for (const { name, doc } of [...Object.values(commands), ...Object.values(stationCommands)]) expect(text).toContain(`${name}\n  ${doc}`);
  expect(text).toContain('maxW=  a number from 0 to 2000000 W');
  expect(text).toContain('accept=   true or false; needed');
  expect(text).toContain('do=      one of retry, drop; needed');
  expect(text).toContain('session=  a UUID; only if this is the session; without it, whichever is there');
  expect(text).toContain('Plug the simulated car in. Simulation only.');
});

test.each([
  [['stpo'], 'no such command: stpo (did you mean stop?); `pilotwire command` lists them'],
  [['unplug', 'now=1'], 'unplug takes no now; it takes no arguments'],
  [['stop', 'session=7'], 'session is a UUID, not 7'],
  [['dead-letter', 'letter=17', 'do=burn'], 'do is one of retry, drop, not burn'],
  [['limit', 'maxw=1'], 'limit takes no maxw (did you mean maxW?); it takes maxW, maxA'],
  [['limit', 'maxW'], 'maxW needs a value: maxW=VALUE, a number from 0 to 2000000 W'],
  [['limit', 'maxW=lots'], 'maxW is a number from 0 to 2000000 W, not lots'],
  [['limit', 'maxW=-1'], 'maxW is a number from 0 to 2000000 W, not -1'],
  [['limit', 'maxW=1', 'maxW=2'], 'maxW is given twice'],
  [['authorize'], 'authorize needs accept=VALUE: true or false'],
  [['authorize', 'accept=yes'], 'accept is true or false, not yes'],
  [['plug', `car=${'x'.repeat(49)}`], `car is a text of 48 characters at most, not ${'x'.repeat(49)}`],
  [['toString'], 'no such command: toString; `pilotwire command` lists them'],
])('%j is refused before anybody is asked', async (args, message) => {
  await expect(site.run(commandCommand, ...args)).rejects.toThrow(new UsageError(message));
});

test('each example of the contracts can be asked as words', () => {
  for (const command of [...Object.values(commands), ...Object.values(stationCommands)]) {
    const { args } = command.request.example as { args: object };
    expect(argumentsOf(command, Object.entries(args).map(([name, value]) => `${name}=${value}`))).toEqual(args);
  }
});

test('nobody there, and no broker, end it with exit code 1 and say so', async () => {
  await expect(site.run(commandCommand, 'stop', '--station', 'elsewhere')).rejects.toThrow(new CliError('nobody answers for EVSE 1 of station elsewhere: `pilotwire status` says who is there'));
  const { io } = fakeIo();
  await expect(commandCommand.run(['stop', '--mqtt.url', 'mqtt://127.0.0.1:1'], io)).rejects.toThrow(/^no broker at mqtt:\/\/127\.0\.0\.1:1: /);
});
