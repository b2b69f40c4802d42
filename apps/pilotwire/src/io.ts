/** What a command sees of the world, so that tests can be the terminal. */
export interface Io {
  /** Opened when it is first asked for: a command that reads no input does not touch it. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly out: Output;
  readonly err: Terminal;
}

/** Where lines go. They are held back until nothing else is ready to be printed, then written in one piece. */
export interface Output {
  /** Undefined while there is room; otherwise wait for it before writing more. */
  line(text: string): Promise<void> | undefined;
  /** Resolves when all was handed over. */
  flush(): Promise<void>;
  readonly terminal: boolean;
}

export interface Terminal {
  write(text: string): void;
  readonly terminal: boolean;
}

/** Whether whoever read our output has gone, as `| head` does: EPIPE, and on Windows EOF. Nobody is left to be told. */
export function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'EOF';
}

const HELD = 64 * 1024;

/** Standard output, or any stream. */
export function output(stream: NodeJS.WriteStream): Output {
  let held: string[] = [];
  let size = 0;
  let scheduled = false;
  let drained: Promise<void> | undefined;
  const hand = (): Promise<void> | undefined => {
    scheduled = false;
    if (size === 0) return drained;
    const text = held.join('');
    [held, size] = [[], 0];
    if (stream.write(text)) return drained;
    drained ??= new Promise((resolve) => {
      stream.once('drain', () => {
        drained = undefined;
        resolve();
      });
    });
    return drained;
  };
  return {
    line(text) {
      held.push(text, '\n');
      size += text.length + 1;
      if (size >= HELD) return hand();
      if (!scheduled) {
        scheduled = true;
        setImmediate(hand);
      }
      return drained;
    },
    async flush() {
      await hand();
    },
    terminal: stream.isTTY === true,
  };
}
