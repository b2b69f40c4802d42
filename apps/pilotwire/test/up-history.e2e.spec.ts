import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSettings } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { startCsms } from '@pilotwire/csms';
import { historyFolder, startHistory } from '@pilotwire/history';
import type { RunningHistory } from '@pilotwire/history';
import { expect, onTestFinished, test } from 'vitest';
import { freshDatabase } from '../../../tools/fresh-database.js';

const program = fileURLToPath(new URL('../bin/pilotwire.js', import.meta.url));
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

/** The history in a folder, with nobody to listen to. */
async function history(settings: Settings): Promise<RunningHistory> {
  const one = await startHistory({ settings, version: '0.1.0', write: () => undefined });
  onTestFinished(() => one.close(), 30_000);
  return one;
}

test('--once leaves a session, its transaction and its energy, as the CSMS has them', async () => {
  const data = mkdtempSync(join(tmpdir(), 'pilotwire-up-history-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const settings = { ...loadSettings({ env: {} }).settings, data, 'mqtt.url': 'mqtt://127.0.0.1:1', 'history.port': 0 };
  // A database that is there already opens before the charge begins, also on a slow machine.
  await freshDatabase(historyFolder(settings));
  await (await history(settings)).close();
  const csms = await startCsms({ utc: Date.now, passwordOf: () => password });
  onTestFinished(() => csms.close());
  const child = spawn(process.execPath, [
    program, 'up', '--once', '--mqtt.port', '0', '--v2g.sdpPort', '0', '--history.port', '0', '--data', data, '--car.soc', '79', '--car.until', '80', '--outlet.speed', '50',
    '--ocpp.url', csms.url, '--ocpp.securityProfile', '1', '--ocpp.password', password,
  ], { cwd: data });
  const closed = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  expect([await closed, said.join('')]).toEqual([[0, null], expect.stringContaining('-- history at http://127.0.0.1:') as string]);

  const kept = await history(settings);
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
