// SPDX-License-Identifier: Apache-2.0
// Panels as all dashboards have them.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphGradientMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardBuilder, DashboardCursorSync, DashboardLinkBuilder, DashboardLinkType, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

type Query = Builder<Dataquery>;

/** An empty dashboard with links to the others. */
export function dashboard(uid: string, title: string, description: string, hours: number): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['harvester'])
    .timezone('browser')
    .editable()
    .refresh(hours > 6 ? '' : '1m')
    .time({ from: `now-${hours}h`, to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .link(new DashboardLinkBuilder('Harvester').type(DashboardLinkType.Dashboards).tags(['harvester']).asDropdown(true).includeVars(true).keepTime(true));
}

/** Lines over time. */
export function graph(title: string, description: string, unit: string, ...queries: Query[]): GraphBuilder {
  const panel = new GraphBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .span(12)
    .height(8)
    .lineWidth(1)
    .fillOpacity(10)
    .gradientMode(GraphGradientMode.None)
    .showPoints(VisibilityMode.Never)
    .legend(new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true).calcs([]))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (unit === 'percentunit') panel.min(0);
  queries.forEach((query) => panel.withTarget(query));
  return panel;
}

/** Lines over time, one on top of the other. */
export function stack(title: string, description: string, unit: string, ...queries: Query[]): GraphBuilder {
  return graph(title, description, unit, ...queries)
    .fillOpacity(40)
    .min(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

/** One number; colours begin at warn and at bad. With bad below warn, small numbers are the bad ones. */
export function stat(title: string, description: string, unit: string, query: Query, warn?: number, bad?: number): StatBuilder {
  const panel = new StatBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .span(3)
    .height(4)
    .graphMode(BigValueGraphMode.None)
    .colorMode(warn === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
    .withTarget(query);
  return warn === undefined || bad === undefined ? panel : panel.thresholds(thresholds(warn, bad));
}

export function thresholds(warn: number, bad: number): ThresholdsConfigBuilder {
  const steps =
    bad < warn
      ? [
          { value: null, color: 'red' },
          { value: bad, color: 'orange' },
          { value: warn, color: 'green' },
        ]
      : [
          { value: null, color: 'green' },
          { value: warn, color: 'orange' },
          { value: bad, color: 'red' },
        ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

/** A table; units by the name of the column. */
export function list(title: string, description: string, units: Record<string, string>, ...queries: Query[]): TableBuilder {
  const panel = new TableBuilder().title(title).description(description).span(12).height(9).filterable(true);
  queries.forEach((query) => panel.withTarget(query));
  for (const [column, unit] of Object.entries(units)) panel.overrideByName(column, [{ id: 'unit', value: unit }]);
  return panel;
}

/** Columns for the values of queries A, B, … that are rows per label; other columns keep their names, or are left out. */
export function columns(panel: TableBuilder, names: Record<string, string>, leftOut: string[] = []): TableBuilder {
  const excludeByName = Object.fromEntries(['Time', ...leftOut].map((name) => [name, true]));
  return panel.withTransformation({ id: 'merge', options: {} }).withTransformation({ id: 'organize', options: { excludeByName, renameByName: names } });
}

/** A link from a column with names of nodes to the dashboard Node. */
export function nodeLink(): DynamicConfigValue {
  return { id: 'links', value: [{ title: 'Node', url: '/d/harvester-node?var-node=${__value.text:percentencode}&${__url_time_range}' }] };
}

/** A column as a bar from 0 to 1. */
export function bar(warn: number, bad: number): DynamicConfigValue[] {
  return [
    { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic' } },
    { id: 'min', value: 0 },
    { id: 'max', value: 1 },
    { id: 'unit', value: 'percentunit' },
    { id: 'thresholds', value: thresholds(warn, bad).build() },
  ];
}
