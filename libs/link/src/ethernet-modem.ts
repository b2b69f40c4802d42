import { ETHERTYPE_HOMEPLUG, isHomeplug } from '@pilotwire/homeplug';
import { after, ms } from '@pilotwire/machine';
import type { Modem, Status } from '@pilotwire/outlet';
import { openInterface, PnetError } from '@pilotwire/pnet-bindings';
import type { EthernetInterface, Link } from '@pilotwire/pnet-bindings';
import type { Clock } from '@pilotwire/runtime';

export interface EthernetModemOptions {
  /** The network interface that the modem is plugged into, as `ip link` calls it. */
  readonly interface: string;
  readonly clock: Clock;
}

/** Until the next try. */
const patience = ms(250);
/** What passes over a socket to whoever holds the modem in another process. */
const longestWhy = 256;

/**
 * The modem at a network interface of this machine. Frames of HomePlug pass, in both directions, and no others. Up with the
 * interface's address; down with what to do: no such interface, switched off, no carrier, no permission, native module not
 * built. Where the interface was away it is found again by its name.
 */
export const ethernetModem = ({ interface: name, clock }: EthernetModemOptions): Modem => modemAt(openInterface, name, clock);

/** The same over any way to open an interface. */
export const modemAt = (open: typeof openInterface, name: string, clock: Clock): Modem => (listener) => {
  let wire: EthernetInterface | undefined;
  let closed = false;
  let told = '';
  /** Once, while it is of the same kind: the words of an error may change with every try. */
  const tell = (kind: string, status: Status): void => {
    if (kind !== told) listener.status(status);
    told = kind;
  };
  const down = (kind: string, why: string): void => tell(kind, { state: 'down', why: why.slice(0, longestWhy) });
  const again = (): void => {
    if (!closed) cancel = clock.wake(after(clock.now(), patience), dial);
  };
  const link = ({ state, address }: Link): void => {
    switch (state) {
      case 'up':
        return tell(`up ${address}`, { state: 'up', address });
      case 'no-carrier':
        return down(state, `${name}: no carrier: has the modem power, and is its cable plugged in?`);
      case 'down':
        return down('interface-down', `${name}: the network interface is switched off: sudo ip link set ${name} up`);
      case 'removed':
        wire?.close();
        wire = undefined;
        down(state, `${name}: the network interface has gone`);
        return again();
    }
  };
  const dial = (): void => {
    try {
      wire = open(name, { etherType: ETHERTYPE_HOMEPLUG }, {
        frames(batch) {
          for (const { bytes } of batch) if (!closed) listener.receive(bytes);
        },
        link,
      });
    } catch (error) {
      if (!(error instanceof PnetError)) throw error;
      down(error.code, error.message);
      again();
    }
  };
  // Nothing is delivered before this has returned.
  let cancel = clock.wake(clock.now(), dial);
  return {
    send(frame) {
      if (isHomeplug(frame)) wire?.send(frame);
    },
    close() {
      closed = true;
      cancel();
      wire?.close();
      wire = undefined;
    },
  };
};
