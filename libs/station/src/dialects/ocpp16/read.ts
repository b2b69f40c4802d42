import type { Message } from '../../model/message.js';
import type { QueueRecord, TransactionRecord } from '../../model/transaction.js';
import type { Json, Token, TokenInfo } from '../../model/values.js';
import { integer, object, oneOf, optional, text, time } from '../../shape/shape.js';
import type { Read, Shaped } from '../../shape/shape.js';
import { answer } from '../dialect.js';
import type { Answer } from '../dialect.js';

/** A token of 1.6 does not say how it was presented. */
export const token16 = (id: string): Token => ({ id, type: id.startsWith('VID:') ? 'MacAddress' : 'ISO14443' });

export const idTagInfo = object({
  expiryDate: optional(time), parentIdTag: optional(text(20)), status: oneOf(['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx']),
});
export const infoOf = ({ status, expiryDate, parentIdTag }: Shaped<typeof idTagInfo>): TokenInfo => ({
  status, expiry: expiryDate, group: parentIdTag === undefined || parentIdTag === '' ? undefined : token16(parentIdTag),
});

const boot = object({ status: oneOf(['Accepted', 'Pending', 'Rejected']), currentTime: time, interval: integer() });
const heartbeat = object({ currentTime: time });
const authorize = object({ idTagInfo });
const start = object({ idTagInfo, transactionId: integer() });
const stopped = object({ idTagInfo: optional(idTagInfo) });
const transfer = object({ status: text(50), data: optional(text(100_000)) });
const nothing = object({});

/** What the CSMS answered, as far as it matters. */
export function read16(message: Message | QueueRecord, result: Json): Read<Answer> {
  switch (message.kind) {
    case 'boot':
      return answer(boot, result, ({ status, currentTime, interval }) => ({ kind: 'boot', status, utc: currentTime, interval }));
    case 'heartbeat':
      return answer(heartbeat, result, ({ currentTime }) => ({ kind: 'heartbeat', utc: currentTime }));
    case 'authorize':
      return answer(authorize, result, ({ idTagInfo: info }) => ({ kind: 'authorize', info: infoOf(info) }));
    case 'transaction':
      return transaction(message.type, result);
    case 'data-transfer':
      return answer(transfer, result, ({ status, data }) => ({ kind: 'data-transfer', status, data }));
    default:
      return answer(nothing, result, () => ({ kind: 'done' }));
  }
}

function transaction(type: TransactionRecord['type'], result: Json): Read<Answer> {
  switch (type) {
    case 'started':
      return answer(start, result, ({ idTagInfo: info, transactionId }) => ({
        kind: 'transaction', info: infoOf(info), number: transactionId, cost: undefined,
      }));
    case 'updated':
      return answer(nothing, result, () => ({ kind: 'transaction', info: undefined, number: undefined, cost: undefined }));
    case 'ended':
      return answer(stopped, result, ({ idTagInfo: info }) => ({ kind: 'transaction', info: info && infoOf(info), number: undefined, cost: undefined }));
  }
}
