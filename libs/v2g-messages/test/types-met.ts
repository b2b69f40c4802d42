import { type Element, itemsOf, type Type } from '@pilotwire/exi';

type Roots = readonly Element<string, unknown>[];
type Content = Extract<Type<unknown>, { kind: 'complex' }>['content'];

/** The complex types that valid messages can hold: those of abstract elements alone are left out. */
export function typesOf(messages: Roots): ReadonlySet<Type<unknown>> {
  const found = new Set<Type<unknown>>();
  const ofType = (type: Type<unknown>): void => {
    if (type.kind !== 'complex' || found.has(type)) return;
    found.add(type);
    ofContent(type.content);
  };
  const ofContent = (content: Content | Extract<Content, { kind: 'sequence' }>['of'][number]): void => {
    if (content.kind === 'term') {
      if (!content.abstract) ofType(content.type);
    } else if (content.kind === 'sequence' || content.kind === 'alternatives') content.of.forEach(ofContent);
  };
  for (const { type } of messages) ofType(type);
  return found;
}

/** Adds the complex types of which a value holds values. */
export function meet(messages: Roots, message: unknown, met: Set<Type<unknown>>): void {
  const walk = (type: Type<unknown>, value: unknown): void => {
    if (type.kind !== 'complex') return;
    met.add(type);
    for (const item of itemsOf(type, value as Readonly<Record<string, unknown>>).items) if (item.item === 'element') walk(item.type, item.value);
  };
  for (const [name, value] of Object.entries(message as Readonly<Record<string, unknown>>)) {
    const root = messages.find((of) => of.name === name);
    if (root) walk(root.type, value);
  }
}
