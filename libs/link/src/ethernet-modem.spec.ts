import type { Status } from '@pilotwire/outlet';
import { PnetError } from '@pilotwire/pnet-bindings';
import type { InterfaceListener, openInterface } from '@pilotwire/pnet-bindings';
import { virtualClock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { modemAt } from './ethernet-modem.js';
import { answer, question } from '../test/modem-contract.js';

const address = '02:00:00:00:00:01';
const time = { seconds: 0, nanos: 0 };

/** A modem at an interface that is there when the test says so. */
function take(trouble?: PnetError) {
  const clock = virtualClock();
  const port = { trouble, opens: 0, open: false, sent: [] as Uint8Array[], listener: undefined as unknown as InterfaceListener };
  const open: typeof openInterface = (name, options, listener) => {
    expect([name, options]).toEqual(['eth1', { etherType: 0x88e1 }]);
    port.opens++;
    if (port.trouble !== undefined) throw port.trouble;
    expect(port.open).toBe(false);
    Object.assign(port, { open: true, listener });
    return {
      send: (frame) => port.sent.push(frame) > 0,
      counters: () => ({ heard: 0, dropped: 0, sent: 0, unsent: 0 }),
      close: () => void (port.open = false),
    };
  };
  const statuses: Status[] = [];
  const frames: Uint8Array[] = [];
  const channel = modemAt(open, 'eth1', clock)({ receive: (frame) => frames.push(frame), status: (status) => statuses.push(status) });
  return { clock, port, statuses, frames, channel };
}

test('an interface that cannot be opened is tried again, and its trouble told once', () => {
  const { clock, port, statuses, channel } = take(new PnetError('no-such-interface', 'eth1: no such network interface'));
  expect(statuses).toEqual([]);
  channel.send(question(1)); // lost
  clock.advance(1_000);
  expect(statuses).toEqual([{ state: 'down', why: 'eth1: no such network interface' }]);
  expect(port.opens).toBe(5);
  port.trouble = new PnetError('no-permission', `eth1: raw Ethernet needs ${'much '.repeat(100)}`);
  clock.advance(250);
  expect(statuses[1]).toEqual({ state: 'down', why: expect.stringMatching(/^eth1: .{250}$/) });
  port.trouble = undefined;
  clock.advance(250);
  port.listener.link({ state: 'up', address });
  expect(statuses[2]).toEqual({ state: 'up', address });
  clock.advance(10_000);
  expect([port.opens, port.sent, clock.pending]).toEqual([7, [], 0]);
});

test('what the interface tells of itself is told on, and an interface that is gone is looked for by its name', () => {
  const { clock, port, statuses, channel } = take();
  clock.advance(0);
  for (const state of ['up', 'up', 'no-carrier', 'down', 'up', 'removed'] as const) port.listener.link({ state, address });
  expect(statuses).toEqual([
    { state: 'up', address },
    { state: 'down', why: expect.stringMatching(/^eth1: no carrier/) },
    { state: 'down', why: expect.stringMatching(/^eth1: .*switched off: sudo ip link set eth1 up/) },
    { state: 'up', address },
    { state: 'down', why: 'eth1: the network interface has gone' },
  ]);
  expect([port.open, port.opens]).toEqual([false, 1]);
  channel.send(question(1)); // lost
  clock.advance(250);
  port.listener.link({ state: 'up', address: '02:00:00:00:00:99' });
  expect([port.open, port.opens, statuses.at(-1)]).toEqual([true, 2, { state: 'up', address: '02:00:00:00:00:99' }]);
  expect(port.sent).toEqual([]);
});

test('nothing but HomePlug is sent, and nothing is heard or tried once it is closed', () => {
  const { clock, port, statuses, frames, channel } = take();
  clock.advance(0);
  const ip = question(1);
  ip.set([0x08, 0x00], 12);
  channel.send(ip);
  channel.send(new Uint8Array(3));
  channel.send(answer(1, address));
  expect(port.sent).toEqual([answer(1, address)]);
  const heard = [1, 2].map((n) => ({ bytes: question(n), time, originalLength: 60 }));
  port.listener.frames(heard);
  expect(frames).toEqual([question(1), question(2)]);
  port.listener.link({ state: 'removed', address });
  channel.close();
  channel.close();
  clock.advance(1_000);
  expect([port.opens, port.open, statuses.length, clock.pending]).toEqual([1, false, 1, 0]);
});

test('one that is closed by the first frame of a batch hears no other', () => {
  const clock = virtualClock();
  let listener: InterfaceListener | undefined;
  let closes = 0;
  const frames: Uint8Array[] = [];
  const open: typeof openInterface = (_, __, given) => {
    listener = given;
    return { send: () => true, counters: () => expect.unreachable(), close: () => void closes++ };
  };
  const channel = modemAt(open, 'eth1', clock)({ receive: (frame) => (frames.push(frame), channel.close()), status: () => undefined });
  clock.advance(0);
  listener?.frames([1, 2].map((n) => ({ bytes: question(n), time, originalLength: 60 })));
  expect([frames, closes]).toEqual([[question(1)], 1]);
});

test('what is no trouble of the interface is a bug, and not hidden', () => {
  const clock = virtualClock();
  modemAt(() => {
    throw new TypeError('a bug');
  }, 'eth1', clock)({ receive: () => undefined, status: () => undefined });
  expect(() => clock.advance(0)).toThrow('a bug');
});
