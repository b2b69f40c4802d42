import { Inbox } from '../../../tools/inbox.js';
import type { Io } from '../src/io.js';

interface Given {
  readonly stdin?: Iterable<string | Uint8Array>;
  /** Standard error's. */
  readonly terminal?: boolean;
  readonly outTerminal?: boolean;
  readonly env?: Io['env'];
}

/** A terminal, a pipe or a file to run a command in: what was printed, line by line. */
export function fakeIo(given: Given = {}): { io: Io; printed: string[]; errors: string[]; lines: Inbox<string>; updates: string[]; quits: number[]; interrupt: () => void } {
  const lines = new Inbox<string>();
  const updates: string[] = [];
  const interrupts: (() => void)[] = [];
  const quits: number[] = [];
  const errors: string[] = [];
  async function* stdin(): AsyncGenerator<Uint8Array> {
    for (const chunk of given.stdin ?? []) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
  const io: Io = {
    stdin,
    out: {
      line: (text) => void lines.put(text), update: (text) => void updates.push(text), flush: async () => {}, terminal: given.outTerminal ?? false, columns: 80,
    },
    err: { write: (text) => void errors.push(text), terminal: given.terminal ?? false },
    env: given.env ?? {},
    onInterrupt: (run) => void interrupts.push(run),
    quit: (code) => void quits.push(code),
  };
  return { io, printed: lines.items, errors, lines, updates, quits, interrupt: () => interrupts.forEach((run) => run()) };
}
