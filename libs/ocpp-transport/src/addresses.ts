const hidden = '***';

/** Where an address begins. Of the schemes that have a host in any case, slashes may lack, or be the other ones (WHATWG URL). */
const begins = String.raw`(?:(?:https?|ftps?|wss?|sftp):[/\\]*|[a-z][a-z\d+.-]{1,20}:\/\/)`;
const amongText = new RegExp(String.raw`\b(${begins})([^\s"'<>]*)`, 'gi');
const alone = new RegExp(String.raw`^([\s\p{Cc}]*${begins})([^]*)$`, 'iu');

/** Members that hold an address: `location`, `remoteLocation`, `ocppCsmsUrl`, and what others may call theirs. */
export const isAddress = (name: string): boolean => /(location|url|uri)$/i.test(name);

/**
 * A text whose addresses can be shown: scheme, host and path are left of them. A name and a password are hidden, and what is behind a
 * ? or a #, where signatures and tokens of uploads are. `address`: all of the text is one, however it is written.
 */
export function withoutSecrets(text: string, as: 'text' | 'address' = 'text'): string {
  const whole = alone.exec(text);
  if (whole !== null) return `${whole[1]}${bare(whole[2] ?? '')}`;
  if (as === 'address' && /[@?#:]/.test(text)) return hidden;
  return text.replace(amongText, (_, scheme: string, rest: string) => `${scheme}${bare(rest)}`);
}

/** Where nobody can tell what is a password, nothing is left. */
function bare(rest: string): string {
  const end = rest.search(/[?#]/);
  const before = end < 0 ? rest : rest.slice(0, end);
  const at = rest.lastIndexOf('@');
  // A password may hold a ?, and end what looks like a path.
  if (at > before.length) return hidden;
  const place = before.slice(at + 1);
  const [host = ''] = place.replace(/^\[[^\]]*\]/, '').split(/[/\\]/, 1);
  // What was cut off may have lost the @ behind its password.
  if (/:(?!\d{0,5}$)/.test(host)) return hidden;
  return `${at < 0 ? '' : `${hidden}@`}${place}${end < 0 ? '' : `?${hidden}`}`;
}
