import { startBroker } from '@pilotwire/bus';
import { fastDay } from './day.js';
import { every } from './every.js';
import { Rig } from './rig.js';
import { runAt } from './run.js';

/** A case by its place among all, and the station that it is run at. */
export interface Order {
  readonly place: number;
  readonly station: string;
}
export type Outcome = { readonly station: string } & ({ readonly seen: string } | { readonly problem: string });

// A process that runs the cases that it is sent. All that lives in it goes by its clock, which waits for it.
const day = fastDay({ at: Date.UTC(2026, 0, 1, 12), speed: 10 });
// Services stamp what they say by the clock of the machine.
Date.now = day.utc;
const broker = await startBroker();

async function run({ place, station }: Order): Promise<string> {
  const one = every[place];
  if (one === undefined || one.mortal === true) throw new Error(`case ${place} is for others`);
  const { protocol = 'ocpp1.6', evses = 1, variables = '', settings = {}, program, certificates = false } = one;
  return runAt(new Rig({ broker, day, station, protocol, evses, variables, settings, program, certificates }), one, one.run);
}

process.on('message', (order: Order) => {
  const { station } = order;
  const tell = (outcome: Outcome): void => void process.send?.(outcome);
  run(order).then((seen) => tell({ station, seen }), (error: unknown) => tell({ station, problem: String(error) }));
});
process.on('disconnect', () => process.exit());
