export { ev, evInitial } from './ev/machine.js';
export type { Candidate, Doubt } from './ev/candidates.js';
export type { EvConfig, EvFailure, EvInput, EvOutput, EvState, Chosen } from './ev/types.js';
export { evse, evseInitial } from './evse/machine.js';
export type {
  EvseConfig, EvseFailure, EvseInput, EvseOutput, EvseState, Run, Session, SessionEnd,
} from './evse/types.js';
export { frameOf, receive } from './frames.js';
export type { Ignored, IgnoredReason, Malformed, Received, Send } from './frames.js';
export { networkOf } from './modem.js';
export type { Link, LinkSource, NetworkKey } from './modem.js';
export { slacRules, timing } from './timing.js';
export type { Rule, Timing } from './timing.js';
