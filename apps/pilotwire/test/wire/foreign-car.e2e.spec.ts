import { BROADCAST } from '@pilotwire/homeplug';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Inbox } from '../../../../tools/inbox.js';
import { hostAddress } from '../../src/bench/real/network.js';
import { openStall } from '../../src/bench/real/stall.js';
import type { Stall } from '../../src/bench/real/stall.js';
import { openWire } from '../../src/bench/real/wire.js';
import type { Wire } from '../../src/bench/real/wire.js';
import { atPort, canMakeWire, clock, happeningsOf, pause, Peer } from './harness.js';
import type { Happening } from './harness.js';

const [evse, ev] = [hostAddress(0), hostAddress(1)];
const tesla = Uint8Array.from(Buffer.from('TESLA EV'));
const flat = (levels: readonly number[]): number => levels.reduce((sum, level) => sum + level, 0) / levels.length;

describe.runIf(canMakeWire())('a car that others wrote, at our charger over raw Ethernet', () => {
  let wire: Wire;
  let stall: Stall;
  let car: Peer;
  let told: Inbox<Happening>;
  beforeAll(async () => {
    wire = await openWire({ hosts: [{ role: 'evse' }, { role: 'ev' }], seed: 'foreign car' });
    stall = await openStall(clock, 7);
    const agent = await wire.agent(0, 'evse', stall.socket);
    told = happeningsOf(agent);
    car = new Peer(await wire.peer(1), ev);
    await told.until((all) => all.some(({ kind }) => kind === 'pilot'));
    await wire.line.ask('connect', { ports: [0, 1], attenuation: 15 });
    // Our charger gives its modem a key at its start, and a modem that starts anew with it is deaf meanwhile.
    await pause(400);
  }, 60_000);
  afterAll(async () => {
    await wire?.remove();
    await stall?.close();
  }, 30_000);
  beforeEach(async () => {
    await wire.line.ask('frames', undefined);
    const from = told.items.length;
    stall.plug();
    await told.until((all) => all.slice(from).some((one) => one.kind === 'pilot' && one.pilot.pwm));
  });
  afterEach(async () => {
    const from = told.items.length;
    stall.unplug();
    await told.until((all) => all.slice(from).some((one) => one.kind === 'pilot' && one.pilot.level === 'A'));
    await pause(400);
    car.forget();
  });

  test('is answered with its RunID and to its address, in frames of 60 octets or more', async () => {
    const { mme, frame, source } = await car.ask(tesla);
    expect(source).toBe(evse);
    expect(mme).toMatchObject({ runId: tesla, forwardingSta: ev, numSounds: 10, timeOut: 6, respType: 1 });
    expect(frame).toHaveLength(60);
  });

  test('that asks twice within 7 ms, as the Ioniq does, hears two answers with the RunIDs it sent', async () => {
    const other = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    await car.say(BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId: tesla });
    await pause(7);
    await car.say(BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId: other });
    expect([(await car.hears('CM_SLAC_PARM.CNF')).mme.runId, (await car.hears('CM_SLAC_PARM.CNF')).mme.runId]).toEqual([tesla, other]);
  });

  test.each([['at once, as the Audi Q4', 3], ['after 1012 ms, as the Polestar 2', 1_012]])('is matched when it asks for it %s', async (_, wait) => {
    await car.ask(tesla);
    await car.announce(tesla);
    await car.sound(tesla, 10);
    const { mme, frame } = await car.hears('CM_ATTEN_CHAR.IND');
    expect(mme).toMatchObject({ sourceAddress: ev, runId: tesla, numSounds: 10 });
    expect(mme.attenuation).toHaveLength(58);
    expect(Math.round(flat(mme.attenuation))).toBe(15);
    expect(frame).toHaveLength(129);
    await car.accept(evse, tesla);
    await pause(wait);
    const pevId = new Uint8Array(17).fill(0xaa);
    const confirmed = await car.match(evse, tesla, { pevId });
    expect(confirmed.mme).toMatchObject({ pevMac: ev, evseMac: evse, runId: tesla, pevId });
    expect(confirmed.frame).toHaveLength(109);
  });

  test('that stalls after two sounds hears of two, 600 ms after it began, three times 200 ms apart, and may answer the third', async () => {
    await car.ask(tesla);
    await car.announce(tesla);
    await car.sound(tesla, 2);
    for (let i = 0; i < 3; i++) expect((await car.hears('CM_ATTEN_CHAR.IND')).mme.numSounds).toBe(2);
    await car.accept(evse, tesla);
    expect((await car.match(evse, tesla)).mme.runId).toEqual(tesla);
    const seen = atPort(await wire.line.ask('frames', undefined), 0);
    const begun = seen.find(({ mme }) => mme.mme === 'CM_START_ATTEN_CHAR.IND')?.at ?? 0;
    const reports = seen.filter(({ mme }) => mme.mme === 'CM_ATTEN_CHAR.IND').map(({ at }) => at - begun);
    expect(reports).toHaveLength(3);
    reports.forEach((at, i) => {
      expect(at).toBeGreaterThanOrEqual(600 + 200 * i);
      expect(at).toBeLessThan(720 + 200 * i);
    });
  });

  test('is not thrown out by the announcement of another one', async () => {
    await car.ask(tesla);
    await car.say(BROADCAST, { mme: 'CM_START_ATTEN_CHAR.IND', numSounds: 10, timeOut: 6, respType: 1, forwardingSta: ev, runId: Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1) });
    await car.announce(tesla);
    await car.sound(tesla, 10);
    expect((await car.hears('CM_ATTEN_CHAR.IND')).mme.runId).toEqual(tesla);
  });

  test('finds announcement and sounds answered that it sends to the charger alone', async () => {
    await car.ask(tesla);
    await car.say(evse, { mme: 'CM_START_ATTEN_CHAR.IND', numSounds: 10, timeOut: 6, respType: 1, forwardingSta: ev, runId: tesla });
    await car.say(evse, { mme: 'CM_MNBC_SOUND.IND', cnt: 0, runId: tesla, rnd: new Uint8Array(16) });
    expect((await car.hears('CM_ATTEN_CHAR.IND')).mme).toMatchObject({ runId: tesla, numSounds: 1 });
  });
});

describe.runIf(canMakeWire())('a modem that reports no levels, as those of consumers do', () => {
  test('still gives the car a mean between 1 and 40 dB, in 58 groups', async () => {
    const wire = await openWire({ hosts: [{ role: 'evse', groups: 0 }, { role: 'ev' }], seed: 'consumer' });
    const stall = await openStall(clock, 7);
    onTestFinished(async () => {
      await wire.remove();
      await stall.close();
    });
    const told = happeningsOf(await wire.agent(0, 'evse', stall.socket));
    const car = new Peer(await wire.peer(1), ev);
    await wire.line.ask('connect', { ports: [0, 1], attenuation: 15 });
    await told.until((all) => all.some(({ kind }) => kind === 'pilot'));
    stall.plug();
    await told.until((all) => all.some((one) => one.kind === 'pilot' && one.pilot.pwm));
    await car.ask(tesla);
    await car.announce(tesla);
    await car.sound(tesla, 10);
    const { mme } = await car.hears('CM_ATTEN_CHAR.IND');
    expect(mme.numSounds).toBe(10);
    expect(mme.attenuation).toEqual(new Array<number>(58).fill(10));
  }, 60_000);
});
