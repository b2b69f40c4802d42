import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { NetConnectOpts, Server } from 'node:net';
import type { Roles } from './words.js';

/** Everybody who connects to the server is led to where `to` says. */
export function relayServer(to: NetConnectOpts): Server {
  return createServer((here) => {
    const there = connect(to);
    here.pipe(there).pipe(here);
    // Who loses one side loses both.
    for (const [one, other] of [[here, there], [there, here]] as const) one.on('error', () => undefined).once('close', () => other.destroy());
  });
}

export function relayRole(): Roles['relay'] {
  return {
    async open({ port, socket }) {
      const server = relayServer({ path: socket });
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
