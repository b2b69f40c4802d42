import { type Element, itemsOf, type QName, type Type } from '@pilotwire/exi';

/** An element that signatures can refer to. */
export interface Identified {
  readonly id: string;
  readonly name: QName;
  readonly type: Type<unknown>;
  readonly value: unknown;
  /** Such as `V2G_Message/Body/AuthorizationReq`. */
  readonly path: string;
}

const xmlSignature = 'http://www.w3.org/2000/09/xmldsig#';

/** Every element with an Id in a message, except those of the signature itself: it must not refer to its own parts. */
export function identified(root: Element<string, unknown>, value: unknown): readonly Identified[] {
  const found: Identified[] = [];
  collect(root, root.type, value, root.name, found);
  return found;
}

function collect(name: QName, type: Type<unknown>, value: unknown, path: string, found: Identified[]): void {
  if (type.kind === 'simple' || name.uri === xmlSignature || typeof value !== 'object' || value === null) return;
  for (const item of itemsOf(type, value as Readonly<Record<string, unknown>>).items) {
    if (item.item === 'attribute' && item.name.name === 'Id' && typeof item.value === 'string') {
      found.push({ id: item.value, name: { name: name.name, uri: name.uri }, type, value, path });
    } else if (item.item === 'element') collect(item.name, item.type, item.value, `${path}/${item.label}`, found);
  }
}
