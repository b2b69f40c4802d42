import type { Step } from '@pilotwire/machine';
import { go, stay } from '@pilotwire/machine';
import type { IgnoredReason, Received } from '../frames.js';
import { ignored } from '../frames.js';
import type { EvseOutput, EvseState } from './types.js';

export type Result = Step<EvseState, EvseOutput>;

/** A message that changes nothing, and is counted. */
export const refuse = (state: EvseState, input: Received, why: IgnoredReason): Result =>
  stay<EvseState, EvseOutput>(state, ignored(input, why));

/** What is sent while the state stays. */
export const tell = (state: EvseState, ...outputs: EvseOutput[]): Result =>
  stay<EvseState, EvseOutput>(state, ...outputs);

/** What is sent on entering another state. */
export const enter = (state: EvseState, ...outputs: EvseOutput[]): Result =>
  go<EvseState, EvseOutput>(state, ...outputs);
