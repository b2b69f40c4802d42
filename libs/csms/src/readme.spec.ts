import { expect, test } from 'vitest';
import { liveStation } from '../test/station.js';
import { newsBox } from '../test/news.js';
import { startCsms } from './index.js';

test('the example of the README', async () => {
  const news = newsBox();
  const csms = await startCsms({ utc: Date.now, tell: news.tell });
  expect(csms.url).toBe(`ws://127.0.0.1:${csms.port}`);
  await using station = liveStation(csms.url, 'ocpp2.1');
  await news.take('status', ({ evse }) => evse === 1);
  station.feed({ kind: 'plugged', evse: 1 }, { kind: 'authorization-wanted', evse: 1 });
  expect(await csms.ask('CP-1', { do: 'start', evse: 1, token: 'CARD-1' })).toMatchObject({ status: 'Accepted' });
  expect(await csms.call('CP-1', 'ClearCache', {})).toMatchObject({ status: expect.any(String) as string });
  expect(csms.transactions.length).toBeLessThanOrEqual(1);
  await csms.close();
});
