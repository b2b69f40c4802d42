import { Random, seconds } from '@pilotwire/machine';
import { drive, systemClock } from '@pilotwire/runtime';
import type { Driver } from '@pilotwire/runtime';
import { lineDefaults, openLine } from '@pilotwire/ocpp-transport';
import type { Line, LineSettings } from '@pilotwire/ocpp-transport';
import { beginStation, station } from '@pilotwire/station';
import type { Input, Order, Output, Protocol, StationState } from '@pilotwire/station';

/** A real station engine at the end of a real line, with a disk that forgets. */
export interface LiveStation extends AsyncDisposable {
  feed(...inputs: Input[]): void;
  readonly orders: Order[];
  /** The first order of this kind, once it is given. */
  ordered<What extends Order['do']>(what: What): Promise<Extract<Order, { readonly do: What }>>;
}

export function liveStation(url: string, protocol: Protocol, identity = 'CP-1', settings: Partial<LineSettings> = {}): LiveStation {
  const clock = systemClock();
  const random = new Random(identity);
  const orders: Order[] = [];
  const waiting = new Set<() => void>();
  const driver: Driver<StationState, Input> = drive<StationState, Input, Output>({
    machine: station, clock,
    initial: beginStation({
      life: `0190f3a2-7c44-4c1e-9a51-${identity.padStart(12, '0').replace(/[^\da-f]/gi, '0')}`, vendor: 'Pilotwire', model: 'One',
      evses: [{ maxWatts: 150_000, maxAmperes: 400, nominalVoltage: 400, connector: 'cCCS2', tethered: true }],
    }, clock.now()),
    report: ({ kind }) => {
      throw new Error(`the engine is in trouble: ${kind}`);
    },
    perform(output): void {
      switch (output.kind) {
        case 'send':
          return line.send(output.id, output.action, output.payload);
        case 'reply':
          return line.reply(output.id, output);
        case 'store':
          return driver.feed({ kind: 'stored', key: output.key, ok: true });
        case 'drop':
          return driver.feed({ kind: 'dropped', key: output.key });
        case 'perform':
          orders.push(output.order);
          for (const look of waiting) look();
          return;
        case 'compact':
        case 'persist':
        case 'tell':
      }
    },
  });
  const line: Line = openLine(
    { ...lineDefaults, url, identity, protocols: [protocol], securityProfile: 1, password: 'a-password-for-a-test', connectTimeout: seconds(60), ...settings },
    { clock, random: () => random.next() },
    { fact: (fact) => driver.feed(fact), status: () => undefined, security: ({ type, info }) => driver.feed({ kind: 'security-event', type, info }) },
  );
  return {
    orders,
    ordered: (what) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = orders.find((one): one is Extract<Order, { do: typeof what }> => one.do === what);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    feed(...inputs) {
      for (const input of inputs) driver.feed(input);
    },
    async [Symbol.asyncDispose]() {
      driver.stop();
      await line.close();
    },
  };
}
