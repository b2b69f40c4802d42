import { VirtualTime } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { memoryNetwork, nodeCarNetwork, nodeChargerNetwork } from '../src/index.js';
import type { Bound } from '../src/index.js';
import { fromSdp, toSdp } from '../src/network/addresses.js';
import { isLinkLocal, linkLocalIn } from '../src/network/link-local.js';
import { Ear, kept, networkContract } from './network-contract.js';
import type { Place } from './network-contract.js';

const places: Readonly<Record<string, () => Place>> = {
  memory() {
    const time = new VirtualTime();
    const { charger, car } = memoryNetwork(time);
    return { charger, car: () => car, until: (done) => (expect(time.runUntil(done, 10_000 as never)).toBe(true), Promise.resolve()) };
  },
  'loopback, IPv4': () => sockets('127.0.0.1'),
  'loopback, IPv6': () => sockets('::1'),
};

const sockets = (host: string): Place => ({
  charger: nodeChargerNetwork({ host, sdpPort: 0, port: 0 }),
  car: (sdpPort) => nodeCarNetwork({ host, sdpPort }),
  // A test that waits in vain ends by its own time limit.
  until: (done) => new Promise((resolve) => {
    const look = (): void => void (done() ? resolve() : setImmediate(look));
    look();
  }),
});

for (const [name, place] of Object.entries(places)) networkContract(name, place);

test('a port that is taken is down, and says why', async () => {
  const first = sockets('127.0.0.1');
  const bounds: (Bound | undefined)[] = [undefined, undefined];
  const listener = (i: number) => ({ status: (bound: Bound) => void (bounds[i] = bound), receive: () => undefined, connected: () => new Ear().listener });
  kept(first.charger.sdp(listener(0)));
  kept(first.charger.tcp(listener(1)));
  await first.until(() => bounds.every((bound) => bound?.state === 'up'));
  const [sdpPort, port] = bounds.map((bound) => (bound?.state === 'up' ? bound.port : 0)) as [number, number];
  const second = nodeChargerNetwork({ host: '127.0.0.1', sdpPort, port });
  const failed: (Bound | undefined)[] = [undefined, undefined];
  kept(second.sdp({ ...listener(0), status: (bound) => void (failed[0] = bound) }));
  kept(second.tcp({ ...listener(0), status: (bound) => void (failed[1] = bound) }));
  await first.until(() => failed.every((bound) => bound !== undefined));
  expect(failed).toMatchObject([{ state: 'down', why: /EADDRINUSE/ }, { state: 'down', why: /EADDRINUSE/ }].map(({ why }) => ({ state: 'down', why: expect.stringMatching(why) as unknown })));
});

test('an address as SDP tells it', () => {
  expect(toSdp('127.0.0.1')).toBe('::ffff:7f00:1');
  expect(fromSdp('::ffff:7f00:1')).toBe('127.0.0.1');
  expect([toSdp('fe80::1'), fromSdp('fe80::1')]).toEqual(['fe80::1', 'fe80::1']);
  for (const none of ['0.0.0.0', '::', 'localhost', '', '1.2.3', 'fe80::1%eth0']) expect(toSdp(none), none).toBeUndefined();
  expect(() => nodeChargerNetwork({ host: '0.0.0.0', sdpPort: 0, port: 0 })).toThrow('no address that a car could be told');
});

/** As Linux 6.1 prints it: `%32s %02x %02x %02x %02x %8s`. */
const table = [
  'fe80000000000000021122fffe334455 03 40 20 80     eth1',
  '20010db8000000000000000000000001 02 40 00 80     eth0',
  'fe80000000000000021122fffe334466 02 40 20 c0     eth0',
  'fe80000000000000021122fffe334477 04 40 20 48     eth2',
  '00000000000000000000000000000001 01 80 10 80       lo',
  'fe80000000000000000000000000000a 05 40 20 c8     eth3',
  'fe80000000000000000000000000000b 05 40 20 80     eth3',
  '',
].join('\n');

test('the link-local address of an interface, in the table of the kernel', () => {
  expect(linkLocalIn(table, 'eth1')).toEqual({ state: 'up', address: 'fe80::211:22ff:fe33:4455', index: 3 });
  expect(linkLocalIn(table, 'eth3')).toEqual({ state: 'up', address: 'fe80::b', index: 5 });
  expect(linkLocalIn(table, 'eth0')).toEqual({ state: 'down', why: expect.stringMatching(/^eth0: .*not in use yet: .*carrier/) as string });
  expect(linkLocalIn(table, 'eth2')).toEqual({ state: 'down', why: 'eth2: another device on the line has its link-local address, fe80::211:22ff:fe33:4477' });
  for (const name of ['lo', 'eth', 'eth11', '']) expect(linkLocalIn(table, name), name).toEqual({ state: 'down', why: expect.stringContaining('no link-local IPv6 address') as string });
  for (const garbage of ['', 'eth1', 'x y z 20 0 eth1', 'fe80 1 40 20 80 eth1']) expect(linkLocalIn(garbage, 'eth1').state).toBe('down');
  expect([isLinkLocal('fe80::1'), isLinkLocal('FEBF::1'), isLinkLocal('fec0::1'), isLinkLocal('2001:db8::1'), isLinkLocal('::ffff:7f00:1')]).toEqual([true, true, false, false, false]);
});
