import type { Open } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { Watch } from './watch.js';
import type { AgentEnd, AgentWord, GatewayEnd, GatewayWord } from './words.js';

/** Whoever listens at one end now. */
interface Seat<Word> {
  taken: Watch<Word> | undefined;
}

/** Both ends in one process: a word is a call. */
export function memoryPair(clock: Clock): { readonly agent: AgentEnd; readonly gateway: GatewayEnd } {
  const agent: Seat<GatewayWord> = { taken: undefined };
  const gateway: Seat<AgentWord> = { taken: undefined };
  return { agent: end(clock, agent, gateway, 'the gateway'), gateway: end(clock, gateway, agent, 'the agent') };
}

const end = <Out, In>(clock: Clock, own: Seat<In>, other: Seat<Out>, who: string): Open<Out, In> => (listener) => {
  own.taken?.stop();
  const watch = new Watch(clock, listener, who);
  own.taken = watch;
  other.taken?.began();
  return {
    send: (word) => other.taken?.heard(word),
    close() {
      watch.stop();
      if (own.taken === watch) own.taken = undefined;
    },
  };
};
