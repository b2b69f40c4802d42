import type { DynamicModule } from '@nestjs/common';
import { startHistory } from './start.js';
import type { HistoryOptions, RunningHistory } from './start.js';

/** By this name the running history is injected. */
export const HISTORY = Symbol('history');
const lifecycle = Symbol('history lifecycle');

/** A name for Nest; the rest is in the factory below. */
export class HistoryModule {}

/** History as a module: it starts with the application, and ends before it. */
export const historyModule = (options: HistoryOptions): DynamicModule => ({
  module: HistoryModule,
  providers: [
    { provide: HISTORY, useFactory: () => startHistory(options) },
    { provide: lifecycle, useFactory: (history: RunningHistory) => ({ beforeApplicationShutdown: () => history.close() }), inject: [HISTORY] },
  ],
  exports: [HISTORY],
});
