import { z } from 'zod';
import type { Database } from '../database/database.js';
import { instant, name } from './sessions.js';

/** What is looked for. */
export const messageFilter = z.strictObject({
  station: name.optional(),
  from: instant.optional().describe('said at that time or later'),
  to: instant.optional().describe('said before that time'),
  dir: z.enum(['out', 'in']).optional().describe('out: to the CSMS'),
  kind: z.enum(['call', 'result', 'error']).optional(),
  action: z.string().max(64).optional().describe('of a call, and of what answers it'),
  messageId: z.string().max(64).optional().describe('a call and its answer have the same'),
});
export type MessageFilter = z.output<typeof messageFilter>;

export const message = z.object({
  id: z.number(), ts: z.string(), station: z.string(), dir: z.enum(['out', 'in']), kind: z.enum(['call', 'result', 'error']), messageId: z.string(),
  action: z.string().nullable(), code: z.string().nullable(), payload: z.unknown().describe('null where it was too long, or is forgotten'),
});
export type StoredMessage = z.output<typeof message>;

const conditions: Readonly<Record<keyof MessageFilter | 'before', (value: string) => string>> = {
  station: (value) => `station = ${value}`,
  from: (value) => `ts >= ${value}`,
  to: (value) => `ts < ${value}`,
  dir: (value) => `dir = ${value}`,
  kind: (value) => `kind = ${value}`,
  action: (value) => `action = ${value}`,
  messageId: (value) => `message_id = ${value}`,
  before: (value) => `id < ${value}`,
};

/** The newest first; `before` is the id of the last one of the page before. */
export function messagesOf(db: Database, filter: MessageFilter, { limit, before }: { readonly limit: number; readonly before?: number }): Promise<readonly StoredMessage[]> {
  const asked = Object.entries({ ...filter, before }).filter(([, value]) => value !== undefined);
  const where = asked.map(([key], at) => conditions[key as keyof typeof conditions](`$${at + 1}`));
  return db.query(
    `SELECT id, ts, station, dir, kind, message_id AS "messageId", action, code, payload FROM ocpp_messages
     ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`} ORDER BY id DESC LIMIT ${limit}`, asked.map(([, value]) => value),
  );
}
