/** What the reader of a dashboard chooses at its top. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { CustomVariableBuilder, QueryVariableBuilder, VariableRefresh, VariableSort, type VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { HOPS, SPANS } from '../collector/index.js';
import { CLICKHOUSE } from './datasource.js';

export type Variable = Builder<VariableModel>;

/** One run of the store, the newest first; in SQL `${name:sqlstring}`, which quotes it. */
export function runVariable(name: string, label: string): Variable {
  const sql = 'SELECT run_id FROM runs ORDER BY started DESC LIMIT 500';
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(CLICKHOUSE)
    .query({ refId: name, rawSql: sql, editorType: 'sql', queryType: 'table', format: 1 })
    .definition(sql)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled);
}

/** One hop or span of the catalogue. */
export function seriesVariable(preset: string): Variable {
  const names = [...SPANS, ...HOPS].map(({ name }) => name);
  if (!names.includes(preset)) throw new RangeError(`the catalogue has no hop or span ${preset}`);
  return new CustomVariableBuilder('series')
    .label('Hop or span')
    .values(names.join(','))
    .options(names.map((name) => ({ text: name, value: name, selected: name === preset })))
    .current({ text: preset, value: preset, selected: true });
}
