#!/usr/bin/env node
/** Builds the native module of raw Ethernet, libs/pnet-bindings/native. Linux, and needs Rust. `npm run build:native` */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As in Cargo.toml. Older ones say it too, but not all of them plainly. */
const oldest = [1, 88];
const crate = fileURLToPath(new URL('../libs/pnet-bindings/native', import.meta.url));

if (process.platform !== 'linux') fail(`raw Ethernet and GPIO are for Linux; this is ${process.platform}. All else works without.`);
const found = spawnSync('cargo', ['--version'], { encoding: 'utf8' });
if (found.error !== undefined || found.status !== 0) {
  fail(`cargo is not there. Install Rust ${oldest.join('.')} or newer (rustup, with a C compiler beside it), or see that PATH leads to it.`);
}
const [major = 0, minor = 0] = /\d+\.\d+/.exec(found.stdout)?.[0].split('.').map(Number) ?? [];
if (major < Number(oldest[0]) || (major === oldest[0] && minor < Number(oldest[1]))) {
  fail(`${found.stdout.trim()} is too old: Rust ${oldest.join('.')} or newer is needed.`);
}

const built = spawnSync('cargo', ['build', '--release', '--locked', '--target-dir', join(crate, 'target')], { cwd: crate, stdio: 'inherit' });
if (built.status !== 0) fail('cargo could not build it; its words are above.');

const folder = join(crate, 'dist');
mkdirSync(folder, { recursive: true });
// By a rename: a process that has the old one loaded keeps it.
const fresh = join(folder, `pnet.node.${process.pid}`);
copyFileSync(join(crate, 'target/release/libpilotwire_pnet.so'), fresh);
renameSync(fresh, join(folder, 'pnet.node'));
console.log(`built ${join(folder, 'pnet.node')}`);

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`build:native: ${message}`);
  process.exit(1);
}
