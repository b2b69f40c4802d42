import type { ChargeSummary, SiteEvent } from '@pilotwire/simulation';

/** In CurrentDemand a line is printed after so many seconds, then every minute. */
const early = [1, 5, 15, 30];
const everySeconds = 60;

/** A charge for people: one line for what is worth one, in the order in which it happened. */
export function narrator(): (event: SiteEvent) => string | undefined {
  let charging: number | undefined;
  let told = 0;
  return (event) => {
    if (event.kind === 'phase' && event.side === 'evse') charging = event.phase === 'CurrentDemand' ? event.at : undefined;
    // The car comes to each phase when the charger's answer does.
    if (event.kind === 'phase' && event.side === 'ev') return undefined;
    if (event.kind !== 'measured') return line(event);
    if (charging === undefined) return undefined;
    const due = early[told] ?? everySeconds * (told - early.length + 1);
    if (event.at < charging + 1_000 * due) return undefined;
    told++;
    return line(event);
  };
}

function line(event: SiteEvent): string {
  return `${seconds(event.at).padStart(10)}  ${who(event).padEnd(4)}  ${what(event)}`;
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

function who(event: SiteEvent): string {
  switch (event.kind) {
    case 'plugged':
    case 'unplugged':
    case 'pilot':
    case 'fault':
      return '';
    case 'oscillator':
    case 'power':
    case 'measured':
    case 'authorized':
      return 'evse';
    case 'lock':
      return 'ev';
    default:
      return event.side;
  }
}

const signals = { digital: '5 % duty cycle: high-level communication', x1: 'steady, no offer', f: 'state F: not available' } as const;
const slacWords = {
  matched: 'SLAC: matched with', unmatched: 'SLAC: match ended', repeating: 'SLAC: another try, because', failed: 'SLAC: failed,',
  'link-up': 'power line link up', 'link-down': 'power line link down',
} as const;

function what(event: SiteEvent): string {
  switch (event.kind) {
    case 'plugged':
      return 'the car is plugged in';
    case 'unplugged':
      return 'the plug is pulled';
    case 'pilot':
      return `pilot ${event.state}`;
    case 'oscillator':
      return `pilot: ${signals[event.signal]}`;
    case 'slac':
      return [slacWords[event.what], event.detail].filter((part) => part !== undefined).join(' ');
    case 'sdp':
      return event.side === 'ev' ? `SDP: is there a charger, ${security(event.security)}?` : `SDP: at ${event.detail}, ${security(event.security)}`;
    case 'phase':
      return event.phase;
    case 'authorized':
      return `authorization ${event.accepted ? 'accepted' : 'rejected'}${event.evccId === '' ? '' : `: EVCCID ${event.evccId}`}`;
    case 'contactors':
      return `contactors ${event.closed ? 'closed' : 'open'}`;
    case 'lock':
      return `plug ${event.locked ? 'locked' : 'unlocked'}`;
    case 'power':
      return `power: ${event.what}${event.detail === undefined ? '' : `, ${event.detail}`}`;
    case 'measured':
      return `${event.voltage.toFixed(1).padStart(6)} V ${event.current.toFixed(1).padStart(6)} A ${kilowatts(event).padStart(6)} kW  ${(event.energy / 1_000).toFixed(2).padStart(6)} kWh  SoC ${percent(event.soc)}`;
    case 'warning':
      return `warning: ${event.what}${event.detail === undefined ? '' : `: ${event.detail}`}`;
    case 'fault':
      return `FAULT: ${event.what}`;
    case 'end':
      return `END in ${event.end.phase}: ${event.end.reason} (by ${event.end.by})${event.end.detail === undefined ? '' : `: ${event.end.detail}`}`;
  }
}

const security = (value: number): string => (value === 0 ? 'with TLS' : 'without TLS');
const kilowatts = ({ voltage, current }: { readonly voltage: number; readonly current: number }): string => ((voltage * current) / 1_000).toFixed(1);
const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

/** The last lines: energy, time, who ended it and why. */
export function summaryText(summary: ChargeSummary): string[] {
  const { energy, soc, duration, demands, ev, evse, asExpected, expected } = summary;
  const minutes = Math.floor(duration / 60_000);
  const end = (one: typeof ev | typeof evse): string => (one === undefined ? 'no session' : `${one.reason} in ${one.phase}, by ${one.by}${one.detail === undefined ? '' : ` (${one.detail})`}`);
  const words = (one: string | readonly string[]): string => (typeof one === 'string' ? one : one.join(' or '));
  return [
    '',
    `energy   ${(energy / 1_000).toFixed(2)} kWh, SoC ${percent(soc.from)} to ${percent(soc.to)}`,
    `time     ${minutes} min ${((duration - 60_000 * minutes) / 1_000).toFixed(1)} s, ${demands} times CurrentDemand`,
    `charger  ${end(evse)}`,
    `car      ${end(ev)}`,
    asExpected ? 'as expected' : `NOT as expected: charger ${words(expected.evse)}, car ${words(expected.ev)}`,
  ];
}
