/**
 * Whether somebody is at the other end. `address`: the MAC address of a network interface, where the end is one. `pressed`: it
 * is down because a person wants it to be, who holds an emergency stop.
 */
export type Status =
  | { readonly state: 'up'; readonly address?: string }
  | { readonly state: 'down'; readonly why: string; readonly pressed?: true };

/** Whoever holds one end of a channel. */
export interface Listener<In> {
  receive(message: In): void;
  /** Called with every change, and once soon after opening. */
  status(status: Status): void;
}

/**
 * One end of a line to hardware, or to whoever plays it. It comes back by itself: `status` tells. What is sent while
 * nobody is there is lost, as on a wire, and is no error.
 */
export interface Channel<Out> {
  send(message: Out): void;
  close(): void;
}

/** Takes one end of a channel. Nothing is delivered before this has returned. */
export type Open<Out, In> = (listener: Listener<In>) => Channel<Out>;
