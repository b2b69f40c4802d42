import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSettings } from '@pilotwire/configuration';
import { startCsms } from '@pilotwire/csms';
import { historyFolder, startHistory } from '@pilotwire/history';
import type { RunningHistory } from '@pilotwire/history';
import { afterAll, expect, test } from 'vitest';
import { freshDatabase } from '../../../tools/fresh-database.js';

const program = fileURLToPath(new URL('../bin/pilotwire.js', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'pilotwire-up-history-'));
const closes: (() => unknown)[] = [() => rmSync(data, { recursive: true, force: true })];
afterAll(async () => {
  for (const close of closes.splice(0).toReversed()) await close();
}, 30_000);

const password = 'of-this-test-alone-0123';
interface Transaction {
  readonly id: string;
  readonly evse: number;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly meterStartWh: number;
  readonly meterStopWh: number;
  readonly energyWh: number;
  readonly reason: string;
  readonly idToken: string | null;
}
interface Session {
  readonly id: string;
  readonly outcome: string;
  readonly energyWh: number;
  readonly maxPowerW: number;
}

const settings = { ...loadSettings({ env: {} }).settings, data, 'mqtt.url': 'mqtt://127.0.0.1:1', 'history.port': 0 };

/** The history in that folder, with nobody to listen to. */
async function history(): Promise<RunningHistory> {
  const one = await startHistory({ settings, version: '0.1.0', write: () => undefined });
  closes.push(() => one.close());
  return one;
}

test('--once leaves a session, its transaction and its energy, as the CSMS has them', async () => {
  // A database that is there already opens before the charge begins, also on a slow machine.
  await freshDatabase(historyFolder(settings));
  await (await history()).close();
  const csms = await startCsms({ utc: Date.now, passwordOf: () => password });
  closes.push(() => csms.close());
  const child = spawn(process.execPath, [
    program, 'up', '--once', '--mqtt.port', '0', '--v2g.sdpPort', '0', '--history.port', '0', '--data', data, '--car.soc', '79', '--car.until', '80', '--outlet.speed', '50',
    '--ocpp.url', csms.url, '--ocpp.securityProfile', '1', '--ocpp.password', password,
  ], { cwd: data });
  closes.push(() => child.kill('SIGKILL'));
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  expect([await once(child, 'close'), said.join('')]).toEqual([[0, null], expect.stringContaining('-- history at http://127.0.0.1:') as string]);

  const kept = await history();
  await kept.catchUp();
  const ask = async <Body>(path: string): Promise<Body> => (await fetch(`${kept.url}/api/v1/${path}`)).json() as Promise<Body>;
  const { sessions } = await ask<{ sessions: Session[] }>('sessions');
  expect(sessions).toEqual([expect.objectContaining({ station: 'demo', evse: 1, outcome: 'completed' })]);
  const [session] = sessions as [Session];
  const { transactions } = await ask<{ transactions: Transaction[] }>(`sessions/${session.id}`);
  const [there] = csms.transactions;
  expect(csms.transactions).toHaveLength(1);
  expect(transactions).toEqual([expect.objectContaining({ id: there?.id, evse: 1, meterStartWh: there?.from, meterStopWh: there?.to, reason: there?.reason, endedAt: there?.ended, idToken: null })]);
  const [transaction] = transactions as [Transaction];
  expect(transaction.energyWh).toBeGreaterThan(0);
  expect(transaction.energyWh).toBe(Number(there?.to) - Number(there?.from));
  // The register is in whole Wh, and what the CSMS is told was measured a second ago at most.
  expect(Math.abs(session.energyWh - transaction.energyWh)).toBeLessThanOrEqual(1 + session.maxPowerW / 3_600);

  const { messages } = await ask<{ messages: { action: string }[] }>('ocpp/messages?dir=out&kind=call&action=TransactionEvent');
  expect(messages.length).toBeGreaterThan(0);
  expect(JSON.stringify(await ask('ocpp/messages?limit=1000'))).not.toMatch(new RegExp(`DEMO-CARD|${password}`));
  expect(await kept.db.query('SELECT connected FROM ocpp_states WHERE connected')).not.toEqual([]);
}, 60_000);
