import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { fromArguments, loadSettings } from '@pilotwire/configuration';
import { systemClock } from '@pilotwire/runtime';
import { goFirst, systemdSupervision } from '@pilotwire/service';
import { slacAgentModule } from './module.js';

/** Settings that cannot be, apart from what may go wrong later. */
const wrongSettings = 2;

try {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  goFirst();
  const { settings, outlets } = loadSettings({ env: process.env, ...fromArguments(process.argv.slice(2)) });
  const app = await NestFactory.createApplicationContext(slacAgentModule({ settings, outlets, version }), { logger: false, abortOnError: false });
  const systemd = systemdSupervision({ env: process.env, clock: systemClock({ background: true }), failed: (why) => void process.stderr.write(`slac-agent: ${why}\n`) });
  systemd.ready();
  // A second signal ends the process at once, as it does every other.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      systemd.stopping();
      void app.close();
    });
  }
} catch (error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`slac-agent: ${message.replaceAll('\n', '\nslac-agent: ')}\n`);
  process.exitCode = name === 'ConfigurationError' ? wrongSettings : 1;
}
