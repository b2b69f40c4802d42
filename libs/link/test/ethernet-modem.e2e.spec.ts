import { after, ms } from '@pilotwire/machine';
import { listInterfaces, makeVeth, whyNoVeth } from '@pilotwire/pnet-bindings';
import type { Status } from '@pilotwire/outlet';
import { systemClock } from '@pilotwire/runtime';
import { describe, expect, test } from 'vitest';
import { ethernetModem } from '../src/index.js';
import { modemContract, question, returningModemContract } from './modem-contract.js';
import type { ModemSubject } from './modem-contract.js';

const clock = systemClock({ background: true });
const pass = (): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(1)), resolve));

/** Whether wires can be made here; where not, it says why. On CI that is an error. */
function canMakeVeth(): boolean {
  const why = whyNoVeth();
  if (why === undefined) return true;
  if (process.env['CI']) throw new Error(why);
  console.warn(`skipped: ${why}`);
  return false;
}

describe.runIf(canMakeVeth())('on a wire to another process', () => {
  async function real(): Promise<ModemSubject> {
    const wire = await makeVeth();
    const far = await wire.join({ promiscuous: true });
    return {
      modem: ethernetModem({ interface: wire.near, clock }),
      address: listInterfaces().find(({ name }) => name === wire.near)?.address,
      say: (frame) => far.send(frame),
      hears: () => far.hears(),
      cut: () => wire.farIp('link', 'set', wire.far, 'down'),
      mend: () => wire.farIp('link', 'set', wire.far, 'up'),
      pass,
      remove: () => wire.remove(),
    };
  }
  modemContract('at a network interface', real);
  returningModemContract('at a network interface', real);

  test('an interface that is pulled out and put in again is found again', async () => {
    let wire = await makeVeth();
    const name = wire.near;
    const statuses: Status[] = [];
    const frames: Uint8Array[] = [];
    const channel = ethernetModem({ interface: name, clock })({ receive: (frame) => frames.push(frame), status: (status) => statuses.push(status) });
    const until = async (done: () => boolean): Promise<void> => {
      while (!done()) await pass();
    };
    const reason = (): string => {
      const last = statuses.at(-1);
      return last?.state === 'down' ? last.why : '';
    };
    try {
      await until(() => statuses.at(-1)?.state === 'up');
      // On its way out the kernel may say other things first: switched off, gone.
      const down = (why: string): Promise<void> => until(() => reason().includes(why));
      await wire.remove();
      await down(`${name}: no such network interface; there are `);
      wire = await makeVeth();
      await wire.ip('link', 'set', wire.near, 'down');
      await wire.ip('link', 'set', wire.near, 'name', name);
      await down('sudo ip link set');
      await wire.ip('link', 'set', name, 'up');
      await until(() => statuses.at(-1)?.state === 'up');
      const far = await wire.join();
      far.send(question(1));
      await until(() => frames.length === 1);
      expect(frames).toEqual([question(1)]);
    } finally {
      channel.close();
      await wire.ip('link', 'del', name).catch(() => undefined);
      await wire.remove();
    }
  });
});
