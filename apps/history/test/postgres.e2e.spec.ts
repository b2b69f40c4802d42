import { afterAll, beforeAll, describe } from 'vitest';
import { historySuite } from './suite.js';
import { hasMosquitto, mosquitto } from '../../../tools/mosquitto.js';
import type { Mosquitto } from '../../../tools/mosquitto.js';
import { hasPostgres, postgres } from '../../../tools/postgres.js';
import type { Postgres } from '../../../tools/postgres.js';

describe.runIf(hasPostgres() && hasMosquitto())('a real Postgres and Mosquitto', () => {
  let db: Postgres;
  let broker: Mosquitto;
  beforeAll(async () => {
    [db, broker] = [await postgres(), await mosquitto()];
    await Promise.all([db.start(), broker.start()]);
  }, 60_000);
  afterAll(async () => {
    await broker.remove();
    await db.remove();
  });
  historySuite('on Postgres', () => db.url, () => `mqtt://127.0.0.1:${broker.port}`);
});
