import { after, ms } from '@pilotwire/machine';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { interfaceCarNetwork, interfaceChargerNetwork } from '@pilotwire/v2g-gateway';
import type { CarNetwork } from '@pilotwire/v2g-gateway';
import { encodeSdpRequest, SDP_PORT, sdpSecurity, sdpTransport } from '@pilotwire/v2gtp';
import { CliError } from '../../errors.js';
import { BenchCar } from '../session/cars.js';
import { openGateways } from '../session/gateways.js';
import type { Roles } from './words.js';

/** How long an answer of SDP is waited for, and how long until there must be current. */
const [answer, arrival] = [ms(250), ms(60_000)];
const glance = ms(50);
/** Between two questions: a charger looks at so many a second and no more. */
const pace = ms(60);

export function chargerRole(): Roles['charger'] {
  return {
    async open({ interface: name }) {
      await openGateways(1, (clock) => interfaceChargerNetwork({ interface: name, sdpPort: SDP_PORT, port: 0, clock }));
    },
  };
}

export function carRole(): Roles['car'] {
  const clock = systemClock();
  const time = liveTimeline(clock, (mishap) => process.stderr.write(`car: ${mishap.kind}${'error' in mishap ? `: ${String(mishap.error)}` : ''}\n`));
  const pause = (by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));
  const networkAt = (name: string): CarNetwork => interfaceCarNetwork({ interface: name, sdpPort: SDP_PORT });
  const there = async (network: CarNetwork): Promise<void> => {
    for (const limit = after(clock.now(), arrival); network.down !== undefined; await pause(glance)) if (clock.now() > limit) throw new CliError(network.down);
  };
  return {
    async seek({ interface: name, times }) {
      const network = networkAt(name);
      await there(network);
      let heard = 0;
      for (let i = 0; i < times; i++, await pause(pace)) if (await answered(network, clock)) heard++;
      return heard;
    },
    async charge({ interface: name }) {
      const network = networkAt(name);
      await there(network);
      const car = new BenchCar(time, clock, network, 0);
      for (const limit = after(clock.now(), arrival); !car.charging; await pause(glance)) {
        if (car.ended !== undefined || clock.now() > limit) throw new CliError(`the car did not come to CurrentDemand: ${car.ended ?? 'it takes too long'}`);
      }
    },
  };
}

/** One question for a charger; whether it was answered in time. */
function answered(network: CarNetwork, clock: Clock): Promise<boolean> {
  const question = encodeSdpRequest({ security: sdpSecurity.none, transport: sdpTransport.tcp });
  return new Promise((resolve) => {
    const end = (heard: boolean): void => {
      cancel();
      socket.close();
      resolve(heard);
    };
    const socket = network.sdp({ receive: () => end(true) });
    const cancel = clock.wake(after(clock.now(), answer), () => end(false));
    socket.ask(question);
  });
}
