import type { StationState } from '../model/state.js';
import { members, variableOf } from './variables.js';
import type { VariableName } from './variables.js';

/** What a variable is now: as the CSMS or the operator set it, as the configuration says, or by default. */
export function setting({ durable, configuration }: StationState, name: VariableName): string {
  const given = configuration.variables?.[name] ?? variableOf(name).default;
  const kept = durable.variables[name];
  // What a connection was raised to does not lower what this machine demands by now.
  return kept === undefined || (name === 'SecurityCtrlr.SecurityProfile' && Number(given) > Number(kept)) ? given : kept;
}

export const number = (state: StationState, name: VariableName): number => Number(setting(state, name));
export const flag = (state: StationState, name: VariableName): boolean => setting(state, name).toLowerCase() === 'true';
export const list = (state: StationState, name: VariableName): readonly string[] => members(setting(state, name));
