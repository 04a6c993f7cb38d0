import { expect } from 'chai';
import { recoveryLines } from '../../../experiments/report/recovery.js';
import { emptyCounters } from '../../../experiments/summary.js';
import { latency } from '../run/fixtures.js';

const plain = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/\u202f/g, ' '));

describe('experiments/report/recovery', () => {
  it('says nothing where nothing was lost', () => {
    expect(recoveryLines({ counters: emptyCounters(), recovery_ns: null })).to.deep.equal([]);
  });

  it('says what was impaired, what was recovered, and how long it took', () => {
    const counters = {
      ...emptyCounters(), impaired_drops: 40, impaired_duplicates: 20, impaired_reorders: 19, oms_recoveries: 30, oms_recovered: 31, oms_requests: 35, oms_gaps: 2,
      venue_recoveries: 28, venue_recovered: 29, venue_requests: 33, feed_resent: 61,
    };
    expect(plain(recoveryLines({ counters, recovery_ns: latency(12_000, 900_000) }))).to.deep.equal([
      'impaired on purpose: 40 packets dropped, 20 doubled, 19 reordered (warm-up included)',
      'recovery: OMS 30 gaps closed, 31 messages, 35 requests, 2 messages given up; delay p50 12.0 µs, p99 900 µs, max 2.70 ms; ' +
        'venues 28 gaps closed, 29 messages, 33 requests, 0 messages given up; the feed sent 61 messages again',
    ]);
  });
});
