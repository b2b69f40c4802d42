import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { linkType, pcapngHeader, pcapngPacket } from '@pilotwire/capture';
import { decodeMme } from '@pilotwire/homeplug';
import type { Status } from '@pilotwire/outlet';
import { virtualClock } from '@pilotwire/runtime';
import { afterAll, expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import { captureModem, LinkError } from './index.js';
import { question } from '../test/modem-contract.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-captures-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A capture of frames at these milliseconds. */
function captureOf(frames: readonly (readonly [number, Uint8Array])[], type: number = linkType.ethernet): Uint8Array {
  const packets = frames.map(([at, bytes]) => pcapngPacket({ time: { seconds: 1_700_000_000 + Math.floor(at / 1_000), nanos: (at % 1_000) * 1e6 }, bytes }));
  return Buffer.concat([pcapngHeader([{ linkType: type }]), ...packets]);
}

function play(capture: string | Uint8Array) {
  const clock = virtualClock();
  const modem = captureModem(capture, clock);
  const start = () => {
    const log: (readonly [number, Uint8Array | Status])[] = [];
    const channel = modem({ receive: (frame) => log.push([clock.now(), frame]), status: (status) => log.push([clock.now(), status]) });
    return { log, channel };
  };
  return { clock, start };
}

const over = { state: 'down', why: 'the capture is over' };
const ip = question(0);
ip.set([0x86, 0xdd], 12);

test('frames of HomePlug come at their pace, from the first one on with each opening; then the capture is over', () => {
  const { clock, start } = play(captureOf([[0, ip], [500, question(1)], [500, question(2)], [1_250, question(3)], [900, question(4)], [2_500, question(5)]]));
  clock.advance(10_000);
  const first = start();
  expect(first.log).toEqual([]);
  clock.advance(1_000);
  const second = start();
  first.channel.send(question(9)); // goes nowhere
  clock.advance(60_000);
  const told = (from: number) => [
    [from, { state: 'up' }], [from, question(1)], [from, question(2)], [from + 750, question(3)], [from + 750, question(4)], [from + 2_000, question(5)],
    [from + 2_000, over],
  ];
  expect(first.log).toEqual(told(10_000));
  expect(second.log).toEqual(told(11_000));
  expect(clock.pending).toBe(0);
});

test('a file is played as its octets are, packed or not; a cut end is no harm', () => {
  const capture = captureOf([[0, question(1)], [10, question(2)], [20, question(3)]]);
  const path = join(folder, 'some.pcapng.gz');
  writeFileSync(path, gzipSync(capture));
  const plays = [path, gzipSync(capture), capture, capture.subarray(0, capture.length - 7)].map((one) => {
    const { clock, start } = play(one);
    const { log } = start();
    clock.advance(1_000);
    return log.flatMap(([at, what]) => (what instanceof Uint8Array ? [[at, what]] : []));
  });
  const all = [[0, question(1)], [10, question(2)], [20, question(3)]];
  expect(plays).toEqual([all, all, all, all.slice(0, 2)]);
});

test('what is no capture, or has no such frame, is refused when the modem is made', () => {
  const made = (capture: string | Uint8Array) => () => captureModem(capture, virtualClock());
  expect(made(join(folder, 'nowhere.pcapng'))).toThrow(LinkError);
  expect(made(join(folder, 'nowhere.pcapng'))).toThrow(/nowhere\.pcapng: ENOENT/);
  expect(made(new TextEncoder().encode('GET / HTTP/1.1'))).toThrow(/^the capture: no HomePlug frame .*neither pcap nor pcapng/);
  expect(made(captureOf([[0, ip]]))).toThrow(/^the capture: no HomePlug frame with its Ethernet header is in it$/);
  expect(made(captureOf([[0, question(1)]], linkType.linuxSll))).toThrow(/no HomePlug frame/);
  expect(made(gzipSync(captureOf([[0, question(1)]])).subarray(0, 40))).toThrow(LinkError);
});

const recorded = sharedPath('captures', '2023-04-16_at_home_Ioniq_in_currentDemandLoop.pcapng');
test.runIf(recorded !== undefined)('a matching that was recorded in the field comes as it was, with the gaps between its sounds', () => {
  const { clock, start } = play(String(recorded));
  const { log } = start();
  clock.advance(600_000);
  expect(log.at(-1)?.[1]).toEqual(over);
  const sounds = log.filter(([, what]) => {
    const decoded = what instanceof Uint8Array ? decodeMme(what) : undefined;
    return decoded !== undefined && 'type' in decoded && decoded.type === 'CM_MNBC_SOUND.IND';
  });
  expect(sounds.length).toBeGreaterThanOrEqual(10);
  const gaps = sounds.slice(1, 10).map(([at], i) => at - (sounds[i] as (typeof sounds)[number])[0]);
  for (const gap of gaps) expect(gap).toBeGreaterThan(15);
  for (const gap of gaps) expect(gap).toBeLessThan(30);
});
