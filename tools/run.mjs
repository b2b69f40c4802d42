#!/usr/bin/env node
/** Runs one target of every project through Nx: offline, without its daemon, two at a time, end-to-end tests one at a time. `node tools/run.mjs test [more nx arguments]` */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const [target, ...rest] = process.argv.slice(2);
if (target === undefined) throw new Error('usage: node tools/run.mjs TARGET [nx arguments]');
const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');
const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };
const atOnce = target === 'e2e' ? 1 : 2;
const run = spawnSync(process.execPath, [nx, 'run-many', '-t', target, `--parallel=${atOnce}`, '--outputStyle=stream', ...rest], { stdio: 'inherit', env });
process.exit(run.status ?? 1);
