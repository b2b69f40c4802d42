import type { Mme } from '@pilotwire/homeplug';
import { decodeMme, encodeMme, isHomeplug } from '@pilotwire/homeplug';

/** A management message that came in. Addresses as `00:b0:52:00:00:01`. */
export interface Received {
  readonly kind: 'mme';
  readonly from: string;
  readonly to: string;
  readonly mme: Mme;
}

export interface Send {
  readonly kind: 'send';
  readonly to: string;
  readonly mme: Mme;
}

/** The input that a frame is; undefined for anything but a whole message of known layout. Never throws. */
export function receiveMme(frame: Uint8Array): Received | undefined {
  if (!isHomeplug(frame)) return undefined;
  const decoded = decodeMme(frame);
  if (decoded.kind !== 'known' || decoded.anomalies.some(({ code }) => code === 'fragmented')) return undefined;
  return { kind: 'mme', from: decoded.source, to: decoded.destination, mme: decoded.value };
}

/** The frame of an output, padded to 60 octets; `source` is the host's own address. */
export function mmeFrame(source: string, { to, mme }: Send): Uint8Array {
  return encodeMme(to, source, mme);
}

export const send = (to: string, mme: Mme): Send => ({ kind: 'send', to, mme });
