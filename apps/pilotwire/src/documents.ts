import { type Line, LONGEST_LINE } from './lines.js';

/** How an XML document on several lines begins. */
const DECLARATION = /^\uFEFF?<\?xml\s/;

/**
 * Lines, where those of an XML document that begins with its declaration are put together up to the end of the document,
 * as `decode --xml --pretty` and other programs print them. A document that does not end is one up to the next, or to
 * the end of input.
 */
export async function* documents(source: AsyncIterable<Line>): AsyncGenerator<Line> {
  let begun = '';
  for await (const line of source) {
    const text = 'text' in line ? line.text : undefined;
    const goesOn = begun !== '' && text !== undefined && !DECLARATION.test(text) && begun.length + text.length < LONGEST_LINE;
    if (begun !== '' && !goesOn) {
      yield { text: begun };
      begun = '';
    }
    if (text === undefined || !(goesOn || DECLARATION.test(text))) {
      yield line;
      continue;
    }
    begun = goesOn ? `${begun}\n${text}` : text;
    if (!isWhole(begun, text)) continue;
    yield { text: begun };
    begun = '';
  }
  if (begun !== '') yield { text: begun };
}

/** Whether the last line ends the document element, or is all of it. No message holds an element of its own name. */
function isWhole(begun: string, last: string): boolean {
  const [open, root] = /<(?![?!])([^\s/>]+)[^>]*>/.exec(begun) ?? [];
  if (open === undefined || root === undefined) return false;
  return open.endsWith('/>') || last.trimEnd().endsWith(`</${root}>`);
}
