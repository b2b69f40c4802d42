import { connect } from 'node:net';
import { after, ms } from '@pilotwire/machine';
import type { Open, Outlet, Status } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { ends, statusSchema } from './ends.js';
import type { End, EndName } from './ends.js';
import { PacketReader, writePacket } from './packets.js';
import type { Packet } from './packets.js';

/** Until the next try. */
const patience = ms(250);
const mostWaiting = 262_144;

/** The ends of an outlet that another process serves. Each connects, and connects again, by itself: `status` tells. */
export function joinOutlet(path: string, clock: Clock): Outlet {
  const join = <Name extends EndName>(name: Name) => remote(path, clock, name, ends[name] as (typeof ends)[Name] extends End<infer Out, infer In> ? End<Out, In> : never);
  return {
    evse: { modem: join('evse.modem'), pilot: join('evse.pilot'), power: join('evse.power') },
    ev: { modem: join('ev.modem'), pilot: join('ev.pilot'), inlet: join('ev.inlet') },
    hand: join('hand'),
  } as Outlet;
}

const remote = <Out, In>(path: string, clock: Clock, name: EndName, { out, in: form }: End<Out, In>): Open<Out, In> => (listener) => {
  let socket: ReturnType<typeof connect> | undefined;
  let closed = false;
  let told = '';
  const tell = (status: Status): void => {
    const text = JSON.stringify(status);
    if (text !== told) listener.status(status);
    told = text;
  };
  const take = (packet: Packet): void => {
    if (packet.kind === 'status') {
      const status = statusSchema.safeParse(packet.json).data as Status | undefined;
      if (status !== undefined) tell(status);
      return;
    }
    const message = form.read(packet, clock.now());
    // What a newer process says and we do not know is left.
    if (message !== undefined) listener.receive(message);
  };
  const dial = (): void => {
    const reader = new PacketReader();
    const mine = connect(path);
    socket = mine;
    let why = 'it hung up';
    mine.once('connect', () => mine.write(writePacket({ kind: 'hello', json: { v: 1, end: name } })));
    mine.on('error', (error) => {
      why = error.message;
    });
    mine.on('data', (bytes) => {
      try {
        for (const packet of reader.push(bytes)) if (!closed) take(packet);
      } catch (error) {
        why = (error as Error).message;
        mine.destroy();
      }
    });
    mine.once('close', () => {
      if (closed) return;
      tell({ state: 'down', why: `no outlet at ${path}: ${why}`.slice(0, 256) });
      cancel = clock.wake(after(clock.now(), patience), dial);
    });
  };
  let cancel = clock.wake(clock.now(), dial);
  return {
    send(message) {
      if (socket === undefined || socket.connecting || socket.destroyed) return;
      // A server that does not read is as good as none.
      if (socket.writableLength > mostWaiting) socket.destroy();
      else socket.write(writePacket(out.write(message, clock.now())));
    },
    close() {
      closed = true;
      cancel();
      socket?.destroy();
    },
  };
};
