import type { Open } from '@pilotwire/outlet';

// What an agent and its gateway tell each other, each all that it has to say, every `wordPeriod`. A word that is lost
// is no loss: the next one says the same. What must happen once carries a count; counts begin anew with each process, and a
// listener is told `down` before the first word of another one: the counts in that word are where it begins to listen.

export const levels = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export const pilots = ['auto', 'X1', 'F', 'B', 'C'] as const;
export const requests = ['terminate', 'error', 'pause'] as const;

/** Agent to gateway. */
export interface AgentWord {
  /**
   * The pilot as it is believed to be; undefined while nobody can tell. As the car: A without a plug, otherwise B.
   */
  readonly level: (typeof levels)[number] | undefined;
  /** As the charger: the oscillator runs. As the car: 5 % duty cycle is seen. */
  readonly pwm: boolean;
  readonly link: {
    /** How many matches there have been since the agent started: a new number is a new match. */
    readonly match: number;
    /** The data link of that match stands. */
    readonly up: boolean;
    /** The other side's MAC address. */
    readonly peer?: string;
  };
  /** As the charger: the latch button of the plug is held, which asks for the end of the charge (SAE J1772 S3; J3400). */
  readonly pressed?: boolean;
}

/** Gateway to agent. */
export interface GatewayWord {
  /** As the charger: `auto` leaves the pilot to SLAC; X1 and F hold it. As the car: B or C. */
  readonly pilot: (typeof pilots)[number];
  /** What the data link is asked to do (ISO 15118-3 D-LINK); a higher count is a new request. */
  readonly dlink: { readonly count: number; readonly request: (typeof requests)[number] } | undefined;
  /** The session that runs, from plug-in to plug-out. */
  readonly sessionId?: string;
}

export type AgentEnd = Open<AgentWord, GatewayWord>;
export type GatewayEnd = Open<GatewayWord, AgentWord>;
