import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { ConfigurationError, fromArguments, loadSettings } from '@pilotwire/configuration';
import { systemClock } from '@pilotwire/runtime';
import { goFirst, systemdSupervision } from '@pilotwire/service';
import { v2gGatewayModule } from './module.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };

async function main(): Promise<void> {
  goFirst();
  const { settings, outlets } = loadSettings({ env: process.env, ...fromArguments(process.argv.slice(2)) });
  // What there is to say, the service says itself.
  const app = await NestFactory.createApplicationContext(v2gGatewayModule({ settings, outlets, version }), { logger: false, abortOnError: false });
  const systemd = systemdSupervision({ env: process.env, clock: systemClock({ background: true }), failed: (why) => void process.stderr.write(`v2g-gateway: ${why}\n`) });
  systemd.ready();
  let ending = false;
  const end = (): void => {
    // Who asks twice does not want to wait for a car.
    if (ending) process.exit(1);
    ending = true;
    systemd.stopping();
    app.close().then(() => process.exit(0), fail);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigurationError ? 2 : 1);
}

main().catch(fail);
