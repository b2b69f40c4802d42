import type { Mme, MmeName } from '@pilotwire/homeplug';
import type { Duration, Instant, Tick } from '@pilotwire/machine';
import { after } from '@pilotwire/machine';
import type { Received, Send } from './frames.js';
import { send } from './frames.js';

/**
 * Why something could not be done: nobody answered (`silent`, and what was asked last); the modem said no (`refused`,
 * with its status); several modems are behind the alias; what the modem sent is no parameter block, or its checksum
 * does not hold; it did not come back from a restart (`boot-loader`: it answers, but runs no firmware); what it is has
 * no parameter block that is known here; a key is not of 16 octets.
 */
export type Trouble =
  | { readonly why: 'silent'; readonly asked: MmeName }
  | { readonly why: 'refused'; readonly asked: MmeName; readonly status: number }
  | { readonly why: 'several'; readonly macs: readonly string[] }
  | { readonly why: 'checksum'; readonly offset: number }
  | { readonly why: 'no-image'; readonly message: string }
  | { readonly why: 'not-back'; readonly bootLoader: boolean }
  | { readonly why: 'no-access'; readonly chip: string }
  | { readonly why: 'key-length'; readonly length: number };

/** How far a part of a machine has come. */
export type Progress<State, Result> =
  | { readonly kind: 'going'; readonly state: State; readonly sends: readonly Send[] }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly trouble: Trouble };

/** Something that is done with a modem, as a part of a machine: pure, and it ends by itself. */
export interface Task<State, Result> {
  step(state: State, input: Received | Tick, now: Instant): Progress<State, Result>;
  deadline(state: State): Instant;
}

export const going = <State>(state: State, ...sends: Send[]): Progress<State, never> => ({ kind: 'going', state, sends });
export const done = <Result>(result: Result): Progress<never, Result> => ({ kind: 'done', result });
export const failed = (trouble: Trouble): Progress<never, never> => ({ kind: 'failed', trouble });

/** A message to a modem that is waited for, and sent again where no answer comes. */
export interface Ask {
  readonly to: string;
  readonly mme: Mme;
  readonly wait: Duration;
  /** How often it may be sent yet. */
  readonly left: number;
  readonly deadline: Instant;
}

export const ask = (to: string, mme: Mme, wait: Duration, tries: number, now: Instant): Ask =>
  ({ to, mme, wait, left: tries - 1, deadline: after(now, wait) });

export const asked = ({ to, mme }: Ask): Send => send(to, mme);

/** The same once more; undefined where it was sent often enough. */
export function askAgain(given: Ask, now: Instant): Ask | undefined {
  return given.left > 0 ? { ...given, left: given.left - 1, deadline: after(now, given.wait) } : undefined;
}

/** The step of a task whose state holds an `Ask`, when that has waited long enough. */
export function retry<State extends { readonly ask: Ask }>(state: State, now: Instant): Progress<State, never> {
  if (now < state.ask.deadline) return going(state);
  const again = askAgain(state.ask, now);
  return again === undefined ? failed({ why: 'silent', asked: state.ask.mme.mme }) : going({ ...state, ask: again }, asked(again));
}
