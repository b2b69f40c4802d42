import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Bus } from '@pilotwire/bus';
import { serviceHealth } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import { wordsOf } from './log.js';
import type { Log } from './log.js';

export interface HealthOptions {
  readonly bus: Bus;
  readonly time: Timeline;
  readonly log: Log;
  readonly wallClock: () => number;
  /** What keeps the service from its task now; empty when all is well. */
  readonly problems: () => readonly string[];
  readonly counters: () => Readonly<Record<string, number>>;
}

const period = ms(60_000);

/** How a process fares: published every minute, and asked for over HTTP. */
export class Health {
  readonly #options: HealthOptions;
  readonly #startedAt: number;
  readonly #lag = monitorEventLoopDelay({ resolution: 10 });

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#startedAt = options.time.now;
    this.#lag.enable();
    this.#publish();
  }

  now(): PayloadOf<typeof serviceHealth> {
    const { bus, time, wallClock, counters } = this.#options;
    const busCounters = Object.entries(bus.counters).map(([name, value]) => [`bus.${name}`, value] as const);
    return {
      ts: new Date(wallClock()).toISOString(),
      uptimeS: Math.floor((time.now - this.#startedAt) / 1_000),
      rssMb: Math.round(process.memoryUsage.rss() / 104_857.6) / 10,
      // The worst since the last minute began; the timer's own period is no lag. Without a sample it is not a number.
      eventLoopLagMs: Math.max(0, Math.round((this.#lag.max / 1e6 || 0) - 10)),
      queued: bus.counters.queued,
      counters: { ...Object.fromEntries(busCounters), ...counters() },
    };
  }

  /** GET /health on loopback: 200 when the service can do its task, 503 with the reasons when it cannot. */
  serve(port: number): Promise<Server> {
    const server = createServer((request, response) => {
      if (request.url !== '/health' || request.method !== 'GET') {
        response.writeHead(404).end();
        return;
      }
      const problems = this.#options.problems();
      const body = { status: problems.length === 0 ? 'ok' : 'not ready', problems, mqtt: this.#options.bus.connected, ...this.now() };
      response.writeHead(problems.length === 0 ? 200 : 503, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    });
    server.maxConnections = 16;
    server.requestTimeout = 2_000;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  }

  stop(): void {
    this.#lag.disable();
  }

  #publish(): void {
    const { bus, time, log } = this.#options;
    const { service, instance } = bus;
    bus.publish(serviceHealth, { service, instance }, this.now()).catch((error: unknown) => log.error(`health: ${wordsOf(error)}`));
    this.#lag.reset();
    time.schedule(() => this.#publish(), period);
  }
}
