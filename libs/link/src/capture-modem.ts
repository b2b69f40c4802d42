import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { CaptureReader, isGzip, linkType } from '@pilotwire/capture';
import type { CaptureError, Timestamp } from '@pilotwire/capture';
import { isHomeplug } from '@pilotwire/homeplug';
import { after, ms } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import type { Modem } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { LinkError } from './error.js';

/** A capture of a whole day of charging has some ten megabytes. */
const mostOctets = 268_435_456;

interface Recorded {
  readonly bytes: Uint8Array;
  /** After the first frame. */
  readonly at: Duration;
}

/**
 * A modem at which the frames of a capture come as if they came now, HomePlug's at their recorded pace, from the first one on
 * with each opening. What is sent goes nowhere. At its end it is down. `capture`: a file, or what is in one; pcap or pcapng,
 * with gzip or without. Throws `LinkError` for what cannot be read, or holds no such frame.
 */
export function captureModem(capture: string | Uint8Array, clock: Clock): Modem {
  const frames = recordedIn(capture);
  return (listener) => {
    const began = clock.now();
    let closed = false;
    let next = 0;
    const play = (): void => {
      for (let frame = frames[next]; frame !== undefined && !closed; frame = frames[next]) {
        const due = after(began, frame.at);
        if (due > clock.now()) {
          cancel = clock.wake(due, play);
          return;
        }
        next++;
        listener.receive(Uint8Array.from(frame.bytes));
      }
      if (!closed) listener.status({ state: 'down', why: 'the capture is over' });
    };
    let cancel = clock.wake(began, () => {
      listener.status({ state: 'up' });
      play();
    });
    return {
      send: () => undefined,
      close() {
        closed = true;
        cancel();
      },
    };
  };
}

function recordedIn(capture: string | Uint8Array): readonly Recorded[] {
  const name = typeof capture === 'string' ? capture : 'the capture';
  const bytes = unpacked(capture, name);
  const frames: Recorded[] = [];
  let first: Timestamp | undefined;
  let latest = ms(0);
  let trouble: CaptureError | undefined;
  const reader = new CaptureReader({
    packet({ linkType: type, bytes: frame, time }) {
      if (type !== linkType.ethernet || !isHomeplug(frame)) return;
      if (time !== undefined) {
        first ??= time;
        // Files that were merged may step back.
        latest = ms(Math.max(latest, (time.seconds - first.seconds) * 1_000 + (time.nanos - first.nanos) / 1e6));
      }
      frames.push({ bytes: Uint8Array.from(frame), at: latest });
    },
    error(error) {
      trouble ??= error;
    },
  });
  reader.push(bytes);
  reader.end();
  if (frames.length > 0) return frames;
  throw new LinkError(`${name}: no HomePlug frame with its Ethernet header is in it${trouble === undefined ? '' : ` (${trouble.message})`}`);
}

function unpacked(capture: string | Uint8Array, name: string): Uint8Array {
  try {
    const bytes = typeof capture === 'string' ? readFileSync(capture) : capture;
    if (bytes.length > mostOctets) throw new Error(`larger than ${mostOctets} octets`);
    return isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: mostOctets }) : bytes;
  } catch (error) {
    throw new LinkError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}
