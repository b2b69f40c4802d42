import type { Machine } from '@pilotwire/machine';
import { after, seconds } from '@pilotwire/machine';
import type { Received, Send } from '@pilotwire/modem';
import { mmeFrame, receiveMme } from '@pilotwire/modem';
import type { Modem, Status } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { drive } from '@pilotwire/runtime';
import { CliError } from '../errors.js';

/** An interface that is there is up by then. */
const patience = seconds(3);

/** What a machine says that is no frame. */
export type Said<Output> = Exclude<Output, Send>;

/** This machine at the port where modems are plugged in. */
export interface ModemHost {
  /** Its address. */
  readonly mac: string;
  /** Carries a machine out until `hear` gives a result. */
  run<State, Input extends { readonly kind: string }, Output extends { readonly kind: string }, Result extends object>(
    machine: Machine<State, Input | Received, Output>,
    initial: State,
    start: Input,
    hear: (said: Said<Output>, feed: (input: Input) => void) => Result | undefined | Promise<Result | undefined>,
  ): Promise<Result>;
}

/** Opens a port, does the work there, and closes it. Throws a `CliError` where the port is not to be had. */
export async function atPort<Result>(modem: Modem, name: string, clock: Clock, work: (host: ModemHost) => Promise<Result>): Promise<Result> {
  let receive: (frame: Uint8Array) => void = () => {};
  let changed: (status: Status) => void = () => {};
  const channel = modem({ receive: (frame) => receive(frame), status: (status) => changed(status) });
  try {
    const mac = await new Promise<string>((resolve, reject) => {
      let why = 'the network interface does not come up';
      const cancel = clock.wake(after(clock.now(), patience), () => reject(new CliError(why.startsWith(name) ? why : `${name}: ${why}`)));
      changed = (status) => {
        if (status.state === 'down') why = status.why;
        else if (status.address === undefined) why = 'the address of this end is not known';
        else {
          cancel();
          resolve(status.address);
        }
      };
    });
    return await work({
      mac,
      run: (machine, initial, start, hear) => new Promise((resolve, reject) => {
        const driver = drive({
          machine,
          initial,
          clock,
          perform: async (output) => {
            if (output.kind === 'send') return channel.send(mmeFrame(mac, output as unknown as Send));
            const result = await hear(output as Said<typeof output>, (input) => driver.feed(input));
            if (result !== undefined) resolve(result);
          },
          report(trouble) {
            driver.stop();
            reject('error' in trouble ? trouble.error : new Error('a machine stands still'));
          },
        });
        receive = (frame) => {
          const input = receiveMme(frame);
          if (input !== undefined) driver.feed(input);
        };
        driver.feed(start);
      }),
    });
  } finally {
    channel.close();
  }
}
