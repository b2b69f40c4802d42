import { forgetLessSafe, isPriority } from '../maintenance/networks.js';
import { noteSecurity } from '../maintenance/security.js';
import type { StationState } from '../model/state.js';
import type { Turn } from '../turn.js';
import { setting } from './settings.js';
import { isVariable, objection, partsOf, variableNames, variableOf } from './variables.js';
import type { VariableName } from './variables.js';

export type SetStatus = 'Accepted' | 'RebootRequired' | 'ReadOnly' | 'Rejected';

/** Sets a variable for the CSMS. */
export function setVariable(turn: Turn, name: VariableName, value: string): SetStatus {
  const variable = variableOf(name);
  if (variable.access === 'ReadOnly') return 'ReadOnly';
  if (objection(variable, value) !== undefined) return 'Rejected';
  if (name === 'SecurityCtrlr.BasicAuthPassword') {
    // A secret is not kept here, nor told: it goes to where secrets are.
    turn.perform({ do: 'password', password: value });
    noteSecurity(turn, 'ReconfigurationOfSecurityParameters', 'password');
    return 'Accepted';
  }
  if (name === 'OCPPCommCtrlr.NetworkConfigurationPriority' && !isPriority(turn.state, value)) return 'Rejected';
  write(turn, name, value);
  return variable.reboot === true ? 'RebootRequired' : 'Accepted';
}

/** Sets a variable for the operator, who may set what the CSMS may not; true where that was done. */
export function setLocally(turn: Turn, name: string, value: string): boolean {
  if (!isVariable(name) || objection(variableOf(name), value) !== undefined) return false;
  if (name === 'SecurityCtrlr.BasicAuthPassword') return false;
  write(turn, name, value);
  if (name === 'SecurityCtrlr.SecurityProfile') forgetLessSafe(turn, Number(value));
  return true;
}

function write(turn: Turn, name: VariableName, value: string): void {
  turn.keep('variables', { ...turn.state.durable.variables, [name]: value });
  turn.tell({ what: 'variable', variable: name, value });
}

/** A value to be shown; one that may only be written is not there. */
export const shown = (state: StationState, name: VariableName): string | undefined =>
  variableOf(name).access === 'WriteOnly' ? undefined : setting(state, name);

export type Found =
  | { readonly name: VariableName }
  | { readonly unknown: 'component' | 'variable' };

/** Finds a variable by the names of 2.x, which know no case. */
export function find(component: string, variable: string, instance: string | undefined): Found {
  const same = (a: string | undefined, b: string | undefined): boolean => (a ?? '').toLowerCase() === (b ?? '').toLowerCase();
  const ofComponent = variableNames.filter((name) => same(partsOf(name).component, component));
  if (ofComponent.length === 0) return { unknown: 'component' };
  const ofVariable = ofComponent.filter((name) => same(partsOf(name).variable, variable));
  const found = ofVariable.find((name) => same(partsOf(name).instance, instance));
  return found === undefined ? { unknown: 'variable' } : { name: found };
}
