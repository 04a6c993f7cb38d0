/** Tail and causes: which orders were slow, and what took their time. */
import { curve, figure, lines, rows } from '../panel.js';
import type { Page } from '../dashboard.js';
import { seriesQuery, tableQuery } from '../query.js';
import { NINES, NINES_LEVELS, RUN, durationOf } from '../sql.js';
import { runVariable, seriesVariable } from '../variable.js';

const SERVICE = durationOf('tick_to_ack');

export const TAIL: Page = {
  uid: 'hopscope-tail',
  title: 'tail and causes',
  description: 'Which orders of a run were slow, and what the kernel, the hypervisor or a backlog took of their time.',
  variables: [runVariable('run_id', 'Run'), seriesVariable('tick_to_ack')],
  refresh: 'off',
  sections: [
    {
      title: 'The tail',
      panels: [
        curve({
          title: 'Percentile curve of $series',
          description: 'Over nines: 1 is p90, 2 is p99, 3 is p99.9. Upper edges of buckets: at most 1/32 too high.',
          over: 'nines', unit: 'ns', width: 12, height: 9,
          queries: [tableQuery(`
            SELECT point.1 AS nines, point.2 AS ns
            FROM (
              SELECT arrayJoin(arrayZip([${NINES.join(', ')}], quantilesExactWeighted(${NINES_LEVELS.join(', ')})(high_ns, count))) AS point
              FROM latency_buckets WHERE $__timeFilter(second) AND ${RUN} AND name = \${series:sqlstring} HAVING count() > 0
            )
            ORDER BY nines`)],
        }),
        rows({
          title: 'Slowest orders',
          description: 'By service time (tick_to_ack), with the cause that took most of it. Those below the tail threshold are there as far as they were sampled.',
          unit: 'none', width: 12, height: 9,
          fields: { service: { unit: 'ns' }, response: { unit: 'ns' }, of_it: { unit: 'ns' }, due: { widthPx: 190 } },
          queries: [tableQuery(`
            SELECT ts AS due, trace_id, ${SERVICE.ns} AS service, ${durationOf('tick_to_ack_response').ns} AS response, cause, who, of_it
            FROM traces
            LEFT JOIN (
              SELECT trace_id, argMax(cause, delay_ns) AS cause, argMax(who, delay_ns) AS who, max(delay_ns) AS of_it
              FROM attributions WHERE $__timeFilter(ts) AND ${RUN} GROUP BY trace_id
            ) AS attributed USING (trace_id)
            WHERE $__timeFilter(ts) AND ${RUN} AND ${SERVICE.present}
            ORDER BY service DESC LIMIT 50`)],
        }),
      ],
    },
    {
      title: 'Causes',
      panels: [
        rows({
          title: 'What delayed the slow orders',
          description: 'Every order over the run\'s limit. "none" is what no kernel event explains: the engine itself, the hypervisor or hardware.',
          unit: 'none', width: 12, height: 9,
          fields: { delay: { unit: 'ns' }, median_delay: { unit: 'ns' }, share: { unit: 'percentunit' } },
          queries: [tableQuery(`
            SELECT cause, who, uniqExact(trace_id) AS orders, sum(delay_ns) AS delay, sum(delay_ns) / greatest(sum(sum(delay_ns)) OVER (), 1) AS share,
              median(delay_ns) AS median_delay
            FROM attributions WHERE $__timeFilter(ts) AND ${RUN} GROUP BY cause, who ORDER BY delay DESC LIMIT 50`)],
        }),
        rows({
          title: 'Where they were delayed',
          description: 'The delay of the slow orders by hop and cause.',
          unit: 'none', width: 12, height: 9,
          fields: { delay: { unit: 'ns' } },
          queries: [tableQuery(`
            SELECT hop, cause, uniqExact(trace_id) AS orders, sum(delay_ns) AS delay
            FROM attributions WHERE $__timeFilter(ts) AND ${RUN} GROUP BY hop, cause ORDER BY delay DESC LIMIT 100`)],
        }),
        lines({
          title: 'Delay of slow orders by cause',
          description: 'In the interval in which the order was due.',
          unit: 'ns', width: 24, stacked: true,
          queries: [seriesQuery(`
            SELECT $__timeInterval(ts) AS time, toString(cause) AS cause, toFloat64(sum(delay_ns)) AS delay
            FROM attributions WHERE $__timeFilter(ts) AND ${RUN} GROUP BY time, cause ORDER BY time, cause`)],
        }),
      ],
    },
    {
      title: 'Stalls',
      panels: [
        lines({
          title: 'Time taken from engine threads',
          description: 'By cause, share of one CPU. Events within events (an interrupt while preempted) count with both.',
          unit: 'percentunit', width: 12, stacked: true,
          queries: [seriesQuery(`
            SELECT $__timeInterval(ts) AS time, toString(cause) AS cause, sum(duration_ns) / ($__interval_s * 1e9) AS taken
            FROM stalls WHERE $__timeFilter(ts) AND ${RUN} GROUP BY time, cause ORDER BY time, cause`)],
        }),
        lines({
          title: 'Stalls',
          description: 'How many a second, by cause.',
          unit: 'short', width: 12, stacked: true,
          queries: [seriesQuery(`
            SELECT $__timeInterval(ts) AS time, toString(cause) AS cause, count() / $__interval_s AS stalls
            FROM stalls WHERE $__timeFilter(ts) AND ${RUN} GROUP BY time, cause ORDER BY time, cause`)],
        }),
        rows({
          title: 'Longest stalls',
          description: 'And who it was: the other task, the handler or the system call.',
          unit: 'none', width: 12, height: 9,
          fields: { duration: { unit: 'ns' }, ts: { widthPx: 190 } },
          queries: [tableQuery(`
            SELECT ts, cause, who, duration_ns AS duration, thread, cpu
            FROM stalls WHERE $__timeFilter(ts) AND ${RUN} ORDER BY duration_ns DESC, ts LIMIT 100`)],
        }),
        lines({
          title: 'Gaps between two idle rounds',
          description: 'Time missing on a reactor, and how much of it kernel events explain. What is left unexplained no probe saw.',
          unit: 'ns', width: 12, height: 9,
          queries: [seriesQuery(`
            SELECT $__timeInterval(ts) AS time, toFloat64(sum(least(explained_ns, duration_ns))) AS explained,
              toFloat64(sum(duration_ns - least(explained_ns, duration_ns))) AS unexplained
            FROM gaps WHERE $__timeFilter(ts) AND ${RUN} GROUP BY time ORDER BY time`)],
        }),
        figure({
          title: 'Made on purpose',
          description: 'Disturbances that the experiment itself injected in this time: how long they lasted together.',
          unit: 'ns', width: 24,
          queries: [tableQuery(`SELECT kind, sum(duration_ns) AS lasted FROM injections WHERE $__timeFilter(ts) AND ${RUN} GROUP BY kind ORDER BY kind`)],
        }),
      ],
    },
  ],
};
