import type { Settings } from '@pilotwire/configuration';
import { historyModule, HISTORY, historySettings } from '@pilotwire/history';
import type { RunningHistory } from '@pilotwire/history';
import { NestFactory } from '@nestjs/core';
import { version } from '../project.js';

export interface OwnHistoryOptions {
  readonly settings: Settings;
  readonly write: (line: string) => void;
  /** Where it answers, or why it does not. */
  readonly say: (words: string) => void;
}

/**
 * The history of the station in this process, where the settings want one. Nothing waits for it, for its database takes
 * seconds to start; a site works without. Throws `ConfigurationError`.
 */
export function ownHistory({ settings, write, say }: OwnHistoryOptions): { close(): Promise<void> } {
  if (settings['history.enabled'] === 'no') return { close: () => Promise.resolve() };
  historySettings(settings);
  // The car at the cable is a station as well; its history is the charger's. One port of health is for one service.
  const own = { ...settings, 'history.stations': settings['history.stations'] ?? settings.station, 'health.port': 0 };
  const starting = NestFactory.createApplicationContext(historyModule({ settings: own, version: version(), write }), { logger: false, abortOnError: false });
  const told = starting.then(
    (app) => say(`history at ${app.get<RunningHistory>(HISTORY).url}/api/v1/sessions`),
    (error: unknown) => say(`there is no history: ${error instanceof Error ? error.message : String(error)}`),
  );
  return {
    async close() {
      await told;
      await starting.then((app) => app.close(), () => undefined);
    },
  };
}
