import { encodeMme, LOCAL_MODEM } from '@pilotwire/homeplug';
import { ms, Random, VirtualTime } from '@pilotwire/machine';
import { openInterface } from '@pilotwire/pnet-bindings';
import type { EthernetInterface } from '@pilotwire/pnet-bindings';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { Modem, PowerLine } from '@pilotwire/simulation';
import { finishChecksum } from './checksums.js';
import { promptClock } from './prompt-clock.js';
import type { LineOptions, PortCounters, Roles, SeenFrame } from './words.js';

/** Of frames that nobody asks for. */
const most = 50_000;

/** The modems of all hosts and the power line between them, at the far ends of their Ethernet cables. */
export function lineRole(): Roles['line'] {
  const clock = promptClock(systemClock());
  const time = liveTimeline(clock, (mishap) => process.stderr.write(`line: ${mishap.kind}${'error' in mishap ? `: ${String(mishap.error)}` : ''}\n`));
  let line: PowerLine | undefined;
  let seen: SeenFrame[] = [];
  let modems: readonly string[] = [];
  const wires: EthernetInterface[] = [];

  const open = ({ ports, tap, seed, loss, delay: [least, longest], restart, join }: LineOptions): void => {
    const power = new PowerLine(time, new Random(seed), { loss: loss / 100, delay: [ms(least), ms(longest)] });
    line = power;
    warmUp();
    modems = ports.map(({ modem }) => modem);
    const plug = (name: string, heard: (frame: Uint8Array) => void): EthernetInterface => {
      const wire = openInterface(name, { promiscuous: true }, { frames: (batch) => batch.forEach(({ bytes }) => heard(bytes)), link: () => undefined });
      wires.push(wire);
      return wire;
    };
    // Whatever is said goes its way first, and is written down then.
    const note = (port: number, from: SeenFrame['from'], frame: Uint8Array, at: number, own: boolean): void => {
      if (seen.length < most) seen.push({ at, port, from, frame });
      if (own) listener.send(frame);
    };
    ports.forEach(({ interface: name, host, modem: mac, role, groups }, port) => {
      const modem = new Modem(time, power, { mac, host, role, restart: ms(restart), join: ms(join), ...(groups !== undefined && { groups }) }, (frame) => {
        const at = performance.now();
        wire.send(frame);
        note(port, 'modem', frame, at, sentBy(frame, mac));
      });
      const wire = plug(name, (bytes) => {
        const at = performance.now();
        const frame = finishChecksum(bytes);
        modem.fromHost(frame);
        note(port, 'host', frame, at, true);
      });
    });
    const listener = plug(tap, () => undefined);
  };
  const pair = ([a, b]: readonly [number, number]): readonly [string, string] => [modems[a] ?? '', modems[b] ?? ''];
  return {
    open,
    connect: ({ ports, attenuation }) => line?.connect(...pair(ports), attenuation),
    disconnect: ({ ports }) => line?.disconnect(...pair(ports)),
    frames() {
      const since = seen;
      seen = [];
      return since;
    },
    counters: () => wires.map((wire): PortCounters => {
      const { heard, sent } = wire.counters();
      return { heard, sent };
    }),
  };
}

/** A modem's own word, and not one that it hands on. */
const sentBy = (frame: Uint8Array, mac: string): boolean => mac.split(':').every((octet, i) => frame[6 + i] === Number.parseInt(octet, 16));

/** A real modem is as fast at its first answer as at its last: what is run once in vain is compiled when it counts. */
function warmUp(): void {
  const time = new VirtualTime();
  const line = new PowerLine(time, new Random(0));
  const [host, mac] = ['02:00:00:00:00:01', '00:b0:52:00:01:01'];
  const modem = new Modem(time, line, { mac, host, role: 'evse', restart: ms(0) }, () => undefined);
  const zeros = (length: number): Uint8Array => new Uint8Array(length);
  for (let round = 0; round < 500; round++) {
    modem.fromHost(encodeMme(LOCAL_MODEM, host, {
      mme: 'CM_SET_KEY.REQ', myNonce: zeros(4), yourNonce: zeros(4), pid: 4, prn: 0, pmn: 0, ccoCapability: 0, nid: zeros(7), newKey: zeros(16),
    }));
    modem.hear(encodeMme(host, '02:00:00:00:00:02', { mme: 'CM_MNBC_SOUND.IND', cnt: 0, runId: zeros(8), rnd: zeros(16) }), 10);
    time.advance(10);
  }
}
