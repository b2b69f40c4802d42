/** What the duty cycle of the PWM offers. */
export type Offer =
  | { readonly kind: 'digital' }
  | { readonly kind: 'current'; readonly amperes: number }
  | { readonly kind: 'none' };

const digital: Offer = { kind: 'digital' };
const none: Offer = { kind: 'none' };
const current = (amperes: number): Offer => ({ kind: 'current', amperes });

/**
 * What a duty cycle (in percent) offers, as a vehicle reads it: IEC 61851-1 Annex A. `digital` asks for communication
 * (5 % in every DC charger); a current is for AC. Unsure: the edges, where the standard leaves room for tolerances.
 */
export function offerOf(dutyCycle: number): Offer {
  if (dutyCycle >= 3 && dutyCycle <= 7) return digital;
  if (dutyCycle >= 8 && dutyCycle < 10) return current(6);
  if (dutyCycle >= 10 && dutyCycle <= 85) return current(0.6 * dutyCycle);
  if (dutyCycle > 85 && dutyCycle <= 96) return current(2.5 * (dutyCycle - 64));
  if (dutyCycle > 96 && dutyCycle <= 97) return current(80);
  return none;
}
