import { afterEach, describe, expect, test } from 'vitest';
import type { Address, Bound, CarNetwork, ChargerNetwork, Closable, Connection } from '../src/index.js';

/** A place to try a network in: `until` lets happen what happens. */
export interface Place {
  readonly charger: ChargerNetwork;
  car(sdpPort: number): CarNetwork;
  until(done: () => boolean): Promise<void>;
}

const open: Closable[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
/** Closed after the test. */
export const kept = <One extends Closable>(one: One): One => (open.push(one), one);

/** Everything that a connection has told its listener. */
export class Ear {
  readonly heard: string[] = [];
  octets: number[] = [];
  connection: Connection | undefined;
  readonly listener = {
    connected: (): void => void this.heard.push('connected'),
    data: (octets: Uint8Array): void => void this.octets.push(...octets),
    finished: (): void => void this.heard.push('finished'),
    closed: (): void => void this.heard.push('closed'),
  };
}

/** What every network does, whatever carries it. */
export const networkContract = (name: string, make: () => Place | Promise<Place>): void =>
  void describe(`network contract: ${name}`, () => {
    async function server() {
      const { charger, car, until } = await make();
      const ears: Ear[] = [];
      let bound: Bound | undefined;
      let told = false;
      const closable = kept(charger.tcp({
        status: (status) => void (bound = status),
        connected(connection) {
          const ear = new Ear();
          ear.connection = connection;
          ears.push(ear);
          return ear.listener;
        },
      }));
      told = bound !== undefined;
      await until(() => bound !== undefined);
      const address: Address = bound?.state === 'up' ? bound : { ip: '::', port: 0 };
      return { told, bound, address, ears, until, car: car(1), closable };
    }

    async function pair() {
      const { address, ears, until, car } = await server();
      const client = new Ear();
      client.connection = car.connect(address, client.listener);
      open.push({ close: () => client.connection?.reset() });
      await until(() => ears.length === 1 && client.heard.includes('connected'));
      return { client, at: ears[0] as Ear, until };
    }

    test('a server is up at a port, and says so after the call', async () => {
      const { told, bound, address } = await server();
      expect([told, bound?.state, address.port > 0]).toEqual([false, 'up', true]);
    });

    test('octets come in order and whole, both ways', async () => {
      const { client, at, until } = await pair();
      const much = Uint8Array.from({ length: 5_000 }, (_, i) => i & 0xff);
      for (let i = 0; i < 5; i++) client.connection?.write(much.subarray(1_000 * i, 1_000 * (i + 1)));
      await until(() => at.octets.length === 5_000);
      expect(at.octets).toEqual([...much]);
      const answer = Uint8Array.of(1, 2, 3);
      at.connection?.write(answer);
      await until(() => client.octets.length === 3);
      expect(client.octets).toEqual([1, 2, 3]);
    });

    test('one side finishes, the other may still speak; when both have, it is gone', async () => {
      const { client, at, until } = await pair();
      client.connection?.write(Uint8Array.of(7));
      client.connection?.finish();
      await until(() => at.heard.includes('finished'));
      expect([at.octets, client.heard]).toEqual([[7], ['connected']]);
      client.connection?.write(Uint8Array.of(8)); // too late
      at.connection?.write(Uint8Array.of(9));
      at.connection?.finish();
      await until(() => client.heard.includes('closed') && at.heard.includes('closed'));
      expect([client.octets, at.octets, client.heard, at.heard]).toEqual([[9], [7], ['connected', 'finished', 'closed'], ['finished', 'closed']]);
    });

    test('a reset is heard by the other side, and not by whoever did it', async () => {
      const { client, at, until } = await pair();
      at.connection?.reset();
      await until(() => client.heard.includes('closed'));
      at.connection?.write(Uint8Array.of(1));
      at.connection?.finish();
      expect([client.heard, at.heard]).toEqual([['connected', 'closed'], []]);
    });

    test('where nobody listens, closed comes without connected', async () => {
      const { address, until, car, closable } = await server();
      closable.close();
      const client = new Ear();
      client.connection = car.connect(address, client.listener);
      await until(() => client.heard.length > 0);
      expect(client.heard).toEqual(['closed']);
    });

    test('a question is heard and answered; what is too long is not', async () => {
      const { charger, car, until } = await make();
      let bound: Bound | undefined;
      const questions: number[] = [];
      kept(charger.sdp({
        status: (status) => void (bound = status),
        receive(octets, answer) {
          questions.push(octets.length);
          answer(Uint8Array.of(octets.length));
        },
      }));
      await until(() => bound?.state === 'up');
      const answers: number[] = [];
      const ears = kept(car(bound?.state === 'up' ? bound.port : 0).sdp({ receive: (octets) => answers.push(...octets) }));
      for (const length of [10, 1_025, 12]) ears.ask(new Uint8Array(length));
      await until(() => answers.length === 2);
      expect([questions, answers]).toEqual([[10, 12], [10, 12]]);
    });
  });
