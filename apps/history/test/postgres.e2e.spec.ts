import { describe } from 'vitest';
import { historySuite } from './suite.js';
import { hasMosquitto, mosquitto } from '../../../tools/mosquitto.js';
import { hasPostgres, postgres } from '../../../tools/postgres.js';

describe.runIf(hasPostgres() && hasMosquitto())('a real Postgres and Mosquitto', () => {
  historySuite('on Postgres', async () => {
    const [db, broker] = [await postgres(), await mosquitto()];
    await Promise.all([db.start(), broker.start()]);
    return {
      database: db.url,
      brokerUrl: `mqtt://127.0.0.1:${broker.port}`,
      async remove() {
        await broker.remove();
        await db.remove();
      },
    };
  });
});
