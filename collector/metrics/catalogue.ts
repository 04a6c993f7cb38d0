/**
 * Every metric that /metrics shows, as data: the registry is made from it, and dashboards and alert rules may use nothing else.
 *
 * Counters sum up all engines met since this process began, so they go on over an engine's restart; gauges speak of the engines that are
 * there now. Base units only, as Prometheus' conventions ask (https://prometheus.io/docs/practices/naming/).
 */

export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface Metric {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly string[];
  /** Of its value. `none`: a number of things, or 0 and 1. */
  readonly unit: 'seconds' | 'bytes' | 'none';
}

/**
 * Upper bounds of the latency histograms in ns, ascending, `+Inf` comes after them: six a decade from 100 ns to 10 ms, then coarse.
 *
 * The lanes count into buckets 1/32 wide; one that lies across a bound counts at the next one above. So what a histogram shows at a bound
 * may be too few, never too many, and by no more than a bound 1/32 lower would show.
 */
export const LATENCY_BOUNDS_NS: readonly number[] = [
  ...[100, 1_000, 10_000, 100_000, 1_000_000].flatMap((decade) => [1, 1.5, 2, 3, 5, 7].map((step) => step * decade)),
  10_000_000,
  30_000_000,
  100_000_000,
  1_000_000_000,
];

/** The label `le` of a bound as /metrics writes it: `0.0001`, `1.5e-7`. */
export function boundLabel(boundNs: number): string {
  return String(boundNs / 1e9);
}

const STRADDLING = 'Counts of measured orders. A duration may be counted up to 1/32 too high.';

export const METRICS: readonly Metric[] = [
  histogram('hopscope_hop_latency_seconds', `Time from the hop before to this one. ${STRADDLING}`, 'hop'),
  histogram('hopscope_span_latency_seconds', `Time from a span's first hop to its last. ${STRADDLING}`, 'span'),

  counter('hopscope_feed_packets_total', 'Feed packets handed to the port.'),
  counter('hopscope_feed_messages_total', 'ITCH messages in the feed packets.'),
  counter('hopscope_feed_missed_total', 'Feed packets that were due, but never sent.'),
  counter('hopscope_feed_resent_messages_total', 'Feed messages sent again on request.'),
  counter('hopscope_feed_unserved_requests_total', "Requests whose messages the feed's history no longer had."),
  counter('hopscope_received_packets_total', 'Feed packets received, by oms or venue.', ['by']),
  counter('hopscope_received_messages_total', 'ITCH messages applied to the books, by oms or venue.', ['by']),
  counter('hopscope_feed_gaps_total', 'Feed messages never seen, by oms or venue.', ['by']),
  counter('hopscope_recovered_messages_total', 'Feed messages that were missing and came after all, by oms or venue.', ['by']),
  counter('hopscope_recovery_requests_total', 'Requests for missing feed messages, by oms or venue.', ['by']),
  counter('hopscope_recoveries_total', 'Gaps in the feed that were closed, by oms or venue.', ['by']),
  counter('hopscope_unresolved_messages_total', "Messages whose order reference the OMS's book lacks."),

  counter('hopscope_orders_total', 'Child orders sent.'),
  counter('hopscope_replaces_total', 'Of these, orders sent to take the place of one that rests.'),
  counter('hopscope_cancels_total', 'Cancels sent.'),
  counter('hopscope_acks_total', 'First acknowledgements decoded.'),
  counter('hopscope_late_acks_total', 'Answers to orders that were already given up.'),
  counter('hopscope_fills_total', 'Executions decoded by the OMS.'),
  counter('hopscope_filled_shares_total', 'Shares of these executions.'),
  counter('hopscope_rejects_total', 'Child orders rejected. Reason venue, or risk_ and the pre-trade check that stopped them.', ['reason']),
  counter('hopscope_cancels_held_total', 'Cancels that had to wait for their rate.'),
  counter('hopscope_breaker_trips_total', 'Times that a circuit breaker tripped.'),
  counter('hopscope_breaker_resets_total', 'Trips of circuit breakers that hold nothing back any more.'),
  counter('hopscope_timeouts_total', 'Child orders without an answer in time.'),
  counter('hopscope_odd_answers_total', 'Answers that a venue had given before, or cannot give (docs/oms.md).', ['what']),
  counter('hopscope_orders_refused_total', 'Child orders not sent because their slot belongs to an order that is not over.'),
  counter('hopscope_session_gaps_total', 'Order-entry messages lost between OMS and venues.'),
  counter('hopscope_session_recovered_total', 'Order-entry messages that were missing and came, where links are impaired.'),
  counter('hopscope_session_requests_total', 'Requests for order-entry messages that were missing.'),
  counter('hopscope_venue_orders_total', 'Client orders received by the venues.'),
  counter('hopscope_port_drops_total', 'Packets that a port could not send, or lost on receive.'),
  counter('hopscope_impaired_packets_total', 'Packets that a port dropped, doubled or reordered on purpose: what drops, duplicates or reorders.', ['what']),
  counter('hopscope_port_malformed_total', 'Frames of a bad length, checksum or port.'),
  counter('hopscope_kills_total', 'Times that the kill switch was pulled.'),
  counter('hopscope_mass_cancels_total', 'Mass cancels sent to venues because of that, those that were sent again included.'),
  counter('hopscope_slot_misses_total', 'Stamps whose slot already belonged to another order.'),
  counter('hopscope_reactor_rounds_total', "Rounds of the OMS's reactor, with work (busy) or without (idle).", ['work']),

  counter('hopscope_journal_stalls_total', 'Times that a venue, or the OMS, had to wait for its journal: no block was free, or no room to hold one answer more.'),
  counter('hopscope_journal_records_total', 'Records appended to the journal.'),
  counter('hopscope_journal_blocks_total', 'Blocks of the journal.'),
  counter('hopscope_journal_appended_bytes_total', 'Bytes of the records appended to the journal.', [], 'bytes'),
  counter('hopscope_journal_bytes_total', 'Bytes of finished blocks of the journal, headers and padding included.', [], 'bytes'),
  counter('hopscope_journal_durable_bytes_total', 'Bytes of those appended that stand in finished blocks.', [], 'bytes'),
  gauge('hopscope_journal_lag_bytes', 'Bytes appended to the journal and not durable yet.', [], 'bytes'),

  counter(
    'hopscope_trace_records_total',
    'What became of the records that the engine traced: stored, filtered (outside the sample, and not slow), lost, or push_failed (no room in its ring). Kind order or journal.',
    ['kind', 'fate'],
  ),
  counter('hopscope_trace_tail_records_total', 'Records stored outside the sample because they were slow.', ['kind']),
  counter('hopscope_traced_records_total', 'Records that the engine meant to hand over.', ['kind']),
  counter('hopscope_pushed_records_total', "Records that went into the engine's ring.", ['kind']),
  counter('hopscope_stall_records_total', 'Rows of kernel events (kind stall) and of idle gaps (kind gap), recorded or lost.', ['kind', 'fate']),
  counter('hopscope_stalls_total', "Kernel events that took an engine thread's time, by cause, whatever their length.", ['cause']),
  counter('hopscope_stall_seconds_total', "Engine threads' time that these events took.", ['cause'], 'seconds'),

  gauge('hopscope_engine_up', 'Whether an engine runs: its page is there and was published within the last 3 s.'),
  gauge('hopscope_engine_state', 'Engines in this state: starting, ready, warmup, measure, drain, done or failed.', ['state']),
  gauge('hopscope_engine_heartbeat_timestamp_seconds', 'When an engine last published, one that has gone included. Not there before the first one has.', [], 'seconds'),
  gauge('hopscope_last_reading_timestamp_seconds', "When an engine's page was last read. Not there before the first reading.", [], 'seconds'),
  gauge('hopscope_kill_switch', 'Whether the kill switch of an engine was pulled.'),
  gauge('hopscope_breaker', 'Whether a circuit breaker of an engine holds orders back.'),
  gauge('hopscope_run_info', 'Always 1, for the run of each engine that is there; its labels say which.', ['run_id', 'experiment', 'variant', 'build', 'lane']),
  gauge('hopscope_store_lag_seconds', "How long the oldest row has waited for the store's acknowledgement.", [], 'seconds'),
  gauge('hopscope_store_pending_bytes', "Rows that wait for the store's acknowledgement.", [], 'bytes'),
  gauge('hopscope_alerts', 'Alerts of this rule that are pending, or firing.', ['rule', 'state']),
  gauge('hopscope_build_info', 'Always 1; its labels say what runs.', ['version', 'node']),

  // Prometheus' own names for a process, filled by prom-client.
  counter('process_cpu_user_seconds_total', 'Total user CPU time spent in seconds.', [], 'seconds'),
  counter('process_cpu_system_seconds_total', 'Total system CPU time spent in seconds.', [], 'seconds'),
  counter('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.', [], 'seconds'),
  gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', [], 'seconds'),
  gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', [], 'bytes'),
  gauge('process_open_fds', 'Number of open file descriptors.'),
  gauge('process_max_fds', 'Maximum number of open file descriptors.'),
  gauge('nodejs_eventloop_lag_seconds', 'Lag of event loop in seconds.', [], 'seconds'),
  gauge('nodejs_eventloop_lag_p99_seconds', 'The 99th percentile of the recorded event loop delays.', [], 'seconds'),
  // Filled together with the next.
  gauge('nodejs_heap_size_total_bytes', 'Process heap size from Node.js in bytes.', [], 'bytes'),
  gauge('nodejs_heap_size_used_bytes', 'Process heap size used from Node.js in bytes.', [], 'bytes'),
];

/** Those that prom-client fills by itself. */
export const PROCESS_METRICS: readonly Metric[] = METRICS.filter((one) => !one.name.startsWith('hopscope_'));

/** @throws RangeError where the catalogue has no metric of this name */
export function metricByName(name: string): Metric {
  const found = METRICS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`there is no metric ${name}; see METRICS in collector/metrics/catalogue.ts`);
  return found;
}

function counter(name: string, help: string, labels: readonly string[] = [], unit: Metric['unit'] = 'none'): Metric {
  return { name, type: 'counter', help, labels, unit };
}

function gauge(name: string, help: string, labels: readonly string[] = [], unit: Metric['unit'] = 'none'): Metric {
  return { name, type: 'gauge', help, labels, unit };
}

function histogram(name: string, help: string, label: string): Metric {
  return { name, type: 'histogram', help, labels: [label], unit: 'seconds' };
}
