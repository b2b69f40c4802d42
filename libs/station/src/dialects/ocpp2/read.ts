import type { Message } from '../../model/message.js';
import type { QueueRecord } from '../../model/transaction.js';
import { tokenStatuses, tokenTypes } from '../../model/values.js';
import type { Json, Token, TokenInfo, TokenType } from '../../model/values.js';
import { anything, decimal, integer, many, object, oneOf, optional, text, time } from '../../shape/shape.js';
import type { Read, Shaped } from '../../shape/shape.js';
import { answer } from '../dialect.js';
import type { Answer } from '../dialect.js';

/** Members that are the standard's, and that nothing here needs. */
export const unread = optional(anything);
export const statusInfo = { statusInfo: unread };

export const idToken = object({ idToken: text(255), type: text(20), additionalInfo: unread });
/** A type that is not known is taken for one that the CSMS made up: a central one. */
export const tokenOf = ({ idToken: id, type }: Shaped<typeof idToken>): Token => ({ id, type: isTokenType(type) ? type : 'Central' });
const isTokenType = (type: string): type is TokenType => (tokenTypes as readonly string[]).includes(type);

export const idTokenInfo = object({
  status: oneOf(tokenStatuses), cacheExpiryDateTime: optional(time), groupIdToken: optional(idToken), chargingPriority: unread, language1: unread,
  language2: unread, evseId: optional(many(integer())), personalMessage: unread,
});
export const infoOf = ({ status, cacheExpiryDateTime, groupIdToken }: Shaped<typeof idTokenInfo>): TokenInfo => ({
  status, expiry: cacheExpiryDateTime, group: groupIdToken && tokenOf(groupIdToken),
});

const boot = object({ status: oneOf(['Accepted', 'Pending', 'Rejected']), currentTime: time, interval: integer(), ...statusInfo });
const heartbeat = object({ currentTime: time });
const authorize = object({ idTokenInfo, certificateStatus: unread, allowedEnergyTransfer: unread, tariff: unread });
const limit = object({ maxCost: unread, maxEnergy: optional(decimal(0)), maxTime: optional(integer(0)), maxSoC: optional(integer(0, 100)) });
const event = object({
  totalCost: optional(decimal()), chargingPriority: unread, idTokenInfo: optional(idTokenInfo), updatedPersonalMessage: unread,
  updatedPersonalMessageExtra: unread, transactionLimit: optional(limit),
});
const transfer = object({ status: text(50), data: unread, ...statusInfo });
const anyAnswer = object({ status: unread, ...statusInfo });

/** What the CSMS answered, as far as it matters. */
export function read2(message: Message | QueueRecord, result: Json): Read<Answer> {
  switch (message.kind) {
    case 'boot':
      return answer(boot, result, ({ status, currentTime, interval }) => ({ kind: 'boot', status, utc: currentTime, interval }));
    case 'heartbeat':
      return answer(heartbeat, result, ({ currentTime }) => ({ kind: 'heartbeat', utc: currentTime }));
    case 'authorize':
      return answer(authorize, result, ({ idTokenInfo: info }) => ({ kind: 'authorize', info: infoOf(info) }));
    case 'transaction':
      return answer(event, result, ({ totalCost, idTokenInfo: info, transactionLimit }) => ({
        kind: 'transaction', info: info && infoOf(info), number: undefined, cost: totalCost,
        limits: transactionLimit && { maxEnergy: transactionLimit.maxEnergy, maxTime: transactionLimit.maxTime, maxSoc: transactionLimit.maxSoC },
      }));
    case 'data-transfer':
      return answer(transfer, result, ({ status, data }) => ({ kind: 'data-transfer', status, data }));
    default:
      return answer(anyAnswer, result, () => ({ kind: 'done' }));
  }
}
