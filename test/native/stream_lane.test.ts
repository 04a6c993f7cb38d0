import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { NativeError, openLane, type Drained, type LaneOptions, type LaneSession } from '../../native/index.js';
import { describeAsRoot } from './as_root.js';
import { ChildProgram } from './child_program.js';
import { readJournal, readTraces } from './row_reader.js';

const options = {
  lane: 'stream',
  threads: 1,
  ringBytes: 1 << 20,
  outputBytes: 1 << 20,
  sample: 1,
  runId: 'run-of-stream-test',
} as const satisfies LaneOptions;

// 1 tick = 1 ns: deltas can be read as they were written.
const clock = { tscMillihertz: 1_000_000_000_000n, tsc: 0n, realtimeNs: 0n };

describeAsRoot('lane stream', function () {
  let lane: LaneSession | undefined;
  const open = (changes: Partial<LaneOptions> = {}): LaneSession => {
    lane = openLane({ ...options, ...changes });
    lane.setClock(clock);
    return lane;
  };
  afterEach(() => lane?.close());

  /** Drains as the collector does, until the producer has ended. */
  async function collect(session: LaneSession, warmup: number, measured: number): Promise<{ traces: Buffer; journal: Buffer; pushed: number }> {
    const producer = new ChildProgram('stream_producer', [warmup, measured, ...session.ringMapIds]);
    const slabs: Drained[] = [];
    while (producer.running) {
      slabs.push(session.drain());
      await sleep(1);
    }
    slabs.push(session.finish());
    let pushed = 0;
    for (let threads = session.ringMapIds.length; threads > 0; --threads) pushed += Number((await producer.line()).split(' ')[1]);
    for (const slab of slabs) expect(readTraces(slab.traces)).to.have.length(slab.traceRows);
    return { traces: Buffer.concat(slabs.map((s) => s.traces)), journal: Buffer.concat(slabs.map((s) => s.journal)), pushed };
  }

  it('brings every record of the engine across, bit by bit', async () => {
    const session = open();
    const { traces, journal, pushed } = await collect(session, 10, 5_000);
    const rows = readTraces(traces);
    expect(pushed).to.equal(10_000);
    const all = { drained: 5_000, stored: 5_000, tail: 0, filtered: 0, lost: 0 };
    expect(session.counts()).to.deep.equal({ ...all, journal: all, warmup: 20 });
    expect(rows.map((r) => Number(r.traceId))).to.deep.equal(Array.from({ length: 5_000 }, (_, i) => i + 10));
    const row = rows[1_224]; // i = 1234
    expect(row).to.deep.include({
      runId: 'run-of-stream-test',
      traceId: 1_234n,
      feedSequence: 1_235n,
      marketNs: 34_200_000_001_234n,
      thread: 0,
      venue: 0,
      locate: 3,
      side: 'B',
      orderType: 'M',
      outcome: 1,
      parent: 0,
      price: 1_003_400,
      quantity: 100,
      filled: 1_234 % 101,
      hops: 0x1fff,
      kept: 'sampled',
      injectedHop: 0,
      injectedNs: 0,
    });
    expect(rows.find((r) => r.traceId === 1_250n)).to.deep.include({ injectedHop: 6, injectedNs: 500 });
    expect(row?.hopNs).to.deep.equal([0, ...Array.from({ length: 12 }, (_, h) => (h + 1) * 1_000 + 234), 0, 0]);
    const journalRow = readJournal(journal)[1_224];
    expect(journalRow).to.deep.include({ traceId: 1_234n, block: 7n, blockRecords: 3, blockBytes: 4_096, writeNs: 10_000, durableNs: 30_000 });
    expect((journalRow?.ts ?? 0n) - (row?.ts ?? 0n)).to.equal(10_234n);
  });

  it('keeps up with rings smaller than the run, two threads at once', async () => {
    const session = open({ threads: 2, ringBytes: 64 << 10, outputBytes: 16 << 10 });
    expect(session.ringMapIds).to.have.length(2);
    const { traces } = await collect(session, 0, 20_000);
    expect(session.counts()).to.include({ drained: 40_000, stored: 40_000, lost: 0 });
    expect(session.counts().journal).to.include({ drained: 40_000, stored: 40_000, lost: 0 });
    for (const thread of [0, 1]) {
      const refs = readTraces(traces)
        .filter((r) => r.thread === thread)
        .map((r) => Number(r.traceId & 0xffff_ffffn));
      expect(refs).to.deep.equal(Array.from({ length: 20_000 }, (_, i) => i));
    }
  });

  it('samples capsule and journal branch of an order together', async () => {
    const session = open({ sample: 16 });
    const { traces, journal } = await collect(session, 0, 1_600);
    const sampled = { drained: 1_600, stored: 100, tail: 0, filtered: 1_500, lost: 0 };
    expect(session.counts()).to.deep.equal({ ...sampled, journal: sampled, warmup: 0 });
    const ids = readTraces(traces).map((r) => r.traceId);
    expect(ids.every((id) => id % 16n === 0n)).to.equal(true);
    expect(readJournal(journal).map((r) => r.traceId)).to.deep.equal(ids);
  });

  // hop h of order i is stamped h * 1,000 + i % 1,000 ns after feed.due, so feed.tx took 1,000 + i % 1,000.
  it('keeps what is over a threshold beside the sample, with its journal branch', async () => {
    const session = open({ sample: 16 });
    session.setThresholds({ 'feed.tx': 1_989 });
    const { traces, journal } = await collect(session, 0, 16_000);
    const rows = readTraces(traces);
    const slow = (id: bigint): boolean => id % 1_000n > 989n;
    expect(rows.filter((r) => r.kept === 'sampled')).to.have.length(1_000);
    expect(rows.every((r) => (r.traceId % 16n === 0n) === (r.kept === 'sampled'))).to.equal(true);
    const tail = rows.filter((r) => r.kept === 'tail');
    expect(tail.every((r) => slow(r.traceId))).to.equal(true);
    expect(tail).to.have.length(160 - rows.filter((r) => r.kept === 'sampled' && slow(r.traceId)).length);
    const counts = { drained: 16_000, stored: rows.length, tail: tail.length, filtered: 16_000 - rows.length, lost: 0 };
    expect(session.counts()).to.deep.equal({ ...counts, journal: counts, warmup: 0 });
    expect(readJournal(journal).map((r) => r.traceId)).to.deep.equal(rows.map((r) => r.traceId));
    expect(session.latencies([1])['feed.tx']).to.deep.include({ count: 16_000, maxNs: 1_999, valuesNs: [1_999] });
  });

  it('follows the tail of the run so far', async () => {
    const session = open({ sample: 1_000_000 });
    session.followTail(0.5);
    await collect(session, 0, 999);
    expect(session.counts().tail).to.equal(0); // not one series had 1,000 durations yet
    await collect(session, 0, 20_000);
    session.followTail(0.5); // feed.tx: half of them took up to 1,499 ns; that bucket ends at 1,503
    await collect(session, 0, 1_000);
    expect(session.counts().tail).to.equal(496);
    session.setThresholds({ 'feed.tx': 1_000 });
    await collect(session, 0, 1_000);
    expect(session.counts().tail).to.equal(496 + 999);
    session.followTail(1);
    await collect(session, 1_000, 1_000); // other orders: those before are remembered as slow
    expect(session.counts().tail).to.equal(496 + 999);
  });

  it('refuses thresholds that mean nothing, in one line', () => {
    const session = open();
    expect(() => session.setThresholds({ tick_to_hack: 1 })).to.throw(NativeError, 'no threshold for tick_to_hack');
    expect(() => session.setThresholds({ 'feed.due': 1 })).to.throw(NativeError, 'no threshold for feed.due');
    expect(() => session.setThresholds({ tick_to_ack: -1 })).to.throw(NativeError, 'must be at least 0');
    expect(() => session.followTail(99.9)).to.throw(NativeError, 'from 0 to 1');
  });

  it('shows hops and spans so far', async () => {
    const session = open();
    await collect(session, 0, 1_000);
    const live = session.live();
    expect(live['oms.rx']?.count).to.equal(1_000);
    expect(live['oms.rx']?.p50).to.be.within(1_000, 1_032); // each hop 1,000 ticks after the one before
    expect(live.tick_to_ack?.p50).to.be.within(11_000, 11_344);
    expect(live['journal.durable']?.p99).to.be.within(20_000, 20_625);
    expect(live).to.have.all.keys(
      ...['feed.tx', 'oms.rx', 'oms.book', 'oms.decide', 'router.pick', 'risk.pass', 'oms.tx', 'venue.rx', 'venue.match'],
      ...['journal.append', 'venue.tx', 'oms.ack', 'journal.write', 'journal.durable'],
      ...['tick_to_order', 'order_to_ack', 'tick_to_ack', 'tick_to_ack_response', 'journal_commit', 'journal_write'],
    );
  });

  // What another collector leaves behind when it is killed: rings that only the engine holds.
  it('takes over the rings of a lane that has gone, and loses nothing', async () => {
    const first = open({ threads: 2, ringBytes: 1 << 16 });
    const { ringMapIds } = first;
    const producer = new ChildProgram('stream_producer', [0, 20_000, ...ringMapIds]); // far more than the rings hold: it waits
    try {
      const traces: Buffer[] = [];
      const drain = async (session: LaneSession, until: () => boolean): Promise<void> => {
        while (!until()) {
          traces.push(session.drain().traces);
          await sleep(1);
        }
      };
      await drain(first, () => first.counts().drained >= 5_000);
      const before = first.counts().drained;
      first.close();
      await sleep(20);
      const second = open({ threads: 2, ringMapIds });
      expect(second.ringMapIds).to.deep.equal(ringMapIds);
      await drain(second, () => !producer.running);
      traces.push(second.finish().traces);
      expect(before + second.counts().drained).to.equal(40_000);
      expect(second.latencies([1])['feed.tx']?.count).to.equal(40_000 - before);
      expect(new Set(readTraces(Buffer.concat(traces)).map((row) => row.traceId)).size).to.equal(40_000);
    } finally {
      await producer.kill();
    }
  });

  it('refuses rings that are not there, or are none, in one line', () => {
    const refusal = (changes: Partial<LaneOptions>): string => {
      try {
        openLane({ ...options, ...changes }).close();
        return '';
      } catch (error) {
        expect(error).to.be.instanceOf(NativeError);
        return String(error);
      }
    };
    const refused = (changes: Partial<LaneOptions>, says: string): void => {
      expect(refusal(changes)).to.include(says).and.not.include('\n');
    };
    refused({ ringMapIds: [2 ** 31] }, 'is not in the kernel: its engine has ended');
    refused({ ringMapIds: [1, 2] }, '2 ringMapIds for 1 threads');
    refused({ ringMapIds: [0] }, 'ringMapIds must be ids of maps');
    refused({ lane: 'hops', ringMapIds: [1] }, 'lane hops: ringMapIds is for lane stream');
    const [own = 0] = open().ringMapIds;
    const neighbours = Array.from({ length: 8 }, (_, i) => refusal({ ringMapIds: [own + 1 + i] })); // the other maps of the same lane
    expect(neighbours.filter((line) => /map \d+ is no engine_ring: pass the ids of the engine's page/.test(line))).to.have.length.above(0);
  });

  it('needs the clock before the first drain', () => {
    lane = openLane(options);
    expect(() => lane?.drain()).to.throw(NativeError, 'setClock()');
    expect(() => lane?.setThresholds({ tick_to_ack: 1 })).to.throw(NativeError, 'setClock()');
  });

  it('leaves nothing in the kernel when closed', async () => {
    const session = open();
    const [id] = session.ringMapIds;
    session.close();
    session.close();
    expect(() => session.drain()).to.throw(NativeError, 'closed');
    // The kernel frees a map after a grace period: ask for it by its id, as an engine would, until it is gone.
    const exists = async (): Promise<boolean> => {
      const producer = new ChildProgram('stream_producer', [0, 1, id ?? 0], 'ignore');
      await producer.end();
      return producer.line().then(
        () => true,
        () => false,
      );
    };
    while (await exists()) await sleep(20); // the test's own time limit ends it
  });

  const refused: readonly [string, Partial<LaneOptions>, RegExp][] = [
    ['a ring that is no power of two', { ringBytes: 100_000 }, /ringBytes is 100000: a ring is a power of two/],
    ['a ring beyond 32 bits', { outputBytes: 2 ** 33 }, /outputBytes must be a whole number/],
    ['sample 0', { sample: 0 }, /sample is 0: 1 keeps every record/],
    ['no threads', { threads: 0 }, /no engine threads/],
    ['a kernel without user ring buffers', { deny: ['user_ringbuf'] }, /user_ringbuf is denied by the settings: .*lane capsule/],
    ['a kernel without ring buffers', { deny: ['ringbuf'] }, /ringbuf is denied by the settings: .*stamps/],
    ['objects that are not built', { objectDir: '/nonexistent' }, /stream\.bpf\.o is not built: run `npm run setup`/],
  ];
  it('says what to do when it is not root', () => {
    process.seteuid?.(65_534); // nobody
    try {
      expect(() => openLane(options)).to.throw(NativeError, /^bpf: [^\n]*: run as root$/);
    } finally {
      process.seteuid?.(0);
    }
  });

  for (const [title, changes, message] of refused) {
    it(`refuses ${title} in one line`, () => {
      expect(() => openLane({ ...options, ...changes }))
        .to.throw(NativeError)
        .that.satisfies((error: NativeError) => message.test(error.message) && !error.message.includes('\n') && error.subject === 'lane');
    });
  }
});
