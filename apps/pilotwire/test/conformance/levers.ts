import type { Outlet, Status } from '@pilotwire/outlet';

/** What a site has beside a simulated outlet: an emergency stop, and a car that may wait. */
export interface Levers {
  readonly outlet: Outlet;
  /** The emergency stop is pressed, or let go. As its driver says it, and what is behind it gets no word meanwhile. */
  press(pressed: boolean): void;
  /** The battery asks for nothing for a while, as one does that is too warm; the car stays in its loop. */
  wait(waits: boolean): void;
}

const up: Status = { state: 'up' };
const stopped: Status = { state: 'down', why: 'the emergency stop is pressed', pressed: true };

export function withLevers(outlet: Outlet): Levers {
  const { evse, ev, hand } = outlet;
  let isPressed = false;
  let waits = false;
  let told: (status: Status) => void = () => undefined;
  const power: typeof evse.power = (listener) => {
    let behind = stopped;
    const channel = evse.power({
      receive: (reading) => isPressed || listener.receive(reading),
      status: (status) => {
        behind = status;
        if (!isPressed) listener.status(status);
      },
    });
    told = (status) => listener.status(status === up ? behind : status);
    return { send: (command) => isPressed || channel.send(command), close: () => channel.close() };
  };
  const inlet: typeof ev.inlet = (listener) => {
    const channel = ev.inlet({
      receive: ({ vehicle, car }) => listener.receive({ vehicle: waits ? { ...vehicle, targetCurrent: 0 } : vehicle, car }),
      status: (status) => listener.status(status),
    });
    return { send: (command) => channel.send(command), close: () => channel.close() };
  };
  return {
    outlet: { evse: { ...evse, power }, ev: { ...ev, inlet }, hand },
    press(pressed) {
      isPressed = pressed;
      told(pressed ? stopped : up);
    },
    wait: (now) => void (waits = now),
  };
}
