import { after, ms, seconds } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';
import type { DinPhase, End, EvccEndReason, SeccEndReason } from '@pilotwire/v2g-session';
import type { SiteEvent } from './events.js';
import { Site } from './site.js';
import type { SiteOptions } from './site.js';
import { faults } from './faults.js';
import type { ExpectedEnds, FaultName } from './faults.js';
import { sabotage } from './sabotage.js';

export interface ChargeOptions extends Partial<Omit<SiteOptions, 'tampering' | 'tamperFrame' | 'line' | 'differences'>> {
  readonly fault?: FaultName | undefined;
}

/** How a charge went. Watt hours; the duration from the plug to the end of both sides, in milliseconds. */
export interface ChargeSummary {
  /** Undefined where there was no session: nobody matched, or nobody found the other. */
  readonly ev: End<EvccEndReason> | undefined;
  readonly evse: End<SeccEndReason> | undefined;
  readonly energy: number;
  readonly soc: { readonly from: number; readonly to: number };
  readonly duration: Duration;
  /** Answers to CurrentDemandReq. */
  readonly demands: number;
  readonly phases: readonly DinPhase[];
  /** It ended as it should: completed, or as the fault predicts. */
  readonly asExpected: boolean;
  readonly expected: ExpectedEnds;
}

const completed: ExpectedEnds = { ev: 'completed', evse: 'completed' };

/** Nobody waits longer for a charge to end; the slowest takes three hours. */
const patience = seconds(6 * 3_600);
/**
 * Without a session by then there is none: SLAC gives up after 60 s, the charger after three times 40. And where one side has
 * ended, the other has by then, or never began: nobody's patience with a silent partner is longer.
 */
const withoutSession = seconds(180);

/** One car plugs in, charges and leaves, with a fault or none. The whole of it follows from the options. */
export function charge(options: ChargeOptions = {}): ChargeSummary {
  const { fault: name, tell, from = 0.2, to = 0.8 } = options;
  const fault = name === undefined ? undefined : faults[name];
  let ev: End<EvccEndReason> | undefined;
  let evse: End<SeccEndReason> | undefined;
  /** When this stops waiting for a side that has not ended, or not begun. */
  let alone: Instant;
  const phases: DinPhase[] = [];
  const plan = fault && sabotage(fault);
  const watch = (event: SiteEvent): void => {
    tell?.(event);
    if (event.kind === 'end') {
      alone = after(event.at, withoutSession);
      if (event.side === 'ev') ev = event.end;
      else evse = event.end;
    }
    if (event.kind !== 'phase' || event.side !== 'evse') return;
    phases.push(event.phase);
    plan?.phase(site, event.phase);
  };
  const site: Site = new Site({
    seed: 1, car: 'default', charger: 'default', authorizeAfter: seconds(3), ...options, ...plan?.options, from, to, tell: watch,
  });
  site.advance(3_000); // a charger waits for cars; its modem has its key
  const began = site.time.now;
  site.plug();
  plan?.plugged(site);
  alone = after(began, withoutSession);
  const begun = (): boolean => phases.length > 0 && ev === undefined && evse === undefined;
  site.until(() => (ev !== undefined && evse !== undefined) || (!begun() && site.time.now >= alone), patience);
  const duration = ms(site.time.now - began);
  // The person comes back and pulls the plug.
  site.advance(2_000);
  site.unplug();
  site.until(() => site.quiet, seconds(70));
  site.advance(3_000);
  const expected = fault?.ends ?? completed;
  const { soc, energy } = site.hardware.state;
  return {
    ev, evse, energy, soc: { from, to: soc }, duration, phases, demands: site.charger.demands, expected,
    asExpected: isExpected(expected, ev?.reason ?? 'none', evse?.reason ?? 'none'),
  };
}

/** Whether a session ended as expected, on both sides. */
export const isExpected = (expected: ExpectedEnds, ev: string, evse: string): boolean => isOneOf(expected.ev, ev) && isOneOf(expected.evse, evse);

const isOneOf = (expected: string | readonly string[], reason: string): boolean =>
  typeof expected === 'string' ? expected === reason : expected.includes(reason);
