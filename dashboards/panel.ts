/** The kinds of panel that the dashboards use, each with this house's settings; what stands in them comes from pages/. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode, BigValueGraphMode, HeatmapCellLayout, LegendDisplayMode, LegendPlacement, ReduceDataOptionsBuilder, ScaleDistribution,
  ScaleDistributionConfigBuilder, SortOrder, StackingConfigBuilder, StackingMode, TooltipDisplayMode, VisibilityMode, VizLegendOptionsBuilder, VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode, type DynamicConfigValue, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { HeatmapColorMode, HeatmapColorOptionsBuilder, HeatmapColorScale, PanelBuilder as HeatMapBuilder, RowsHeatmapOptionsBuilder, YAxisConfigBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { PanelBuilder as TrendBuilder } from '@grafana/grafana-foundation-sdk/trend';
import { CLICKHOUSE, PROMETHEUS } from './datasource.js';
import { queryBuilder, type Query } from './query.js';

/** Grafana's names of units. */
export type Unit = 'ns' | 's' | 'bytes' | 'Bps' | 'short' | 'percentunit' | 'pps' | 'ops' | 'bool_on_off' | 'dateTimeAsIso' | 'none';

interface Common {
  readonly title: string;
  /** What the figures mean, and how wrong they may be. */
  readonly description: string;
  readonly queries: readonly [Query, ...Query[]];
  readonly unit: Unit;
  /** Of 24. */
  readonly width: number;
  readonly height?: number;
}

export type AnyPanel = Builder<Panel>;

/** What every builder of a panel can do. */
interface PanelBuilder<Self> extends AnyPanel {
  title(title: string): Self;
  description(description: string): Self;
  datasource(datasource: { readonly type: string; readonly uid: string }): Self;
  withTarget(target: ReturnType<typeof queryBuilder>): Self;
  unit(unit: string): Self;
  span(width: number): Self;
  height(height: number): Self;
}

const HEIGHT = 8;

function filled<Kind extends PanelBuilder<Kind>>(builder: Kind, panel: Common): Kind {
  const kinds = new Set(panel.queries.map(({ kind }) => kind));
  if (kinds.size > 1) throw new RangeError(`the panel "${panel.title}" asks both data sources; give each its own panel`);
  builder.title(panel.title).description(panel.description).datasource(kinds.has('sql') ? CLICKHOUSE : PROMETHEUS);
  builder.unit(panel.unit).span(panel.width).height(panel.height ?? HEIGHT);
  panel.queries.forEach((query, index) => builder.withTarget(queryBuilder(query, index)));
  return builder;
}

export interface LinesPanel extends Common {
  /** Latency spans decades: a logarithmic axis shows median and tail at once. */
  readonly logarithmic?: boolean;
  /** Parts of a whole. */
  readonly stacked?: boolean;
}

export function lines(panel: LinesPanel): AnyPanel {
  const builder = filled(new TimeSeriesBuilder(), panel).showPoints(VisibilityMode.Auto).spanNulls(false).lineWidth(1);
  if (panel.logarithmic === true) builder.scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10));
  else builder.min(0);
  if (panel.stacked === true) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)).fillOpacity(40);
  return builder
    .legend(new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.Table).placement(LegendPlacement.Bottom).showLegend(true).calcs(['lastNotNull', 'max']))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

export interface FigurePanel extends Common {
  /** Above it (from the second on: above that one) the figure takes the colour; the first colour is that of everything below. */
  readonly colours?: readonly { readonly above: number; readonly colour: string }[];
}

/** One figure a series: the newest value. */
export function figure(panel: FigurePanel): AnyPanel {
  const steps = [{ value: null, color: 'green' }, ...(panel.colours ?? []).map(({ above, colour }) => ({ value: above, color: colour }))];
  return filled(new StatBuilder(), { height: 4, ...panel })
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false))
    .colorMode(panel.colours === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps));
}

export interface Field {
  readonly unit?: Unit;
  /** Where a click leads: a path with Grafana's `${__data.fields.…}`. */
  readonly link?: { readonly title: string; readonly url: string };
  readonly widthPx?: number;
  /** Needed by a link only. */
  readonly hidden?: boolean;
}

export interface RowsPanel extends Common {
  readonly fields?: Readonly<Record<string, Field>>;
}

export function rows(panel: RowsPanel): AnyPanel {
  const builder = filled(new TableBuilder(), panel).filterable(true).showHeader(true);
  for (const [name, field] of Object.entries(panel.fields ?? {})) builder.overrideByName(name, propertiesOf(field));
  return builder;
}

function propertiesOf(field: Field): DynamicConfigValue[] {
  return [
    ...(field.unit === undefined ? [] : [{ id: 'unit', value: field.unit }]),
    ...(field.link === undefined ? [] : [{ id: 'links', value: [field.link] }]),
    ...(field.widthPx === undefined ? [] : [{ id: 'custom.width', value: field.widthPx }]),
    ...(field.hidden === true ? [{ id: 'custom.hidden', value: true }] : []),
  ];
}

/** Rows named by their upper edges, in `unit`; cells are counts. */
export function heatMap(panel: Common): AnyPanel {
  return filled(new HeatMapBuilder(), panel)
    .calculate(false)
    .rowsFrame(new RowsHeatmapOptionsBuilder().layout(HeatmapCellLayout.Le))
    .yAxis(new YAxisConfigBuilder().unit(panel.unit))
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Turbo').scale(HeatmapColorScale.Exponential).exponent(0.3).steps(64))
    .cellGap(0);
}

/** A curve over a number instead of over time; the first column is that number. */
export function curve(panel: Common & { readonly over: string }): AnyPanel {
  return filled(new TrendBuilder(), panel)
    .xField(panel.over)
    .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10))
    .showPoints(VisibilityMode.Auto)
    .lineWidth(2);
}
