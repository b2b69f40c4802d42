import type { Verdict } from '@pilotwire/bus';
import { ConfigurationError } from '@pilotwire/configuration';
import type { Mode } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { wordsOf } from './log.js';

/** Changes the role of a process, and says what came of it. */
export type ChangeRole = (role: Mode) => Verdict;

/** What runs in one role. */
export interface Playing {
  /** Why it cannot be left now. */
  readonly held?: string | undefined;
  /** Ends what runs in order, and lets go of everything. */
  close(): Promise<void>;
}

export interface RolesOptions<P extends Playing> {
  /** With which it begins. */
  readonly mode: Mode;
  readonly clock: Clock;
  /** Throws `ConfigurationError` where the settings are none of this mode. Opens nothing. */
  readonly check: (mode: Mode) => void;
  readonly start: (mode: Mode, change: ChangeRole) => Promise<P>;
  /** A role could not be taken; the one before is taken again. */
  readonly failed: (why: string) => void;
}

/** The answer to whoever asked leaves first: what it leaves by is closed, too. */
const soon = ms(50);

/**
 * What runs, and is begun anew in another role when that is asked: all of it, for its name on the bus, what it serves and what it
 * holds are those of one role.
 */
export class Roles<P extends Playing> {
  readonly #options: RolesOptions<P>;
  #mode: Mode;
  #now: P | undefined;
  #changing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: RolesOptions<P>) {
    this.#options = options;
    this.#mode = options.mode;
  }

  /** Rejects with what `start` rejects with. */
  static async start<P extends Playing>(options: RolesOptions<P>): Promise<Roles<P>> {
    const roles = new Roles(options);
    await roles.#begin(options.mode);
    return roles;
  }

  /** While a role is being changed, what ran before. */
  get now(): P {
    if (this.#now === undefined) throw new Error('nothing runs yet');
    return this.#now;
  }

  close(): Promise<void> {
    return (this.#closing ??= (async () => {
      await this.#changing;
      await this.now.close();
    })());
  }

  async #begin(mode: Mode): Promise<void> {
    this.#now = await this.#options.start(mode, this.#change);
    this.#mode = mode;
  }

  readonly #change: ChangeRole = (role) => {
    if (this.#changing !== undefined || this.#closing !== undefined) return { code: 'busy', message: 'the role is being changed, or the process ends' };
    if (role === this.#mode) return 'done';
    const { held } = this.now;
    if (held !== undefined) return { code: 'not-now', message: held };
    const { check, clock } = this.#options;
    try {
      check(role);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return { code: 'not-now', message: wordsOf(error).slice(0, 256) };
    }
    this.#changing = new Promise<void>((resolve, reject) => {
      clock.wake(after(clock.now(), soon), () => void this.#play(role).then(resolve, reject));
    }).finally(() => (this.#changing = undefined));
    return 'accepted';
  };

  /** Where the former role cannot be taken either the process has nothing to do, and ends by what is thrown. */
  async #play(mode: Mode): Promise<void> {
    await this.now.close();
    try {
      await this.#begin(mode);
    } catch (error) {
      this.#options.failed(`mode ${mode} cannot be played: ${wordsOf(error)}`);
      await this.#begin(this.#mode);
    }
  }
}
