import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** The UDP port that was wished for where it is free, otherwise one that is. Throws what binding throws for another reason. */
export async function freeUdpPort(wished: number, host: string): Promise<number> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.bind({ port: wished, address: host, exclusive: true });
    await once(socket, 'listening');
    return socket.address().port;
  } catch (error) {
    if (wished === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return await freeUdpPort(0, host);
  } finally {
    socket.close();
  }
}
