import { randomBytes } from 'node:crypto';
import { ETHERTYPE_HOMEPLUG } from '@pilotwire/homeplug';
import { ethernetModem, joinOutlet } from '@pilotwire/link';
import { memoryPair, wordPeriod } from '@pilotwire/pair';
import type { GatewayWord } from '@pilotwire/pair';
import { openInterface } from '@pilotwire/pnet-bindings';
import type { EthernetInterface } from '@pilotwire/pnet-bindings';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { CarAgent, ChargerAgent } from '@pilotwire/slac-agent';
import type { Happening } from '@pilotwire/slac-agent';
import type { Tell } from './be.js';
import type { Roles } from './words.js';

const session = '019b7967-6d00-7000-8000-000000000001';

/** Our agent at a raw socket; its pilot is an outlet's in another process. */
export function agentRole(tell: Tell): Roles['agent'] {
  const clock = systemClock();
  const time = liveTimeline(clock, (mishap) => process.stderr.write(`agent: ${mishap.kind}${'error' in mishap ? `: ${String(mishap.error)}` : ''}\n`));
  let agent: { close(): Promise<void> } | undefined;
  return {
    open({ end, interface: name, outlet: path }) {
      const outlet = joinOutlet(path, clock);
      const { agent: pair, gateway } = memoryPair(clock);
      const common = {
        time, pair,
        modem: ethernetModem({ interface: name, clock }),
        entropy: (length: number): Uint8Array => new Uint8Array(randomBytes(length)),
        tell: (happening: Happening): void => {
          if (happening.kind !== 'frame' && happening.kind !== 'flight') tell({ tell: 'happening', happening });
        },
      };
      agent = end === 'evse' ? new ChargerAgent({ ...common, pilot: outlet.evse.pilot }) : new CarAgent({ ...common, pilot: outlet.ev.pilot });
      const channel = gateway({ receive: () => undefined, status: () => undefined });
      const word: GatewayWord = { pilot: end === 'evse' ? 'auto' : 'B', dlink: undefined, sessionId: session };
      const speak = (): void => {
        channel.send(word);
        time.schedule(speak, wordPeriod);
      };
      speak();
    },
    async close() {
      await agent?.close();
      time.stop();
    },
  };
}

export function peerRole(tell: Tell): Roles['peer'] {
  let wire: EthernetInterface | undefined;
  return {
    open({ interface: name }) {
      wire = openInterface(name, { etherType: ETHERTYPE_HOMEPLUG }, {
        frames: (batch) => batch.forEach(({ bytes }) => tell({ tell: 'frame', frame: bytes })),
        link: () => undefined,
      });
    },
    send: (frame) => void wire?.send(frame),
  };
}
