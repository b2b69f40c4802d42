import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fakeIo } from '../../test/console.js';
import { run } from '../cli.js';
import { config } from './config.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

async function pilotwire(args: string[], env: Record<string, string> = {}) {
  const { io, printed, errors } = fakeIo({ env });
  const code = await run({ config: { summary: '', load: async () => config } }, ['config', ...args], io);
  return { code, printed, errors };
}

test('each setting with its value, unit and origin: a flag over the environment over the file over the default', async () => {
  const name = file('site.yaml', 'station: wallbox\nmqtt:\n  url: mqtts://joe:hunter2@broker.example\n  password: hunter2\noutlet: { speed: 100 }\n');
  const { code, printed, errors } = await pilotwire(['--config', name, '--outlet.speed=200'], { PILOTWIRE_STATION: 'garage' });
  const line = (key: string): string[] | undefined => printed.find((one) => one.startsWith(`${key} `))?.split(/ {2,}/);
  expect(code).toBe(0);
  expect(line('station')).toEqual(['station', 'garage', 'PILOTWIRE_STATION']);
  expect(line('outlet.speed')).toEqual(['outlet.speed', '200', '--outlet.speed']);
  expect(line('charger.maxPower')).toEqual(['charger.maxPower', '150000 W', 'default']);
  expect(line('mqtt.url')?.slice(1)).toEqual(['mqtts://broker.example', `${name}:3`]);
  expect(line('mqtt.password')?.slice(1)).toEqual(['(hidden)', `${name}:4`]);
  expect(line('mqtt.username')?.slice(1)).toEqual(['-', 'default']);
  expect(errors.join()).toContain(`from ${name}`);
  expect(JSON.stringify([printed, errors])).not.toContain('hunter2');
});

test('of several outlets what is otherwise than for all', async () => {
  const name = file('evses.yaml', 'charger: { maxPower: 50000 }\nevses:\n  1: { modem: { url: eth:eth1 } }\n  2: { charger.maxPower: 30000, pair: { agentPort: 9 } }\n');
  const { printed } = await pilotwire(['--config', name]);
  expect(printed.filter((line) => line.startsWith('evses.')).map((line) => line.split(/ {2,}/))).toEqual([
    ['evses.1.modem.url', 'eth:eth1', 'evses'], ['evses.2.pair.agentPort', '9', 'evses'], ['evses.2.pair.gatewayPort', '15211', 'evses'], ['evses.2.charger.maxPower', '30000 W', 'evses'],
  ]);
});

test('--json', async () => {
  const { printed } = await pilotwire(['--json', '--car.soc', '30']);
  expect(JSON.parse(printed.join())).toMatchObject({ 'car.soc': { value: 30, unit: '%', origin: '--car.soc' }, 'mqtt.ca': { value: null, origin: 'default' } });
});

test.each([
  [['--statoin', 'x'], 'unknown option: --statoin (did you mean --station?)\n'],
  [['--outlet.speeed', '1'], 'unknown option: --outlet.speeed (did you mean --outlet.speed?)\n'],
  [['--car.soc'], '--car.soc needs a value: --car.soc VALUE\n'],
  [['--car.soc', '200'], '--car.soc: car.soc is a number from 0 to 100 %, not "200"\n'],
  [['demo'], 'config takes no arguments: demo; settings are given as --KEY VALUE\n'],
  [['--config', join(folder, 'none.yaml')], expect.stringMatching(/none\.yaml: cannot be read: ENOENT/)],
])('%j is refused with exit code 2', async (args, message) => {
  const { code, errors } = await pilotwire(args);
  expect([code, errors.map((line) => line.replace('pilotwire: config: ', ''))]).toEqual([2, [message]]);
});

test('all that is wrong is told at once, with its place', async () => {
  const name = file('wrong.yaml', 'statoin: x\nmqtt:\n  port: 70000\n');
  const { code, errors } = await pilotwire(['--config', name], { PILOTWIRE_MODE: 'car' });
  expect(code).toBe(2);
  expect(errors.join('').split('\n')).toEqual([
    'pilotwire: config: the configuration is wrong',
    `  ${name}:1: there is no key statoin (did you mean station?)`,
    `  ${name}:3: mqtt.port is a whole number from 0 to 65535, not 70000`,
    '  PILOTWIRE_MODE: mode is one of evse, ev, listen, not "car"',
    '',
  ]);
});

test('the help names the flags that are given most, and that there are others', async () => {
  expect((await pilotwire(['--help'])).printed.join('\n')).toMatch(/--mqtt\.url URL[^]*--config FILE[^]*Every setting is a flag/);
});
