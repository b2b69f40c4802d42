import { mqttTransport } from './mqtt-transport.js';
import type { MqttOptions } from './mqtt-transport.js';
import { ConnectionLost } from './transport.js';
import type { Delivery } from './transport.js';

export interface TapOptions extends Omit<MqttOptions, 'session'> {
  /** What is listened to: `pilotwire/v1/#`. */
  readonly filter: string;
  /** Everything under the filter as it came, read by nobody. */
  readonly onMessage: (delivery: Delivery) => void;
  /** The filter is in force; again with each connection, and what is retained comes again. */
  readonly onUp: () => void;
  /** There is no broker, or it refuses the filter. It is tried again where that may help. */
  readonly onDown: (why: string) => void;
}

export interface Tap {
  /** The broker, without secrets. */
  readonly where: string;
  close(): Promise<void>;
}

/**
 * Listens at a broker to whatever is said, in or out of contract: for diagnosis. Everybody else reads through a `Bus`.
 * Throws `TypeError` for a filter or a URL that is none.
 */
export function tapTopics({ filter, onMessage, onUp, onDown, ...options }: TapOptions): Tap {
  if (!isFilter(filter)) throw new TypeError(`${filter}: no topic filter; + stands for a whole level, # for all that follow, and comes last`);
  const transport = mqttTransport(options);
  const up = async (): Promise<void> => {
    try {
      await transport.subscribe(filter);
      onUp();
    } catch (error) {
      // A connection that is lost tells so itself.
      if (!(error instanceof ConnectionLost)) onDown((error as Error).message);
    }
  };
  transport.start({ up: () => void up(), down: onDown, message: onMessage }, undefined);
  return { where: transport.where, close: () => transport.end() };
}

/** Whether a broker would take it (MQTT 3.1.1, 4.7.1): some hang up on whoever asks for another. */
export function isFilter(filter: string): boolean {
  const levels = filter.split('/');
  const right = (level: string, i: number): boolean => !/[+#\0]/.test(level) || level === '+' || (level === '#' && i === levels.length - 1);
  return filter !== '' && filter.length <= 65_535 && levels.every(right);
}
