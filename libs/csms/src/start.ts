import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { RPCServer } from 'ocpp-rpc';
import { iso, protocols as allProtocols } from '@pilotwire/station';
import { Stations } from './stations.js';
import type { Connection } from './stations.js';
import type { Csms, CsmsOptions } from './options.js';
import { callFor } from './orders.js';
import { validators } from './validators.js';

/** The most bytes of a message. */
const mostPayload = 1_048_576;

/**
 * Starts a CSMS to try stations with, on ocpp-rpc's server in strict mode. Resolves when it listens; rejects with the
 * system's error where it cannot, such as EADDRINUSE.
 */
export async function startCsms(options: CsmsOptions): Promise<Csms> {
  const { host = '127.0.0.1', port = 0, protocols = allProtocols.toReversed(), tls, utc, passwordOf, tell = () => undefined } = options;
  const rpc = new RPCServer({
    protocols: [...protocols], strictMode: true, strictModeValidators: validators(), wssOptions: { maxPayload: mostPayload },
  });
  const stations = new Stations(options);
  rpc.auth((accept, reject, { identity, password, protocols: offered }) => {
    const refuse = (status: number, why: string): void => {
      tell({ kind: 'refused', station: identity, why });
      reject(status, why);
    };
    if (passwordOf !== undefined && !isRight(password, passwordOf(identity))) return refuse(401, 'wrong password, or none');
    const protocol = protocols.find((one) => offered.has(one));
    if (protocol === undefined) return refuse(400, `no protocol in common: ${[...offered].join(', ').slice(0, 100) || 'none offered'}`);
    accept({}, protocol);
  });
  rpc.on('client', (connection: Connection) => stations.welcome(connection));

  const server = tls === undefined ? createServer(notFound) : createTlsServer(tlsOptions(tls), notFound);
  const open = new Set<Duplex & { destroySoon?: () => void }>();
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Duplex) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  // ocpp-rpc decodes the identity outside of its own guard.
  server.on('upgrade', (request, socket, head) => void rpc.handleUpgrade(request, socket as never, head).catch(() => socket.destroy()));
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  let count = 0;

  const call: Csms['call'] = async (station, action, payload) => stations.find(station).call(action, payload);
  return {
    url: `${tls === undefined ? 'ws' : 'wss'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    get stations() {
      return stations.list();
    },
    get transactions() {
      return stations.ledger.transactions;
    },
    setBoot: (answer, station) => stations.setBoot(answer, station),
    call,
    ask(station, order) {
      const { action, payload } = callFor(stations.find(station).protocol, order, ++count, iso(utc()));
      return call(station, action, payload);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      stations.close();
      for (const socket of open) socket.destroySoon?.();
      await closed;
    },
  };
}

const notFound = (_: unknown, response: { writeHead(status: number): { end(): void } }): void => response.writeHead(404).end();

const tlsOptions = ({ certificate, key, clientCa }: NonNullable<CsmsOptions['tls']>) => ({
  cert: certificate, key, minVersion: 'TLSv1.2' as const,
  ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
});

/** A password of 1.6 may come as the text it is written as, or as the bytes that its hexadecimal stands for. */
function isRight(given: Buffer | undefined, wanted: string | undefined): boolean {
  if (given === undefined || wanted === undefined) return false;
  const same = (bytes: Buffer): boolean => bytes.length === given.length && timingSafeEqual(bytes, given);
  return same(Buffer.from(wanted)) || (/^(?:[0-9a-f]{2})+$/i.test(wanted) && same(Buffer.from(wanted, 'hex')));
}

