import { encodeMme } from '@pilotwire/homeplug';
import type { Modem, Status } from '@pilotwire/outlet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A modem to be tried, and what is needed to try it. */
export interface ModemSubject {
  readonly modem: Modem;
  /** What it must say of its address; undefined where it has none. */
  readonly address: string | undefined;
  /** Somebody on the line says it. A recording says by itself what it says: `question(1)` and so on, in this order. */
  say(frame: Uint8Array): void;
  /** The next frame that somebody on the line hears. */
  readonly hears?: () => Promise<Uint8Array>;
  /** Takes away what the modem hangs on, and brings it back. */
  readonly cut?: () => unknown;
  readonly mend?: () => unknown;
  /** Lets things happen. */
  pass(): unknown;
  remove(): unknown;
}

export const car = '02:00:00:00:01:02';
/** A car asks; the number tells one from another. */
export const question = (n: number): Uint8Array =>
  encodeMme('ff:ff:ff:ff:ff:ff', car, { mme: 'CM_SLAC_PARM.REQ', runId: numbered(n) });
/** A charger answers. */
export const answer = (n: number, charger: string): Uint8Array =>
  encodeMme(car, charger, {
    mme: 'CM_SLAC_PARM.CNF', mSoundTarget: 'ff:ff:ff:ff:ff:ff', numSounds: 10, timeOut: 6, respType: 1, forwardingSta: car,
    runId: numbered(n),
  });
const numbered = (n: number): Uint8Array => new Uint8Array(8).fill(n);

/** A new subject for each test, and what tests do with it. */
function trial(make: () => Promise<ModemSubject>) {
  let subject: ModemSubject;
  const opened: { close(): void }[] = [];
  beforeEach(async () => {
    subject = await make();
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) one.close();
    await subject.remove();
  });
  const until = async (done: () => boolean): Promise<void> => {
    for (let turns = 0; !done(); turns++) {
      if (turns > 5_000) expect.unreachable('it does not come');
      await subject.pass();
    }
  };
  return {
    get subject() {
      return subject;
    },
    /** Opens the modem; `reply` may close it in the middle of a frame. */
    take(reply: (close: () => void) => void = () => undefined) {
      const frames: Uint8Array[] = [];
      const statuses: Status[] = [];
      let returned = false;
      const channel = subject.modem({
        receive(frame) {
          expect(returned).toBe(true);
          frames.push(Uint8Array.from(frame));
          reply(() => channel.close());
        },
        status(status) {
          expect(returned).toBe(true);
          statuses.push(status);
        },
      });
      returned = true;
      opened.push(channel);
      return {
        channel, frames, statuses,
        up: () => until(() => statuses.at(-1)?.state === 'up'),
        down: () => until(() => statuses.at(-1)?.state === 'down'),
        heard: (count: number) => until(() => frames.length >= count),
      };
    },
  };
}

/** What every modem does, be it simulated, in another process, recorded or real. */
export function modemContract(name: string, make: () => Promise<ModemSubject>): void {
  describe(`the modem ${name}`, () => {
    const its = trial(make);

    test('says nothing before it is opened, and soon after that it is up', async () => {
      const { up, statuses } = its.take();
      expect(statuses).toEqual([]);
      await up();
      const { address } = its.subject;
      expect(statuses.at(-1)).toEqual(address === undefined ? { state: 'up' } : { state: 'up', address });
    });

    test('hands over what is said on the line, octet by octet, each frame once', async () => {
      const { up, heard, frames } = its.take();
      await up();
      for (const n of [1, 2, 3]) {
        its.subject.say(question(n));
        await heard(n);
      }
      expect(frames).toEqual([question(1), question(2), question(3)]);
    });

    test('puts on the line what it is told, if there is one, and hears none of it back', async () => {
      const { up, heard, frames, channel } = its.take();
      await up();
      const said = answer(7, its.subject.address ?? car);
      channel.send(said);
      expect((await its.subject.hears?.()) ?? said).toEqual(said);
      its.subject.say(question(1));
      await heard(1);
      expect(frames[0]).toEqual(question(1));
    });

    test('calls nobody after it is closed, even by whom it calls; what is sent then is lost', async () => {
      const first = its.take((close) => close());
      await first.up();
      its.subject.say(question(1));
      await first.heard(1);
      const statuses = first.statuses.length;
      first.channel.send(answer(1, its.subject.address ?? car));
      first.channel.close();
      const second = its.take();
      await second.up();
      its.subject.say(question(2));
      await second.heard(1);
      expect([first.frames.length, first.statuses.length]).toEqual([1, statuses]);
    });

    test('that is closed at once has said nothing', async () => {
      const early = its.take();
      early.channel.close();
      await its.take().up();
      expect([early.frames, early.statuses]).toEqual([[], []]);
    });
  });
}

/** What one does besides that can be cut off: the subject has `cut` and `mend`. */
export function returningModemContract(name: string, make: () => Promise<ModemSubject>): void {
  describe(`the modem ${name}, when it is cut off`, () => {
    const its = trial(make);

    test('says so and why, loses what it is told, and comes back by itself', async () => {
      const { up, down, heard, frames, statuses, channel } = its.take();
      await up();
      await its.subject.cut?.();
      await down();
      expect(statuses.at(-1)).toEqual({ state: 'down', why: expect.stringMatching(/^.{10,256}$/) });
      channel.send(answer(1, its.subject.address ?? car));
      await its.subject.mend?.();
      await up();
      its.subject.say(question(9));
      await heard(1);
      channel.send(answer(2, its.subject.address ?? car));
      expect(await its.subject.hears?.()).toEqual(answer(2, its.subject.address ?? car));
      expect(frames).toEqual([question(9)]);
    });
  });
}
