import type { Case } from './case.js';
import type { MortalRig } from './mortal.js';
import type { Rig } from './rig.js';

/** Runs a case at a station that is its own, and closed then. Throws where it comes to nothing, or where a frame of the station is wrong. */
export async function runAt<Of extends Rig | MortalRig>(rig: Of, { name, answers = {} }: Pick<Case, 'name' | 'answers'>, run: (rig: Of) => Promise<string>): Promise<string> {
  rig.answer(answers);
  try {
    await rig.open();
    if (!name.includes('pending')) await rig.accepted();
    const seen = await run(rig);
    if (rig.csms.problems.length > 0) throw new Error(rig.csms.problems.join('\n'));
    return seen;
  } finally {
    await rig.close();
  }
}
