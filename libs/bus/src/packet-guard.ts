import type { Socket } from 'node:net';

/**
 * Destroys a connection that announces an MQTT packet larger than `most` octets, before anybody gathers its parts. It
 * watches what the broker reads, so it is put on after the broker has begun to.
 */
export function packetGuard(socket: Socket, most: number): void {
  /** Octets of the present packet that are still to come. */
  let left = 0;
  /** The remaining length as far as it was read, and its next digit's weight; undefined before a packet. */
  let length: { value: number; weight: number } | undefined;
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      if (left > 0) {
        const skipped = Math.min(left, chunk.length - at);
        left -= skipped;
        at += skipped;
        continue;
      }
      const octet = chunk[at++] as number;
      if (length === undefined) {
        length = { value: 0, weight: 1 };
        continue;
      }
      length.value += (octet & 0x7f) * length.weight;
      length.weight *= 128;
      if (length.value > most) {
        socket.destroy(new Error(`a packet of more than ${most} octets`));
        return;
      }
      if (octet < 0x80) {
        left = length.value;
        length = undefined;
      }
    }
  });
}
