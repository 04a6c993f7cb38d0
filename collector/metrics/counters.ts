/**
 * Which metric shows which counter of a reading: the engine's (bpf/records.h, HS_COUNTERS) and the lane's.
 *
 * test/collector/metrics/counters.test.ts holds this list and the counters that a rule can name together.
 */

/** The metric that shows a counter, and what to write in braces behind its name to see that counter alone. */
export interface CounterSelector {
  readonly metric: string;
  /** PromQL label matchers, `reason="venue"`; empty: all of the metric. More than one series may match: sum them. */
  readonly matchers: string;
}

/** A counter that is one series of a metric. */
export interface CounterSeries {
  readonly counter: string;
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

const KINDS = [['order', ''], ['journal', 'journal_']] as const;

export const COUNTER_SERIES: readonly CounterSeries[] = [
  plain('feed_packets', 'hopscope_feed_packets_total'),
  plain('feed_messages', 'hopscope_feed_messages_total'),
  plain('feed_missed', 'hopscope_feed_missed_total'),
  plain('feed_resent', 'hopscope_feed_resent_messages_total'),
  plain('feed_unserved', 'hopscope_feed_unserved_requests_total'),
  ...(['oms', 'venue'] as const).flatMap((by) => [
    labelled(`${by}_packets`, 'hopscope_received_packets_total', { by }),
    labelled(`${by}_messages`, 'hopscope_received_messages_total', { by }),
    labelled(`${by}_gaps`, 'hopscope_feed_gaps_total', { by }),
    labelled(`${by}_recovered`, 'hopscope_recovered_messages_total', { by }),
    labelled(`${by}_requests`, 'hopscope_recovery_requests_total', { by }),
    labelled(`${by}_recoveries`, 'hopscope_recoveries_total', { by }),
  ]),
  plain('oms_unresolved', 'hopscope_unresolved_messages_total'),
  plain('orders', 'hopscope_orders_total'),
  plain('replaces', 'hopscope_replaces_total'),
  plain('cancels', 'hopscope_cancels_total'),
  plain('acks', 'hopscope_acks_total'),
  plain('late_acks', 'hopscope_late_acks_total'),
  ...['duplicate', 'impossible'].map((what) => labelled(`answers_${what}`, 'hopscope_odd_answers_total', { what })),
  plain('orders_refused', 'hopscope_orders_refused_total'),
  plain('fills', 'hopscope_fills_total'),
  plain('filled_shares', 'hopscope_filled_shares_total'),
  labelled('rejects', 'hopscope_rejects_total', { reason: 'venue' }),
  ...[
    'risk_quantity', 'risk_no_reference', 'risk_notional', 'risk_collar', 'risk_rate', 'risk_killed', 'risk_restricted', 'risk_paused', 'risk_stale_price',
    'risk_last_trade', 'risk_band', 'risk_position', 'risk_gross', 'risk_net', 'risk_credit', 'risk_self_cross', 'risk_duplicate',
  ].map((reason) =>
    labelled(reason, 'hopscope_rejects_total', { reason }),
  ),
  plain('cancels_held', 'hopscope_cancels_held_total'),
  plain('breaker_trips', 'hopscope_breaker_trips_total'),
  plain('breaker_resets', 'hopscope_breaker_resets_total'),
  plain('timeouts', 'hopscope_timeouts_total'),
  plain('session_gaps', 'hopscope_session_gaps_total'),
  plain('session_recovered', 'hopscope_session_recovered_total'),
  plain('session_requests', 'hopscope_session_requests_total'),
  plain('venue_orders', 'hopscope_venue_orders_total'),
  plain('port_drops', 'hopscope_port_drops_total'),
  ...['drops', 'duplicates', 'reorders'].map((what) => labelled(`impaired_${what}`, 'hopscope_impaired_packets_total', { what })),
  plain('port_malformed', 'hopscope_port_malformed_total'),
  plain('kills', 'hopscope_kills_total'),
  plain('mass_cancels', 'hopscope_mass_cancels_total'),
  plain('slot_misses', 'hopscope_slot_misses_total'),
  labelled('busy_loops', 'hopscope_reactor_rounds_total', { work: 'busy' }),
  labelled('idle_loops', 'hopscope_reactor_rounds_total', { work: 'idle' }),
  plain('journal_stalls', 'hopscope_journal_stalls_total'),
  plain('journal_records', 'hopscope_journal_records_total'),
  plain('journal_blocks', 'hopscope_journal_blocks_total'),
  plain('journal_appended_bytes', 'hopscope_journal_appended_bytes_total'),
  plain('journal_bytes', 'hopscope_journal_bytes_total'),
  plain('journal_durable_bytes', 'hopscope_journal_durable_bytes_total'),
  ...KINDS.flatMap(([kind, prefix]) => [
    ...['stored', 'filtered', 'lost', 'push_failed'].map((fate) => labelled(`${prefix}${fate}`, 'hopscope_trace_records_total', { kind, fate })),
    labelled(`${prefix}tail`, 'hopscope_trace_tail_records_total', { kind }),
    labelled(`${prefix}traced`, 'hopscope_traced_records_total', { kind }),
    labelled(`${prefix}pushed`, 'hopscope_pushed_records_total', { kind }),
  ]),
  ...[['stall', 'stalls'], ['gap', 'gaps']].flatMap(([kind = '', prefix = '']) =>
    ['recorded', 'lost'].map((fate) => labelled(`${prefix}_${fate}`, 'hopscope_stall_records_total', { kind, fate })),
  ),
];

/** Counters that are the sum of several series. */
const SUMS: Readonly<Record<string, CounterSelector>> = {
  risk_rejects: { metric: 'hopscope_rejects_total', matchers: 'reason=~"risk_.+"' },
  loops: { metric: 'hopscope_reactor_rounds_total', matchers: '' },
  drained: { metric: 'hopscope_trace_records_total', matchers: 'kind="order",fate=~"stored|filtered|lost"' },
  journal_drained: { metric: 'hopscope_trace_records_total', matchers: 'kind="journal",fate=~"stored|filtered|lost"' },
};

/** Where a counter that a rule names is to be found; undefined for one that no metric shows. */
export function counterSelector(counter: string): CounterSelector | undefined {
  const series = COUNTER_SERIES.find((one) => one.counter === counter);
  if (series === undefined) return Object.hasOwn(SUMS, counter) ? SUMS[counter] : undefined;
  const matchers = Object.entries(series.labels).map(([label, value]) => `${label}="${value}"`);
  return { metric: series.metric, matchers: matchers.join(',') };
}

function plain(counter: string, metric: string): CounterSeries {
  return { counter, metric, labels: {} };
}

function labelled(counter: string, metric: string, labels: Readonly<Record<string, string>>): CounterSeries {
  return { counter, metric, labels };
}
