import type { MmeOf } from '@pilotwire/homeplug';
import { LOCAL_MODEM, nidFromNmk } from '@pilotwire/homeplug';
import type { Duration, Instant } from '@pilotwire/machine';
import { after, earliest } from '@pilotwire/machine';
import type { Received, Send } from './frames.js';
import { send } from './frames.js';
import type { Timing } from './timing.js';

/** The key of a logical network, and its name. */
export interface NetworkKey {
  /** 16 octets. */
  readonly nmk: Uint8Array;
  /** 7 octets. */
  readonly nid: Uint8Array;
}

/**
 * A network of its own for a key: real chargers name it by the hash of the key. Throws `RangeError` for other lengths
 * than 16.
 */
export const networkOf = (nmk: Uint8Array): NetworkKey => ({ nmk, nid: nidFromNmk(nmk) });

const zeros = new Uint8Array(4);
/** The layers above set the key (HLE). */
const PID_HLE = 4;

/**
 * Tells the own modem the key. The alias reaches no other modem, unlike pyPLC's broadcast, to which a second modem was
 * seen to answer with Result 0. Nonces of zeros as the Ioniq's.
 */
export function setKey({ nmk, nid }: NetworkKey): Send<MmeOf<'CM_SET_KEY.REQ'>> {
  return send(LOCAL_MODEM, {
    mme: 'CM_SET_KEY.REQ', myNonce: zeros, yourNonce: zeros, pid: PID_HLE, prn: 0, pmn: 0, ccoCapability: 0,
    nid, newKey: nmk,
  });
}

/** A key on its way into the own modem. Nothing but the answer or `deadline` leads to another CM_SET_KEY.REQ. */
export interface Keying {
  readonly key: NetworkKey;
  readonly tries: number;
  readonly deadline: Instant;
}

export const keying = (key: NetworkKey, tries: number, timing: Timing, now: Instant): Keying =>
  ({ key, tries, deadline: after(now, timing.set_key_response) });

/**
 * How the link is known: the modem is asked (`poll`), or only `link` inputs tell (`told`), for modems that cannot be
 * asked.
 */
export type LinkSource = 'poll' | 'told';

/** The logical network, from the key's being set on. */
export interface Link {
  readonly up: boolean;
  /** When waiting for it ends; undefined once it has been up. */
  readonly until: Instant | undefined;
  /** When the modem is asked next; undefined where it is never asked. */
  readonly poll: Instant | undefined;
  /** When a modem that says nothing more has lost the link that is up. */
  readonly silent: Instant | undefined;
}

const askLink: Send<MmeOf<'VS_PL_LINK_STATUS.REQ'>> = send(LOCAL_MODEM, { mme: 'VS_PL_LINK_STATUS.REQ' });

export function awaitLink(source: LinkSource, timing: Timing, now: Instant): Link {
  const poll = source === 'poll' ? after(now, timing.link_poll) : undefined;
  return { up: false, until: after(now, timing.TT_match_join), poll, silent: undefined };
}

export const linkDeadline = ({ until, poll, silent }: Link): Instant | undefined => earliest(until, poll, silent);

export const joinExpired = ({ until }: Link, now: Instant): boolean => until !== undefined && until <= now;

/** Asks the modem where that is due. */
export function pollLink(
  link: Link, timing: Timing, now: Instant,
): { readonly link: Link; readonly ask: readonly Send[] } {
  if (link.poll === undefined || link.poll > now) return { link, ask: [] };
  const rate: Duration = link.until === undefined ? timing.link_watch : timing.link_poll;
  return { link: { ...link, poll: after(now, rate) }, ask: [askLink] };
}

/** What is known of the link now. Once up, it is only watched; a modem that is asked has to go on answering. */
export function linkSeen(link: Link, up: boolean, { TT_link_status_response }: Timing, now: Instant): Link {
  const silent = up && link.poll !== undefined ? after(now, TT_link_status_response) : undefined;
  return { ...link, up, until: up ? undefined : link.until, silent };
}

export const linkSilent = ({ silent }: Link, now: Instant): boolean => silent !== undefined && silent <= now;

/**
 * Whether a message is an answer of the own modem: it goes to its host and to nobody else, as every CM_SET_KEY.CNF that
 * was seen, and comes from the address that was given for it, if one was.
 */
export const fromOwnModem = ({ from, to }: Received, { mac, modem }: { readonly mac: string; readonly modem: string | undefined }): boolean =>
  to === mac && (modem === undefined || from === modem);
