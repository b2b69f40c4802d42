import { isHomeplug } from '@pilotwire/homeplug';
import type { Actor, Machine, Timeline } from '@pilotwire/machine';
import type { Modem, Status } from '@pilotwire/outlet';
import { flightRecorder } from '@pilotwire/runtime';
import type { Flight } from '@pilotwire/runtime';
import { frameOf, receive } from '@pilotwire/slac';
import type { Malformed, Received, Send } from '@pilotwire/slac';

/** Inputs kept of a session, and sessions: a tape is written out in one go, beside a pilot that waits for nobody. */
const tape = { inputs: 2_000, sessions: 1 } as const;

export interface SeatOptions<State, Input, Output> {
  readonly time: Timeline;
  readonly modem: Modem;
  /** The matching of a host with this address. */
  readonly machine: (mac: string) => Machine<State, Input | Received | Malformed, Output | Send>;
  readonly initial: State;
  /** Whether a match stands, which outlives a modem that is away for a moment. */
  readonly bound: (state: State) => boolean;
  readonly listener: {
    output(output: Output): void;
    /** Any frame, in both directions. */
    frame(frame: Uint8Array): void;
    /** A message that leaves. */
    sent(output: Send): void;
    /** A message before the machine takes it. */
    received(input: Received): void;
    /** The modem came or went; `fresh`: with a machine that knows of nothing yet, or with none any more. */
    modem(fresh: boolean): void;
  };
}

/** A modem, and the matching machine of whoever has this address: a car that brings another one gets a machine of its own. */
export class ModemSeat<State, Input extends { readonly kind: string }, Output extends { readonly kind: string }> {
  readonly #options: SeatOptions<State, Input, Output>;
  readonly #channel: ReturnType<Modem>;
  readonly #recorder = flightRecorder<State, Input | Received | Malformed>(tape);
  #actor: Actor<State, Input | Received | Malformed> | undefined;
  #mac = '';
  #down: string | undefined = 'the modem has not been seen yet';

  constructor(options: SeatOptions<State, Input, Output>) {
    this.#options = options;
    this.#channel = options.modem({ receive: (frame) => this.#receive(frame), status: (status) => this.#status(status) });
  }

  /** Of the machine; undefined where there is none for want of a modem. */
  get state(): State | undefined {
    return this.#actor?.state;
  }

  /** The own address; empty until it is known. */
  get mac(): string {
    return this.#mac;
  }

  /** Why there is no modem; undefined where there is one. */
  get down(): string | undefined {
    return this.#down;
  }

  /** Without a modem it is lost, as a frame would be. */
  feed(input: Input): void {
    this.#actor?.feed(input);
  }

  /** From here on the tape is another session's. */
  beginFlight(): void {
    this.#recorder.begin('');
  }

  /** What the machine was fed in this session. */
  flight(): Flight<State, Input | Received | Malformed> | undefined {
    return this.#recorder.flights().at(-1);
  }

  close(): void {
    this.#drop();
    this.#channel.close();
  }

  #drop(): void {
    this.#actor?.stop();
    this.#actor = undefined;
  }

  #status(status: Status): void {
    const [before, actor] = [this.#down, this.#actor];
    const address = status.state === 'up' ? status.address : undefined;
    this.#down = status.state === 'down' ? status.why : address === undefined ? 'it has no address' : undefined;
    if (before === undefined && address === this.#mac) return;
    const kept = actor !== undefined && this.#options.bound(actor.state) && (address === undefined || address === this.#mac);
    if (!kept) {
      this.#drop();
      if (address !== undefined) this.#make(address);
    }
    this.#options.listener.modem(!kept);
  }

  #make(mac: string): void {
    const { time, machine, initial, listener } = this.#options;
    this.#mac = mac;
    this.beginFlight();
    const actor: Actor<State, Input | Received | Malformed> = time.add(machine(mac), initial, {
      perform: (output) => {
        if (!isSend(output)) return listener.output(output as Output);
        const frame = frameOf(mac, output);
        listener.frame(frame);
        this.#channel.send(frame);
        listener.sent(output);
      },
      observe: (input, now) => this.#recorder.observe(actor.state, input, now),
    });
    this.#actor = actor;
  }

  #receive(frame: Uint8Array): void {
    // What is no management message is the gateway's, on a socket of its own.
    if (!isHomeplug(frame)) return;
    const { listener } = this.#options;
    listener.frame(frame);
    const input = receive(frame);
    if (input === undefined) return;
    if (input.kind === 'mme') listener.received(input);
    this.#actor?.feed(input);
  }
}

const isSend = (output: { readonly kind: string }): output is Send => output.kind === 'send';
