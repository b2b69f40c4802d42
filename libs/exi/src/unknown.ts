import type { AnyElement } from './declare.js';
import type { QName } from './schema.js';
import { bitsFor } from './simple.js';

/** What reading an element that no schema describes needs of the decoding it is part of. */
interface Stream {
  bits(width: number): number;
  qName(): QName;
  string(owner: QName): string;
  refer(text: string): void;
  fail(code: 'unknown-event', message: string): never;
}

type Event =
  | { readonly event: 'attribute' | 'element'; readonly name: QName }
  | { readonly event: 'end' | 'text' };

/** The built-in grammar of one element name: each event met gets a code of its own, the latest the lowest (EXI 1.0, section 8.4.3). */
export interface Learnt {
  readonly startTag: Event[];
  readonly content: Event[];
}

const startTagEvents = ['end', 'attribute', 'element', 'text'] as const;

function inStartTag(stream: Stream, { startTag }: Learnt): Event {
  const code = stream.bits(bitsFor(startTag.length + 1));
  const learnt = startTag.at(-1 - code);
  if (learnt) return again(stream, learnt);
  if (code > startTag.length) return stream.fail('unknown-event', `event code ${code} in an unknown element`);
  const event = startTagEvents[stream.bits(2) as 0 | 1 | 2 | 3];
  const met: Event = event === 'attribute' || event === 'element' ? { event, name: stream.qName() } : { event };
  startTag.push(met);
  return met;
}

/** A learnt event: its code stands for the whole name. */
function again(stream: Stream, learnt: Event): Event {
  if ('name' in learnt) {
    stream.refer(learnt.name.uri);
    stream.refer(learnt.name.name);
  }
  return learnt;
}

/** What was learnt, then the end, then the escape to elements and text. */
function inContent(stream: Stream, { content }: Learnt): Event {
  const code = stream.bits(bitsFor(content.length + 2));
  const learnt = content.at(-1 - code);
  if (learnt) return again(stream, learnt);
  if (code === content.length) return { event: 'end' };
  if (code > content.length + 1) return stream.fail('unknown-event', `event code ${code} in an unknown element`);
  const met: Event = stream.bits(1) === 0 ? { event: 'element', name: stream.qName() } : { event: 'text' };
  content.push(met);
  return met;
}

/** The attributes and content of an element after its name; `child` reads an element whose name was just read. */
export function readUnknownElement(stream: Stream, name: QName, learnt: Learnt, child: (name: QName) => AnyElement): AnyElement {
  const attributes: { name: string; uri: string; value: string }[] = [];
  const content: (string | AnyElement)[] = [];
  for (let read = inStartTag; ; ) {
    const met = read(stream, learnt);
    switch (met.event) {
      case 'end':
        return { ...name, ...(attributes.length > 0 && { attributes }), ...(content.length > 0 && { content }) };
      case 'attribute':
        attributes.push({ ...met.name, value: stream.string(met.name) });
        continue;
      case 'element':
        content.push(child(met.name));
        break;
      case 'text':
        content.push(stream.string(name));
        break;
    }
    read = inContent;
  }
}
