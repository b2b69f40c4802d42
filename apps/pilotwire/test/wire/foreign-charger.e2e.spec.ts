import { BROADCAST, encodeMme, LOCAL_MODEM, nidFromNmk } from '@pilotwire/homeplug';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Inbox } from '../../../../tools/inbox.js';
import { hostAddress } from '../../src/bench/real/network.js';
import { openStall } from '../../src/bench/real/stall.js';
import type { Stall } from '../../src/bench/real/stall.js';
import { openWire } from '../../src/bench/real/wire.js';
import type { Wire } from '../../src/bench/real/wire.js';
import type { Heard } from './harness.js';
import { canMakeWire, clock, happeningsOf, pause, Peer } from './harness.js';
import type { Happening } from './harness.js';

const [evse, ev] = [hostAddress(0), hostAddress(1)];
const zeros = new Uint8Array(4);
const nmk = Uint8Array.from({ length: 16 }, (_, i) => i + 1);

describe.runIf(canMakeWire())('a charger that others wrote, at our car over raw Ethernet', () => {
  let wire: Wire;
  let stall: Stall;
  let charger: Peer;
  let told: Inbox<Happening>;
  let pilot: Inbox<Happening>;
  beforeAll(async () => {
    // The charger's pilot is ours, at a modem of its own that nobody hears.
    wire = await openWire({ hosts: [{ role: 'evse' }, { role: 'ev' }, { role: 'evse' }], seed: 'foreign charger' });
    stall = await openStall(clock, 7);
    pilot = happeningsOf(await wire.agent(2, 'evse', stall.socket));
    told = happeningsOf(await wire.agent(1, 'ev', stall.socket));
    charger = new Peer(await wire.peer(0), evse);
    await wire.line.ask('connect', { ports: [0, 1], attenuation: 15 });
    await pilot.until((all) => all.some(({ kind }) => kind === 'pilot'));
    await told.until((all) => all.some(({ kind }) => kind === 'pilot'));
    await charger.say(LOCAL_MODEM, {
      mme: 'CM_SET_KEY.REQ', myNonce: zeros, yourNonce: zeros, pid: 4, prn: 0, pmn: 0, ccoCapability: 0, nid: nidFromNmk(nmk), newKey: nmk,
    });
    expect((await charger.hears('CM_SET_KEY.CNF')).mme.result).toBe(1);
  }, 60_000);
  afterAll(async () => {
    await wire?.remove();
    await stall?.close();
  }, 30_000);
  let from = 0;
  beforeEach(() => {
    from = told.items.length;
    stall.plug();
  });
  afterEach(async () => {
    const since = told.items.length;
    stall.unplug();
    await told.until((all) => all.slice(since).some((one) => one.kind === 'pilot' && one.pilot.level === 'A'));
    await pause(500);
    charger.forget();
  });

  const confirm = (runId: Uint8Array): Promise<void> =>
    charger.say(ev, { mme: 'CM_SLAC_PARM.CNF', numSounds: 10, timeOut: 6, respType: 1, forwardingSta: ev, runId, mSoundTarget: BROADCAST });
  const sounded = async (): Promise<void> => {
    while ((await charger.hears('CM_MNBC_SOUND.IND')).mme.cnt > 0);
  };
  const report = (runId: Uint8Array, levels = new Array<number>(58).fill(15)): Uint8Array =>
    encodeMme(ev, evse, { mme: 'CM_ATTEN_CHAR.IND', sourceAddress: ev, runId, numSounds: 10, attenuation: levels });
  const matched = async (request: Heard<'CM_SLAC_MATCH.REQ'>): Promise<void> => {
    const { runId, pevMac } = request.mme;
    await charger.say(ev, { mme: 'CM_SLAC_MATCH.CNF', pevMac, evseMac: evse, runId, nid: nidFromNmk(nmk), nmk });
    await told.until((all) => all.slice(from).some(({ kind }) => kind === 'slac.matched'));
  };

  test('that answers with another RunID is asked again and told nothing (pyPLC and the Taycan)', async () => {
    const { mme, frame } = await charger.hears('CM_SLAC_PARM.REQ');
    expect(frame).toHaveLength(60);
    await confirm(mme.runId.map((octet) => octet ^ 1));
    expect((await charger.hears('CM_SLAC_PARM.REQ')).mme.runId).toEqual(mme.runId);
    await pause(300);
    expect(charger.heard.items.filter((one) => one.mme.mme === 'CM_START_ATTEN_CHAR.IND')).toEqual([]);
  });

  test.each([
    ['of 326 octets, as open-plc-utils\' evse sends it', 326],
    ['of 129 octets', 129],
  ])('is answered to its report %s, and matched', async (_, length) => {
    const { runId } = (await charger.hears('CM_SLAC_PARM.REQ')).mme;
    await confirm(runId);
    const { mme } = await charger.hears('CM_START_ATTEN_CHAR.IND');
    expect(mme).toMatchObject({ numSounds: 10, timeOut: 6, respType: 1, forwardingSta: ev, runId });
    await sounded();
    const frame = new Uint8Array(length);
    frame.set(report(runId));
    await charger.raw(frame);
    const answer = await charger.hears('CM_ATTEN_CHAR.RSP');
    expect(answer.mme).toMatchObject({ sourceAddress: ev, runId, result: 0 });
    expect(answer.frame).toHaveLength(70);
    const request = await charger.hears('CM_SLAC_MATCH.REQ');
    expect(request.mme).toMatchObject({ pevMac: ev, evseMac: evse, runId });
    expect(request.frame).toHaveLength(85);
    await matched(request);
  });

  test('that reports 255 groups, of which pev dies, is survived', async () => {
    const { runId } = (await charger.hears('CM_SLAC_PARM.REQ')).mme;
    await confirm(runId);
    await sounded();
    const frame = new Uint8Array(71 + 255).fill(15);
    frame.set(report(runId));
    frame[70] = 255;
    await charger.raw(frame);
    await pause(20);
    await charger.raw(report(runId));
    const request = await charger.hears('CM_SLAC_MATCH.REQ');
    expect(request.mme.runId).toEqual(runId);
    await matched(request);
  });

  test('that does not hear of the match is asked up to three times, 200 ms apart', async () => {
    const { runId } = (await charger.hears('CM_SLAC_PARM.REQ')).mme;
    await confirm(runId);
    await sounded();
    await charger.raw(report(runId));
    await charger.hears('CM_SLAC_MATCH.REQ');
    const asked = clock.now();
    await charger.hears('CM_SLAC_MATCH.REQ');
    expect(clock.now() - asked).toBeGreaterThan(150);
    await matched(await charger.hears('CM_SLAC_MATCH.REQ'));
  });
});
