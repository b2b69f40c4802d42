/**
 * Who speaks on the bus: the processes of a site; `hardware`, an outside process that plays hardware; `pilotwire`, the
 * command line in a person's hands; and `home-assistant`, which shows an outlet and may stop and limit it.
 */
export const services = ['slac-agent', 'v2g-gateway', 'ocpp-bridge', 'history', 'hardware', 'pilotwire', 'home-assistant'] as const;
export type Service = (typeof services)[number];

/** Which side of the cable a process plays. */
export const modes = ['evse', 'ev', 'listen'] as const;
export type Mode = (typeof modes)[number];

/**
 * Faults that keep a charge from beginning, and what they block. `outlet`: nobody can charge there, so its phase is `faulted`, and to a
 * back office it is inoperative. `begin`: a device of the power path is broken, or says nothing; no charge can begin meanwhile, but its
 * next word may clear the fault, so the outlet is not faulted for it.
 */
export const blockingFaults: ReadonlyMap<string, 'outlet' | 'begin'> = new Map([
  ['contactors-welded', 'outlet'],
  ['power-driver-down', 'outlet'],
  ['emergency-stop', 'outlet'],
  ['contactors-lost', 'begin'],
  ['measurement-lost', 'begin'],
  ['supply-fault', 'begin'],
  ['supply-lost', 'begin'],
]);
