import { expect } from 'chai';

import { features, NativeError, openLane, type LaneOptions, type LaneSession } from '../../native/index.js';
import { describeAsRoot } from './as_root.js';
import { ChildProgram } from './child_program.js';
import { readJournal, readTraces } from './row_reader.js';

const options = {
  lane: 'capsule',
  threads: 1,
  ringBytes: 4096,
  outputBytes: 4 << 20,
  sample: 1,
  runId: 'r',
} as const satisfies LaneOptions;

describeAsRoot('lane capsule', function () {
  this.timeout(20_000);
  let lane: LaneSession | undefined;
  let producer: ChildProgram | undefined;
  const start = (warmup: number, measured: number, changes: Partial<LaneOptions> = {}): [LaneSession, ChildProgram] => {
    producer = new ChildProgram('capsule_producer', [warmup, measured]);
    lane = openLane({ ...options, ...changes });
    lane.setClock({ tscMillihertz: 1_000_000_000_000n, tsc: 0n, realtimeNs: 0n }); // a tick a nanosecond
    lane.attach(producer.pid, producer.file);
    return [lane, producer];
  };
  afterEach(async () => {
    lane?.close();
    await producer?.kill();
  });

  it('brings every record across, alone and in batches, bit by bit', async () => {
    const [session, engine] = start(10, 1_005); // the last batch of journal traces holds seven
    await engine.ask();
    const drained = session.finish();
    const all = { drained: 1_005, stored: 1_005, tail: 0, filtered: 0, lost: 0 };
    expect(session.counts()).to.deep.equal({ ...all, journal: all, warmup: 20 });
    const rows = readTraces(drained.traces);
    const ids = Array.from({ length: 1_005 }, (_, i) => BigInt(i + 10));
    expect(rows.map((r) => r.traceId)).to.deep.equal(ids);
    expect(readJournal(drained.journal).map((r) => r.traceId)).to.deep.equal(ids);
    const row = rows[224]; // i = 234
    expect(row).to.deep.include({ feedSequence: 235n, marketNs: 34_200_000_000_234n, venue: 0, locate: 11, side: 'B', orderType: 'L' });
    expect(row).to.deep.include({ price: 1_003_400, quantity: 100, filled: 32, hops: 0x1fff, kept: 'sampled', injectedHop: 0 });
    expect(row?.hopNs).to.deep.equal([0, ...Array.from({ length: 12 }, (_, h) => (h + 1) * 1_000 + 234), 0, 0]);
    expect(rows.find((r) => r.traceId === 250n)).to.deep.include({ injectedHop: 6, injectedNs: 500 });
    expect(readJournal(drained.journal)[224]).to.deep.include({ block: 7n, blockRecords: 3, blockBytes: 4_096, writeNs: 10_000, durableNs: 30_000 });
  });

  it('counts every record, keeps the sample and what is slow, an order with its journal branch', async () => {
    const [session, engine] = start(0, 2_000, { sample: 16 });
    session.setThresholds({ 'feed.tx': 1_989 }); // feed.tx of order i took 1,000 + i % 1,000 ns
    await engine.ask();
    const drained = session.finish();
    const rows = readTraces(drained.traces);
    const kept = Array.from({ length: 2_000 }, (_, i) => i).filter((i) => i % 16 === 0 || i % 1_000 > 989);
    expect(rows.map((r) => Number(r.traceId))).to.deep.equal(kept);
    expect(rows.every((r) => (r.kept === 'sampled') === (r.traceId % 16n === 0n))).to.equal(true);
    expect(readJournal(drained.journal).map((r) => Number(r.traceId))).to.deep.equal(kept);
    const counts = { drained: 2_000, stored: kept.length, tail: kept.length - 125, filtered: 2_000 - kept.length, lost: 0 };
    expect(session.counts()).to.deep.equal({ ...counts, journal: counts, warmup: 0 });
    expect(session.latencies([0.5])['journal.durable']).to.deep.include({ count: 2_000, meanNs: 20_000, maxNs: 20_000 });
  });

  it('counts what a ring too small has no room for, to the record', async () => {
    const [session, engine] = start(500, 1_000, { outputBytes: 4096 });
    await engine.ask(); // nobody drains meanwhile
    const { traceRows, journalRows } = session.finish();
    const { journal, warmup, ...capsules } = session.counts();
    expect(capsules).to.deep.equal({ drained: 1_000, stored: traceRows, tail: 0, filtered: 0, lost: 1_000 - traceRows });
    expect(journal).to.deep.equal({ drained: 1_000, stored: journalRows, tail: 0, filtered: 0, lost: 1_000 - journalRows });
    expect(capsules.lost).to.be.greaterThan(900);
    expect(journal.lost).to.be.greaterThan(900);
    expect(warmup).to.equal(1_000); // lost or not, they are not measured
  });

  it('counts what cannot be read, and what is no record, as lost', async () => {
    const [session, engine] = start(0, 1);
    await engine.ask('unreadable');
    await engine.ask('odd');
    session.finish();
    expect(session.counts()).to.include({ drained: 5, stored: 0, lost: 5 });
    await engine.ask();
    expect(session.finish().traceRows).to.equal(1);
  });

  it('says whether the kernel has turned its sites into calls', async () => {
    const [session, engine] = start(0, 10);
    await engine.ask();
    const optimised = features().find((f) => f.name === 'usdt_nop5')?.ok === true;
    const [site, ...others] = session.sites();
    expect(others).to.deep.equal([]);
    expect(site?.hop).to.equal('capsule');
    expect(site?.sites).to.be.at.least(1);
    expect(site?.optimised).to.equal(optimised);
  });

  it('has no rings, and goes on when the engine has died', async () => {
    const [session, engine] = start(0, 20);
    expect(session.ringMapIds).to.deep.equal([]);
    await engine.ask();
    await engine.kill();
    expect(session.finish().traceRows).to.equal(20);
  });

  it('refuses what it cannot attach to, in one line', () => {
    const [session, engine] = start(0, 1);
    expect(() => session.attach(engine.pid, engine.file)).to.throw(NativeError, 'already attached');
    expect(() => openLane({ ...options, deny: ['uprobe'] })).to.throw(NativeError, 'uprobe is denied by the settings');
    const other = openLane(options);
    try {
      expect(() => other.attach(process.pid, process.execPath)).to.throw(NativeError, 'has no site capsule');
    } finally {
      other.close();
    }
  });
});
