/** Two runs side by side, hop by hop. */
import { curve, lines, rows } from '../panel.js';
import type { Page } from '../dashboard.js';
import { seriesQuery, tableQuery } from '../query.js';
import { NINES, NINES_LEVELS, RUN_A, RUN_B, bucketQuantile, inPathOrder } from '../sql.js';
import { runVariable, seriesVariable } from '../variable.js';

const EITHER = `(${RUN_A} OR ${RUN_B})`;
const LEVELS = NINES_LEVELS.join(', ');

/** Runs stand at different times: the panels ask for them whole, whatever time the reader looks at. */
export const COMPARE: Page = {
  uid: 'hopscope-compare',
  title: 'compare two runs',
  description: 'Run A against run B. Two runs of the same build differ as well: look at "Runs of both experiments" before you believe a difference.',
  variables: [runVariable('run_a', 'Run A'), runVariable('run_b', 'Run B'), seriesVariable('tick_to_ack')],
  refresh: 'off',
  sections: [
    {
      title: 'Latency',
      panels: [
        rows({
          title: 'Hop by hop',
          description: 'Change is of B against A; below 0 B is faster. Upper edges of buckets: a change within 3 % (1/32) is none.',
          unit: 'ns', width: 14, height: 15,
          fields: {
            'p50 change': { unit: 'percentunit' }, 'p99 change': { unit: 'percentunit' }, 'p99.9 change': { unit: 'percentunit' },
            'count A': { unit: 'short' }, 'count B': { unit: 'short' }, hop: { unit: 'none', widthPx: 160 },
          },
          queries: [tableQuery(`
            SELECT name AS hop, ${['p50', 'p99', 'p99.9'].map(columnsOf).join(', ')},
              sumIf(count, ${RUN_A}) AS "count A", sumIf(count, ${RUN_B}) AS "count B"
            FROM latency_buckets WHERE ${EITHER} GROUP BY name ORDER BY ${inPathOrder('name')}`)],
        }),
        curve({
          title: 'Percentile curves of $series',
          description: 'Over nines: 1 is p90, 2 is p99, 3 is p99.9.',
          over: 'nines', unit: 'ns', width: 10, height: 15,
          queries: [tableQuery(`
            SELECT point.1 AS nines, point.2 AS "A", point.3 AS "B"
            FROM (
              SELECT arrayJoin(arrayZip([${NINES.join(', ')}], quantilesExactWeightedIf(${LEVELS})(high_ns, count, ${RUN_A}),
                quantilesExactWeightedIf(${LEVELS})(high_ns, count, ${RUN_B}))) AS point
              FROM latency_buckets WHERE ${EITHER} AND name = \${series:sqlstring} HAVING uniqExact(run_id) > 0
            )
            ORDER BY nines`)],
        }),
        lines({
          title: 'p99 of $series over the runs',
          description: 'Time counts from each run\'s first second, and is shown as if that were the beginning of the shown time.',
          unit: 'ns', width: 24, logarithmic: true,
          queries: [seriesQuery(`
            SELECT $__fromTime + toIntervalSecond(second - since) AS time, multiIf(${RUN_A}, 'A', 'B') AS run, ${bucketQuantile(0.99)} AS p99
            FROM latency_buckets
            INNER JOIN (SELECT run_id, min(second) AS since FROM latency_buckets WHERE ${EITHER} GROUP BY run_id) AS begun USING (run_id)
            WHERE ${EITHER} AND name = \${series:sqlstring} GROUP BY time, run ORDER BY time, run`)],
        }),
      ],
    },
    {
      title: 'What is different, and how much runs differ anyway',
      panels: [
        rows({
          title: 'Settings that differ',
          description: 'In base units: ns, packets a second, bytes.',
          unit: 'none', width: 12,
          queries: [tableQuery(`
            SELECT setting, anyIf(value, run = 'A') AS "A", anyIf(value, run = 'B') AS "B"
            FROM (
              SELECT multiIf(${RUN_A}, 'A', 'B') AS run, arrayJoin(JSONExtractKeysAndValuesRaw(settings)) AS pair, pair.1 AS setting, pair.2 AS value
              FROM runs WHERE ${EITHER}
            )
            GROUP BY setting HAVING "A" != "B" ORDER BY setting`)],
        }),
        rows({
          title: 'Runs of both experiments',
          description: '$series of every run of the experiments of A and B: what lies within the spread of one variant\'s runs is no difference.',
          unit: 'ns', width: 12,
          fields: { run_id: { unit: 'none', widthPx: 260 }, orders: { unit: 'short' }, valid: { unit: 'none' } },
          queries: [tableQuery(`
            SELECT experiment, variant, run_id, valid, p50, p99, orders
            FROM runs
            INNER JOIN (
              SELECT run_id, ${bucketQuantile(0.5)} AS p50, ${bucketQuantile(0.99)} AS p99, sum(count) AS orders
              FROM latency_buckets WHERE name = \${series:sqlstring} GROUP BY run_id
            ) AS figures USING (run_id)
            WHERE experiment IN (SELECT experiment FROM runs WHERE ${EITHER}) ORDER BY experiment, variant, started`)],
        }),
        rows({
          title: 'Causes of delay',
          description: 'Of the slow orders of both runs.',
          unit: 'ns', width: 24,
          fields: { 'orders A': { unit: 'short' }, 'orders B': { unit: 'short' }, cause: { unit: 'none' } },
          queries: [tableQuery(`
            SELECT cause, uniqExactIf(trace_id, ${RUN_A}) AS "orders A", uniqExactIf(trace_id, ${RUN_B}) AS "orders B",
              sumIf(delay_ns, ${RUN_A}) AS "delay A", sumIf(delay_ns, ${RUN_B}) AS "delay B"
            FROM attributions WHERE ${EITHER} GROUP BY cause ORDER BY "delay A" + "delay B" DESC`)],
        }),
      ],
    },
  ],
};

function columnsOf(name: string): string {
  const level = { p50: 0.5, p99: 0.99, 'p99.9': 0.999 }[name] ?? NaN;
  const [a, b] = [bucketQuantile(level, RUN_A), bucketQuantile(level, RUN_B)];
  return `${a} AS "${name} A", ${b} AS "${name} B", "${name} B" / nullIf("${name} A", 0) - 1 AS "${name} change"`;
}
