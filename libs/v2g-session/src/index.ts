export { dinPhases, isLegal, legalRequests, orderedRequest } from './phases.js';
export type { DinPhase, OrderedRequest } from './phases.js';
export { evccEndReasons, seccEndReasons } from './ends.js';
export type { End, EndedBy, EvccEndReason, SeccEndReason } from './ends.js';
export { evccTiming, responseBudget, seccTiming } from './timing.js';
export { DinStream } from './stream.js';
export type { GarbageInput, MessageInput } from './incoming.js';
export type { V2gMessage } from './din.js';
export { numberOf, physical } from './physical.js';
export { DIN_NAMESPACE, DIN_VERSION, negotiate } from './handshake.js';
export type { AppProtocol } from './handshake.js';
export { chargerProfiles } from './profiles/chargers.js';
export type { ChargerName, ChargerProfile, Schedule, StatusMoment, StatusRow } from './profiles/chargers.js';
export { carProfiles } from './profiles/cars.js';
export type { CarName, CarProfile } from './profiles/cars.js';
export { idleSecc, secc } from './secc/secc.js';
export type { PowerEvent, PowerRequest } from './secc/power.js';
export type {
  PilotLevel,
  SeccConfig,
  SeccInput,
  SeccLimits,
  SeccOutput,
  SeccState,
  SeccWarning,
  Session as SeccSession,
} from './secc/state.js';
export { evcc, idleEvcc } from './evcc/evcc.js';
export type { Dialogue as EvccDialogue, EvccInput, EvccOutput, EvccState, EvRequest, Vehicle } from './evcc/state.js';
