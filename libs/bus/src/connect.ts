import { Bus } from './bus.js';
import type { BusOptions } from './options.js';
import type { MemoryBroker } from './memory-transport.js';
import { mqttTransport } from './mqtt-transport.js';
import type { MqttOptions } from './mqtt-transport.js';

export type ConnectOptions = BusOptions & Omit<MqttOptions, 'clientId' | 'clock'>;

/** Two processes with one name would throw each other out of the broker; this one says which it is. */
const clientIdOf = ({ service, instance }: Pick<BusOptions, 'service' | 'instance'>): string => `pilotwire-${service}-${instance}`;

/**
 * One process on an MQTT broker. It does not wait for the connection, which comes, and comes back, by itself. Throws
 * `JournalError`, `ContractError` for a name that is none, `TypeError` for a URL that is none.
 */
export const connectBus = (options: ConnectOptions): Promise<Bus> => Bus.open(options, mqttTransport({ ...options, clientId: clientIdOf(options) }));

/** The same without a network: for tests. */
export const memoryBus = (broker: MemoryBroker, options: BusOptions): Promise<Bus> => Bus.open(options, broker.transport(clientIdOf(options)));
