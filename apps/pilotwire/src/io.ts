/** What a command sees of the world, so that tests can be the terminal. */
export interface Io {
  /** Opened when it is first asked for: a command that reads no input does not touch it. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly out: Output;
  readonly err: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Calls `run` each time that the program is asked to end, by Ctrl-C or by a service manager. Before the first call of this
   * the system ends it.
   */
  readonly onInterrupt: (run: () => void) => void;
  /** Ends the program at once, whatever is still open. */
  readonly quit: (code: number) => void;
}

/** Where lines go. They are held back until nothing else is ready to be printed, then written in one piece. */
export interface Output {
  /** Undefined while there is room; otherwise wait for it before writing more. */
  line(text: string): Promise<void> | undefined;
  /** On a terminal: the last line, which whatever is printed next replaces. Elsewhere nothing. */
  update(text: string): void;
  /** Resolves when all was handed over. */
  flush(): Promise<void>;
  readonly terminal: boolean;
  /** How wide it is; of a file or a pipe, what people are used to. */
  readonly columns: number;
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
const usualColumns = 80;
/** To the beginning of the line, and rid of what stands there: ECMA-48, EL. */
const wipe = '\r\u001b[K';

/** Standard output, or any stream. */
export function output(stream: NodeJS.WriteStream): Output {
  let held: string[] = [];
  let size = 0;
  let scheduled = false;
  let drained: Promise<void> | undefined;
  let updating = false;
  const terminal = stream.isTTY === true;
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
  const hold = (text: string): Promise<void> | undefined => {
    const whole = updating ? wipe + text : text;
    held.push(whole);
    size += whole.length;
    updating = false;
    if (size >= HELD) return hand();
    if (!scheduled) {
      scheduled = true;
      setImmediate(hand);
    }
    return drained;
  };
  return {
    line: (text) => hold(`${text}\n`),
    update(text) {
      if (!terminal) return;
      void hold(text);
      updating = text !== '';
    },
    async flush() {
      if (updating) void hold('');
      await hand();
    },
    terminal,
    get columns() {
      return terminal && stream.columns > 0 ? stream.columns : usualColumns;
    },
  };
}
