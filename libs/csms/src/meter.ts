import type { Json } from '@pilotwire/station';
import { listOf, member, numberOf, textOf } from './read.js';

/** What of a meter value is shown: the register in Wh, the power in W, the battery in percent. */
export interface Reading {
  readonly register?: number;
  readonly watts?: number;
  readonly soc?: number;
}

/** The newest values of a MeterValues, of a transactionData or of a TransactionEvent, in either shape. */
export function readingOf(meterValues: readonly Json[]): Reading {
  const found: { register?: number; watts?: number; soc?: number } = {};
  for (const meterValue of meterValues) {
    for (const sample of listOf(meterValue, 'sampledValue')) {
      const value = valueOf(sample);
      if (value === undefined || textOf(sample, 'phase') !== undefined) continue;
      switch (textOf(sample, 'measurand') ?? 'Energy.Active.Import.Register') {
        case 'Energy.Active.Import.Register':
          found.register = value;
          break;
        case 'Power.Active.Import':
          found.watts = value;
          break;
        case 'SoC':
          found.soc = value;
      }
    }
  }
  return found;
}

/** In Wh, W or percent: 1.6 has a text and a `unit`, 2.x a number and a `unitOfMeasure` with a power of ten. */
function valueOf(sample: Json): number | undefined {
  const value = Number(member(sample, 'value'));
  if (!Number.isFinite(value)) return undefined;
  const measure = member(sample, 'unitOfMeasure');
  const unit = textOf(sample, 'unit') ?? textOf(measure, 'unit') ?? '';
  return value * (unit.startsWith('k') ? 1_000 : 1) * 10 ** (numberOf(measure, 'multiplier') ?? 0);
}
