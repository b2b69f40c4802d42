import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { latency } from './pages/latency.js';
import { overview } from './pages/overview.js';
import { reliability } from './pages/reliability.js';
import { services } from './pages/services.js';
import { charge } from './pages/session.js';

export { expanded } from './macros.js';
export type { Range } from './macros.js';
export { dashboardFile, defaultRange, problemOf } from './queries.js';
export type { DashboardFile } from './queries.js';

/** Each dashboard by the name of its file in grafana/dashboards. */
export const dashboards: Readonly<Record<string, Dashboard>> = {
  'overview.json': overview, 'session.json': charge, 'reliability.json': reliability, 'services.json': services, 'latency.json': latency,
};
