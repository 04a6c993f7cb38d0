/** A load curve with the figures of `hopscope run experiments/load-curve.yaml` on a machine with two CPUs, rounded; most of its probes are left out. */
import type { LatencyNs, LoadSummary } from '../../../experiments/summary.js';

function tail(count: number, p50: number, p90: number, p99: number, p999: number, max: number): LatencyNs {
  return { count, p50, p90, p99, p999, max, error: Math.ceil(p999 / 32) + 10 };
}

export const RECORDED_LOAD: LoadSummary = {
  maximum_pps: 3_162_278,
  at_least: false,
  within: 0.05,
  probes: [
    { rate_pps: 100_000, holds: true, because: '' },
    { rate_pps: 10_000_000, holds: false, because: 'feed_missed 2 198 528, only 1.87 M/s were sent, response p99 1.21 s is above 10.0 ms' },
    { rate_pps: 10_000_000, holds: false, because: 'feed_missed 1 235 872, only 2.51 M/s were sent, response p99 1.12 s is above 10.0 ms' },
    { rate_pps: 1_000_000, holds: true, because: '' },
    { rate_pps: 3_162_278, holds: true, because: '' },
    { rate_pps: 3_276_139, holds: false, because: 'only 2.19 M/s were sent, response p99 249 ms is above 10.0 ms' },
    { rate_pps: 3_276_139, holds: false, because: 'only 2.97 M/s were sent, response p99 66.2 ms is above 10.0 ms' },
  ],
  points: [
    { variant: '10% of maximum', share: 0.1, rate_pps: 316_228, sent_pps: 316_228, valid: true, service_ns: tail(14_823, 2_760, 5_030, 13_800, 41_000, 90_500), response_ns: tail(14_823, 3_060, 5_620, 31_600, 78_900, 139_000) },
    { variant: '50% of maximum', share: 0.5, rate_pps: 1_581_139, sent_pps: 1_581_120, valid: true, service_ns: tail(74_115, 4_040, 16_200, 41_000, 208_000, 25_600_000), response_ns: tail(74_115, 4_540, 55_200, 29_100_000, 34_700_000, 34_800_000) },
    { variant: '90% of maximum', share: 0.9, rate_pps: 2_846_050, sent_pps: 2_761_000, valid: true, service_ns: tail(133_409, 19_700, 21_700, 27_600, 74_200, 28_200_000), response_ns: tail(133_409, 74_300_000, 162_000_000, 168_000_000, 168_000_000, 168_000_000) },
  ],
};
