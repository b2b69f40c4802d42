import type { CsmsTransaction } from './options.js';

/** So many transactions that have ended are remembered. */
const remembered = 10_000;
/** So many missing numbers are named. */
const mostMissing = 1_000;

/** What was heard of a transaction. */
export interface Heard {
  readonly at: string;
  readonly evse?: number;
  readonly token?: string | undefined;
  readonly register?: number | undefined;
  readonly seqNo?: number;
  readonly ends?: { readonly reason: string | undefined };
}

/** The transactions of all stations, in memory. */
export class Ledger {
  readonly #all = new Map<string, CsmsTransaction>();
  readonly #running = new Map<string, Set<string>>();
  /** Ids that were given to a StartTransaction, so that one that comes twice has the same one. */
  readonly #given = new Map<string, number>();
  #number = 0;

  get transactions(): readonly CsmsTransaction[] {
    return [...this.#all.values()];
  }

  running(station: string): readonly CsmsTransaction[] {
    return [...(this.#running.get(station) ?? [])].map((key) => this.#all.get(key) as CsmsTransaction);
  }

  /** The number for a StartTransaction of 1.6: of a repeated one, the one that it had. */
  number(station: string, evse: number, began: string, meterStart: number): number {
    const key = JSON.stringify([station, evse, began, meterStart]);
    const known = this.#given.get(key);
    if (known !== undefined) return known;
    this.#given.set(key, ++this.#number);
    forgetFirst(this.#given);
    return this.#number;
  }

  /** Takes down what was heard, and tells what it was: a message that was heard before changes nothing. */
  hear(station: string, id: string, heard: Heard): { readonly what: 'began' | 'reading' | 'ended' | 'repeated'; readonly transaction: CsmsTransaction } {
    const key = JSON.stringify([station, id]);
    const known = this.#all.get(key);
    const { at, register, seqNo, ends } = heard;
    const isOld = seqNo !== undefined && known?.seqNo !== undefined && seqNo <= known.seqNo && !known.missing.includes(seqNo);
    if (known !== undefined && (isOld || (seqNo === undefined && known.ended !== undefined))) {
      return { what: 'repeated', transaction: known };
    }
    const transaction: CsmsTransaction = {
      id, station, evse: heard.evse ?? known?.evse ?? 0, token: known?.token ?? heard.token, began: known?.began ?? at,
      from: known?.from ?? register, to: register === undefined ? known?.to : Math.max(register, known?.to ?? 0),
      missing: missing(known, seqNo),
      ...(seqNo !== undefined && { seqNo: Math.max(seqNo, known?.seqNo ?? 0) }),
      ...(known?.ended !== undefined && { ended: known.ended }), ...(known?.reason !== undefined && { reason: known.reason }),
      ...(ends !== undefined && { ended: at, ...(ends.reason !== undefined && { reason: ends.reason }) }),
    };
    this.#all.set(key, transaction);
    const running = this.#running.get(station) ?? new Set();
    this.#running.set(station, running);
    if (transaction.ended === undefined) running.add(key);
    else running.delete(key);
    if (this.#all.size > remembered) this.#forget();
    return { what: ends !== undefined ? 'ended' : known === undefined ? 'began' : 'reading', transaction };
  }

  #forget(): void {
    for (const [key, { ended }] of this.#all) {
      if (ended === undefined) continue;
      this.#all.delete(key);
      return;
    }
  }
}

/** The numbers before this one that have not come. */
function missing(known: CsmsTransaction | undefined, seqNo: number | undefined): readonly number[] {
  const before = known?.missing ?? [];
  if (seqNo === undefined) return before;
  const from = known?.seqNo === undefined ? 0 : known.seqNo + 1;
  const gap = Math.min(Math.max(seqNo - from, 0), mostMissing);
  return [...before.filter((one) => one !== seqNo), ...Array.from({ length: gap }, (_, index) => from + index)].slice(-mostMissing);
}

function forgetFirst(map: Map<string, number>): void {
  if (map.size <= remembered) return;
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}
