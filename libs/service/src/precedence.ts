import { getPriority, setPriority } from 'node:os';

/** Niceness: before everything usual, behind what the system itself needs first. */
const ahead = -15;

/**
 * Lets the thread that calls go before the others, among them those in which Node compiles and collects: on a busy processor an
 * answer to a car would wait for their turn to end, up to 4 ms in a kernel of 250 Hz. `kept`: the system does not allow it (root,
 * `CAP_SYS_NICE` and `LimitNICE` do). Threads and processes that this one starts later go first as well. Linux; elsewhere all
 * threads of the process do.
 */
export function goFirst(): 'first' | 'kept' {
  try {
    // Who was put before that stays there.
    if (getPriority() > ahead) setPriority(ahead);
    return 'first';
  } catch {
    return 'kept';
  }
}
