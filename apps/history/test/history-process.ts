import { loadSettings } from '@pilotwire/configuration';
import { startHistory } from '../src/start.js';

/** History in a process of its own, to be killed: its settings come by the environment, its address goes to the parent, and so does what its database says. */
const { settings } = loadSettings({ env: process.env });
const { url, db } = await startHistory({ settings, version: '0.1.0' });
process.on('message', (sql: string) => {
  db.query(sql).then((rows) => process.send?.({ rows }), () => process.send?.({}));
});
process.send?.(url);
