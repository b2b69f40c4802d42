import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import * as bars from '@grafana/grafana-foundation-sdk/barchart';
import { BigValueGraphMode, GraphDrawStyle, StackingMode, VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { DashboardLinkBuilder, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DynamicConfigValue, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import * as heat from '@grafana/grafana-foundation-sdk/heatmap';
import * as stats from '@grafana/grafana-foundation-sdk/stat';
import * as timeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as tables from '@grafana/grafana-foundation-sdk/table';
import * as lines from '@grafana/grafana-foundation-sdk/timeseries';
import * as xy from '@grafana/grafana-foundation-sdk/xychart';
import { datasource, sql } from './query.js';

/** What all panels say. */
interface Common {
  readonly title: string;
  /** What a person asks who has not seen it before. */
  readonly help?: string;
  readonly query: string;
  readonly unit?: string;
  readonly width?: number;
  readonly height?: number;
}

/** Every builder of the SDK has these; it has no type for what they share. */
interface AnyBuilder<Self> extends Builder<Panel> {
  title(title: string): Self;
  description(description: string): Self;
  datasource(ref: typeof datasource): Self;
  withTarget(target: Builder<Dataquery>): Self;
  unit(unit: string): Self;
  span(width: number): Self;
  height(height: number): Self;
}

function dressed<Self extends AnyBuilder<Self>>(builder: Self, { title, help, query, unit, width = 12, height = 8 }: Common, format: 'table' | 'time_series'): Self {
  const built = builder.title(title).datasource(datasource).withTarget(sql(query, format)).span(width).height(height);
  if (unit !== undefined) built.unit(unit);
  if (help !== undefined) built.description(help);
  return built;
}

/** From a value on, a colour: the first holds from the beginning. */
export type Steps = readonly (readonly [from: number | null, color: string])[];
const thresholds = (steps: Steps): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps.map(([value, color]) => ({ value, color })));

/** One number. */
export const stat = ({ steps, ...common }: Common & { readonly steps?: Steps }): Builder<Panel> => {
  const panel = dressed(new stats.PanelBuilder(), { width: 4, height: 4, ...common }, 'table').graphMode(BigValueGraphMode.None);
  return panel.thresholds(thresholds(steps ?? [[null, 'blue']]));
};

/** Lines over time: `time`, numbers, and perhaps `metric`. */
export function series({ overrides = {}, steps, dots, ...common }: Common & { readonly overrides?: Readonly<Record<string, readonly DynamicConfigValue[]>>; readonly steps?: Steps; readonly dots?: true }): Builder<Panel> {
  const panel = dressed(new lines.PanelBuilder(), common, 'time_series').showPoints(VisibilityMode.Never).lineWidth(1).fillOpacity(8);
  if (dots) panel.drawStyle(GraphDrawStyle.Points);
  if (steps !== undefined) panel.thresholds(thresholds(steps));
  for (const [name, properties] of Object.entries(overrides)) panel.overrideByName(name, [...properties]);
  return panel;
}

/** The axis and the unit of a line that is measured in something else. */
export const onTheRight = (unit: string): readonly DynamicConfigValue[] => [{ id: 'unit', value: unit }, { id: 'custom.axisPlacement', value: 'right' }];

/** Bars: a text or a time, then numbers. */
export const barsOf = ({ x, stacked, ...common }: Common & { readonly x: string; readonly stacked?: true }): Builder<Panel> =>
  dressed(new bars.PanelBuilder(), common, 'table').xField(x).showValue(VisibilityMode.Auto).stacking(stacked ? StackingMode.Normal : StackingMode.None);

/** What state something was in: `time`, a text for each row by the column `row`, and the state. */
export const states = ({ row, ...common }: Common & { readonly row: string }): Builder<Panel> =>
  dressed(new timeline.PanelBuilder(), { width: 24, ...common }, 'table').mergeValues(true).showValue(VisibilityMode.Auto)
    .withTransformation({ id: 'partitionByValues', options: { fields: [row], keepFields: false, naming: { asLabels: true } } });

/** Rows. `links`: columns whose cells lead somewhere. */
export function rows({ links = {}, units = {}, ...common }: Common & { readonly links?: Readonly<Record<string, { readonly title: string; readonly url: string }>>; readonly units?: Readonly<Record<string, string>> }): Builder<Panel> {
  const panel = dressed(new tables.PanelBuilder(), { width: 24, ...common }, 'table').filterable(true);
  for (const [name, { title, url }] of Object.entries(links)) panel.overrideByName(name, [{ id: 'links', value: [new DashboardLinkBuilder(title).url(url).build()] }]);
  for (const [name, unit] of Object.entries(units)) panel.overrideByName(name, [{ id: 'unit', value: unit }]);
  return panel;
}

/** How often each bucket was met: `time`, then a number for each bucket, the lowest first. */
export const heatmap = (common: Common): Builder<Panel> =>
  dressed(new heat.PanelBuilder(), common, 'time_series').calculate(false).color(new heat.HeatmapColorOptionsBuilder().scheme('Oranges').steps(32));

/** Dots: the first number is x. */
export const dots = (common: Common): Builder<Panel> => dressed(new xy.PanelBuilder(), common, 'table').mapping(xy.SeriesMapping.Auto).show(xy.XYShowMode.Points);
