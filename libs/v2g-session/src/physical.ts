import type { PhysicalValue } from '@pilotwire/v2g-messages';

type Unit = NonNullable<PhysicalValue['Unit']>;

/** 10^-3 to 10^3, as Multiplier says. Negative powers divide, since 3447 × 0.1 is not 344.7. */
const scale = [1_000, 100, 10, 1, 10, 100, 1_000] as const;

/** The number that a PhysicalValueType stands for; a multiplier outside the schema's -3 to 3 is taken for the nearest. */
export function numberOf({ Multiplier, Value }: PhysicalValue): number {
  const power = Math.max(-3, Math.min(3, Multiplier));
  const factor = scale[power + 3] ?? 1;
  return power < 0 ? Value / factor : Value * factor;
}

/**
 * A number as PhysicalValueType: with the multiplier `finest`, or the next one that brings it into 16 bits. What is no
 * number is 0; what is too large for any multiplier is the largest there is.
 */
export function physical(value: number, Unit: Unit, finest = 0): PhysicalValue {
  if (Number.isNaN(value)) return { Multiplier: 0, Unit, Value: 0 };
  for (let Multiplier = finest; ; Multiplier++) {
    const factor = scale[Multiplier + 3] ?? 1;
    const Value = Math.round(Multiplier < 0 ? value * factor : value / factor);
    if (Math.abs(Value) <= 32_767) return { Multiplier, Unit, Value: Value === 0 ? 0 : Value };
    if (Multiplier === 3) return { Multiplier, Unit, Value: value > 0 ? 32_767 : -32_767 };
  }
}

export const volts = (value: number): PhysicalValue => physical(value, 'V', -1);
export const amperes = (value: number): PhysicalValue => physical(value, 'A', -1);
export const watts = (value: number): PhysicalValue => physical(value, 'W');
