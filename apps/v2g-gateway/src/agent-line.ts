import type { Timeline } from '@pilotwire/machine';
import type { Channel, Status } from '@pilotwire/outlet';
import { wordPeriod } from '@pilotwire/pair';
import type { AgentWord, GatewayEnd, GatewayWord } from '@pilotwire/pair';
import type { Tell } from './session/happening.js';

export interface AgentLineOptions {
  readonly time: Timeline;
  readonly pair: GatewayEnd;
  readonly tell: Tell;
  /** What there is to say now, but for what the data link was asked. */
  readonly word: () => Omit<GatewayWord, 'dlink'>;
  /** Each word's level, changed or not: its age is what tells whether the agent lives. Undefined: nobody can tell. */
  readonly level: (level: AgentWord['level']) => void;
  /** The pilot is otherwise than before; undefined: nobody can tell. */
  readonly pilot: (level: AgentWord['level']) => void;
  /** The button of the plug's latch was pressed; as the charger. */
  readonly pressed?: () => void;
  readonly linkUp: () => void;
  readonly linkLost: () => void;
}

/** Whether a car is at the pilot. */
export const isThere = (level: AgentWord['level']): boolean => level === 'B' || level === 'C' || level === 'D';

type Request = NonNullable<GatewayWord['dlink']>['request'];

/**
 * The gateway's side of the pair: says all there is to say every 20 ms, and at once when it has changed; and makes what
 * happens out of what the agent says. An agent that falls silent takes pilot and link with it.
 */
export class AgentLine {
  readonly #options: AgentLineOptions;
  readonly #channel: Channel<GatewayWord>;
  #level: AgentWord['level'];
  #pwm = false;
  #pressed = false;
  /** The last match that was heard of; undefined before the first word of an agent. */
  #match: number | undefined;
  #linked = false;
  #dlink: GatewayWord['dlink'];
  #down: string | undefined = 'no word of it yet';
  #lost = false;
  #due = false;
  #closed = false;

  constructor(options: AgentLineOptions) {
    this.#options = options;
    this.#channel = options.pair({
      receive: (word) => this.#closed || this.#heard(word),
      status: (status) => this.#closed || this.#statusIs(status),
    });
    options.time.schedule(() => this.#beat());
  }

  get level(): AgentWord['level'] {
    return this.#level;
  }

  get linked(): boolean {
    return this.#linked;
  }

  /** Why no agent is heard; undefined while one is. */
  get down(): string | undefined {
    return this.#down;
  }

  /** Whatever changes in one turn is one word. */
  changed(): void {
    if (this.#due || this.#closed) return;
    this.#due = true;
    this.#options.time.schedule(() => {
      this.#due = false;
      this.#say();
    });
  }

  /** Asks something of the data link (ISO 15118-3 D-LINK). */
  ask(request: Request): void {
    this.#dlink = { count: (this.#dlink?.count ?? 0) + 1, request };
    this.changed();
  }

  close(): void {
    this.#closed = true;
    this.#channel.close();
  }

  #beat(): void {
    if (this.#closed) return;
    this.#say();
    this.#options.time.schedule(() => this.#beat(), wordPeriod);
  }

  #say(): void {
    if (!this.#closed) this.#channel.send({ ...this.#options.word(), dlink: this.#dlink });
  }

  #heard({ level, pwm, link, pressed = false }: AgentWord): void {
    this.#options.level(level);
    if (level !== this.#level || pwm !== this.#pwm) this.#pilotIs(level, pwm);
    if (pressed && !this.#pressed) this.#options.pressed?.();
    this.#pressed = pressed;
    if (this.#match === undefined) {
      // What was matched before we listened is nobody's session.
      this.#match = link.match;
      if (link.up) this.ask('error');
    } else if (link.up && link.match !== this.#match) this.#linkUp(link.match);
    else if (!link.up && this.#linked) this.#linkLost();
  }

  #pilotIs(level: AgentWord['level'], pwm: boolean): void {
    const before = this.#level;
    this.#level = level;
    this.#pwm = pwm;
    this.#options.tell({ kind: 'pilot', level, pwm });
    if (level !== before) this.#options.pilot(level);
  }

  #linkUp(match: number): void {
    this.#match = match;
    this.#linked = true;
    this.#options.tell({ kind: 'link', up: true });
    this.#options.linkUp();
  }

  #linkLost(): void {
    this.#linked = false;
    this.#options.tell({ kind: 'link', up: false });
    this.#options.linkLost();
  }

  #statusIs(status: Status): void {
    const { tell } = this.#options;
    const wasHeard = this.#down === undefined;
    this.#down = status.state === 'up' ? undefined : status.why;
    tell({ kind: 'agent', up: status.state === 'up', ...(status.state === 'down' && { why: status.why }) });
    // One that has not spoken yet is not lost.
    const lost = status.state === 'down' && (this.#lost || wasHeard);
    if (lost !== this.#lost) tell({ kind: 'fault', fault: 'agent-lost', present: lost });
    this.#lost = lost;
    if (status.state === 'up') return;
    if (this.#linked) this.#linkLost();
    // Whoever speaks next counts anew.
    this.#match = undefined;
    this.#options.level(undefined);
    this.#pilotIs(undefined, false);
  }
}
