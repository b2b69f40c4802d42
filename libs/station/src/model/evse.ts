import type { Instant } from '@pilotwire/machine';
import type { Limit } from './profile.js';
import type { Charging, MeterValue, StopReason, Token, Trigger } from './values.js';

/** A fault by its name in the closed list of whoever raised it. */
export interface Fault {
  readonly name: string;
  readonly detail?: string | undefined;
  /** `outlet`: nobody can charge here, and it is Faulted; `begin`: no charge can begin while the fault stands. */
  readonly blocks: 'outlet' | 'begin' | undefined;
}

/** What the devices measured. Volts, amperes, watts, Wh, percent, degrees Celsius. */
export interface Reading {
  readonly voltage: number;
  readonly current: number;
  readonly power: number;
  /** Wh, by a counter that may begin anew; `counter` says which one it is. */
  readonly energy: number;
  readonly counter?: string | undefined;
  readonly soc?: number | undefined;
  readonly temperature?: number | undefined;
}

/** What the car said in ChargeParameterDiscovery. Volts, amperes, watts, Wh, percent; `departure` in UTC milliseconds. */
export interface EvNeeds {
  readonly maxVoltage: number;
  readonly maxCurrent: number;
  readonly maxPower?: number | undefined;
  readonly soc?: number | undefined;
  readonly energyCapacity?: number | undefined;
  readonly energyAmount?: number | undefined;
  readonly fullSoc?: number | undefined;
  readonly bulkSoc?: number | undefined;
  readonly departure?: number | undefined;
}

/** Who said yes: the CSMS, what it left with us, a remote start, a rule, or that nobody need be asked. */
export type AuthorizedBy = 'csms' | 'list' | 'cache' | 'offline' | 'remote' | 'group' | 'free';

/** A token that may charge here. It waits for a car until `until`. */
export interface Authorization {
  readonly token: Token;
  readonly group: Token | undefined;
  readonly by: AuthorizedBy;
  readonly remoteStartId: number | undefined;
  readonly until: Instant | undefined;
}

/** The energy register of an outlet: Wh that only grow, whatever becomes of the counter behind it. */
export interface Register {
  readonly total: number;
  readonly counter: string | undefined;
  readonly counted: number;
}

/** A stop that has been asked of the gateway, and what it will be called. */
export interface Stopping {
  readonly reason: StopReason;
  readonly trigger: Trigger;
  readonly token: Token | undefined;
  readonly until: Instant;
}

/** What was told of an outlet's status, and since when it is another. */
export interface Told {
  readonly status: string | undefined;
  readonly changing: { readonly status: string; readonly since: Instant } | undefined;
}

export interface EvseState {
  readonly id: number;
  readonly plugged: boolean;
  /** The gateway's name of the session. */
  readonly session: string | undefined;
  /** The session waits for an authorization. */
  readonly waiting: boolean;
  readonly charging: Charging;
  readonly faults: readonly Fault[];
  readonly evccid: string | undefined;
  readonly needs: EvNeeds | undefined;
  readonly reading: Reading | undefined;
  /** When the last reading came that was made before: by a batch, with its own time. */
  readonly lateAt: Instant | undefined;
  readonly register: Register;
  readonly authorization: Authorization | undefined;
  readonly stopping: Stopping | undefined;
  /** A transaction has ended, and the cable is still in. */
  readonly finishing: boolean;
  /** What the gateway was told; see ChangeAvailability. */
  readonly operative: boolean;
  readonly told: Told;
  /** Samples for the end of the transaction. */
  readonly samples: readonly MeterValue[];
  /** When the last ones were taken: for the CSMS at once, and for the end. */
  /** Undefined: none was taken in this life. */
  readonly sampledAt: Instant | undefined;
  readonly endSampledAt: Instant | undefined;
  /** Why energy is no longer wanted, in a transaction that goes on until the plug is out. */
  readonly ending: StopReason | undefined;
  /** The transaction is older than this process: until then the gateway may say that its session still runs. */
  readonly unsureUntil: Instant | undefined;
  /** The limit that was told last, and until when it holds. */
  readonly limit: { readonly limit: Limit; readonly refreshAt: Instant } | undefined;
}

/** An energy register that has never counted. */
export const newRegister: Register = { total: 0, counter: undefined, counted: 0 };

export const idleEvse = (id: number, register: Register): EvseState => ({
  id,
  plugged: false,
  session: undefined,
  waiting: false,
  charging: 'none',
  faults: [],
  evccid: undefined,
  needs: undefined,
  reading: undefined,
  lateAt: undefined,
  register,
  authorization: undefined,
  stopping: undefined,
  finishing: false,
  operative: true,
  told: { status: undefined, changing: undefined },
  samples: [],
  sampledAt: undefined,
  endSampledAt: undefined,
  ending: undefined,
  unsureUntil: undefined,
  limit: undefined,
});
