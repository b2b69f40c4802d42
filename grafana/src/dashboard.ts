import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { AnnotationQueryBuilder, DashboardBuilder, DashboardCursorSync, QueryVariableBuilder, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './query.js';

export interface Page {
  /** Of its address; never changes. */
  readonly uid: string;
  readonly title: string;
  readonly help: string;
  /** How far back it looks at first: `now-7d`. */
  readonly from: string;
  readonly refresh?: string;
  readonly choices: readonly (keyof typeof choices)[];
  readonly panels: readonly Builder<Panel>[];
  readonly annotations?: readonly AnnotationQueryBuilder[];
}

/**
 * "All" is a query, so that it holds where there is nothing yet.
 * A session is chosen by its id; the newest is the first.
 */
const choices = {
  station: () => choice('station', 'Station', 'SELECT id FROM stations ORDER BY 1').multi(true).includeAll(true).allValue('SELECT id FROM stations').current({ text: 'All', value: '$__all' }),
  evse: () => choice('evse', 'Outlet', 'SELECT DISTINCT evse::text FROM evses WHERE station IN ($station) ORDER BY 1').multi(true).includeAll(true).allValue('SELECT DISTINCT evse::text FROM evses').current({ text: 'All', value: '$__all' }),
  session: () => choice('session', 'Session', 'SELECT station || \' \' || evse || \' · \' || to_char(started_at, \'YYYY-MM-DD HH24:MI\') AS __text, id::text AS __value FROM sessions WHERE $__timeFilter(started_at) ORDER BY started_at DESC LIMIT 500'),
};

const choice = (name: string, label: string, query: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name).label(label).datasource(datasource).query(query).refresh(VariableRefresh.OnTimeRangeChanged).sort(VariableSort.Disabled);

export function dashboard({ uid, title, help, from, refresh, choices: names, panels, annotations = [] }: Page): Dashboard {
  const page = new DashboardBuilder(title).id(null).uid(uid).description(help).tags(['pilotwire']).timezone('browser').editable()
    .tooltip(DashboardCursorSync.Crosshair).time({ from, to: 'now' }).variables(names.map((name) => choices[name]()));
  if (refresh !== undefined) page.refresh(refresh);
  for (const annotation of annotations) page.annotation(annotation);
  panels.forEach((panel, at) => page.withPanel({ build: () => ({ ...panel.build(), id: at + 1 }) }));
  return page.build();
}
