import { stationCommands } from '@pilotwire/contracts';
import { Random } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { compare } from './ledger.js';
import type { Deed } from './ledger.js';
import { Site } from './site.js';

const offline = { 'ocpp.variables': 'AuthCtrlr.OfflineTxForUnknownIdEnabled=true' };

/** A day without a CSMS, with the power going again and again. */
class Day {
  readonly deeds: Deed[] = [];
  kills = 0;
  readonly site: Site;
  readonly #random: Random;
  #alive = true;

  constructor(site: Site, random: Random) {
    this.site = site;
    this.#random = random;
  }

  /** Time passes, and sometimes the power goes and comes back. */
  async pass(by: number, risk: number, step = 5_000): Promise<void> {
    for (let left = by; left > 0; left -= step) {
      const draw = this.#random.next();
      if (this.#alive && draw < risk) {
        this.site.time.advance(Math.min(left, step));
        await this.#kill();
      } else await this.site.pass(Math.min(left, step), step);
      if (!this.#alive && draw < 0.3) await this.#revive();
    }
  }

  /** Something happens, and the power may go before anybody has taken it in. */
  async #meanwhile(deed: Promise<void>): Promise<void> {
    if (this.#alive && this.#random.next() < 0.3) await this.#kill();
    await deed;
  }

  /** In the middle of whatever goes on. */
  async #kill(): Promise<void> {
    for (let turns = this.#random.int(0, 60); turns > 0; turns--) await Promise.resolve();
    this.#alive = false;
    this.kills++;
    await this.site.kill();
  }

  async #revive(): Promise<void> {
    await this.site.start();
    this.#alive = true;
  }

  async charge(): Promise<void> {
    const { site } = this;
    const { gateway } = site;
    await this.#meanwhile(gateway.plug());
    await this.pass(5_000, 0.05);
    await this.#meanwhile(gateway.ask());
    const before = gateway.heard.length;
    // A person holds the card until the car is let in.
    for (let n = 0; n < 100 && !gateway.heard.slice(before).some(({ command }) => command === 'authorize' || command === 'start'); n++) {
      if (this.#alive) void site.watcher.request(stationCommands['present-token'], { station: 'demo' }, { token: 'CARD-1', evse: 1 }, { timeout: 1_000 }).catch(() => undefined);
      await this.pass(5_000, 0.05);
    }
    const charging = site.wallClock();
    await this.#meanwhile(gateway.charge());
    for (let n = this.#random.int(20, 60); n > 0; n--) {
      await this.pass(5_000, 0.12);
      await gateway.batch();
    }
    const energyWh = Math.round(gateway.energyWh);
    const stopped = site.wallClock();
    await this.#meanwhile(gateway.stop('ev', 'completed'));
    await this.pass(10_000, 0.1);
    await this.#meanwhile(gateway.unplug());
    this.deeds.push({ charging, stopped, energyWh });
    await this.pass(10_000, 0.1);
  }

  async end(): Promise<void> {
    for (let n = 0; n < 400 && !(this.#alive && this.site.driver.state.entries.length === 0 && this.site.driver.state.link !== undefined); n++) await this.pass(2_000, n < 100 ? 0.2 : 0, 500);
  }
}

test.each([1, 2, 3, 4, 5, 6])('ten charges of a day without a CSMS, the power gone thirty times: the CSMS hears it all, seed %i', async (seed) => {
  const site = await Site.open({ settings: offline });
  const day = new Day(site, new Random(seed));
  site.csms.up = false;
  for (let n = 0; n < 10; n++) {
    await day.charge();
    await day.pass(8_000_000, 0.001, 60_000);
  }
  site.csms.up = true;
  await day.end();
  await site.pass(5_000);
  console.log(`seed ${seed}: ${day.kills} kills, ${site.csms.calls.length} calls`);
  expect(day.kills).toBeGreaterThanOrEqual(30);
  compare(day.deeds, site.csms.calls, day.kills);
  expect(site.lines.filter((line) => /^(error|handler)/.test(line) && !line.includes('closed'))).toEqual([]);
}, 120_000);
