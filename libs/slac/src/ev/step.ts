import type { Step } from '@pilotwire/machine';
import { go, stay } from '@pilotwire/machine';
import type { IgnoredReason, Received } from '../frames.js';
import { ignored } from '../frames.js';
import type { EvOutput, EvState } from './types.js';

export type Result = Step<EvState, EvOutput>;

/** A message that changes nothing, and is counted. */
export const refuse = (state: EvState, input: Received, why: IgnoredReason): Result =>
  stay<EvState, EvOutput>(state, ignored(input, why));

/** What is sent while the state stays. */
export const tell = (state: EvState, ...outputs: EvOutput[]): Result => stay<EvState, EvOutput>(state, ...outputs);

/** What is sent on entering another state. */
export const enter = (state: EvState, ...outputs: EvOutput[]): Result => go<EvState, EvOutput>(state, ...outputs);
