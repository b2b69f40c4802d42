import type { HandAnswer, HandOrder } from '@pilotwire/outlet';
import { hardwareFaults } from '../hardware/dc-output.js';
import type { DcOutputInput, HardwareFault } from '../hardware/dc-output.js';
import type { PilotBreak, PilotLoad, PilotWire } from '../site/pilot.js';

/** What may break at an outlet. */
interface Breakable {
  readonly pilot: PilotWire;
  cutLine(cut: boolean): void;
  hardware(input: DcOutputInput): void;
}

const pilotLevels: readonly (PilotLoad | PilotBreak)[] = ['A', 'B', 'C', 'D', 'E', 'F'];
const pilotFault = (level: string): string => `pilot-${level.toLowerCase()}`;

/** Everything that a hand can break, and mend: the devices of the power path, the pilot held at a level, the power line. */
export const outletFaults: readonly string[] = [...hardwareFaults, ...pilotLevels.map(pilotFault), 'line-cut'];

export function breakOutlet({ fault, present }: Extract<HandOrder, { kind: 'fault' }>, outlet: Breakable): Omit<HandAnswer, 'id'> {
  const level = pilotLevels.find((one) => pilotFault(one) === fault);
  if (level !== undefined) outlet.pilot.broken = present ? level : undefined;
  else if (fault === 'line-cut') outlet.cutLine(present);
  else if (isHardwareFault(fault)) outlet.hardware({ kind: 'hardware.fault', fault, present });
  else return { result: 'unknown', message: `no fault ${fault}; there are ${outletFaults.join(', ')}` };
  return { result: 'done' };
}

const isHardwareFault = (fault: string): fault is HardwareFault => (hardwareFaults as readonly string[]).includes(fault);
