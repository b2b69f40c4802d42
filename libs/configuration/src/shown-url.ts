/** What stands for a secret that is set. */
export const hidden = '(hidden)';

/**
 * What may be shown of a URL: protocol, host and path; no user, no password, no query. Of a text that is no URL with a host,
 * what is behind the last @ and before a query. Where nobody can tell what is a password, nothing is left of it.
 */
export function shownUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.host !== '') {
    const { protocol, host, pathname, search, hash } = url;
    // A password may hold a slash, and end what looks like a host.
    if (`${pathname}${search}${hash}`.includes('@')) return `${protocol}//${hidden}`;
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  }
  const [before = ''] = text.split(/[?#]/, 1);
  if (text.slice(before.length).includes('@')) return hidden;
  const at = before.lastIndexOf('@');
  return at < 0 ? before : `${hidden}@${before.slice(at + 1)}`;
}
