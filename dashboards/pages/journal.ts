/** Journal: from a record appended to a record durable. */
import { heatMap, lines, figure, rows } from '../panel.js';
import type { Page } from '../dashboard.js';
import { latencyOf, latencyQuantile, metric, rateOf } from '../promql.js';
import { promBuckets, promQuery, seriesQuery, tableQuery } from '../query.js';
import { IN_SAMPLE, RUN, bucketQuantile, bucketQuantiles, durationOf } from '../sql.js';
import { runVariable } from '../variable.js';

/** Of the stored rows those of the sample: slow ones outside it would weigh too much. */
const OF_RUN = `$__timeFilter(ts) AND ${RUN} AND ${IN_SAMPLE}`;
const NAMES = ['journal.append', 'journal.write', 'journal.durable', 'journal_write', 'journal_commit'];

export const JOURNAL: Page = {
  uid: 'hopscope-journal',
  title: 'journal',
  description: 'How long a record waits for its block, how long the device takes, and what is not durable yet.',
  variables: [runVariable('run_id', 'Run')],
  refresh: 'off',
  sections: [
    {
      title: 'Stored run',
      panels: [
        lines({
          title: 'Percentiles of journal_write',
          description: 'Block submitted to block durable. Upper edges of buckets; the target is 10 µs.',
          unit: 'ns', width: 12, logarithmic: true,
          queries: [seriesQuery(percentilesOf('journal_write'))],
        }),
        lines({
          title: 'Percentiles of journal_commit',
          description: 'Record appended to record durable: the wait for the block, and the write.',
          unit: 'ns', width: 12, logarithmic: true,
          queries: [seriesQuery(percentilesOf('journal_commit'))],
        }),
        rows({
          title: 'Percentiles by step',
          description: 'Of every measured order of the run.',
          unit: 'ns', width: 12,
          fields: { step: { unit: 'none' }, orders: { unit: 'short' } },
          queries: [tableQuery(`
            SELECT name AS step, sum(count) AS orders, ${bucketQuantiles()}, max(high_ns) AS "max" FROM latency_buckets
            WHERE $__timeFilter(second) AND ${RUN} AND name IN (${NAMES.map((name) => `'${name}'`).join(', ')}) GROUP BY name ORDER BY name`)],
        }),
        lines({
          title: 'Group commit: records in a block',
          description: 'As the orders saw it: the blocks that held the sampled ones.',
          unit: 'short', width: 12,
          queries: [seriesQuery(`
            SELECT $__timeInterval(ts) AS time, quantileExact(0.5)(block_records) AS "p50", quantileExact(0.99)(block_records) AS "p99", max(block_records) AS "max"
            FROM journal_traces WHERE ${OF_RUN} GROUP BY time ORDER BY time`)],
        }),
        rows({
          title: 'Write time by size of the block',
          description: 'Whether larger blocks cost: exact quantiles over the sampled orders, sizes rounded up to a power of two.',
          unit: 'ns', width: 12,
          fields: { block: { unit: 'bytes' }, orders: { unit: 'short' }, records: { unit: 'short' } },
          queries: [tableQuery(`
            SELECT roundToExp2(greatest(block_bytes, 1) * 2 - 1) AS block, count() AS orders, avg(block_records) AS records,
              quantileExact(0.5)(${durationOf('journal_write').ns}) AS "p50", quantileExact(0.99)(${durationOf('journal_write').ns}) AS "p99", max(${durationOf('journal_write').ns}) AS "max"
            FROM journal_traces WHERE ${OF_RUN} GROUP BY block ORDER BY block`)],
        }),
        lines({
          title: 'p99 by venue',
          description: 'Each venue has its own journal. journal_write of the sampled orders, exact.',
          unit: 'ns', width: 12,
          queries: [seriesQuery(`
            SELECT $__timeInterval(ts) AS time, concat('venue ', toString(venue)) AS venue_name, quantileExact(0.99)(${durationOf('journal_write').ns}) AS p99
            FROM journal_traces WHERE ${OF_RUN} GROUP BY time, venue_name ORDER BY time, venue_name`)],
        }),
      ],
    },
    {
      title: 'Live, from Prometheus',
      panels: [
        figure({
          title: 'Not durable yet',
          description: 'Bytes journaled and not durable: what a crash of the machine would lose now.',
          unit: 'bytes', width: 6, height: 8,
          queries: [promQuery(`sum(${metric('hopscope_journal_lag_bytes')})`, 'lag')],
        }),
        lines({
          title: 'Bytes a second',
          description: 'Appended, and made durable.',
          unit: 'Bps', width: 9,
          queries: [
            promQuery(`sum(${rateOf('hopscope_journal_appended_bytes_total')})`, 'appended'),
            promQuery(`sum(${rateOf('hopscope_journal_durable_bytes_total')})`, 'durable'),
          ],
        }),
        lines({
          title: 'journal_write, live',
          description: 'Interpolated within Prometheus\' buckets.',
          unit: 's', width: 9, logarithmic: true,
          queries: [promQuery(latencyQuantile(0.5, 'journal_write'), 'p50'), promQuery(latencyQuantile(0.99, 'journal_write'), 'p99'), promQuery(latencyQuantile(0.999, 'journal_write'), 'p99.9')],
        }),
        heatMap({
          title: 'Heat map of journal_commit, live',
          description: 'Orders a second by duration.',
          unit: 's', width: 24,
          queries: [promBuckets(`sum by (le) (${latencyOf('journal_commit', '$__rate_interval')})`)],
        }),
      ],
    },
  ],
};

function percentilesOf(name: string): string {
  return `
    SELECT $__timeInterval(second) AS time, ${bucketQuantiles()}, ${bucketQuantile(1)} AS "max"
    FROM latency_buckets WHERE $__timeFilter(second) AND ${RUN} AND name = '${name}' GROUP BY time ORDER BY time`;
}
