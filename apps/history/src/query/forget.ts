import type { Database } from '../database/database.js';
import { privacy } from '../ingest/privacy.js';

/**
 * Takes one car or person out of everything: its identity from sessions and events, the octets of its frames. What was
 * delivered stays. None of them may be empty. Resolves to the number of sessions.
 */
export function forgetIdentities(db: Database, given: readonly string[], key: Uint8Array | undefined): Promise<number> {
  // As they stand in what was heard of the power line.
  const octets = given.map((one) => one.replaceAll(':', '')).filter((one) => isAddress.test(one));
  // Whoever writes them down does so in capitals or not; to the CSMS it is the same token.
  const identities = [...new Set(given.flatMap((one) => writings(one).flatMap((text) => [text, privacy(key).identity(text)])).map((one) => one.toUpperCase()))];
  return db.transaction(async (query) => {
    const sessions = await query<{ id: string }>(
      `SELECT id FROM sessions WHERE upper(evccid) = ANY($1) OR upper(ev_mac) = ANY($1)
       UNION SELECT session_id FROM transactions WHERE upper(id_token) = ANY($1) AND session_id IS NOT NULL`, [identities],
    );
    const ids = sessions.map(({ id }) => id);
    await query('UPDATE sessions SET evccid = NULL, ev_mac = NULL, v2g_session = NULL WHERE id = ANY($1::uuid[])', [ids]);
    // A car that was heard and never matched, or at the outlet beside its own, has no session that knows it.
    await query(
      `UPDATE session_events SET data = data - '{evccid,ev,v2gSession,idToken,idTag}'::text[]
       WHERE jsonb_typeof(data) = 'object' AND (session_id = ANY($1::uuid[]) OR upper(data->>'ev') = ANY($2) OR upper(data->>'evccid') = ANY($2))`, [ids, identities],
    );
    await query('UPDATE slac_matches SET ev_mac = NULL WHERE session_id = ANY($1::uuid[]) OR upper(ev_mac) = ANY($2)', [ids, identities]);
    await query(
      `UPDATE frames SET raw = NULL WHERE session_id = ANY($1::uuid[])
       OR kind = 'slac' AND EXISTS (SELECT FROM unnest($2::text[]) one WHERE position(decode(one, 'hex') IN raw) > 0)`, [ids, octets],
    );
    await query('UPDATE transactions SET id_token = NULL WHERE session_id = ANY($1::uuid[]) OR upper(id_token) = ANY($2)', [ids, identities]);
    await query('UPDATE ocpp_messages SET payload = NULL WHERE payload::text ~* ANY($1)', [identities.map(inJson)]);
    // What nobody could read may hold it in any writing, and is for nobody but whoever looks into it.
    await query('DELETE FROM dead_letters WHERE payload ~* ANY($1)', [identities.map(plainly)]);
    return ids.length;
  });
}

/** As a regular expression. */
const plainly = (identity: string): string => identity.replaceAll(/[^a-z0-9]/giu, String.raw`\$&`);

/** An address stands for a car wherever it is. A token is all of a string, in JSON that is a string of other JSON as well: `1` is part of much. */
const inJson = (identity: string): string => (isAddress.test(identity.replaceAll(':', '')) ? plainly(identity) : String.raw`"${plainly(JSON.stringify(identity).slice(1, -1))}\\?"`);

const isAddress = /^[0-9a-f]{12}$/i;

/** A MAC is an EVCCID in another writing. */
function writings(text: string): readonly string[] {
  const plain = text.replaceAll(':', '');
  return isAddress.test(plain) ? [plain, (plain.match(/../g) ?? []).join(':')] : [text];
}
