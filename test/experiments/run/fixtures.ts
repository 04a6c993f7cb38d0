/** Runs as the summary holds them, for tests of what is made from them. */
import { SAMPLE_OWN_ERROR } from '../report/sample_kernel.js';
import type { DetailedRun } from '../../../experiments/run/run_summary.js';
import { emptyCounters, type LatencyNs } from '../../../experiments/summary.js';

export function latency(p50: number, p99 = p50 * 2): LatencyNs {
  return { count: 100, p50, p90: p99, p99, p999: p99 * 2, max: p99 * 3, error: 10 };
}

export function run(changes: Partial<DetailedRun> = {}): DetailedRun {
  return {
    run_id: 'r-1',
    valid: true,
    seconds: 2,
    latency_ns: { tick_to_ack: latency(3_000), tick_to_ack_response: latency(3_100) },
    counters: { ...emptyCounters(), feed_packets: 1000, oms_packets: 1000, orders: 250, acks: 250 },
    rates: { feed_pps: 500, oms_pps: 500, orders_per_s: 125 },
    floor: { jitter_ns: { p99: 100, p999: 9_000, max: 90_000 }, stamp_ns: 9.5 },
    digest: { orders: 'ab', journal: null, null_because: 'open pacing' },
    lane: 'stream',
    invalid_because: [],
    conditions: [],
    feed_types: {},
    recovery_ns: null,
    venues: [],
    routing: null,
    decisions: null,
    risk: { blocks: [], breakers: {} },
    durable_kind: null,
    push_ns: 0,
    attribution: null,
    accuracy: [],
    own_error: SAMPLE_OWN_ERROR,
    switchback: [],
    alerts: [],
    kill: null,
    capture: null,
    clock_drift: 0,
    ...changes,
  };
}
