/** Hops: where the time goes along the path, as heat map and percentiles. */
import { HOPS, LATENCY_BOUNDS_NS } from '../../collector/index.js';
import { heatMap, lines, rows } from '../panel.js';
import type { Page } from '../dashboard.js';
import { latencyOf, latencyQuantile, quantileByHop } from '../promql.js';
import { promBuckets, promQuery, seriesQuery, tableQuery } from '../query.js';
import { IN_SAMPLE, RUN, SAMPLED, bucketQuantile, bucketQuantiles, durationOf, inPathOrder } from '../sql.js';
import { runVariable, seriesVariable } from '../variable.js';

const OVER = 'FROM latency_buckets WHERE $__timeFilter(second) AND ' + RUN;
const EXACT_LEVELS: readonly (readonly [string, number])[] = [['p50', 0.5], ['p99', 0.99], ['p99.9', 0.999]];
const WHOLE_PATH = durationOf('tick_to_ack_response');
/** Hops of the path itself: what adds up to response time. */
const PATH = HOPS.filter(({ table, predecessor }) => table === 'traces' && predecessor !== null);

export const HOPS_PAGE: Page = {
  uid: 'hopscope-hops',
  title: 'hops',
  description: 'Every hop\'s time since its predecessor, and the spans over several of them.',
  variables: [runVariable('run_id', 'Run'), seriesVariable('tick_to_ack')],
  refresh: 'off',
  sections: [
    {
      title: 'Stored run: $series',
      panels: [
        heatMap({
          title: 'Heat map of $series',
          description: 'Orders by duration and time; every measured order counts, stored or not. Rows are named by their upper edges.',
          unit: 'ns', width: 12, height: 10,
          queries: [seriesQuery(`
            SELECT $__timeInterval(second) AS time, ${heatMapRows()}
            ${OVER} AND name = \${series:sqlstring} GROUP BY time ORDER BY time`)],
        }),
        lines({
          title: 'Percentiles of $series',
          description: 'Upper edges of buckets, at most 1/32 too high, over every measured order of the interval.',
          unit: 'ns', width: 12, height: 10, logarithmic: true,
          queries: [seriesQuery(`
            SELECT $__timeInterval(second) AS time, ${bucketQuantiles()}, max(high_ns) AS "max"
            ${OVER} AND name = \${series:sqlstring} GROUP BY time ORDER BY time`)],
        }),
      ],
    },
    {
      title: 'Stored run: the whole path',
      panels: [
        rows({
          title: 'Percentiles by hop and span',
          description: 'Of every measured order, in path order. Upper edges of buckets, at most 1/32 too high.',
          unit: 'ns', width: 12, height: 14,
          fields: { hop: { unit: 'none', widthPx: 170 }, orders: { unit: 'short' } },
          queries: [tableQuery(`
            SELECT name AS hop, sum(count) AS orders, ${bucketQuantiles()}, max(high_ns) AS "max"
            FROM latency_buckets WHERE $__timeFilter(second) AND ${RUN} GROUP BY name ORDER BY ${inPathOrder('name')}`)],
        }),
        rows({
          title: 'Exact percentiles of the sampled orders',
          description: 'Order statistics of the stored traces and journal rows of the sample, without an error of buckets; those kept for their tail only are left out.',
          unit: 'ns', width: 12, height: 14,
          fields: { hop: { unit: 'none', widthPx: 170 }, orders: { unit: 'short' } },
          queries: [tableQuery(`
            SELECT hop, count() AS orders, ${EXACT_LEVELS.map(([name, level]) => `quantileExact(${level})(ns) AS "${name}"`).join(', ')}, max(ns) AS "max"
            FROM hop_ns WHERE $__timeFilter(ts) AND ${RUN} AND (${SAMPLED} OR kept = '' AND ${IN_SAMPLE}) GROUP BY hop ORDER BY ${inPathOrder('hop')}`)],
        }),
        lines({
          title: 'Where the mean order\'s time goes',
          description: 'Mean of each hop over the sampled orders that went all the way to the acknowledgement; together they are their mean response time.',
          unit: 'ns', width: 12, stacked: true,
          queries: [seriesQuery(`
            SELECT $__timeInterval(ts) AS time, ${PATH.map(({ name }) => `avgIf(${durationOf(name).ns}, ${durationOf(name).present}) AS "${name}"`).join(', ')}
            FROM traces WHERE $__timeFilter(ts) AND ${RUN} AND ${SAMPLED} AND ${WHOLE_PATH.present} GROUP BY time ORDER BY time`)],
        }),
        lines({
          title: 'p99 by hop',
          description: 'Upper edges of buckets. Percentiles do not add up: the slow orders of one hop are not those of another.',
          unit: 'ns', width: 12, logarithmic: true,
          queries: [seriesQuery(`
            SELECT $__timeInterval(second) AS time, toString(name) AS hop, ${bucketQuantile(0.99)} AS p99
            ${OVER} AND name LIKE '%.%' AND name != 'feed.due' GROUP BY time, hop ORDER BY time, hop`)],
        }),
      ],
    },
    {
      title: 'Live, from Prometheus',
      panels: [
        heatMap({
          title: 'Heat map of $series, live',
          description: 'Orders a second by duration.',
          unit: 's', width: 12,
          queries: [promBuckets(`sum by (le) (${latencyOf('$series', '$__rate_interval')})`)],
        }),
        lines({
          title: 'Percentiles of $series, live',
          description: 'Interpolated within Prometheus\' buckets, six a decade.',
          unit: 's', width: 12, logarithmic: true,
          queries: [promQuery(latencyQuantile(0.5, '$series'), 'p50'), promQuery(latencyQuantile(0.99, '$series'), 'p99'), promQuery(latencyQuantile(0.999, '$series'), 'p99.9')],
        }),
        lines({
          title: 'p99 by hop, live',
          description: 'Interpolated within Prometheus\' buckets.',
          unit: 's', width: 24, logarithmic: true,
          queries: [promQuery(quantileByHop(0.99), '{{hop}}')],
        }),
      ],
    },
  ],
};

/** One column a bound, as the metrics' histograms have them, and one for what is above them all. */
function heatMapRows(): string {
  const bounds = LATENCY_BOUNDS_NS.map((bound, index) => `sumIf(count, high_ns <= ${bound} AND high_ns > ${LATENCY_BOUNDS_NS[index - 1] ?? -1}) AS "${bound}"`);
  return [...bounds, `sumIf(count, high_ns > ${LATENCY_BOUNDS_NS.at(-1) ?? 0}) AS "+Inf"`].join(', ');
}
