import { virtualClock } from '@pilotwire/runtime';
import type { Noise } from '../src/board/host.js';
import type { OpenSerial, SerialEvents } from '../src/board/serial-port.js';
import { startFirmware } from './firmware.js';
import type { FirmwareOptions } from './firmware.js';

/** A board with its real firmware at the other end of a line, in virtual time. */
export async function boardRig(options: FirmwareOptions = {}) {
  const firmware = startFirmware(options);
  const clock = virtualClock();
  const noises: Noise[] = [];
  const written: string[] = [];
  let events: SerialEvents | undefined;
  let plugged = true;
  let hung = false;
  /** What a bad cable makes of what the board says, and of what it is told. */
  const bend = { said: (text: string) => text, told: (text: string) => text };
  const openPort: OpenSerial = (_, fresh) => {
    if (!plugged) return Promise.reject(new Error('it is missing: is the pilot board plugged in?'));
    events = fresh;
    const close = (): void => void (events = events === fresh ? undefined : events);
    return Promise.resolve({
      write(text) {
        written.push(text);
        if (events === fresh) firmware.push(bend.told(text));
      },
      close: () => Promise.resolve(close()),
      drop: close,
    });
  };
  return {
    firmware, clock, noises, written, bend,
    options: { clock, path: '/dev/ttyACM0', report: (noise: Noise) => void noises.push(noise), openPort },
    /** What the board says without being asked. */
    say: (text: string) => events?.text(text),
    async advance(ms: number) {
      for (let past = 0; past < ms; past++) {
        clock.advance(1);
        await new Promise(setImmediate);
        if (hung) continue;
        const said = firmware.once(clock.now());
        if (said !== '') events?.text(bend.said(said));
      }
    },
    hang: (now: boolean) => void (hung = now),
    unplug(now: boolean) {
      plugged = !now;
      const lost = events;
      events = undefined;
      if (now) lost?.lost('it was pulled out');
    },
  };
}
