import type { AnyEvent, PayloadOf, state, telemetry } from '@pilotwire/contracts';

/** What a watcher hears of a station. */
export type Heard =
  | { readonly kind: 'event'; readonly event: AnyEvent }
  | { readonly kind: 'telemetry'; readonly evse: number; readonly telemetry: PayloadOf<typeof telemetry> }
  | { readonly kind: 'state'; readonly evse: number; readonly state: PayloadOf<typeof state> }
  /** A process of the station. */
  | { readonly kind: 'service'; readonly at: string; readonly name: string; readonly state: 'online' | 'offline' }
  | { readonly kind: 'broker'; readonly at: string; readonly up: boolean; readonly where: string; readonly why?: string }
  /** Events that happened, and that nobody has any more. */
  | { readonly kind: 'lost'; readonly at: string; readonly src: string; readonly count: number }
  | { readonly kind: 'trouble'; readonly at: string; readonly what: string };

/** Something to show: when it happened, at which outlet, who did it. */
export interface Line {
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly evse?: number;
  readonly who?: 'evse' | 'ev';
  readonly text: string;
  readonly tone: Tone;
}

/** How much a line stands out. */
export type Tone = 'plain' | 'good' | 'warning' | 'fault' | 'quiet';
