import { Writable } from 'node:stream';
import { writeToStream } from 'mqtt-packet';

/** Lengths that mqtt-packet remembers once it has written them, and how many are done in one turn of the event loop. */
const [remembered, atOnce] = [16_384, 256];
/** Of the shortest PUBLISH: a topic of one letter, with its length before it. */
const frame = 3;

let begun = false;

/**
 * For processes that live long. The codec keeps two octets for each length of packet that it has ever written; written now
 * and then, each of them holds on to the 8 kB of buffers that were made at its time, which comes to 130 MB. Written one
 * after the other they share. Once a process; it takes 0.15 s of its time, in turns.
 */
export function prepareLengths(): void {
  if (begun) return;
  begun = true;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const payload = Buffer.alloc(remembered);
  let length = frame;
  const some = (): void => {
    for (let i = 0; i < atOnce && length < remembered; i++, length++) writeToStream({ cmd: 'publish', topic: 'x', qos: 0, dup: false, retain: false, payload: payload.subarray(0, length - frame) }, nowhere);
    if (length < remembered) setImmediate(some);
  };
  setImmediate(some);
}
