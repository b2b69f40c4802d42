import type { Json, JsonObject, Protocol } from '@pilotwire/station';
import type { Heard, Ledger } from './ledger.js';
import type { Reading } from './meter.js';
import type { BootAnswer, CsmsNews } from './options.js';
import { textOf } from './read.js';

/** Where the calls of one station are answered. */
export interface Desk {
  readonly station: string;
  readonly protocol: Protocol;
  readonly ledger: Ledger;
  readonly heartbeat: number;
  /** Now, as OCPP writes it. */
  now(): string;
  accepts(token: string): boolean;
  /** What a boot is answered, from now on. */
  boot(payload: JsonObject): BootAnswer;
  /** Whether there is an authority: then the station will hear of this request. */
  sign(csr: string): boolean;
  tell(news: CsmsNews): void;
}

/** The answer to a call whose payload the schema of its version has let through. */
export type Handler = (desk: Desk, payload: Json) => JsonObject;

const statuses = { accept: 'Accepted', pending: 'Pending', reject: 'Rejected' } as const;

/** What all versions have alike. */
export const common: Readonly<Record<string, Handler>> = {
  BootNotification: (desk, payload) => {
    const answer = desk.boot(payload as JsonObject);
    // Of one that is not accepted: how long to wait before it asks again.
    return { status: statuses[answer], currentTime: desk.now(), interval: answer === 'accept' ? desk.heartbeat : Math.min(desk.heartbeat, 30) };
  },
  Heartbeat: (desk) => ({ currentTime: desk.now() }),
  SignCertificate: (desk, payload) => ({ status: desk.sign(textOf(payload, 'csr') ?? '') ? 'Accepted' : 'Rejected' }),
  DataTransfer: () => ({ status: 'UnknownVendorId' }),
};

/** Takes down what a station says of a transaction, and tells it. */
export function take(desk: Desk, id: string, heard: Heard, { watts, soc }: Reading = {}): void {
  const { what, transaction } = desk.ledger.hear(desk.station, id, heard);
  if (what === 'repeated') return;
  desk.tell({ kind: 'transaction', what, transaction, ...(watts !== undefined && { watts }), ...(soc !== undefined && { soc }) });
}

/** Calls whose answer says nothing. */
export const noted = (names: readonly string[]): Readonly<Record<string, Handler>> => Object.fromEntries(names.map((name) => [name, () => ({})]));
