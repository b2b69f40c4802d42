import type { GatewayWord } from '@pilotwire/pair';
import type { SeccEndReason, End } from '@pilotwire/v2g-session';

/** Ends after which a charge does not begin again by itself, as long as the car stays. */
const final: ReadonlySet<SeccEndReason> = new Set(['authorization-rejected']);

/** Who keeps the pilot from SLAC, and at which level; and who has said ahead that the car may charge. */
export class Hold {
  #level: 'X1' | 'F' | undefined;
  /** A person has stopped the charge, or nobody may begin one. */
  #stopped = false;
  /** Before the car asked. It serves one session, and ends with the one it was said in. */
  #allowedBy: string | undefined;

  get stopped(): boolean {
    return this.#stopped;
  }

  /** `closed`: no session may begin here. It leaves a session that runs its pilot. */
  word(closed: boolean): GatewayWord['pilot'] {
    return this.#level ?? (closed || this.#stopped ? 'X1' : 'auto');
  }

  /** The session itself holds the pilot. */
  set(level: 'X1' | 'F'): void {
    if (this.#level !== 'F') this.#level = level;
  }

  /** The line is to be matched anew, which is the agent's to do. */
  errorAsked(): void {
    if (this.#level === 'X1') this.#level = undefined;
  }

  /** The emergency is over. At F nobody would see the plug being pulled. */
  mended(): void {
    if (this.#level === 'F') this.#level = undefined;
  }

  ended({ by, reason }: End<SeccEndReason>): void {
    this.#allowedBy = undefined;
    if (by === 'person' || final.has(reason)) this.#stopped = true;
  }

  stop(): void {
    this.#stopped = true;
  }

  allow(by: string): void {
    this.#allowedBy = by;
  }

  takeAllowed(): string | undefined {
    const by = this.#allowedBy;
    this.#allowedBy = undefined;
    return by;
  }

  /** The car has gone, or a person wants it to charge after all. */
  clear(): void {
    this.#level = undefined;
    this.#stopped = false;
    this.#allowedBy = undefined;
  }
}
