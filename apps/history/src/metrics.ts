import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

export interface MetricsOptions {
  /** Since the start, by name. */
  readonly counters: () => Readonly<Record<string, number>>;
  /** At this moment, by name. */
  readonly gauges: () => Promise<Readonly<Record<string, number>>>;
}

/** What each of them is, for Prometheus. */
const counted = {
  events: 'Events stored.', repeated: 'Events that came again.', lost: 'Events that no journal holds any more.', rows: 'Telemetry rows stored.',
  frames: 'Frames stored.', framesDropped: 'Frames dropped, for there were too many.', messages: 'OCPP messages stored.', messagesDropped: 'OCPP messages dropped, for there were too many.', deadLetters: 'Messages that could not be read or kept.', retries: 'Writes that the database did not take at once.',
} as const;
const gauged = { live_clients: 'WebSockets that are open.', database_bytes: 'Size of the database.', waiting: 'Messages that wait for the database.', strange_rows: 'Rows whose time no clock could give, of 1000 looked at in each table.' } as const;

/** The figures of this process in the text format of Prometheus. */
export function metricsOf({ counters, gauges }: MetricsOptions): () => Promise<string> {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: 'pilotwire_history_' });
  const counts = Object.entries(counted).map(([name, help]) => [name, new Counter({ name: `pilotwire_history_${snake(name)}_total`, help, registers: [register] })] as const);
  const levels = Object.entries(gauged).map(([name, help]) => [name, new Gauge({ name: `pilotwire_history_${name}`, help, registers: [register] })] as const);
  return async () => {
    const [now, level] = [counters(), await gauges()];
    for (const [name, counter] of counts) {
      counter.reset();
      counter.inc(now[name] ?? 0);
    }
    for (const [name, gauge] of levels) gauge.set(level[name] ?? 0);
    return register.metrics();
  };
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
