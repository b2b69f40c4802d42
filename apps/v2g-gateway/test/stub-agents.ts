import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { Channel, LoadOrder, Outlet, PilotOrder } from '@pilotwire/outlet';
import type { AgentEnd, AgentWord, GatewayWord } from '@pilotwire/pair';

/** From 5 % duty cycle to the link; from a D-LINK request to the next attempt. */
const [matching, again] = [ms(300), ms(500)];
const byVolts: Readonly<Record<number, AgentWord['level']>> = { 12: 'A', 9: 'B', 6: 'C', 3: 'D', 0: 'E', [-12]: 'F' };

/** What both agents know of their line: that a car that sees 5 % is matched after a while. */
export class StubAgents {
  /** Silent agents say no word any more, and hear none. */
  readonly silent = { evse: false, ev: false };
  /** The charger's agent cannot tell what is on the pilot. */
  blind = false;
  /** Nobody hears anybody on the power line. */
  deaf = false;
  /** The car's agent says C or B to the pilot as its gateway wants. */
  readonly heard: { evse: GatewayWord[]; ev: GatewayWord[] } = { evse: [], ev: [] };
  matches = 0;
  /** The latch button of the plug is held. */
  pressed = false;
  #linked = false;
  #matching = false;
  #level: AgentWord['level'];
  #signal: PilotOrder['signal'] = 'x1';
  #held = false;
  #mayMatchAt = 0;
  #plugged = false;
  #duty: number | undefined;
  #dlinks = { evse: 0, ev: 0 };
  readonly #time: Timeline;
  readonly #pilot: Channel<PilotOrder>;
  readonly #load: Channel<LoadOrder>;
  readonly #words: { readonly evse: Channel<AgentWord>; readonly ev: Channel<AgentWord> | undefined };
  #told: GatewayWord | undefined;

  constructor(time: Timeline, outlet: Outlet, pairs: { readonly evse: AgentEnd; readonly ev?: AgentEnd }) {
    this.#time = time;
    this.#pilot = outlet.evse.pilot({
      receive: ({ volts }) => {
        this.#level = byVolts[volts];
        if (this.#level === 'A') this.#free();
      },
      status: () => undefined,
    });
    this.#load = outlet.ev.pilot({
      receive: ({ plugged, duty }) => {
        [this.#plugged, this.#duty] = [plugged, duty];
      },
      status: () => undefined,
    });
    this.#words = {
      evse: pairs.evse({
        receive: (word) => this.silent.evse || this.#chargerTold(word),
        // Without its gateway: oscillator off, match given up.
        status: ({ state }) => state === 'down' && this.#lost(),
      }),
      ev: pairs.ev?.({
        receive: (word) => {
          if (this.silent.ev) return;
          this.heard.ev.push(word);
          if (word.dlink !== undefined && word.dlink.count > this.#dlinks.ev) this.#part();
          this.#dlinks.ev = word.dlink?.count ?? 0;
          if (word.pilot === 'B' || word.pilot === 'C') this.#load.send({ load: word.pilot });
        },
        status: () => undefined,
      }),
    };
    this.#beat();
  }

  /** The power line breaks, or the other side leaves. */
  cut(): void {
    this.#linked = false;
  }

  /** The next car finds nothing of the last one's. */
  #free(): void {
    this.#linked = false;
    this.#held = false;
  }

  #lost(): void {
    this.#told = undefined;
    this.#free();
  }

  #part(): void {
    this.#linked = false;
    this.#mayMatchAt = this.#time.now + again;
  }

  #chargerTold(word: GatewayWord): void {
    this.heard.evse.push(word);
    this.#told = word;
    if (word.pilot === 'X1') this.#held = false;
    const { dlink } = word;
    if (dlink !== undefined && dlink.count > this.#dlinks.evse) {
      this.#part();
      this.#held = dlink.request === 'terminate';
    }
    this.#dlinks.evse = dlink?.count ?? 0;
  }

  #beat(): void {
    const { now } = this.#time;
    const auto = this.#told?.pilot === 'auto' && this.#level !== 'A' && this.#level !== undefined && now >= this.#mayMatchAt ? 'digital' : 'x1';
    const signal = this.#told?.pilot === 'F' ? 'f' : this.#told?.pilot === 'X1' ? 'x1' : this.#held ? 'digital' : auto;
    if (!this.silent.evse && signal !== this.#signal) {
      this.#signal = signal;
      this.#pilot.send({ signal });
    }
    if (!this.deaf && !this.#linked && !this.#held && !this.#matching && this.#duty === 5 && now >= this.#mayMatchAt && !this.silent.evse) {
      this.#matching = true;
      this.#time.schedule(() => {
        this.#matching = false;
        if (this.#duty !== 5 || this.#time.now < this.#mayMatchAt) return;
        this.#linked = true;
        this.matches++;
      }, matching);
    }
    const link = { match: this.matches, up: this.#linked };
    if (!this.silent.evse) this.#words.evse.send({ level: this.blind ? undefined : this.#level, pwm: this.#signal === 'digital', link, ...(this.pressed && { pressed: true }) });
    if (!this.silent.ev) this.#words.ev?.send({ level: this.#plugged ? 'B' : 'A', pwm: this.#duty === 5, link });
    this.#time.schedule(() => this.#beat(), ms(20));
  }
}
