import type { JsonObject, LinkFact } from '@pilotwire/station';
import type { ReplyOutcome } from './line.js';

/** A frame to or from the CSMS, before anything in it is hidden. */
export type Frame = { readonly dir: 'out' | 'in'; readonly id: string } & (
  | { readonly kind: 'call'; readonly action: string; readonly payload: unknown }
  | { readonly kind: 'result'; readonly action: string | undefined; readonly payload: unknown }
  | { readonly kind: 'error'; readonly action: string | undefined; readonly code: string; readonly description: string }
);

/** Calls whose action is remembered until their answer comes; there is one at a time in each direction, or hardly more. */
const mostActions = 64;

/** Makes frames of what is sent and heard. Answers do not say what they answer: it is remembered. */
export class Frames {
  readonly #tell: (frame: Frame) => void;
  readonly #actions = new Map<string, string>();

  constructor(tell: (frame: Frame) => void) {
    this.#tell = tell;
  }

  sent(id: string, action: string, payload: JsonObject): void {
    this.#remember(id, action);
    this.#tell({ dir: 'out', kind: 'call', id, action, payload });
  }

  replied(id: string, outcome: ReplyOutcome): void {
    const action = this.#forget(id);
    this.#tell('error' in outcome ? { dir: 'out', kind: 'error', id, action, ...outcome.error } : { dir: 'out', kind: 'result', id, action, payload: outcome.result });
  }

  heard(fact: LinkFact): void {
    if (fact.kind === 'received') {
      const { id, action, payload } = fact;
      this.#remember(id, action);
      this.#tell({ dir: 'in', kind: 'call', id, action, payload });
    } else if (fact.kind === 'answered') {
      const [id, action] = [fact.id, this.#forget(fact.id)];
      this.#tell('error' in fact ? { dir: 'in', kind: 'error', id, action, code: fact.error.code, description: fact.error.description ?? '' } : { dir: 'in', kind: 'result', id, action, payload: fact.result });
    }
  }

  #remember(id: string, action: string): void {
    this.#actions.set(id, action);
    for (const key of [...this.#actions.keys()].slice(0, -mostActions)) this.#actions.delete(key);
  }

  #forget(id: string): string | undefined {
    const action = this.#actions.get(id);
    this.#actions.delete(id);
    return action;
  }
}
