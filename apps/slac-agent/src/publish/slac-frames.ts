import { decodeMme, directionOf } from '@pilotwire/homeplug';
import type { DecodedMme } from '@pilotwire/homeplug';
import { between } from '@pilotwire/machine';
import type { Instant, Timeline } from '@pilotwire/machine';
import type { FrameTap, TappedFrame } from '@pilotwire/service';

/**
 * Messages that can carry no key. Any other goes by its name alone: CM_SET_KEY, CM_SLAC_MATCH.CNF, and whatever a vendor may
 * put into one of his own.
 */
const open: ReadonlySet<string> = new Set([
  'CM_SLAC_PARM.REQ', 'CM_SLAC_PARM.CNF', 'CM_START_ATTEN_CHAR.IND', 'CM_MNBC_SOUND.IND', 'CM_ATTEN_PROFILE.IND',
  'VS_ATTENUATION_CHARACTERISTICS.IND', 'CM_ATTEN_CHAR.IND', 'CM_ATTEN_CHAR.RSP', 'CM_VALIDATE.REQ', 'CM_VALIDATE.CNF',
  'CM_SLAC_MATCH.REQ', 'CM_AMP_MAP.REQ', 'CM_AMP_MAP.CNF', 'CM_NW_STATS.REQ', 'CM_NW_STATS.CNF', 'VS_SW_VER.REQ', 'VS_SW_VER.CNF',
]);

/** Asked every second of every charge; what comes of it is told as the link. */
const polled = /^VS_PL_LINK_STATUS\./;
const longestName = 64;
/** An answer that comes later is none. */
const mostPatience = 10_000;

/** Frames at the modem's port, as their topic tells them. */
export class SlacFrames {
  readonly #time: Timeline;
  readonly #tap: Pick<FrameTap, 'add'>;
  /** By what was asked: when. Only of messages that are declared, of which there are few. */
  readonly #questions = new Map<string, Instant>();

  constructor(time: Timeline, tap: Pick<FrameTap, 'add'>) {
    this.#time = time;
    this.#tap = tap;
  }

  add(frame: Uint8Array): void {
    const decoded = decodeMme(frame);
    if (decoded.kind === 'not-mme' || polled.test(decoded.type)) return;
    const type = decoded.type.slice(0, longestName);
    const direction = directionOf(type);
    const latency = decoded.kind === 'known' ? this.#latency(type) : undefined;
    const tapped: TappedFrame = {
      type,
      dir: direction === '?' ? 'other' : direction,
      octets: mayBeTold(decoded) ? frame : undefined,
      ...(latency !== undefined && { latencyMs: latency }),
    };
    this.#tap.add(tapped);
  }

  /** Of an answer: since its question, in milliseconds. */
  #latency(type: string): number | undefined {
    const { now } = this.#time;
    const [family, part] = [type.slice(0, -4), type.slice(-4)];
    if (part === '.REQ') this.#questions.set(family, now);
    if (part !== '.CNF') return undefined;
    const asked = this.#questions.get(family);
    this.#questions.delete(family);
    const latency = asked === undefined ? Infinity : between(asked, now);
    return latency > mostPatience ? undefined : Math.round(100 * latency) / 100;
  }
}

/** What follows a message in its frame may be anything that a modem had in its memory. */
const mayBeTold = (decoded: DecodedMme): boolean =>
  decoded.kind === 'known' && open.has(decoded.type) && decoded.anomalies.every(({ code }) => code !== 'trailing');
