import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Octets of a request as long as a CurrentDemandReq. */
const question = new Uint8Array(40);
/** As often as a car asks. */
const period = 100;

/** A bare socket that says back what it hears. */
export async function openEcho(): Promise<{ readonly port: number; close(): void }> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', (octets) => socket.write(octets));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => void server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

/** What a bare socket in another process takes to answer, asked as often as a car asks: microseconds, as they come. */
export function askEcho(port: number): { readonly answers: number[]; close(): void } {
  const answers: number[] = [];
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let asked: number | undefined;
  socket.on('data', () => {
    if (asked !== undefined) answers.push((performance.now() - asked) * 1_000);
    asked = undefined;
  });
  // An echo that went away leaves too few answers for a figure, which is said there.
  socket.on('error', () => socket.destroy());
  const timer = setInterval(() => {
    if (asked !== undefined || !socket.writable) return;
    asked = performance.now();
    socket.write(question);
  }, period);
  return {
    answers,
    close() {
      clearInterval(timer);
      socket.destroy();
    },
  };
}
