import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** No script but our own file, nothing inline, no eval and no `new Function`. */
const policy = "default-src 'none'; script-src 'self'";

/** False, with a line that says so, where there is no browser; in CI that is an error. */
export function hasBrowser(): boolean {
  if (existsSync(executablePath)) return true;
  if (process.env['CI']) throw new Error(`no browser: ${executablePath} is missing`);
  console.warn(`skipped: needs a browser, and ${executablePath} is missing`);
  return false;
}

/**
 * Bundles an entry of this folder for the browser, loads it in a page under the strict policy, and resolves to what the
 * entry exports as `result`. Rejects with what the page reports where it fails.
 */
export async function resultInBrowser(entry: string): Promise<unknown> {
  const script = await bundle(entry);
  const server = createServer((request, response) => {
    const isScript = request.url === '/entry.js';
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? script : '<!doctype html><title>test</title><script src="/entry.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
    ],
  });
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    if (problems.length > 0) throw new Error(problems.join('; '));
    return await page.evaluate('entry.result');
  } finally {
    await browser.close();
    server.close();
  }
}

async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'es2023',
    format: 'iife',
    globalName: 'entry',
    conditions: ['@pilotwire/source'],
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`${entry} gave no bundle`);
  return file.contents;
}
