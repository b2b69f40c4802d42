import { z } from 'zod';
import type { Range } from './macros.js';

const target = z.object({ refId: z.string(), rawSql: z.string(), format: z.enum(['time_series', 'table']), datasource: z.object({ type: z.string(), uid: z.string() }) });
const panel = z.object({
  id: z.int(), type: z.enum(['stat', 'timeseries', 'barchart', 'state-timeline', 'table', 'heatmap', 'xychart']), title: z.string(), datasource: target.shape.datasource, targets: z.array(target),
  options: z.object({ xField: z.string().optional() }).optional(),
  fieldConfig: z.object({ overrides: z.array(z.object({ matcher: z.object({ id: z.literal('byName'), options: z.string() }) })) }).optional(),
  transformations: z.array(z.object({ id: z.literal('partitionByValues'), options: z.object({ fields: z.array(z.string()) }) })).optional(),
});
const variable = z.object({ name: z.string(), query: z.string(), allValue: z.string().optional(), datasource: target.shape.datasource });

/** What is checked of a dashboard, out of its JSON as Grafana would read it. */
export const dashboardFile = z.object({
  id: z.null(), uid: z.string().regex(/^pilotwire-[a-z]+$/), title: z.string(), schemaVersion: z.int(), time: z.object({ from: z.string(), to: z.literal('now') }),
  panels: z.array(panel), templating: z.object({ list: z.array(variable) }),
  annotations: z.object({ list: z.array(z.object({ name: z.string(), target })).default([]) }).default({ list: [] }),
});
export type DashboardFile = z.output<typeof dashboardFile>;

/** How far back `now-7d` is, in milliseconds. */
function rangeOf(from: string): number {
  const [, count, unit] = /^now-(\d+)([hd])$/.exec(from) ?? [];
  if (count === undefined) throw new Error(`${from} is no range of ours`);
  return Number(count) * (unit === 'h' ? 3_600_000 : 86_400_000);
}

/** What a person sees who opens a dashboard and changes nothing. Panels are drawn with a thousand points at most. */
export function defaultRange({ time, templating: { list } }: DashboardFile, now: Date, session: string): Range {
  const span = rangeOf(time.from);
  const all = Object.fromEntries(list.map(({ name, allValue }) => [name, allValue ?? session]));
  return { from: new Date(now.getTime() - span), to: now, intervalS: Math.max(1, Math.round(span / 1_000_000)), variables: all };
}

/** What is wrong with the answer to a panel's query; undefined: the panel can show it. */
export function problemOf({ type, targets, options, fieldConfig, transformations }: DashboardFile['panels'][number], rows: readonly Readonly<Record<string, unknown>>[]): string | undefined {
  const [first] = rows;
  if (first === undefined) return 'no rows';
  const columns = Object.keys(first);
  const numbers = columns.filter((name) => name !== 'time' && rows.some((row) => typeof row[name] === 'number'));
  const named = fieldConfig?.overrides.map(({ matcher }) => matcher.options) ?? [];
  const wanted = [
    ...named, ...(type === 'barchart' ? [options?.xField ?? 'xField'] : []), ...(transformations?.flatMap(({ options: { fields } }) => fields) ?? []),
    ...(type === 'state-timeline' || targets[0]?.format === 'time_series' ? ['time'] : []),
  ];
  const missing = wanted.filter((name) => !columns.includes(name));
  if (missing.length > 0) return `no column ${missing.join(', ')} in ${columns.join(', ')}`;
  if (columns.includes('metric') && rows.some(({ metric }) => typeof metric !== 'string')) return 'metric is no text';
  if (columns.includes('time') && rows.some(({ time }) => time === null)) return 'a row without a time';
  const least = { stat: 1, timeseries: 1, barchart: 1, heatmap: 2, xychart: 2, table: 0, 'state-timeline': 0 }[type];
  return numbers.length < least ? `${numbers.length} columns of numbers` : undefined;
}
