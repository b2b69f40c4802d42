import { withoutSecrets } from '@pilotwire/ocpp-transport';
import type { Log } from '@pilotwire/service';
import type { News } from '@pilotwire/station';

/** A log whose lines may repeat what the CSMS or a program of the operator's says: what is secret of addresses is left out. */
export const discreet = (log: Log): Log => ({
  debug: (line) => log.debug(withoutSecrets(line)), info: (line) => log.info(withoutSecrets(line)),
  warn: (line) => log.warn(withoutSecrets(line)), error: (line) => log.error(withoutSecrets(line)),
});

/** What of the news of an engine is worth a line in the log. No tokens, no passwords. */
export function lineFor(news: News): { readonly level: 'info' | 'warn' | 'error'; readonly text: string } | undefined {
  switch (news.what) {
    case 'dead-letter':
      return { level: 'error', text: `the CSMS does not take a ${news.record.kind} record, which is given up and kept: ${news.answers.at(-1) ?? 'no answer'}` };
    case 'registration':
      return { level: news.status === 'accepted' ? 'info' : 'warn', text: `the CSMS has ${news.status === 'pending' ? 'not decided on' : news.status} the boot` };
    case 'security-event':
      return { level: 'warn', text: `security: ${news.type}${news.info === undefined ? '' : `: ${news.info}`}` };
    case 'anomaly':
      return { level: 'info', text: `${news.action} of the CSMS was not quite right: ${news.notes.join('; ')}` };
    case 'refused-call':
      return { level: 'warn', text: `${news.action} of the CSMS was refused with ${news.code}: ${news.why}` };
    case 'call-failed':
      return { level: 'warn', text: `${news.action}: ${news.why}` };
    case 'token-refused':
      return { level: 'info', text: `${news.evse === 0 ? 'a token' : `EVSE ${news.evse}: a token`} was refused: ${news.why}` };
    case 'disk-full':
      return { level: 'error', text: 'the disk takes nothing more: what charges goes on, nothing begins while the CSMS is away' };
    case 'disk-well':
      return { level: 'info', text: 'the disk takes records again' };
    case 'dropped':
      return { level: 'warn', text: `the queue is too long: ${news.count} periodic records were left out` };
    case 'variable':
      return { level: 'info', text: `${news.variable} is ${/password/i.test(news.variable) ? 'set' : news.value}` };
    case 'data-transfer':
    case 'data-transferred':
      return undefined;
  }
}
