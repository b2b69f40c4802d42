import type { PilotLevel } from '@pilotwire/control-pilot';
import type { Open } from '@pilotwire/outlet';

// What an agent and its gateway tell each other, each all that it has to say, every `wordPeriod`. A word that is lost
// is no loss: the next one says the same. What must happen once carries a count.

/** Agent to gateway. */
export interface AgentWord {
  /**
   * The pilot as it is believed to be; undefined while nobody can tell. As the car: A without a plug, otherwise B.
   */
  readonly level: PilotLevel | undefined;
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
}

/** Gateway to agent. */
export interface GatewayWord {
  /** As the charger: `auto` leaves the pilot to SLAC; X1 and F hold it. As the car: B or C. */
  readonly pilot: 'auto' | 'X1' | 'F' | 'B' | 'C';
  /** What the data link is asked to do (ISO 15118-3 D-LINK); a higher count is a new request. */
  readonly dlink: { readonly count: number; readonly request: 'terminate' | 'error' | 'pause' } | undefined;
  /** The session that runs, from plug-in to plug-out. */
  readonly sessionId?: string;
}

export type AgentEnd = Open<AgentWord, GatewayWord>;
export type GatewayEnd = Open<GatewayWord, AgentWord>;
