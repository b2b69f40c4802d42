import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigurationError, fromArguments, fromEnvironment, fromFile, keys, loadSettings, redacted, referencePage, resolve, shownUrl, variableOf } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));

const known = Object.keys(keys);
const problemsOf = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('\n');
    throw error;
  }
  return [];
};
const file = (text: string) => fromFile({ name: 'site.yaml', text });

describe('what is in force', () => {
  test('a default, over it the file, over it the environment, over it a flag; and where each came from', () => {
    const text = 'instance: depot\nevse: 2\nmqtt:\n  url: mqtt://a\n  username: file\nhealth.port: 30\n';
    const env = { PILOTWIRE_EVSE: '3', PILOTWIRE_MQTT_USERNAME: 'environment', PILOTWIRE_SHARED: '/x', PILOTWIRE_DATA: '', PATH: '/bin' };
    const { settings, origins } = resolve(keys, [file(text), fromEnvironment(env, known), fromArguments(['--mqtt.username', 'flag', '--mode=ev']).flags]);
    expect(settings).toMatchObject({ instance: 'depot', evse: 3, 'mqtt.url': 'mqtt://a', 'mqtt.username': 'flag', 'health.port': 30, mode: 'ev', data: 'data' });
    expect(origins).toMatchObject({ instance: 'site.yaml:1', evse: 'PILOTWIRE_EVSE', 'mqtt.url': 'site.yaml:4', 'mqtt.username': '--mqtt.username', 'health.port': 'site.yaml:6', mode: '--mode', data: 'default' });
  });

  test('a file may be JSON, or nearly empty', () => {
    expect(file('{"mqtt": {"url": "a"}, "log": {"level": "info"}}').map(({ key }) => key)).toEqual(['mqtt.url', 'log.level']);
    expect(file('# nothing yet\nmqtt:\n  password:\n')).toEqual([]);
  });

  test('every key has a variable of its own, and every default is allowed', () => {
    expect(new Set(known.map(variableOf)).size).toBe(known.length);
    const defaults = Object.entries(keys).flatMap(([key, { default: value }]) => (value === undefined ? [] : [{ key, value, where: key }]));
    expect(() => resolve(keys, [defaults])).not.toThrow();
  });

  test('a file that is there is read, one that was named must be', () => {
    const name = join(folder, 'pilotwire.yaml');
    writeFileSync(name, 'instance: here\n');
    expect(loadSettings({ env: { PILOTWIRE_CONFIG: name } })).toMatchObject({ file: name, settings: { instance: 'here' } });
    expect(problemsOf(() => loadSettings({ env: {}, file: join(folder, 'none.yaml') }))[0]).toMatch(/none\.yaml: cannot be read: ENOENT/);
  });
});

describe('several outlets', () => {
  const load = (text: string, flags: readonly string[] = []) => {
    const name = join(folder, 'several.yaml');
    writeFileSync(name, text);
    return loadSettings({ env: { PILOTWIRE_CHARGER_MAX_POWER: '60000' }, flags: fromArguments(flags).flags, file: name });
  };

  test('what is said of one goes over what is said of all, and each pair has ports of its own', () => {
    const { outlets, settings } = load('charger: { maxPower: 50000 }\nevses:\n  7: { modem: { url: eth:eth2 }, pair: { agentPort: 9 } }\n  2:\n    modem.url: eth:eth1\n    charger.maxPower: 30000\n', ['--evses.7.v2g.interface', 'eth2', '--modem.url', 'eth:eth0']);
    expect(settings).toMatchObject({ evse: 1, 'charger.maxPower': 60_000, 'modem.url': 'eth:eth0' });
    expect(outlets.map((one) => [one.evse, one['modem.url'], one['charger.maxPower'], one['v2g.interface'], one['pair.agentPort'], one['pair.gatewayPort']])).toEqual([
      [2, 'eth:eth1', 30_000, undefined, 15_200, 15_201], [7, 'eth:eth2', 60_000, 'eth2', 9, 15_211],
    ]);
  });

  test('a port that is none, and one that two ends of pairs would have, are refused', () => {
    expect(problemsOf(() => load('pair.agentPort: 0\n'))[0]).toMatch(/several\.yaml:1: pair\.agentPort is a whole number from 1 to 65535, not 0/);
    expect(problemsOf(() => load('pair: { agentPort: 7, gatewayPort: 7 }\n'))).toEqual(['pair.gatewayPort: 7 is the port of pair.agentPort already']);
    expect(problemsOf(() => load('evses:\n  1: { pair.agentPort: 15211 }\n  2: { v2g.interface: eth2 }\n'))).toEqual(['evses.2.pair.gatewayPort: 15211 is the port of evses.1.pair.agentPort already']);
  });

  test('without any the process serves the one of evse', () => {
    expect(load('evse: 3\n').outlets).toMatchObject([{ evse: 3 }]);
  });

  test('what belongs to the process, and a number that is none, are told with their line', () => {
    expect(problemsOf(() => load('evses:\n  1:\n    mode: ev\n    modm: x\n  two: { modem.url: eth:e }\n')).map((line) => line.replace(/^.*yaml/, ''))).toEqual([
      ':3: mode belongs to the process: it is the same for all outlets', expect.stringMatching(/^:5: evses holds outlets by their numbers/),
    ]);
    expect(problemsOf(() => load('evses:\n  1: { modm: x }\n'))[0]).toMatch(/several\.yaml:2: there is no key modm/);
    expect(problemsOf(() => load('evses: [1, 2]\n'))[0]).toMatch(/evses holds outlets/);
  });
});

describe('what is wrong', () => {
  test('all of it is told at once, with the place and what was meant', () => {
    const text = 'instnace: x\nevse: many\nmode: charger\nmqtt: 5\ncharger:\n  maxCurrent: 5000\nhealth.port: 1.5\ninstance: a b\n';
    expect(problemsOf(() => resolve(keys, [file(text)]))).toEqual([
      'site.yaml:1: there is no key instnace (did you mean instance?)',
      'site.yaml:2: evse is a whole number from 1 to 9999, not "many"',
      'site.yaml:3: mode is one of evse, ev, listen, not "charger"',
      'site.yaml:4: mqtt is a group of keys: mqtt.url, mqtt.port, mqtt.username, mqtt.password, mqtt.ca',
      'site.yaml:6: charger.maxCurrent is a number from 1 to 1000 A, not 5000',
      'site.yaml:7: health.port is a whole number from 0 to 65535, not 1.5',
      'site.yaml:8: instance must match ^[A-Za-z0-9_.-]{1,48}$, not "a b"',
    ]);
  });

  test('a variable, a flag and a word that set nothing', () => {
    expect(problemsOf(() => resolve(keys, [fromEnvironment({ PILOTWIRE_MQTT_URI: 'x' }, known)]))).toEqual(['PILOTWIRE_MQTT_URI: is no setting (did you mean PILOTWIRE_MQTT_URL?)']);
    expect(problemsOf(() => resolve(keys, [fromArguments(['--evze', '1']).flags]))).toEqual(['--evze: there is no key evze (did you mean evse?)']);
    expect(problemsOf(() => fromArguments(['evse', '1']))).toEqual(['evse: is no flag; settings are given as --KEY VALUE']);
    expect(problemsOf(() => fromArguments(['--evse']))).toEqual(['--evse: needs a value: --evse VALUE']);
  });

  test('a key twice, what is no YAML, lists, aliases, and a file beyond all measure', () => {
    expect(problemsOf(() => resolve(keys, [file('mqtt:\n  url: a\nmqtt.url: b\n')]))).toEqual(['site.yaml:3: mqtt.url is set at site.yaml:2 already']);
    expect(problemsOf(() => file('data: [a\nevse: 1'))[0]).toMatch(/^site\.yaml:\d: /);
    expect(problemsOf(() => resolve(keys, [file('data: [a, b]\nevse: &x 1\ninstance: *x\n')]))).toEqual(['site.yaml:1: data is a text', 'site.yaml:3: instance is a text']);
    expect(problemsOf(() => file(' '.repeat(70_000)))).toHaveLength(1);
  });

  test('a secret is neither shown nor told in an error', () => {
    const { settings } = resolve(keys, [[{ key: 'mqtt.password', value: 'hunter2', where: 'f' }, { key: 'mqtt.url', value: 'mqtt://u:hunter3@h:1883', where: 'f' }]]);
    expect(JSON.stringify(redacted(keys, settings))).not.toMatch(/hunter/);
    expect(redacted(keys, settings)).toMatchObject({ 'mqtt.password': '(hidden)', 'mqtt.url': 'mqtt://h:1883', 'mqtt.username': null, 'health.port': 0 });
    expect(problemsOf(() => resolve(keys, [[{ key: 'mqtt.password', value: { deep: 'hunter2' }, where: 'f' }]]))).toEqual(['f: mqtt.password is a text']);
  });
});

test.each([
  ['mqtt://u:p@ssw0rd@host', 'mqtt://host'],
  ['wss://host/mqtt?token=x#y', 'wss://host/mqtt'],
  ['ws://host:8080/', 'ws://host:8080'],
  ['mqtt://host:1883', 'mqtt://host:1883'],
  ['mqtt://u:p/ss@host', '(hidden)@host'],
  ['mqtt://u:1/ss@host', 'mqtt://(hidden)'],
  ['mqtt://u:p?ss@host', '(hidden)'],
  ['u:p@ss@broker.local?token=x', '(hidden)@broker.local'],
  ['broker.local', 'broker.local'], ['embedded', 'embedded'], ['unix:/run/pilotwire/outlet.sock', 'unix:/run/pilotwire/outlet.sock'],
])('%s is shown as %s', (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
  const { settings } = resolve(keys, [[{ key: 'mqtt.url', value: url, where: 'f' }]]);
  expect(redacted(keys, settings)['mqtt.url']).toBe(shown);
});

test('the page of the reference is up to date', () => {
  const page = readFileSync(new URL('../../../docs/reference/configuration.md', import.meta.url), 'utf8');
  expect(page).toBe(referencePage(keys));
});
