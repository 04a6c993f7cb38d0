/** Overview: is it running, how fast, is anything wrong; and the runs, each a click away. */
import { figure, lines, rows } from '../panel.js';
import type { Page } from '../dashboard.js';
import { latencyQuantile, metric, rateOf } from '../promql.js';
import { promNow, promQuery, seriesQuery, tableQuery } from '../query.js';
import { RUN, bucketQuantile } from '../sql.js';
import { runVariable } from '../variable.js';

/** Grafana's time range takes ms; a run's first and last second, with some room. */
const TO_THE_RUN = 'var-run_id=${__data.fields.run_id}&from=${__data.fields.from_ms}&to=${__data.fields.to_ms}';

/** By their beginning; each is then shown whole, though the shown time may end in the middle of it. */
const SHOWN_RUNS = 'SELECT run_id FROM runs WHERE $__timeFilter(started) ORDER BY started DESC LIMIT 200';

export const OVERVIEW: Page = {
  uid: 'hopscope-overview',
  title: 'overview',
  description: 'Is it running, how fast, is anything wrong; and the runs, each a click away.',
  variables: [runVariable('run_id', 'Run')],
  refresh: '5s',
  sections: [
    {
      title: 'Now',
      panels: [
        figure({
          title: 'Engine',
          description: '1 where an engine runs and was heard of within 3 s.',
          unit: 'bool_on_off', width: 4, queries: [promNow(`max(${metric('hopscope_engine_up')})`, 'up')],
        }),
        figure({
          title: 'State',
          description: 'Of the engines that are there.',
          unit: 'short', width: 5, queries: [promNow(`${metric('hopscope_engine_state')} > 0`, '{{state}}')],
        }),
        figure({
          title: 'tick_to_ack p99',
          description: 'Service time, interpolated within Prometheus\' buckets. The target is 100 µs.',
          unit: 's', width: 5, colours: [{ above: 100e-6, colour: 'red' }], queries: [promQuery(latencyQuantile(0.99, 'tick_to_ack'), 'p99')],
        }),
        figure({
          title: 'Alerts',
          description: 'Pending and firing, of the collector\'s own rules.',
          unit: 'short', width: 5, colours: [{ above: 1, colour: 'red' }],
          queries: [promNow(`sum by (state) (${metric('hopscope_alerts')}) or on() label_replace(vector(0), "state", "firing", "", "")`, '{{state}}')],
        }),
        figure({
          title: 'Kill switch',
          description: 'Whether it was pulled.',
          unit: 'bool_on_off', width: 5, colours: [{ above: 1, colour: 'red' }], queries: [promNow(`max(${metric('hopscope_kill_switch')})`, 'kill switch')],
        }),
        lines({
          title: 'Throughput',
          description: 'Feed packets sent and received, over all engines.',
          unit: 'pps', width: 12,
          queries: [
            promQuery(`sum(${rateOf('hopscope_feed_packets_total')})`, 'feed'),
            promQuery(`sum by (by) (${rateOf('hopscope_received_packets_total')})`, 'received by {{by}}'),
            promQuery(`sum(${rateOf('hopscope_orders_total')})`, 'orders'),
          ],
        }),
        lines({
          title: 'tick_to_ack',
          description: 'Service time (packet sent to acknowledgement) and, beside it, response time (packet due to acknowledgement), which no late sender can hide.',
          unit: 's', width: 12, logarithmic: true,
          queries: [
            promQuery(latencyQuantile(0.5, 'tick_to_ack'), 'service p50'),
            promQuery(latencyQuantile(0.99, 'tick_to_ack'), 'service p99'),
            promQuery(latencyQuantile(0.999, 'tick_to_ack'), 'service p99.9'),
            promQuery(latencyQuantile(0.99, 'tick_to_ack_response'), 'response p99'),
          ],
        }),
        lines({
          title: 'Losses',
          description: 'Anything above 0 makes a run invalid.',
          unit: 'short', width: 12,
          queries: [
            promQuery(`sum by (fate) (${rateOf('hopscope_trace_records_total', 'fate=~"lost|push_failed"')})`, 'records {{fate}}'),
            promQuery(`sum(${rateOf('hopscope_feed_missed_total')})`, 'feed missed'),
            promQuery(`sum(${rateOf('hopscope_port_drops_total')})`, 'port drops'),
          ],
        }),
        lines({
          title: 'Time taken from engine threads',
          description: 'By kernel events, by cause, share of one CPU.',
          unit: 'percentunit', width: 12, stacked: true,
          queries: [promQuery(`sum by (cause) (${rateOf('hopscope_stall_seconds_total')})`, '{{cause}}')],
        }),
      ],
    },
    {
      title: 'Runs and alerts of the shown time',
      panels: [
        rows({
          title: 'Runs',
          description: 'Those that began in the shown time. A click on a run shows its hops in its own time. tick_to_ack of the whole run, from the lane\'s histograms, upper edges of buckets.',
          unit: 'none', width: 24, height: 9,
          fields: {
            run_id: { link: { title: 'Its hops', url: `/d/hopscope-hops?${TO_THE_RUN}` }, widthPx: 260 },
            experiment: { link: { title: 'Its tail and causes', url: `/d/hopscope-tail?${TO_THE_RUN}` } },
            p50: { unit: 'ns' }, p99: { unit: 'ns' }, 'p99.9': { unit: 'ns' }, from_ms: { hidden: true }, to_ms: { hidden: true },
          },
          queries: [tableQuery(`
            SELECT started, experiment, variant, run_id, state, valid, ${['orders', 'p50', 'p99', 'p99.9'].map((name) => `nullIf(figures."${name}", 0) AS "${name}"`).join(', ')},
              toUnixTimestamp64Milli(started) - 5000 AS from_ms, greatest(toInt64(toUnixTimestamp(ended)) * 1000, toUnixTimestamp64Milli(started)) + 5000 AS to_ms
            FROM runs
            LEFT JOIN (
              SELECT run_id, max(second) AS ended, sum(count) AS orders, ${bucketQuantile(0.5)} AS p50, ${bucketQuantile(0.99)} AS p99, ${bucketQuantile(0.999)} AS "p99.9"
              FROM latency_buckets WHERE run_id IN (${SHOWN_RUNS}) AND name = 'tick_to_ack' GROUP BY run_id
            ) AS figures USING (run_id)
            WHERE run_id IN (${SHOWN_RUNS}) ORDER BY started DESC`)],
        }),
        rows({
          title: 'Alerts',
          description: 'Every change of state that the collector stored.',
          unit: 'none', width: 12,
          queries: [tableQuery(`
            SELECT ts, rule, severity, state, value, unit, expr, reason, run_id FROM alerts WHERE $__timeFilter(ts) ORDER BY ts DESC LIMIT 200`)],
        }),
        lines({
          title: 'tick_to_ack of the chosen run',
          description: 'From the store: every measured order of the interval, upper edges of buckets.',
          unit: 'ns', width: 12, logarithmic: true,
          queries: [seriesQuery(`
            SELECT $__timeInterval(second) AS time, ${bucketQuantile(0.5)} AS "p50", ${bucketQuantile(0.99)} AS "p99", ${bucketQuantile(0.999)} AS "p99.9"
            FROM latency_buckets WHERE $__timeFilter(second) AND ${RUN} AND name = 'tick_to_ack' GROUP BY time ORDER BY time`)],
        }),
      ],
    },
  ],
};
