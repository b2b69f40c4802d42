import { Random } from '@pilotwire/machine';
import { carModels, charge, chargerModels, faults } from '../src/index.js';

const names = <Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] => Object.keys(table) as Key[];

/** What came of a fault with a car and a charger that chance put together. */
export interface Mixed {
  /** How to play it again: `pilotwire simulate` with these. */
  readonly how: string;
  readonly fault: string;
  /** Both ends, where the fault does not declare them. */
  readonly undeclared: string | undefined;
}

/** A short charge of any car at any charger, with any fault: which, follows from the seed. */
export function mixed(seed: number): Mixed {
  const random = new Random(`fault pairs ${seed}`);
  const [car, charger, fault] = [random.pick(names(carModels)), random.pick(names(chargerModels)), random.pick(names(faults))];
  const { ev, evse, asExpected } = charge({ seed, car, charger, fault, from: 0.5, to: 0.502 });
  const how = `--seed ${seed} --car ${car} --charger ${charger} --fault ${fault} --from 50 --to 50.2`;
  const end = (one: typeof ev | typeof evse): string => (one === undefined ? 'none' : one.detail === undefined ? one.reason : `${one.reason} (${one.detail})`);
  return { how, fault, undeclared: asExpected ? undefined : `car ${end(ev)}, charger ${end(evse)}` };
}
