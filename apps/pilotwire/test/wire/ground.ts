import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { relayServer } from '../../src/bench/real/relay.js';
import { openWire } from '../../src/bench/real/wire.js';
import type { Wire, WireOptions } from '../../src/bench/real/wire.js';
import type { Ground } from '../site/rig.js';

export interface WiredGround extends Ground {
  readonly wire: Wire;
  /** What a cable does when it is plugged in and out, beside its pilot. */
  join(): Promise<void>;
  part(): Promise<void>;
}

/** A charger's host and a car's, each with a modem; more may be in earshot. All have the broker at its port of their own loopback. */
export async function wiredGround({ more = [], ...options }: Omit<WireOptions, 'hosts'> & { readonly more?: WireOptions['hosts'] }): Promise<WiredGround> {
  const wire = await openWire({ ...options, hosts: [{ role: 'evse' }, { role: 'ev' }, ...more] });
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-ground-'));
  const [charger, car] = wire.network.hosts.map(({ namespace }) => namespace);
  const { interface: cable } = wire.network.hosts[0] ?? { interface: '' };
  const ports = [0, 1] as const;
  let server: ReturnType<typeof relayServer> | undefined;
  return {
    wire, charger: charger ?? '', car: car ?? '',
    flags: ['--modem.url', `eth:${cable}`, '--v2g.interface', cable],
    join: () => wire.line.ask('connect', { ports, attenuation: 9 }),
    part: () => wire.line.ask('disconnect', { ports }),
    async open(port) {
      const socket = join(folder, 'broker.sock');
      server = relayServer({ port, host: '127.0.0.1' }).listen(socket);
      await once(server, 'listening');
      for (const host of ports) await wire.relay(host, port, socket);
    },
    async close() {
      await wire.remove();
      server?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
