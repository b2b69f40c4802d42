import { openDatabase } from '@pilotwire/history';
import { systemClock } from '@pilotwire/runtime';

let count = 0;

/** A database of our own on a server that may have others; `folder` is one to work in. */
export async function ownDatabase(url: string, folder: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `pilotwire_bench_${process.pid}_${count++}`;
  const admin = await openDatabase({ url, folder, clock: systemClock(), trouble: () => undefined });
  await admin.query(`CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    url: own.href,
    async drop() {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.close();
    },
  };
}
