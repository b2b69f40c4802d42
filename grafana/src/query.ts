import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** The database of history, as grafana/provisioning names it. */
export const datasource: DataSourceRef = { type: 'grafana-postgresql-datasource', uid: 'pilotwire-pg' };

/** `time_series`: `time`, numbers, and a text `metric` that tells several lines apart. `table`: whatever the panel needs. */
export type Format = 'time_series' | 'table';

/** One SQL query of a panel; the SDK has none for this data source. */
export function sql(rawSql: string, format: Format, refId = 'A'): Builder<Dataquery> {
  const query = { refId, datasource, format, editorMode: 'code', rawQuery: true, rawSql: rawSql.trim() };
  // The SDK tells queries from other objects by this method, which leaves no trace in the JSON.
  return { build: () => ({ ...query, _implementsDataqueryVariant: () => undefined }) };
}

/** Rows of the stations and outlets that are chosen above the panels. */
export const chosen = (alias: string): string => `${alias}.station IN ($station) AND ${alias}.evse::text IN ($evse)`;

/** The zone of a row's station; days are its days. */
export const zoneOf = (alias: string): string => `coalesce((SELECT time_zone FROM stations WHERE id = ${alias}.station), 'UTC')`;
