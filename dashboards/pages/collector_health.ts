/** Collector health: whether what the other dashboards show is all there was. */
import { figure, lines, rows } from '../panel.js';
import type { Page } from '../dashboard.js';
import { OF_COLLECTOR, metric, ownProcess, rateOf } from '../promql.js';
import { promNow, promQuery, seriesQuery, tableQuery } from '../query.js';
import { RUN } from '../sql.js';
import { runVariable } from '../variable.js';

export const COLLECTOR_HEALTH: Page = {
  uid: 'hopscope-collector',
  title: 'collector health',
  description: 'Whether what the other dashboards show is all there was, and what collecting costs.',
  variables: [runVariable('run_id', 'Run')],
  refresh: '5s',
  sections: [
    {
      title: 'Live, from Prometheus',
      panels: [
        figure({
          title: 'Records lost',
          description: 'Lost on the way or never handed over, in the shown time. Above 0 the run is invalid.',
          unit: 'short', width: 6, colours: [{ above: 1, colour: 'red' }],
          queries: [promNow(`sum(increase(${metric('hopscope_trace_records_total')}{fate=~"lost|push_failed"}[$__range]))`, 'lost')],
        }),
        figure({
          title: 'Store lag',
          description: 'How long the oldest row has waited for the store.',
          unit: 's', width: 6, colours: [{ above: 5, colour: 'orange' }, { above: 30, colour: 'red' }],
          queries: [promQuery(`max(${metric('hopscope_store_lag_seconds')})`, 'lag')],
        }),
        figure({
          title: 'Rows that wait',
          description: 'For the store\'s acknowledgement.',
          unit: 'bytes', width: 6,
          queries: [promQuery(`sum(${metric('hopscope_store_pending_bytes')})`, 'pending')],
        }),
        figure({
          title: 'Newest reading',
          description: 'How long ago an engine was read. It grows where no engine runs.',
          unit: 's', width: 6,
          queries: [promNow(`time() - max(${metric('hopscope_last_reading_timestamp_seconds')})`, 'ago')],
        }),
        lines({
          title: 'Trace records by fate',
          description: 'stored + filtered + lost is what was drained; push_failed never came that far.',
          unit: 'ops', width: 12, stacked: true,
          queries: [promQuery(`sum by (kind, fate) (${rateOf('hopscope_trace_records_total')})`, '{{kind}} {{fate}}')],
        }),
        lines({
          title: 'Rows of stalls and gaps',
          description: 'Recorded, or lost.',
          unit: 'ops', width: 12, stacked: true,
          queries: [promQuery(`sum by (kind, fate) (${rateOf('hopscope_stall_records_total')})`, '{{kind}} {{fate}}')],
        }),
        lines({
          title: 'Losses at the ports and in the feed',
          description: 'Drops and malformed frames of ports, feed packets never sent, feed messages never seen.',
          unit: 'pps', width: 12,
          queries: [
            promQuery(`sum(${rateOf('hopscope_port_drops_total')})`, 'port drops'),
            promQuery(`sum(${rateOf('hopscope_port_malformed_total')})`, 'malformed'),
            promQuery(`sum(${rateOf('hopscope_feed_missed_total')})`, 'feed missed'),
            promQuery(`sum by (by) (${rateOf('hopscope_feed_gaps_total')})`, 'feed gaps of {{by}}'),
          ],
        }),
        lines({
          title: 'CPU of the collector',
          description: 'Of one CPU: the housekeeping one, which it shares with the store and the operating system.',
          unit: 'percentunit', width: 12,
          queries: [
            promQuery(rateOf('process_cpu_user_seconds_total', OF_COLLECTOR), 'user'),
            promQuery(rateOf('process_cpu_system_seconds_total', OF_COLLECTOR), 'system'),
          ],
        }),
        lines({
          title: 'Memory of the collector',
          description: 'Resident, and the part of it that JavaScript uses. Flat, however long it runs.',
          unit: 'bytes', width: 12,
          queries: [promQuery(ownProcess('process_resident_memory_bytes'), 'resident'), promQuery(ownProcess('nodejs_heap_size_used_bytes'), 'heap')],
        }),
        lines({
          title: 'Event loop\'s lag',
          description: 'How late the collector\'s timers are: its tick is due every few milliseconds.',
          unit: 's', width: 12,
          queries: [promQuery(ownProcess('nodejs_eventloop_lag_seconds'), 'now'), promQuery(ownProcess('nodejs_eventloop_lag_p99_seconds'), 'p99')],
        }),
      ],
    },
    {
      title: 'Stored run',
      panels: [
        lines({
          title: 'Rows stored',
          description: 'Orders a second that have a row, and why they were kept.',
          unit: 'ops', width: 12, stacked: true,
          queries: [seriesQuery(`
            SELECT $__timeInterval(ts) AS time, toString(kept) AS why, count() / $__interval_s AS orders
            FROM traces WHERE $__timeFilter(ts) AND ${RUN} GROUP BY time, why ORDER BY time, why`)],
        }),
        rows({
          title: 'Runs that do not count',
          description: 'And why: losses, misses, a collector that died.',
          unit: 'none', width: 12,
          queries: [tableQuery(`
            SELECT started, run_id, experiment, variant, state, arrayStringConcat(invalid_because, '; ') AS because
            FROM runs WHERE $__timeFilter(started) AND state != 'running' AND NOT valid ORDER BY started DESC LIMIT 100`)],
        }),
        rows({
          title: 'What this machine could not do',
          description: 'Probes that this kernel lacks, and what was done instead: notes of the run.',
          unit: 'none', width: 12,
          queries: [tableQuery(`SELECT arrayJoin(notes) AS note FROM runs WHERE ${RUN}`)],
        }),
        rows({
          title: 'Notifications of alerts',
          description: 'One row per attempt\'s end: delivered, or given up with the reason.',
          unit: 'none', width: 12,
          queries: [tableQuery(`
            SELECT ts, rule, state, target, attempts, delivered, error
            FROM alert_notifications WHERE $__timeFilter(ts) ORDER BY ts DESC LIMIT 200`)],
        }),
      ],
    },
  ],
};
