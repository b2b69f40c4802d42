import type { Io } from '../src/io.js';

/** A terminal, a pipe or a file to run a command in: what was printed, line by line. `terminal` is standard error's. */
export function fakeIo(given: { stdin?: Iterable<string | Uint8Array>; terminal?: boolean; outTerminal?: boolean } = {}): { io: Io; printed: string[]; errors: string[] } {
  const printed: string[] = [];
  const errors: string[] = [];
  async function* stdin(): AsyncGenerator<Uint8Array> {
    for (const chunk of given.stdin ?? []) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
  const io: Io = {
    stdin,
    out: { line: (text) => void printed.push(text), flush: async () => {}, terminal: given.outTerminal ?? false },
    err: { write: (text) => void errors.push(text), terminal: given.terminal ?? false },
  };
  return { io, printed, errors };
}
