import { replay, sendAgain, serviceStatus } from '@pilotwire/contracts';
import type {
  AnyEvent, Command, CommandResult, Contract, EventContract, Output, Params, PayloadOf, Readable, Schema, Service, Wildcards,
} from '@pilotwire/contracts';
import { after, between, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { Executor, requestOf } from './commands.js';
import type { Execute } from './commands.js';
import { BusError } from './error.js';
import { EventLog } from './event-log.js';
import { messageFor } from './message.js';
import type { BusOptions, RequestOptions, SubscribeOptions, Subscription } from './options.js';
import { Outbox } from './outbox.js';
import type { Outcome } from './outbox.js';
import { tally } from './report.js';
import type { BusCounters, Tally } from './report.js';
import { Router, routeFor } from './router.js';
import type { Handler, Route } from './router.js';
import { Subscriptions } from './subscriptions.js';
import type { Delivery, Message, Taken, Transport } from './transport.js';
import { uuidv7 } from './uuid.js';
import { within } from './within.js';

/** How long the last words may take: the events that are not sent yet, then the goodbye. */
const [lastEvents, farewell] = [ms(1_500), ms(2_000)];

/** One process on MQTT. Everything goes through a contract: strict on the way out, lenient on the way in. */
export class Bus {
  readonly service: Service;
  readonly instance: string;
  /** The broker, without secrets. */
  readonly where: string;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #time: () => number;
  readonly #tally: Tally;
  readonly #subscriptions: Subscriptions;
  readonly #router: Router;
  readonly #outbox: Outbox;
  readonly #executor: Executor;
  readonly #events: EventLog;
  /** Undefined of a visitor: nobody misses it. */
  readonly #will: Message | undefined;
  #connected = false;
  #known = false;
  #connection = 0;
  #closed = false;
  #waiting: (() => void)[] = [];
  /** Ends each that waits for an answer. */
  readonly #requests = new Set<(why: BusError) => void>();

  private constructor(options: BusOptions, transport: Transport, counted: Tally, events: EventLog) {
    const { service, instance, version, stations, mode, simulated, visitor = false, clock, time = Date.now, room = 1_000 } = options;
    const { report } = counted;
    const [own, startedAt] = [{ service, instance }, new Date(time()).toISOString()];
    this.service = service;
    this.instance = instance;
    this.where = transport.where;
    this.#transport = transport;
    this.#clock = clock;
    this.#time = time;
    this.#tally = counted;
    this.#router = new Router(report);
    this.#subscriptions = new Subscriptions(transport, this.#router, report);
    this.#outbox = new Outbox(transport, room, clock, report);
    this.#events = events;
    const answer = (topic: string, payload: string): void => void this.#send({ topic, payload, qos: 1, retain: false });
    this.#executor = new Executor({ mode, simulated, clock, time, report, answer });
    const status = (state: 'online' | 'offline'): Message => messageFor(serviceStatus, own, { state, version, startedAt, stations: [...stations] });
    this.#will = visitor ? undefined : status('offline');
    // Kept until there is a connection, and the first thing that each connection publishes.
    if (!visitor) void this.#send(status('online'));
  }

  /** Opens the journals and begins to connect; it does not wait for a broker. Throws `JournalError`, `ContractError`. */
  static async open(options: BusOptions, transport: Transport): Promise<Bus> {
    const counted = tally(options.report);
    const events = await EventLog.open(options, (message) => transport.publish(message), counted.report);
    const bus = new Bus(options, transport, counted, events);
    events.onHead = (head) => void bus.#send(head);
    if (bus.#will !== undefined) {
      const own = { service: bus.service, instance: bus.instance };
      void bus.serve(replay, own, (args) => events.replay(args));
      void bus.serve(sendAgain, own, () => {
        bus.#outbox.again();
        return 'accepted';
      });
    }
    options.setup?.(bus);
    transport.start({ up: (known) => void bus.#up(known), down: (why) => bus.#down(why), message: (delivery) => bus.#take(delivery) }, bus.#will);
    return bus;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Whether the broker had kept a session for us when this connection began: where not, it has kept nothing that was said before. */
  get known(): boolean {
    return this.#known;
  }

  get counters(): BusCounters & { readonly queued: number } {
    return { ...this.#tally.counters, queued: this.#outbox.queued };
  }

  /** Resolves once there is a connection, and everything is subscribed. */
  whenConnected(): Promise<void> {
    return this.#connected ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * Publishes at the topic of a contract. Resolves with what became of it; a retained value is remembered and published
   * again with every connection. Rejects with `ContractError`, `TopicError`, `BusError` `not-the-writer`, `too-large`,
   * `closed`: nothing was sent.
   */
  async publish<Topic extends string, Payload extends Schema>(
    contract: Contract<Topic, Payload>,
    params: Params<Topic>,
    payload: Output<Payload>,
  ): Promise<Outcome> {
    this.#mayWrite(contract);
    return this.#send(messageFor(contract, params, payload));
  }

  /**
   * Publishes an event: through the journal, so that nobody misses it for want of a broker. Resolves with it once it is on
   * disk. Rejects as `publish` does, and with `JournalError`: it is not kept then, and nobody will hear of it.
   */
  async event<Type extends string, Data extends Schema>(
    contract: EventContract<Type, Data>,
    target: { readonly station: string; readonly evse: number },
    data: Output<Data>,
    { sessionId }: { readonly sessionId?: string } = {},
  ): Promise<AnyEvent> {
    this.#mayWrite(contract);
    const at = this.#time();
    // What can be published is JSON; the contract says so of `data`, and the compiler cannot follow an unknown one.
    const unnumbered = {
      v: 1, id: uuidv7(at), type: contract.type, ts: new Date(at).toISOString(), st: target.station, evse: target.evse,
      ...(sessionId !== undefined && { sessionId }), src: `${this.service}/${this.instance}`, data: data as AnyEvent['data'],
    } as const;
    const event = await this.#events.append(unnumbered, (numbered) => messageFor(contract, target as Params<typeof contract.topic>, numbered as PayloadOf<typeof contract>));
    this.#tally.counters.events++;
    return event;
  }

  /**
   * Hands over what comes at the topics of a contract; parameters that are left open are wildcards. Resolves once the
   * broker has been asked, or there is none. Rejects with `BusError` `overlap`, `TopicError`.
   */
  async subscribe<Topic extends string, Payload>(
    readable: Readable<Topic, Payload>,
    params: Wildcards<Topic>,
    handler: Handler<Topic, Payload>,
    { acknowledge }: SubscribeOptions = {},
  ): Promise<Subscription> {
    return this.#add(routeFor(readable, params, handler, this.#tally.report, acknowledge));
  }

  /** Carries out a command wherever the parameters say. See `Executor`: each gets exactly one result. */
  async serve<Prefix extends string, Name extends string, Args extends Schema>(
    command: Command<Prefix, Name, Args>,
    params: Wildcards<Prefix>,
    execute: Execute<Prefix, Args>,
  ): Promise<Subscription> {
    this.#mayWrite(command.result);
    return this.#add(this.#executor.route(command, params, execute));
  }

  /**
   * Sends a command and waits for its result. Rejects with `BusError` `offline`, `no-answer`, `closed` when the bus is closed meanwhile, and as `publish` does. A
   * refusal is a result.
   */
  async request<Prefix extends string, Name extends string, Args extends Schema>(
    command: Command<Prefix, Name, Args>,
    params: Params<Prefix>,
    args: Output<Args>,
    { timeout = 10_000, source = this.service }: RequestOptions = {},
  ): Promise<CommandResult> {
    this.#mayWrite(command.request);
    if (!this.#connected) throw new BusError('offline', `no connection to ${this.where}`);
    const requestId = uuidv7(this.#time());
    const message = requestOf(command, params, args, { requestId, source, time: this.#time(), life: timeout });
    let answered: (result: CommandResult) => void = () => undefined;
    let abandon: (why: BusError) => void = () => undefined;
    const answer = new Promise<CommandResult>((resolve, reject) => {
      [answered, abandon] = [resolve, reject];
    });
    // It may be abandoned before anybody waits for it.
    answer.catch(() => undefined);
    this.#requests.add(abandon);
    const subscription = await this.subscribe(command.result, params as Wildcards<typeof command.result.topic>, (result) => {
      if (result.requestId === requestId) answered(result);
    });
    try {
      await this.#send(message);
      const result = await within(this.#clock, ms(timeout), answer);
      if (result === undefined) throw new BusError('no-answer', `${message.topic}: nobody answered within ${timeout} ms`);
      return result;
    } finally {
      this.#requests.delete(abandon);
      await subscription.unsubscribe();
    }
  }

  /** Sends what was said before, says goodbye, so that the last will is not needed, and closes the journals. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const abandon of this.#requests) abandon(new BusError('closed', 'the bus is closed'));
    const until = after(this.#clock.now(), farewell);
    // The next life counts on from there, and would not know that they are missing.
    if (this.#connected) await within(this.#clock, lastEvents, this.#events.sent());
    const lastWords = this.#connected && this.#will !== undefined ? [this.#events.head(), this.#will] : [];
    const said = Promise.all(lastWords.map((message) => this.#transport.publish(message)));
    // A broker that does not listen publishes the will.
    await within(this.#clock, between(this.#clock.now(), until), said.catch(() => undefined));
    this.#outbox.down();
    await this.#transport.end();
    await this.#events.close();
  }

  #mayWrite({ writers, topic }: Pick<Contract, 'writers' | 'topic'>): void {
    if (this.#closed) throw new BusError('closed', 'the bus is closed');
    if (writers !== 'each' && !writers.includes(this.service)) {
      throw new BusError('not-the-writer', `${topic} is written by ${writers.join(', ')}, not by ${this.service}`);
    }
  }

  async #add(route: Route): Promise<Subscription> {
    await this.#subscriptions.add(route);
    return { unsubscribe: () => this.#subscriptions.remove(route) };
  }

  async #send(message: Message): Promise<Outcome> {
    const outcome = await this.#outbox.send(message);
    if (outcome !== 'dropped') this.#tally.counters[outcome]++;
    return outcome;
  }

  #take(delivery: Delivery): Taken {
    this.#tally.counters.received++;
    return this.#closed ? 'not-taken' : this.#router.take(delivery);
  }

  async #up(known: boolean): Promise<void> {
    const connection = ++this.#connection;
    this.#known = known;
    await this.#subscriptions.up();
    if (connection !== this.#connection || this.#closed) return;
    this.#connected = true;
    if (this.#will !== undefined) void this.#send(this.#events.head());
    this.#outbox.up();
    this.#events.up();
    this.#tally.report({ kind: 'up' });
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #down(why: string): void {
    this.#connection++;
    this.#connected = false;
    this.#subscriptions.down();
    this.#outbox.down();
    this.#events.down();
    this.#tally.report({ kind: 'down', why });
  }
}
