import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';

export interface SupervisionOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Why nothing can be said, once. */
  readonly failed: (why: string) => void;
  /** Opens the way to systemd; by default through a child. */
  readonly open?: (failed: (why: string) => void) => (word: string) => void;
  readonly pid?: number;
}

/** What systemd is told of this process; nothing where it did not ask. */
export interface Supervision {
  /** It has started. From now on systemd hears that it lives, twice as often as it wants to. */
  ready(): void;
  /** It is about to end. */
  stopping(): void;
}

/**
 * The words of sd_notify(3) and of its watchdog, for a unit of `Type=notify` with `NotifyAccess=all`: a child says them, for
 * Node has no datagrams on Unix sockets (docs/adr/0010). That the process lives is said from its event loop: one that hangs says nothing.
 */
export function systemdSupervision({ env, clock, failed, open = mouthpiece, pid = process.pid }: SupervisionOptions): Supervision {
  if (!env['NOTIFY_SOCKET']) return { ready: () => undefined, stopping: () => undefined };
  let troubled = false;
  const say = open((why) => {
    if (!troubled) failed(`systemd cannot be told how this process is: ${why}`);
    troubled = true;
  });
  const period = watchdogOf(env, pid);
  const live = (): void => {
    if (period === undefined) return;
    say('WATCHDOG=1');
    clock.wake(after(clock.now(), period), live);
  };
  return {
    ready() {
      say('READY=1');
      live();
    },
    stopping: () => say('STOPPING=1'),
  };
}

/** Half of what systemd waits for a sign of life; undefined where it waits for none of ours. */
function watchdogOf({ WATCHDOG_USEC: usec, WATCHDOG_PID: of }: SupervisionOptions['env'], pid: number) {
  const micros = Number(usec);
  if (!(micros > 0) || (of !== undefined && Number(of) !== pid)) return undefined;
  return ms(micros / 2_000);
}

/** Says each line that it reads, and ends with whoever writes them; not sooner, though systemd stops it together with us. */
const script = `trap '' TERM INT; while read -r word; do systemd-notify "$word"; done`;

/** A child for all words: to start one for each would hold up the event loop each time. */
function mouthpiece(failed: (why: string) => void): (word: string) => void {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'pipe'] });
  child.once('error', ({ message }) => failed(message));
  child.once('exit', () => failed('the child that says it has ended'));
  child.stderr.setEncoding('utf8').on('data', (text: string) => failed(text.trim()));
  child.stdin.on('error', ({ message }) => failed(message));
  // None of it keeps this process from ending.
  child.unref();
  for (const stream of [child.stdin, child.stderr] as unknown as readonly Socket[]) stream.unref();
  return (word) => void (child.stdin.writable && child.stdin.write(`${word}\n`));
}
