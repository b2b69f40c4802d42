import type { ocppMessage, PayloadOf } from '@pilotwire/contracts';

export type OcppMessage = PayloadOf<typeof ocppMessage>;

/** What a frame says of a transaction; what it does not say is absent. Times are ISO 8601, the register is in Wh. */
export interface TransactionWord {
  readonly id: string;
  readonly evse?: number;
  /** 2.0.1 and 2.1 cannot be told apart by a frame. */
  readonly ocpp?: 'ocpp1.6';
  readonly idToken?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly meterStartWh?: number;
  readonly meterStopWh?: number;
  readonly reason?: string;
}

export interface MeterReading {
  readonly ts: string;
  readonly measurand: string;
  /** In the unit without a prefix. */
  readonly value: number;
  readonly unit?: string;
  readonly context?: string;
}

export type Told =
  | { readonly kind: 'transaction'; readonly word: TransactionWord; readonly readings: readonly MeterReading[] }
  /** 1.6: the CSMS has numbered the transaction whose beginning it was told by the call of this id. */
  | { readonly kind: 'numbered'; readonly call: string; readonly id: string };

const register = 'Energy.Active.Import.Register';

/** What a frame tells of a transaction; undefined where nothing. What is not as the standard says is as if it were not there. */
export function toldBy({ dir, kind, id, action, payload }: Pick<OcppMessage, 'dir' | 'kind' | 'id' | 'action' | 'payload'>): Told | undefined {
  if (dir === 'in') {
    if (kind !== 'result' || action !== 'StartTransaction') return undefined;
    const number = transactionNumber(payload);
    return number === undefined ? undefined : { kind: 'numbered', call: id, id: number };
  }
  if (kind !== 'call') return undefined;
  switch (action) {
    case 'MeterValues':
      return from16(payload, {});
    case 'StopTransaction':
      return from16(payload, {
        endedAt: timeIn(payload, 'timestamp'), meterStopWh: numberIn(payload, 'meterStop'),
        // 1.6, 6.45: absent means Local.
        reason: textIn(payload, 'reason', 64) ?? 'Local',
      });
    case 'TransactionEvent':
      return from2(payload);
    default:
      return undefined;
  }
}

/** What a StartTransaction says, once its number is known. */
export function begun16(id: string, payload: unknown): TransactionWord {
  return present({
    id, ocpp: 'ocpp1.6', evse: evseIn(payload, 'connectorId'), idToken: tokenIn(payload, 'idTag'), startedAt: timeIn(payload, 'timestamp'),
    meterStartWh: numberIn(payload, 'meterStart'),
  });
}

type Loose<Shape> = { readonly [Name in keyof Shape]?: Shape[Name] | undefined };

/** MeterValues and StopTransaction. The tag of a stop is whoever ended it, so it is not kept. */
function from16(payload: unknown, said: Loose<Omit<TransactionWord, 'id'>>): Told | undefined {
  const id = transactionNumber(payload);
  if (id === undefined) return undefined;
  const readings = readingsIn([...listIn(payload, 'meterValue'), ...listIn(payload, 'transactionData')]);
  return { kind: 'transaction', word: present({ ...edges(readings), ...said, id, ocpp: 'ocpp1.6', evse: evseIn(payload, 'connectorId') }), readings };
}

function from2(payload: unknown): Told | undefined {
  const info = member(payload, 'transactionInfo');
  const id = textIn(info, 'transactionId', 64);
  if (id === undefined) return undefined;
  const [type, at] = [textIn(payload, 'eventType', 16), timeIn(payload, 'timestamp')];
  const readings = readingsIn(listIn(payload, 'meterValue'));
  const counts = readings.filter(({ measurand }) => measurand === register).map(({ value }) => value);
  const { startedAt, meterStartWh, meterStopWh } = edges(readings);
  return {
    kind: 'transaction', readings,
    word: present({
      id, evse: evseIn(member(payload, 'evse'), 'id'),
      ...(type === 'Started'
        ? { startedAt: at, meterStartWh: meterStartWh ?? (counts.length === 0 ? undefined : Math.min(...counts)), idToken: tokenIn(member(payload, 'idToken'), 'idToken') }
        : { startedAt, meterStartWh }),
      ...(type === 'Ended' && {
        endedAt: at, meterStopWh: meterStopWh ?? (counts.length === 0 ? undefined : Math.max(...counts)),
        // 2.0.1 part 2, TransactionType: may be left out where it is Local.
        reason: textIn(info, 'stoppedReason', 64) ?? 'Local',
      }),
    }),
  };
}

/** The end repeats the first reading: where the beginning was not heard, it is known by that. */
function edges(readings: readonly MeterReading[]): Pick<Loose<TransactionWord>, 'startedAt' | 'meterStartWh' | 'meterStopWh'> {
  const of = (context: string): MeterReading | undefined => readings.find((one) => one.context === context && one.measurand === register);
  const [first, last] = [of('Transaction.Begin'), of('Transaction.End')];
  return { startedAt: first?.ts, meterStartWh: first?.value, meterStopWh: last?.value };
}

function readingsIn(meterValues: readonly unknown[]): readonly MeterReading[] {
  return meterValues.flatMap((meterValue) => {
    const ts = timeIn(meterValue, 'timestamp');
    if (ts === undefined) return [];
    return listIn(meterValue, 'sampledValue').flatMap((sample) => {
      const value = valueIn(sample);
      // Of one phase alone: the sum is beside it.
      if (value === undefined || textIn(sample, 'phase', 16) !== undefined) return [];
      const context = textIn(sample, 'context', 32);
      return [{ ts, measurand: textIn(sample, 'measurand', 64) ?? register, ...value, ...(context !== undefined && { context }) }];
    });
  });
}

/** 1.6 has a text and a `unit`, 2.x a number and a `unitOfMeasure` with a power of ten. Without a unit it is Wh in either. */
function valueIn(sample: unknown): Pick<MeterReading, 'value' | 'unit'> | undefined {
  const given = member(sample, 'value');
  const measure = member(sample, 'unitOfMeasure');
  const unit = textIn(sample, 'unit', 20) ?? textIn(measure, 'unit', 20);
  const kilo = unit !== undefined && /^k(Wh|W|varh|var|VA)$/.test(unit);
  const value = (typeof given === 'string' && given.trim() !== '' ? Number(given) : typeof given === 'number' ? given : Number.NaN) * (kilo ? 1_000 : 1) * 10 ** (numberIn(measure, 'multiplier') ?? 0);
  if (!Number.isFinite(value)) return undefined;
  return { value, ...(unit !== undefined && { unit: kilo ? unit.slice(1) : unit }) };
}

const member = (from: unknown, name: string): unknown =>
  typeof from === 'object' && from !== null && !Array.isArray(from) ? (from as Readonly<Record<string, unknown>>)[name] : undefined;
const listIn = (from: unknown, name: string): readonly unknown[] => {
  const found = member(from, name);
  return Array.isArray(found) ? found : [];
};
const textIn = (from: unknown, name: string, most: number): string | undefined => {
  const found = member(from, name);
  return typeof found === 'string' && found !== '' && found.length <= most ? found : undefined;
};
const numberIn = (from: unknown, name: string): number | undefined => {
  const found = member(from, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
};
/** Connector 0 is the whole station. */
const evseIn = (from: unknown, name: string): number | undefined => {
  const found = numberIn(from, name);
  return found !== undefined && Number.isInteger(found) && found >= 1 && found <= 9_999 ? found : undefined;
};
const transactionNumber = (from: unknown): string | undefined => {
  const found = numberIn(from, 'transactionId');
  return Number.isSafeInteger(found) ? String(found) : undefined;
};
const timeIn = (from: unknown, name: string): string | undefined => {
  const at = Date.parse(textIn(from, name, 40) ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
};
/** One that is hidden is none. */
const tokenIn = (from: unknown, name: string): string | undefined => {
  const found = textIn(from, name, 255);
  return found === '***' ? undefined : found;
};

/** Without what is absent. */
const present = (word: { readonly id: string } & Loose<TransactionWord>): TransactionWord =>
  Object.fromEntries(Object.entries(word).filter(([, value]) => value !== undefined)) as unknown as TransactionWord;
