import { systemClock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { authority } from '../test/authority.js';
import { inbox, scriptedCsms } from '../test/csms.js';
import { lineDefaults, openLine } from './index.js';
import type { LineStatus } from './index.js';

test('the example of the README', async () => {
  const roots = await authority();
  const { certificate: cert, key } = await roots.issue('localhost');
  await using csms = await scriptedCsms({ tls: { cert, key } });
  const facts = inbox<object>();
  const statuses: LineStatus[] = [];
  const line = openLine(
    { ...lineDefaults, url: csms.url, identity: 'CP-1', securityProfile: 2, password: 'a-password-for-a-test', ca: roots.root },
    { clock: systemClock(), random: () => 0.5 },
    { fact: facts.put, status: (status) => statuses.push(status), security: ({ type }) => expect.fail(type) },
  );
  const first = await csms.next();
  expect(await facts.next()).toEqual({ kind: 'connected', protocol: 'ocpp2.1' });
  line.send('1', 'Heartbeat', {});
  expect(await first.next()).toEqual([2, '1', 'Heartbeat', {}]);
  line.reconnect({ password: 'another-password-now' });
  expect((await csms.next()).request.headers.authorization).toBe(`Basic ${Buffer.from('CP-1:another-password-now').toString('base64')}`);
  expect([await facts.next(), await facts.next()]).toEqual([{ kind: 'disconnected' }, { kind: 'connected', protocol: 'ocpp2.1' }]);
  await line.close();
  expect(statuses.map(({ at }) => at)).toEqual(['connecting', 'open', 'connecting', 'open', 'closed']);
});
