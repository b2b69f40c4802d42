import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fakeIo } from '../../test/console.js';
import { run } from '../cli.js';
import { car } from './car.js';
import { up } from './up.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-up-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function pilotwire(...args: string[]) {
  const { io, printed, errors, quits } = fakeIo();
  const entries = { up: { summary: '', load: async () => up }, car: { summary: '', load: async () => car } };
  return { code: await run(entries, args, io), printed, errors: errors.join(''), quits };
}

test.each([
  [['up', 'now'], 'pilotwire: up: up takes no arguments: now\n'],
  [['up', '--onse'], 'pilotwire: up: unknown option: --onse (did you mean --once?)\n'],
  [['up', '--modem.url', 'eth:eth1', '--v2g.interface', 'eth1'], expect.stringMatching(/--modem\.url: .*`up` simulates[^]*--v2g\.interface: /)],
  [['up', '--outlet.url', 'unix:/x'], expect.stringMatching(/^pilotwire: up: --outlet\.url: .*`up` has its outlet in its own process/)],
  [['up', '--mqtt.url', 'x'], expect.stringMatching(/^pilotwire: up: --mqtt\.url: mqtt\.url is `embedded`, or begins with mqtt:/)],
  [['car'], expect.stringMatching(/^pilotwire: car: default: outlet\.url names the socket at which the car is found: unix:/)],
  [['car', '--outlet.url', 'unix:/x', '--charges', '0'], 'pilotwire: car: --charges is a number from 1: 0\n'],
  [['car', '--outlet.url', 'unix:/x', '--once', '--charges', '2'], 'pilotwire: car: --once and --charges say the same\n'],
  [['car', '--outlet.url', 'unix:/x', '--once', '--by-command'], 'pilotwire: car: --by-command ends with Ctrl-C: it counts no charges\n'],
  [['car', '--outlet.url', 'unix:/x', '--station', 'demo'], expect.stringMatching(/^pilotwire: car: --station: demo is the charger's name; the car is a station of its own: /)],
])('%j is refused before anything is opened', async (args, message) => {
  expect(await pilotwire(...args)).toEqual({ code: 2, printed: [], errors: message, quits: [] });
});

test('what cannot be had is told in a line, and nothing is left open', async () => {
  writeFileSync(join(folder, 'file'), '');
  const data = await pilotwire('up', '--mqtt.port', '0', '--data', join(folder, 'file'));
  expect(data).toMatchObject({ code: 1, quits: [1], errors: expect.stringMatching(/^pilotwire: up: ENOTDIR: .*\/file\/.*\n$/) as string });
  const socket = await pilotwire('car', '--outlet.url', `unix:${join(folder, 'no', 'such', 'folder')}`);
  expect(socket).toMatchObject({ code: 1, quits: [1], errors: expect.stringMatching(/^pilotwire: car: .*no\/such\/folder: .*\n$/) as string });
  const host = await pilotwire('up', '--mqtt.port', '0', '--v2g.host', '0.0.0.0', '--data', join(folder, 'data'));
  expect(host).toMatchObject({ code: 2, quits: [2], errors: expect.stringMatching(/^pilotwire: up: v2g\.host: 0\.0\.0\.0 is no address that a car could be told/) as string });
});
