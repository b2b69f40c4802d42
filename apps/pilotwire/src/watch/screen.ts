import type { Io } from '../io.js';
import type { Heard, Line } from './heard.js';
import { paint, paintMeasured } from './paint.js';
import type { Paper } from './paint.js';
import { nothingSeen, show } from './view.js';
import type { View } from './view.js';

/** The live view: a line for what happens; measured values in a line that the next replaces, where there is a terminal. */
export class Screen {
  readonly #io: Io;
  readonly #json: boolean;
  #view: View = nothingSeen;

  constructor(io: Io, { json = false }: { readonly json?: boolean } = {}) {
    this.#io = io;
    this.#json = json;
  }

  /** Made of what is heard, and usable as it is for a handler. */
  readonly hear = (heard: Heard): void => {
    const { out } = this.#io;
    if (this.#json) {
      void out.line(JSON.stringify(heard));
      return;
    }
    const { view, lines, measured } = show(this.#view, heard);
    this.#view = view;
    for (const line of lines) this.print(line);
    if (measured === undefined) return;
    if (out.terminal) out.update(paintMeasured(measured, this.#paper));
    else if (measured.due) this.print(measured);
  };

  /** A line of our own among those that were heard. */
  print(line: Line): void {
    for (const text of paint(line, this.#paper)) void this.#io.out.line(text);
  }

  get #paper(): Paper {
    const { out, env } = this.#io;
    // https://no-color.org: whatever it is set to, unless to nothing.
    return { color: out.terminal && !env['NO_COLOR'], columns: out.columns, several: this.#view.outlets.size > 1 };
  }
}
