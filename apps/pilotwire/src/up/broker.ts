import { startBroker } from '@pilotwire/bus';
import type { Broker, BrokerOptions } from '@pilotwire/bus';
import type { Settings } from '@pilotwire/configuration';

/** The broker of a site that has none of its own. */
export interface OwnBroker extends Broker {
  /** Its port was taken, and it is at another. */
  readonly moved: boolean;
}

/**
 * Runs the embedded broker at its port, or at a free one where that is taken. Undefined where the settings name another
 * broker. Where they hold a name and a password, nobody gets in without.
 */
export async function ownBroker(settings: Settings): Promise<OwnBroker | undefined> {
  const { 'mqtt.url': url, 'mqtt.port': port, 'mqtt.username': name, 'mqtt.password': password } = settings;
  if (url !== 'embedded') return undefined;
  const guarded: BrokerOptions = name !== undefined && password !== undefined ? { users: { [name]: password } } : {};
  try {
    return { ...(await startBroker({ port, ...guarded })), moved: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return { ...(await startBroker(guarded)), moved: true };
  }
}
