/** Lines for people and log collectors, on standard error. Nothing secret, no frames. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const levels = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

export interface LogOptions {
  /** Whose lines these are: `slac-agent/main`. */
  readonly name: string;
  readonly level: Level;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly write: (line: string) => void;
}

/** The longest line; what comes from outside may be of any length. */
const longest = 1_000;

export function lineLog({ name, level, wallClock, write }: LogOptions): Log {
  const from = levels.indexOf(level);
  const at = (one: Level) => (message: string): void => {
    if (levels.indexOf(one) < from) return;
    // One line is one event, whatever is in the message.
    const text = message.replace(/\p{Cc}+/gu, ' ').slice(0, longest);
    write(`${new Date(wallClock()).toISOString()} ${one.padEnd(5)} ${name}: ${text}\n`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** What was thrown, in one line. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
