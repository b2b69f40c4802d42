import type { Mme } from '@pilotwire/homeplug';
import { BROADCAST, decodeMme, encodeMme, isHomeplug } from '@pilotwire/homeplug';

/** A management message that came in. Addresses as `00:b0:52:00:00:01`. */
export interface Received {
  readonly kind: 'mme';
  readonly from: string;
  readonly to: string;
  readonly mme: Mme;
}

/** A frame whose message is known by name but too short for its layout, or a piece of several. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly from: string;
  readonly type: string;
}

export interface Send<M extends Mme = Mme> {
  readonly kind: 'send';
  readonly to: string;
  readonly mme: M;
}

/**
 * Why a message changed nothing: it is `malformed`; goes to or comes from the wrong `address`; has an APPLICATION_TYPE
 * or SECURITY_TYPE other than 0 (`type`); names no `run` that is known; names another EVSE (`other-evse`) or EV
 * (`other-ev`); says no (`refused`); comes from another modem than the own (`foreign-modem`); reports other `groups`
 * than the ones before; comes at the wrong time (`unexpected`), while another car is matched (`occupied`), or when
 * there are too many already (`crowd`); or an input brought key or entropy of the wrong `length`.
 */
export type IgnoredReason =
  | 'malformed' | 'address' | 'type' | 'run' | 'other-evse' | 'other-ev' | 'refused' | 'foreign-modem' | 'groups'
  | 'unexpected' | 'occupied' | 'crowd' | 'length';

/** What was not acted on, to be counted. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly why: IgnoredReason;
  readonly type: string;
  readonly from: string;
}

/** The input that a frame is; undefined for what is no management message or has an unknown layout. Never throws. */
export function receive(frame: Uint8Array): Received | Malformed | undefined {
  // Most frames of a link are IP: no error is made for each of them.
  if (!isHomeplug(frame)) return undefined;
  const decoded = decodeMme(frame);
  if (decoded.kind === 'not-mme' || decoded.kind === 'unknown') return undefined;
  const { source: from, destination: to, type } = decoded;
  if (decoded.kind === 'malformed') return { kind: 'malformed', from, type };
  if (decoded.anomalies.some(({ code }) => code === 'fragmented')) return { kind: 'malformed', from, type };
  return { kind: 'mme', from, to, mme: decoded.value };
}

/** The frame of an output, padded to 60 octets; `source` is the host's own address. */
export function frameOf(source: string, { to, mme }: Send): Uint8Array {
  return encodeMme(to, source, mme);
}

export const send = <M extends Mme>(to: string, mme: M): Send<M> => ({ kind: 'send', to, mme });

export function ignored({ from, mme }: Received, why: IgnoredReason): Ignored {
  return { kind: 'ignored', why, type: mme.mme, from };
}

export function unreadable({ from, type }: Malformed): Ignored {
  return { kind: 'ignored', why: 'malformed', type, from };
}

/**
 * What is wrong with a message before anything else is looked at. Modems pass on unicast frames for others (seen:
 * CM_SLAC_MATCH.CNF at foreign EVs), and ISO 15118-3 knows APPLICATION_TYPE and SECURITY_TYPE 0 only.
 */
export function objection({ from, to, mme }: Received, own: string): IgnoredReason | undefined {
  if ((to !== own && to !== BROADCAST) || from === own || from === BROADCAST) return 'address';
  if ('applicationType' in mme && mme.applicationType !== undefined) return 'type';
  if ('securityType' in mme && mme.securityType !== undefined) return 'type';
  return undefined;
}
