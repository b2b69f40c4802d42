import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Parser } from '@asyncapi/parser';
import { describe, expect, test } from 'vitest';
import { allContracts, mosquittoAcl } from './index.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('documents made of the contracts', () => {
  test('are what the contracts say today', () => {
    const { status, stderr } = spawnSync(process.execPath, ['tools/generate-reference.mjs', '--check', 'contracts'], { cwd: root, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('the AsyncAPI document is one, by its own parser, with a channel for each contract', async () => {
    const source = readFileSync(`${root}docs/reference/asyncapi.json`, 'utf8');
    const { document, diagnostics } = await new Parser().parse(source);
    expect(diagnostics.filter(({ severity }) => severity === 0).map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    expect(document?.channels().all().map((channel) => channel.address())).toEqual(allContracts.map(({ topic }) => topic));
  }, 60_000);

  test('the access list lets each service write its own topics and no others', () => {
    const rules = new Map(mosquittoAcl().split('\n\n').slice(1).map((block) => {
      const [user, ...lines] = block.trim().split('\n');
      return [user, lines];
    }));
    expect(rules.get('user slac-agent')).toContain('topic write pilotwire/v1/+/evse/+/pilot');
    expect(rules.get('user slac-agent')).toContain('topic write pilotwire/v1/svc/slac-agent/+/status');
    expect(rules.get('user slac-agent')?.filter((line) => /\/state|\/cmd\/|v2g/.test(line))).toEqual([]);
    expect(rules.get('user pilotwire')).toContain('topic write pilotwire/v1/svc/+/+/cmd/replay');
    expect(rules.get('user pilotwire')).toContain('topic write pilotwire/v1/svc/pilotwire/+/cmd-result/replay');
    expect([...rules.values()].flat().filter((line) => line.includes('{') || line === 'topic write pilotwire/v1/#')).toEqual([]);
  });
});
