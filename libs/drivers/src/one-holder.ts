import type { Channel, Listener, Open, Status } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { longestWhy } from './limits.js';

/** The hardware in somebody's hands. */
export interface Grip<Out> {
  send(message: Out): void;
  /** Leaves it as hardware is left. The next holder gets it when that is done; it may not reject. */
  release(): void | Promise<void>;
}

interface Seat<Out, In> {
  readonly listener: Listener<In>;
  /** Nothing is delivered before `open` has returned. */
  awake: boolean;
  gone: boolean;
  status: Status | undefined;
  told: string;
  grip: Grip<Out> | undefined;
}

/**
 * What every driver promises, in one place: one holds the end and whoever comes later waits; nothing is heard before `open`
 * has returned, nothing after `close`, and a status only where it has changed.
 */
export function oneHolder<Out, In>(clock: Clock, take: (listener: Listener<In>) => Grip<Out>): Open<Out, In> {
  type Place = Seat<Out, In>;
  const waiting: Place[] = [];
  let holder: Place | undefined;

  const tell = (place: Place, status: Status): void => {
    const known: Status = status.state === 'down' ? { ...status, why: status.why.slice(0, longestWhy) } : status;
    place.status = known;
    const text = JSON.stringify(known);
    if (!place.awake || place.gone || text === place.told) return;
    place.told = text;
    place.listener.status(known);
  };
  const seat = (place: Place): void => {
    holder = place;
    place.grip = take({
      receive: (message) => place.awake && !place.gone && place.listener.receive(message),
      status: (status) => tell(place, status),
    });
  };
  const leave = async (place: Place): Promise<void> => {
    await place.grip?.release();
    holder = undefined;
    const next = waiting.shift();
    if (next !== undefined) seat(next);
  };

  return (listener): Channel<Out> => {
    const place: Place = { listener, awake: false, gone: false, status: undefined, told: '', grip: undefined };
    if (holder === undefined) seat(place);
    else {
      waiting.push(place);
      tell(place, { state: 'down', why: 'somebody else holds this end' });
    }
    const cancel = clock.wake(clock.now(), () => {
      place.awake = true;
      if (place.status !== undefined) tell(place, place.status);
    });
    return {
      send(message) {
        if (!place.gone) place.grip?.send(message);
      },
      close() {
        if (place.gone) return;
        place.gone = true;
        cancel();
        if (place === holder) void leave(place);
        else waiting.splice(waiting.indexOf(place), 1);
      },
    };
  };
}
