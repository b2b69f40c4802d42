import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { after, ms } from '@pilotwire/machine';
import type { Open } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { agentForm, gatewayForm, readDatagram, writeDatagram } from './datagram.js';
import type { Form } from './datagram.js';
import { Watch } from './watch.js';
import type { AgentEnd, GatewayEnd } from './words.js';

export interface UdpPairOptions {
  /** Ports on loopback. */
  readonly agentPort: number;
  readonly gatewayPort: number;
  readonly clock: Clock;
  readonly report: (report: PairReport) => void;
}

export type PairReport =
  /** Not from the other's port, or no word. */
  | { readonly kind: 'stray'; readonly from: string }
  /** The port cannot be had, or the socket is gone: told once, and tried again each second. Until then nothing is heard. */
  | { readonly kind: 'socket'; readonly error: Error }
  /** It is had again. */
  | { readonly kind: 'bound' };

const retryAfter = ms(1_000);
const host = '127.0.0.1';

/** The agent's end, for a process of its own. */
export const udpAgent = (options: UdpPairOptions): AgentEnd =>
  end(options, { own: options.agentPort, other: options.gatewayPort, who: 'the gateway' }, agentForm, gatewayForm);
/** The gateway's. */
export const udpGateway = (options: UdpPairOptions): GatewayEnd =>
  end(options, { own: options.gatewayPort, other: options.agentPort, who: 'the agent' }, gatewayForm, agentForm);

/**
 * One end on a UDP socket of loopback. Each listens at a port of its own and hears nobody but the other's, which no process
 * can have beside its owner. Words that come late or twice are left; a process that began anew counts anew.
 */
const end = <Out extends object, In extends object>(
  { clock, report }: UdpPairOptions, { own, other, who }: { own: number; other: number; who: string }, outForm: Form<Out>, inForm: Form<In>,
): Open<Out, In> => (listener) => {
  const watch = new Watch(clock, listener, who);
  const life = randomUUID();
  let number = 0;
  let last: { readonly life: string; readonly number: number } | undefined;
  /** Where the port is had. */
  let socket: Socket | undefined;
  let trouble = false;
  let giveUp = (): void => undefined;
  const hear = (octets: Uint8Array, { address, port }: { address: string; port: number }): void => {
    const heard = address === host && port === other ? readDatagram(inForm, octets) : undefined;
    if (heard === undefined) {
      report({ kind: 'stray', from: `${address}:${port}` });
      return;
    }
    if (last?.life === heard.life && heard.number <= last.number) return;
    if (last !== undefined && last.life !== heard.life) watch.began();
    last = heard;
    watch.heard(heard.word);
  };
  const bind = (): void => {
    const fresh = createSocket('udp4');
    const close = (): void => {
      socket = undefined;
      fresh.removeAllListeners().on('error', () => undefined).close();
    };
    giveUp = close;
    fresh.on('error', (error) => {
      close();
      giveUp = clock.wake(after(clock.now(), retryAfter), bind);
      if (!trouble) report({ kind: 'socket', error });
      trouble = true;
    });
    fresh.on('message', hear);
    fresh.bind({ port: own, address: host, exclusive: true }, () => {
      socket = fresh;
      if (trouble) report({ kind: 'bound' });
      trouble = false;
    });
  };
  bind();
  return {
    send(word) {
      // Nobody may be there yet; the next word says the same.
      socket?.send(writeDatagram(outForm, { life, number: ++number, word }), other, host, () => undefined);
    },
    close() {
      watch.stop();
      giveUp();
    },
  };
};
