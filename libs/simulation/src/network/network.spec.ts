import { dissect, linkType, tcpFlag } from '@pilotwire/capture';
import { ms, Random, simulate, VirtualTime } from '@pilotwire/machine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Host } from './host.js';
import type { ConnectionEvent } from './host.js';
import { ipOctets, linkLocal, macOctets, tcpFrame, udpFrame } from './packets.js';
import { closedTcp, tcp } from './tcp.js';

const end = (mac: string, port: number) => ({ mac: macOctets(mac), ip: ipOctets(linkLocal(mac)), port });
const a = end('02:00:00:00:00:01', 1_000);
const b = end('02:00:00:00:00:02', 2_000);

/** The ones' complement sum over pseudo header and transport, which is all ones where the checksum is right. */
function sum(frame: Uint8Array, protocol: number): number {
  const transport = frame.subarray(54);
  const bytes = [...frame.subarray(22, 54), 0, 0, transport.length >> 8, transport.length & 255, 0, 0, 0, protocol, ...transport];
  if (bytes.length % 2 === 1) bytes.push(0);
  let total = 0;
  for (let i = 0; i < bytes.length; i += 2) total += ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16);
  return total;
}

describe('packets', () => {
  test('what is written is read again, and its checksum is right', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_400 }), fc.nat(0xffff_ffff), (payload, sequence) => {
        const udp = udpFrame(a, b, payload);
        expect(dissect({ linkType: linkType.ethernet, bytes: udp })).toMatchObject({ kind: 'udp', sourcePort: 1_000, destinationPort: 2_000, payload });
        expect(sum(udp, 17)).toBe(0xffff);
        const flags = tcpFlag.ack | (payload.length === 0 ? tcpFlag.syn : 0);
        const frame = tcpFrame(a, b, { sequence, acknowledgment: 7, flags, payload });
        expect(dissect({ linkType: linkType.ethernet, bytes: frame })).toMatchObject({ kind: 'tcp', sequence, acknowledgment: 7, flags, payload });
        expect(sum(frame, 6)).toBe(0xffff);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('a link-local address follows from the MAC address, as in RFC 4291', () => {
    expect(linkLocal('34:56:78:9a:bc:de')).toBe('fe80::3656:78ff:fe9a:bcde');
    expect(() => linkLocal('34:56')).toThrow('not a MAC address: 34:56');
  });
});

/** Two hosts on a wire that loses, doubles and delays as told. */
function pair(seed: number, loss: number) {
  const time = new VirtualTime();
  const random = new Random(seed);
  const wire = (to: () => Host) => (frame: Uint8Array): void => {
    for (let copies = random.next() < loss ? 2 : 1; copies > 0; copies--) {
      if (random.next() >= loss) time.schedule(() => to().receive(frame), ms(random.int(1, 30)));
    }
  };
  const server: Host = new Host(time, '02:00:00:00:00:01', random, wire(() => client));
  const client: Host = new Host(time, '02:00:00:00:00:02', random, wire(() => server));
  return { time, server, client };
}

describe('TCP between two hosts', () => {
  test.each([0, 0.2])('all bytes arrive, once and in order, however bad the wire (%d lost)', (loss) => {
    for (let seed = 0; seed < 40; seed++) {
      const { time, server, client } = pair(seed, loss);
      const sent = new Random(seed).bytes(5_000);
      const got: number[] = [];
      const events: string[] = [];
      server.listen(15_118, (event, connection) => {
        if (event.kind === 'data') got.push(...event.bytes);
        if (event.kind === 'finished') connection.feed({ kind: 'finish' });
      });
      client.connect(server.ip, 15_118, (event, connection) => {
        events.push(event.kind);
        if (event.kind !== 'opened') return;
        for (let at = 0; at < sent.length; at += 700) connection.feed({ kind: 'write', bytes: sent.subarray(at, at + 700) });
        connection.feed({ kind: 'finish' });
      });
      time.advance(120_000);
      if (events.at(-1) === 'closed' && events.length === 1) continue; // the wire was so bad that it never opened
      expect(Uint8Array.from(got), `seed ${seed}`).toEqual(sent);
      expect(events, `seed ${seed}`).toEqual(['opened', 'finished', 'closed']);
    }
  });

  test('where nobody listens, a connection is refused', () => {
    const { time, server, client } = pair(1, 0);
    const events: ConnectionEvent[] = [];
    client.connect(server.ip, 4_711, (event) => events.push(event));
    time.advance(1_000);
    expect(events).toEqual([{ kind: 'closed', why: 'refused' }]);
  });

  test('an abort reaches the other side at once', () => {
    const { time, server, client } = pair(1, 0);
    const events: ConnectionEvent[] = [];
    server.listen(15_118, (event, connection) => event.kind === 'opened' && connection.feed({ kind: 'abort' }));
    client.connect(server.ip, 15_118, (event) => events.push(event));
    time.advance(1_000);
    expect(events).toEqual([{ kind: 'opened' }, { kind: 'closed', why: 'reset' }]);
  });

  test('what is never acknowledged is sent seven times, each time after twice as long, then given up', () => {
    const run = simulate(tcp, closedTcp);
    run.feed({ kind: 'open', sequence: 1 });
    run.advance(60_000);
    expect(run.log.map(({ at }) => at)).toEqual([0, 200, 600, 1_400, 3_000, 6_200, 12_600, 25_400]);
    expect(run.log.at(-1)?.output).toEqual({ kind: 'closed', why: 'timeout' });
  });
});
