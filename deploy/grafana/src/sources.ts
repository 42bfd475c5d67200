// SPDX-License-Identifier: Apache-2.0
// The two data sources of provisioning/datasources/harvester.yaml, and queries to them.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { AnnotationQueryBuilder, QueryVariableBuilder, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder as PromqlBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';

export const PROMQL: DataSourceRef = { type: 'prometheus', uid: 'harvester' };
export const SQL: DataSourceRef = { type: 'grafana-postgresql-datasource', uid: 'harvester-sql' };

/** A query over the time range of the dashboard. */
export function range(expr: string, legend: string): PromqlBuilder {
  return new PromqlBuilder().datasource(PROMQL).expr(expr).legendFormat(legend).range();
}

/** A query at the end of the time range. */
export function instant(expr: string, legend = ''): PromqlBuilder {
  return new PromqlBuilder().datasource(PROMQL).expr(expr).legendFormat(legend).instant();
}

/** A query at the end of the time range, whose labels are columns. */
export function rows(expr: string): PromqlBuilder {
  return instant(expr).format(PromQueryFormat.Table);
}

/** The query of a data source of the type PostgreSQL, which the foundation SDK does not have. */
interface SqlQuery extends Dataquery {
  datasource: DataSourceRef;
  editorMode: 'code';
  format: 'table' | 'time_series';
  rawQuery: true;
  rawSql: string;
  refId: string;
}

class SqlBuilder implements Builder<Dataquery> {
  constructor(private readonly format: SqlQuery['format'], private readonly text: string, private readonly refId: string) {}

  build(): Dataquery {
    const query: SqlQuery = {
      _implementsDataqueryVariant: () => undefined, // left out of the JSON, as every function
      datasource: SQL,
      editorMode: 'code',
      format: this.format,
      rawQuery: true,
      rawSql: this.text.trim().replace(/^ {4}/gm, ''),
      refId: this.refId,
    };
    return query;
  }
}

/** Rows of a table. */
export function table(sql: string): Builder<Dataquery> {
  return new SqlBuilder('table', sql, 'A');
}

/** Rows with time, value and, as the labels of a series, columns of text. */
export function series(sql: string): Builder<Dataquery> {
  return new SqlBuilder('time_series', sql, 'A');
}

/** A variable with the values of a label. */
export function labelValues(name: string, label: string, description: string, selector: string, of: string): QueryVariableBuilder {
  const query = `label_values(${selector}, ${of})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(PROMQL)
    .definition(query)
    .query({ qryType: 1, query, refId: 'variable' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);
}

/** A variable with the values of the first column of a query. */
export function sqlValues(name: string, label: string, description: string, sql: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(SQL)
    .definition(sql)
    .query(sql)
    .refresh(VariableRefresh.OnDashboardLoad)
    .sort(VariableSort.NaturalAsc);
}

/** What fleet.annotation has within the time range; a condition, as for one node. */
export function annotations(name: string, color: string, condition: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(SQL)
    .enable(true)
    .iconColor(color)
    .target(
      new SqlBuilder(
        'table',
        `
    SELECT time, time_end AS timeend, coalesce(node || ': ', '') || text AS text, kind AS tags
      FROM fleet.annotation
     WHERE time <= $__timeTo() AND coalesce(time_end, time) >= $__timeFrom() AND ${condition}
     ORDER BY time DESC LIMIT 500`,
        'Anno',
      ),
    );
}
