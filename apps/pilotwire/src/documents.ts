import { type Line, LONGEST_LINE } from './lines.js';

/** How an XML document on several lines begins. */
const DECLARATION = /^\uFEFF?<\?xml\s/;

/**
 * Lines, where those of an XML document that begins with its declaration are put together up to the end of the document,
 * as `decode --xml --pretty` and other programs print them. A document that does not end is one up to the next, or to
 * the end of input.
 */
export async function* documents(source: AsyncIterable<Line>): AsyncGenerator<Line> {
  let begun: Begun | undefined;
  for await (const line of source) {
    const text = 'text' in line ? line.text : undefined;
    if (begun && (text === undefined || DECLARATION.test(text) || !begun.hasRoomFor(text))) {
      yield begun.line();
      begun = undefined;
    }
    if (text === undefined || !(begun || DECLARATION.test(text))) {
      yield line;
      continue;
    }
    begun ??= new Begun();
    if (!begun.add(text)) continue;
    yield begun.line();
    begun = undefined;
  }
  if (begun) yield begun.line();
}

/** The lines of a document so far. */
class Begun {
  readonly #lines: string[] = [];
  #length = 0;
  /** The end tag of the document element, once that has begun. No message holds an element of its own name. */
  #end: string | undefined;

  hasRoomFor({ length }: string): boolean {
    return this.#length + length < LONGEST_LINE;
  }

  /** True where this is the last line: it ends the document element, or is all of it. */
  add(text: string): boolean {
    this.#lines.push(text);
    this.#length += text.length + 1;
    if (this.#end === undefined) {
      const [open, root] = /<(?![?!])([^\s/>]+)[^>]*>?/.exec(text) ?? [];
      if (open === undefined) return false;
      if (open.endsWith('/>')) return true;
      this.#end = `</${root}>`;
    }
    return text.trimEnd().endsWith(this.#end);
  }

  line(): Line {
    return { text: this.#lines.join('\n') };
  }
}
