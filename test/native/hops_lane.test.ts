import { expect } from 'chai';

import { NativeError, openLane, recordLayout, tsc, type LaneOptions, type LaneSession } from '../../native/index.js';
import { describeAsRoot } from './as_root.js';
import { ChildProgram, programFile } from './child_program.js';
import { readJournal, readTraces } from './row_reader.js';

const options = {
  lane: 'hops',
  threads: 2,
  ringBytes: 4096,
  outputBytes: 16 << 20,
  sample: 1,
  runId: 'r',
} as const satisfies LaneOptions;

describeAsRoot('lane hops', function () {
  this.timeout(20_000);
  let lane: LaneSession | undefined;
  let producer: ChildProgram | undefined;
  const start = (warmup: number, measured: number, changes: Partial<LaneOptions> = {}): [LaneSession, ChildProgram] => {
    producer = new ChildProgram('hop_producer', [warmup, measured]);
    lane = openLane({ ...options, ...changes });
    lane.setClock({ tscMillihertz: 1_000_000_000_000n, tsc: 0n, realtimeNs: 0n }); // a tick a nanosecond
    return [lane, producer];
  };
  afterEach(async () => {
    lane?.close();
    await producer?.kill();
  });

  it('puts every order together again from the hits of two threads', async () => {
    const [session, engine] = start(5, 200);
    const sites = session.attach(engine.pid, engine.file);
    expect(sites.map((s) => s.hop)).to.deep.equal(recordLayout().hops.map((h) => h.name));
    await engine.ask();
    const drained = session.finish();
    expect(drained.hits).to.equal(205 * 15);
    const all = { drained: 200, stored: 200, tail: 0, filtered: 0, lost: 0 };
    expect(session.counts()).to.deep.equal({ ...all, journal: all, warmup: 10 });
    const rows = readTraces(drained.traces);
    expect(rows).to.have.length(200);
    for (const [i, row] of rows.entries()) {
      const id = BigInt(i + 6);
      expect(row).to.deep.include({ traceId: id, feedSequence: id, venue: 1, locate: 300, side: 'S', orderType: 'I', outcome: 1 });
      expect(row).to.deep.include({ price: 1_234_500, quantity: 200, filled: 150, hops: 0x1fff });
      expect(row.hopNs).to.deep.equal([...Array.from({ length: 13 }, (_, h) => h * 1_000), 0, 0]);
    }
    const journal = readJournal(drained.journal);
    expect(journal.map((r) => r.traceId)).to.deep.equal(rows.map((r) => r.traceId));
    expect(journal[0]).to.deep.include({ venue: 1, block: 6n, writeNs: 3_000, durableNs: 4_000 });
  });

  it('probes one process only', async () => {
    const [session, engine] = start(0, 10);
    const other = new ChildProgram('hop_producer', [0, 10]);
    try {
      session.attach(engine.pid, engine.file);
      await other.ask();
      expect(session.drain().hits).to.equal(0);
      await engine.ask();
      expect(session.drain().hits).to.equal(150);
    } finally {
      await other.kill();
    }
  });

  it('samples by trace id', async () => {
    const [session, engine] = start(0, 64, { sample: 16 });
    session.attach(engine.pid, engine.file);
    await engine.ask();
    expect(readTraces(session.finish().traces).map((r) => Number(r.traceId))).to.deep.equal([16, 32, 48, 64]);
    const sampled = { drained: 64, stored: 4, tail: 0, filtered: 60, lost: 0 };
    expect(session.counts()).to.deep.equal({ ...sampled, journal: sampled, warmup: 0 });
    expect(session.latencies([0.5]).tick_to_ack?.count).to.equal(64); // whatever the sample
  });

  it('keeps what is over a threshold', async () => {
    const [session, engine] = start(0, 64, { sample: 16 });
    session.setThresholds({ 'oms.rx': 999 }); // every hop lies 1,000 ns after the one before
    session.attach(engine.pid, engine.file);
    await engine.ask();
    session.finish();
    expect(session.counts()).to.deep.include({ drained: 64, stored: 64, tail: 60, filtered: 0, lost: 0 });
  });

  it('counts the hits for which the ring had no room', async () => {
    const [session, engine] = start(0, 100, { outputBytes: 4096 });
    session.attach(engine.pid, engine.file);
    await engine.ask();
    const { hits } = session.finish();
    const counts = session.counts();
    expect(counts.lost).to.be.greaterThan(0);
    expect(hits + counts.lost).to.equal(1_500);
    expect(counts.drained).to.equal(counts.stored + counts.filtered + counts.lost);
  });

  it("agrees with the engine's clock", async () => {
    const [session, engine] = start(0, 500);
    session.setClock({ tscMillihertz: BigInt(Math.round(tsc().hz * 1_000)), tsc: 0n, realtimeNs: 0n });
    session.attach(engine.pid, engine.file);
    expect(session.stampLag()).to.equal(null);
    await engine.ask();
    session.finish();
    // The producer's stamps lie up to 14,000 ticks from the hits they stand for: a clock of another rate or origin would be seconds off.
    expect(session.stampLag()?.count).to.equal(7_500);
    expect(session.stampLag()?.p50).to.be.lessThan(1_000_000);
  });

  it('goes on when the engine has died', async () => {
    const [session, engine] = start(0, 20);
    session.attach(engine.pid, engine.file);
    await engine.ask();
    await engine.kill();
    expect(session.finish().traceRows).to.equal(20);
    expect(() => session.sites()).to.throw(NativeError, 'the engine is gone');
  });

  it('refuses what it cannot attach to, in one line', async () => {
    const [session, engine] = start(0, 1);
    expect(() => session.attach(engine.pid, '/nonexistent/engine')).to.throw(NativeError, 'No such file');
    expect(() => session.attach(engine.pid, '/etc/passwd')).to.throw(NativeError, 'not a 64-bit little-endian ELF file');
    expect(() => session.attach(engine.pid, process.execPath)).to.throw(NativeError, 'has no site feed.due');
    expect(() => session.attach(engine.pid, programFile('leaf_site'))).to.throw(NativeError, 'does not run');
    session.attach(engine.pid, engine.file);
    expect(() => session.attach(engine.pid, engine.file)).to.throw(NativeError, 'already attached');
    expect(() => openLane({ ...options, deny: ['uprobe'] })).to.throw(NativeError, 'uprobe is denied by the settings');
    await engine.end();
    const late = openLane(options);
    try {
      expect(() => late.attach(engine.pid, engine.file)).to.throw(NativeError, 'is gone');
    } finally {
      late.close();
    }
  });
});
