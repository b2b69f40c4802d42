import { loadSettings } from '@pilotwire/configuration';
import { startHistory } from '../src/start.js';

/** History in a process of its own, to be killed: its settings come by the environment, its address goes to the parent. */
const { settings } = loadSettings({ env: process.env });
const { url } = await startHistory({ settings, version: '0.1.0' });
process.send?.(url);
