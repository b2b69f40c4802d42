/**
 * Who speaks on the bus: the processes of a site; `hardware`, an outside process that plays hardware; `pilotwire`, the
 * command line in a person's hands; and `home-assistant`, which shows an outlet and may stop and limit it.
 */
export const services = ['slac-agent', 'v2g-gateway', 'ocpp-bridge', 'history', 'hardware', 'pilotwire', 'home-assistant'] as const;
export type Service = (typeof services)[number];

/** Which side of the cable a process plays. */
export const modes = ['evse', 'ev', 'listen'] as const;
export type Mode = (typeof modes)[number];

/** Faults that keep an outlet from charging anybody: its phase is `faulted` for them, and to a back office it is inoperative. */
export const blockingFaults: ReadonlySet<string> = new Set(['contactors-welded', 'power-driver-down', 'emergency-stop']);
