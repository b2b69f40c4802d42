import type { CsmsNews, CsmsTransaction } from '@pilotwire/csms';
import type { Json, JsonObject } from '@pilotwire/station';
import { plain } from '../site/plain.js';

/** A line for people; undefined for what is not shown. */
export function newsLine(news: CsmsNews): string | undefined {
  const said = words(news);
  return said === undefined ? undefined : plain(`${news.kind === 'transaction' ? news.transaction.station : news.station}  ${said}`);
}

function words(news: CsmsNews): string | undefined {
  switch (news.kind) {
    case 'connected':
      return `connected, speaks ${news.protocol}`;
    case 'disconnected':
      return `is gone (${news.code})`;
    case 'refused':
      return `may not connect: ${news.why}`;
    case 'booted':
      return `boots: ${device(news.payload)}; ${{ accept: 'accepted', pending: 'pending', reject: 'rejected' }[news.answer]}`;
    case 'status':
      return `${outlet(news.evse)}: ${news.status}${news.error === undefined ? '' : `, ${news.error}`}`;
    case 'transaction':
      return `${outlet(news.transaction.evse)}: ${transactionWords(news)}`;
    case 'report':
      return [`report ${news.request}${news.more ? ', more to come' : ', complete'}`, ...news.values.map(({ name, value }) => `${name} = ${value}`)].join('; ');
    case 'signed':
      return `asked for a certificate${news.subject === '' ? '' : ` of ${news.subject}`}: ${news.status}`;
    case 'call':
      return `says ${news.action} ${JSON.stringify(news.payload)}`;
    case 'invalid':
      return `${news.direction === 'in' ? 'sent' : 'was to have'} an invalid ${news.action || 'frame'}: ${news.why}`;
    case 'frame':
      return undefined;
  }
}

const outlet = (evse: number): string => (evse === 0 ? 'station' : `outlet ${evse}`);

function device(payload: JsonObject): string {
  const { chargingStation, chargePointVendor, chargePointModel, reason } = payload;
  const { vendorName, model } = (typeof chargingStation === 'object' && chargingStation !== null ? chargingStation : {}) as JsonObject;
  return [vendorName ?? chargePointVendor, model ?? chargePointModel, reason].filter((part) => part !== undefined).join(' ');
}

function transactionWords({ what, transaction, watts, soc }: Extract<CsmsNews, { kind: 'transaction' }>): string {
  const name = `transaction ${shortId(transaction)}`;
  const facts = [
    ...(what === 'began' && transaction.token !== undefined ? [`token ${transaction.token}`] : []),
    ...(what === 'began' ? [] : [energy(transaction)]),
    ...(watts === undefined ? [] : [`${(watts / 1_000).toFixed(1)} kW`]),
    ...(soc === undefined ? [] : [`${soc} %`]),
    ...(transaction.missing.length === 0 ? [] : [`missing events: ${transaction.missing.slice(0, 10).join(', ')}`]),
  ];
  const verb = { began: ' began', reading: '', ended: ` ended (${transaction.reason ?? 'no reason'})` }[what];
  return [`${name}${verb}`, ...facts].join(', ');
}

/** Of the ids of 2.x, which are UUIDs, the end says enough; those of one station may begin alike. */
const shortId = ({ id }: CsmsTransaction): string => (id.length > 12 ? `…${id.slice(-6)}` : id);

const energy = ({ from, to }: CsmsTransaction): string =>
  from === undefined || to === undefined ? 'no meter value' : `${((to - from) / 1_000).toFixed(3)} kWh`;

export function transactionLine(transaction: CsmsTransaction): string {
  const { station, evse, began, ended, reason } = transaction;
  const until = ended === undefined ? 'runs' : `until ${ended} (${reason ?? 'no reason'})`;
  return plain(`${station}  ${outlet(evse)}: transaction ${transaction.id}, since ${began}, ${until}, ${energy(transaction)}`);
}

/** What a station answered: its status where that is all, or the whole. */
export function answerText(answer: Json): string {
  const { status, ...rest } = (typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer : {}) as JsonObject;
  return plain(typeof status === 'string' && Object.keys(rest).length === 0 ? status : JSON.stringify(answer));
}
