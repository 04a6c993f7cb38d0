import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { openLane, type LaneOptions, type LaneSession } from '../../native/index.js';
import { describeAsRoot } from './as_root.js';
import { ChildProgram } from './child_program.js';
import { durationsOf } from './durations.js';
import { readBuckets, readJournal, readTraces, type JournalRow, type TraceRow } from './row_reader.js';

const ORDERS = 20_000;
const LEVELS = [0.01, 0.5, 0.9, 0.99, 0.999, 1];

interface Stored {
  readonly traces: readonly TraceRow[];
  readonly journal: readonly JournalRow[];
}

/** Drains on a tick while the program runs, and reads what was stored. */
async function collect(lane: LaneSession, until: () => boolean): Promise<Stored> {
  const traces: TraceRow[] = [];
  const journal: JournalRow[] = [];
  const take = (drained: ReturnType<LaneSession['drain']>): void => {
    traces.push(...readTraces(drained.traces));
    journal.push(...readJournal(drained.journal));
  };
  while (!until()) {
    take(lane.drain());
    await sleep(1);
  }
  take(lane.finish());
  return { traces, journal };
}

const lanes: readonly [LaneOptions['lane'], (lane: LaneSession) => Promise<Stored>][] = [
  [
    'stream',
    async (lane) => {
      const producer = new ChildProgram('stream_producer', [10, ORDERS / 2, ...lane.ringMapIds]);
      return collect(lane, () => !producer.running);
    },
  ],
  [
    'capsule',
    async (lane) => {
      const producer = new ChildProgram('capsule_producer', [10, ORDERS]);
      try {
        lane.attach(producer.pid, producer.file);
        let done = false;
        const answer = producer.ask().finally(() => (done = true));
        const stored = await collect(lane, () => done);
        await answer;
        return stored;
      } finally {
        await producer.kill();
      }
    },
  ],
  [
    'hops',
    async (lane) => {
      const producer = new ChildProgram('hop_producer', [10, 1_000]);
      try {
        lane.attach(producer.pid, producer.file);
        await producer.ask();
        return await collect(lane, () => true);
      } finally {
        await producer.kill();
      }
    },
  ],
];

// The histograms count every record before the filter, in BPF (lane stream) or in the addon. Where everything is stored, both must say the same.
describeAsRoot("the lanes' histograms", function () {
  this.timeout(30_000);
  for (const [name, produce] of lanes) {
    it(`agree within a bucket with the exact quantiles of the stored rows, lane ${name}`, async () => {
      const lane = openLane({ lane: name, threads: 2, ringBytes: 1 << 20, outputBytes: 16 << 20, sample: 1, runId: 'agreement' });
      try {
        lane.setClock({ tscMillihertz: 1_000_000_000_000n, tsc: 0n, realtimeNs: 0n }); // a tick a nanosecond: rows are not rounded
        const { traces, journal } = await produce(lane);
        expect(lane.counts()).to.include({ filtered: 0, lost: 0 });
        const exact = durationsOf(traces, journal);
        const latencies = lane.latencies(LEVELS);
        expect(Object.keys(latencies)).to.have.members([...exact.keys()]);
        for (const [series, durations] of exact) {
          const seen = latencies[series];
          expect(seen?.count, series).to.equal(durations.length);
          expect(seen?.count, series).to.be.at.least(1_000);
          expect(seen?.maxNs, series).to.equal(durations.at(-1));
          expect(seen?.meanNs, series).to.be.closeTo(durations.reduce((a, b) => a + b, 0) / durations.length, 1e-6);
          for (const [i, level] of LEVELS.entries()) {
            const truth = durations[Math.ceil(level * durations.length) - 1] ?? NaN;
            expect(seen?.valuesNs[i], `${series} ${String(level)}`).to.be.within(truth, truth * (1 + 1 / 32));
          }
        }
      } finally {
        lane.close();
      }
    });
  }

  it('come out as rows, each count once', async () => {
    const lane = openLane({ lane: 'stream', threads: 1, ringBytes: 1 << 20, outputBytes: 1 << 20, sample: 64, runId: 'buckets' });
    try {
      lane.setClock({ tscMillihertz: 2_000_000_000_000n, tsc: 0n, realtimeNs: 0n }); // two ticks a nanosecond
      const produce = async (): Promise<void> => {
        const producer = new ChildProgram('stream_producer', [0, 1_000, ...lane.ringMapIds]);
        await collect(lane, () => !producer.running);
      };
      await produce();
      const first = lane.bucketRows(1_700_000_000);
      const rows = readBuckets(first.rows);
      expect(rows).to.have.length(first.count);
      expect(rows.every((row) => row.runId === 'buckets' && row.second === 1_700_000_000)).to.equal(true);
      // feed.tx of order i took 1,000 + i ticks: 500 to 999.5 ns.
      const feed = rows.filter((row) => row.name === 'feed.tx');
      expect(feed.reduce((sum, row) => sum + row.count, 0n)).to.equal(1_000n);
      expect(feed[0]).to.deep.include({ lowNs: 496n, highNs: 504n, count: 8n }); // ticks 992 to 1,007
      expect(Object.keys(first.series)).to.have.members([...new Set(rows.map((row) => row.name))]);
      for (const [name, series] of Object.entries(first.series)) {
        const own = rows.filter((row) => row.name === name);
        expect(series.lowNs).to.deep.equal(own.map((row) => Number(row.lowNs)));
        expect(series.highNs).to.deep.equal(own.map((row) => Number(row.highNs)));
        expect(series.counts).to.deep.equal(own.map((row) => Number(row.count)));
        expect(series.count).to.equal(1_000);
      }
      expect(first.series['feed.tx']?.sumNs).to.equal((1_000 * 1_000 + (999 * 1_000) / 2) / 2);
      for (const row of rows) expect(Number(row.highNs)).to.be.within(Number(row.lowNs), Number(row.lowNs) * (1 + 1 / 32) + 1);

      expect(lane.bucketRows(1_700_000_001)).to.deep.equal({ rows: Buffer.alloc(0), count: 0, series: {} });
      await produce();
      const second = readBuckets(lane.bucketRows(1_700_000_002).rows);
      expect(second.map((row) => ({ ...row, second: 1_700_000_000 }))).to.deep.equal(rows);
      await produce();
      expect(lane.bucketRows(1_700_000_003).series).to.deep.equal(first.series);
    } finally {
      lane.close();
    }
  });
});
