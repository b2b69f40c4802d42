import { plain } from '../site/plain.js';
import { clockTime } from '../site/units.js';
import type { Line, Tone } from './heard.js';

export interface Paper {
  readonly color: boolean;
  readonly columns: number;
  /** More outlets than one: each line says whose it is. */
  readonly several: boolean;
}

/** ECMA-48, SGR. */
const colors: Readonly<Record<Tone, string>> = { plain: '', good: '32', warning: '33', fault: '1;31', quiet: '2' };
const tint = (text: string, tone: Tone, { color }: Paper): string => (color && colors[tone] !== '' ? `\u001b[${colors[tone]}m${text}\u001b[0m` : text);

/** A line as it is printed: the time of day, whose it is, what happened; folded where the paper ends. */
export function paint({ at, evse, who, text, tone }: Line, paper: Paper): string[] {
  const left = `${stamp(at)}  ${paper.several ? `#${evse ?? ''}`.padEnd(4) : ''}${(who ?? '').padEnd(4)}  `;
  const [first = '', ...more] = fold(plain(text), Math.max(20, paper.columns - left.length));
  return [left + tint(first, tone, paper), ...more.map((part) => ' '.repeat(left.length) + tint(part, tone, paper))];
}

/** The same for a line that is replaced by the next: never longer than the paper is wide, with a bar for what it has room. */
export function paintMeasured(line: Line & { readonly soc?: number }, paper: Paper): string {
  const [text = ''] = paint(line, { ...paper, color: false });
  const room = Math.min(20, paper.columns - text.length - 4);
  if (line.soc === undefined || room < 5) return text.slice(0, paper.columns - 1);
  const full = Math.round((line.soc / 100) * room);
  return `${text} [${tint('#'.repeat(full), 'good', paper)}${'.'.repeat(room - full)}]`;
}

/** The time of day here, to the millisecond. */
const stamp = (at: string): string => `${clockTime(at)}.${at.slice(20, 23).padEnd(3, '0')}`;

/** Broken between words; what is too long for a line is cut. */
function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const at = space > 0 ? space : width;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}
