/** Queries as panels hold them: SQL for the ClickHouse plugin, PromQL for Prometheus. */
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { CLICKHOUSE, PROMETHEUS } from './datasource.js';

/** `timeSeries`: a first column `time`, then one series a numeric column and per value of a text column. */
export type ResultShape = 'timeSeries' | 'table';

/** What a panel asks one data source. */
export type Query =
  | { readonly kind: 'sql'; readonly shape: ResultShape; readonly sql: string }
  | { readonly kind: 'promql'; readonly expr: string; readonly legend: string; readonly result: 'range' | 'instant' | 'buckets' };

export function seriesQuery(sql: string): Query {
  return { kind: 'sql', shape: 'timeSeries', sql: oneSpaced(sql) };
}

export function tableQuery(sql: string): Query {
  return { kind: 'sql', shape: 'table', sql: oneSpaced(sql) };
}

/** @param legend with `{{label}}`; empty: Prometheus' own naming */
export function promQuery(expr: string, legend = ''): Query {
  return { kind: 'promql', expr, legend, result: 'range' };
}

/** The value now, not its course. */
export function promNow(expr: string, legend = ''): Query {
  return { kind: 'promql', expr, legend, result: 'instant' };
}

/** Buckets of a histogram by `le`, which Grafana makes cells of a heat map of. */
export function promBuckets(expr: string): Query {
  return { kind: 'promql', expr, legend: '{{le}}', result: 'buckets' };
}

/** @param index of the query in its panel: A, B, … */
export function queryBuilder(query: Query, index: number): Builder<Dataquery> {
  const refId = String.fromCharCode('A'.charCodeAt(0) + index);
  if (query.kind === 'sql') return new ClickHouseQueryBuilder(refId, query.shape, query.sql);
  const builder = new DataqueryBuilder().refId(refId).datasource(PROMETHEUS).expr(query.expr);
  if (query.legend !== '') builder.legendFormat(query.legend);
  if (query.result === 'buckets') builder.format(PromQueryFormat.Heatmap);
  return query.result === 'instant' ? builder.instant() : builder.range();
}

/** The numbers that the plugin's older versions read instead of `queryType`. */
const FORMAT_OF: Readonly<Record<ResultShape, number>> = { timeSeries: 0, table: 1 };

/** The SDK knows no query of this plugin; the keys are those of its src/types/sql.ts (CHSqlQuery, plugin version 4). */
class ClickHouseQueryBuilder implements Builder<Dataquery> {
  constructor(
    private readonly refId: string,
    private readonly shape: ResultShape,
    private readonly sql: string,
  ) {}

  build(): Dataquery {
    const query = {
      refId: this.refId,
      datasource: CLICKHOUSE,
      editorType: 'sql',
      queryType: this.shape,
      format: FORMAT_OF[this.shape],
      rawSql: this.sql,
      // Marks the type only; JSON leaves it out.
      _implementsDataqueryVariant: (): void => undefined,
    };
    return query;
  }
}

/** SQL as it is written over several indented lines, on one line each. */
function oneSpaced(sql: string): string {
  return sql.trim().split('\n').map((line) => line.trim()).join('\n');
}
