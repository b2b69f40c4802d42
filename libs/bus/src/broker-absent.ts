import type { Aedes } from 'aedes';

/** Messages kept for a client that is away. */
const most = 20_000;

interface Subscriber {
  readonly clientId: string;
}

/** What we use of the broker's memory; its types do not name it. */
interface Persistence {
  outgoingEnqueueCombi(subscribers: readonly Subscriber[], packet: unknown): Promise<void>;
  outgoingClearMessageId(client: { readonly id: string }, packet: { readonly messageId: undefined }): Promise<unknown>;
  cleanSubscriptions(client: { readonly id: string }): Promise<void>;
}

/**
 * Aedes keeps messages for an absent client with a persistent session without end. Beyond a number the session is
 * dropped whole: a client that comes back then sees that it has none, and asks for what it missed.
 */
export function limitAbsent(aedes: Aedes, dropped: (clientId: string, messages: number) => void): void {
  const { persistence, clients } = aedes as unknown as { readonly persistence: Persistence; readonly clients: Readonly<Record<string, unknown>> };
  const kept = new Map<string, number>();
  aedes.on('clientReady', ({ id }) => kept.delete(id));
  const enqueue = persistence.outgoingEnqueueCombi.bind(persistence);
  persistence.outgoingEnqueueCombi = async (subscribers, packet) => {
    await enqueue(subscribers, packet);
    for (const { clientId: id } of subscribers) {
      if (id in clients) continue;
      const messages = (kept.get(id) ?? 0) + 1;
      kept.set(id, messages);
      if (messages <= most) continue;
      kept.delete(id);
      await persistence.cleanSubscriptions({ id });
      while ((await persistence.outgoingClearMessageId({ id }, { messageId: undefined })) !== undefined);
      dropped(id, messages);
    }
  };
}
