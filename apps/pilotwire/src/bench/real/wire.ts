import { hostAddress, makeNetwork, modemAddress } from './network.js';
import type { Host, Network } from './network.js';
import { startPlace } from './place.js';
import type { Place } from './place.js';
import type { AgentOptions, LineOptions, PortOptions, Roles } from './words.js';

export interface WireOptions extends Partial<Omit<LineOptions, 'ports' | 'tap' | 'seed'>> {
  readonly seed: string;
  /** By host: which its modem is, and what else is peculiar about it. */
  readonly hosts: readonly (Pick<PortOptions, 'role' | 'groups'> & Host)[];
}

/** Hosts in network namespaces of their own, each with a modem, and a power line between those. */
export interface Wire {
  readonly network: Network;
  readonly line: Place<'line'>;
  /** Puts our agent on a host. */
  agent(host: number, end: AgentOptions['end'], outlet: string): Promise<Place<'agent'>>;
  /** Puts one of our gateways on a host. */
  gateway<Side extends 'charger' | 'car'>(host: number, side: Side): Place<Side>;
  /** Puts somebody else's software on a host. */
  peer(host: number): Promise<Place<'peer'>>;
  /** Leads a port of loopback on a host to a Unix socket, which namespaces do not part. */
  relay(host: number, port: number, socket: string): Promise<void>;
  /** Ends all processes, and takes the namespaces away. */
  remove(): Promise<void>;
}

/** Unless told otherwise nothing is lost, frames take next to no time, and modems restart in less than real ones. */
const quick = { loss: 0, delay: [0, 0], restart: 100, join: 50 } as const;

/** Makes all of it, with nobody in earshot of anybody yet. Throws `CliError`. */
export async function openWire({ hosts, ...options }: WireOptions): Promise<Wire> {
  const network = await makeNetwork(hosts);
  const places: Place<keyof Roles>[] = [];
  const start = <Role extends keyof Roles>(role: Role, namespace: string): Place<Role> => {
    const place = startPlace(role, namespace);
    places.push(place as Place<keyof Roles>);
    return place;
  };
  const remove = async (): Promise<void> => {
    // Last comes the line: whoever leaves has something to say to his modem.
    for (const place of places.splice(0).toReversed()) await place.end();
    await network.remove();
  };
  const hostAt = (host: number): Network['hosts'][number] => network.hosts[host] as Network['hosts'][number];
  try {
    const line = start('line', network.middle.namespace);
    const ports = hosts.map(({ beside: _, ...host }, i): PortOptions => ({
      ...host, interface: network.middle.ports[i] as string, host: hostAddress(i), modem: modemAddress(i),
    }));
    await line.ask('open', { ...quick, ...options, ports, tap: network.middle.tap });
    return {
      network, line, remove,
      async agent(host, end, outlet) {
        const { namespace, interface: name } = hostAt(host);
        const agent = start('agent', namespace);
        await agent.ask('open', { end, interface: name, outlet });
        return agent;
      },
      gateway: (host, side) => start(side, hostAt(host).namespace),
      async peer(host) {
        const { namespace, interface: name } = hostAt(host);
        const peer = start('peer', namespace);
        await peer.ask('open', { interface: name });
        return peer;
      },
      async relay(host, port, socket) {
        await start('relay', hostAt(host).namespace).ask('open', { port, socket });
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
