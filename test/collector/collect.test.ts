import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { Collection, type StoredRows } from '../../collector/collect.js';
import { StoreError } from '../../collector/store/error.js';
import type { DrainedStalls } from '../../native/index.js';
import type { RowBatch } from '../../collector/store/store.js';
import { FakeLane } from './fake_lane.js';
import { RowWriter } from '../../collector/row_writer.js';
import { OPENING_NS, evenStamps, gapRow, journalRow, stallRow, traceRow } from './rows.js';
import { scratchStore, untilDead, type ScratchStore } from './scratch_store.js';

const NO_ROWS: StoredRows = { traces: 0, journal: 0, stalls: 0, gaps: 0, buckets: 0 };

describe('Collection', () => {
  let scratch: ScratchStore;
  before(async () => (scratch = await scratchStore()));
  after(() => scratch.remove());

  const rowsOf = (runId: string, from: number, count: number): readonly Buffer[] =>
    Array.from({ length: count }, (_, index) => traceRow({ runId, traceId: BigInt(from + index), stampsNs: evenStamps(10) }));
  const distinct = async (runId: string): Promise<unknown> =>
    (await scratch.store.rows('SELECT count() AS rows, uniqExact(trace_id) AS traces FROM traces WHERE run_id = {run:String}', { run: runId }))[0];

  it('stores while the run goes on, and the rest at its end', async () => {
    const lane = new FakeLane();
    const collection = new Collection(lane, scratch.store, { runId: 'goes-on', batch: { ms: 20, bytes: 1 << 20 } });
    lane.put(rowsOf('goes-on', 0, 100), [journalRow({ runId: 'goes-on', traceId: 1n, writeNs: 1, durableNs: 2 })]);
    collection.start();
    while (collection.stored().traces === 0) await sleep(10);
    lane.put(rowsOf('goes-on', 100, 50));
    expect(await collection.stop()).to.include({ traces: 150, journal: 1 });
    expect(await distinct('goes-on')).to.deep.equal({ rows: 150, traces: 150 });
  });

  it('stores a run that never ticked, and one without rows', async () => {
    const lane = new FakeLane();
    lane.put(rowsOf('no-tick', 0, 3));
    expect(await new Collection(lane, scratch.store, { runId: 'no-tick' }).stop()).to.deep.equal({ ...NO_ROWS, traces: 3 });
    expect(await new Collection(new FakeLane(), scratch.store, { runId: 'empty' }).stop()).to.deep.equal(NO_ROWS);
  });

  it('loses and doubles nothing when the store is killed in the middle of the run', async () => {
    const lane = new FakeLane();
    const collection = new Collection(lane, scratch.store, { runId: 'killed', batch: { ms: 5, bytes: 1 << 20 } });
    collection.start();
    for (let piece = 0; piece < 60; piece += 1) {
      lane.put(rowsOf('killed', piece * 100, 100));
      await sleep(10);
      if (piece === 30) {
        while (collection.stored().traces === 0) await sleep(5);
        const pid = scratch.store.pid!;
        process.kill(pid, 'SIGKILL');
        await untilDead(pid);
      }
    }
    expect(await collection.stop()).to.deep.equal({ ...NO_ROWS, traces: 6000 });
    expect(await distinct('killed')).to.deep.equal({ rows: 6000, traces: 6000 });
  });

  it('says once why the store takes no more, and at the end again', async () => {
    const said: Error[] = [];
    const refusing = { insert: () => Promise.reject(new StoreError('disk-full', 'the disk is full: free some space')), rows: () => Promise.resolve([]) };
    const lane = new FakeLane();
    const collection = new Collection(lane, refusing, { runId: 'full', batch: { ms: 1, bytes: 1 }, onFailure: (error) => said.push(error) });
    collection.start();
    lane.put(rowsOf('full', 0, 1));
    while (said.length === 0) await sleep(5);
    lane.put(rowsOf('full', 1, 1));
    await sleep(30);
    const error = await collection.stop().catch((reason: unknown) => reason);
    expect(said).to.deep.equal([error]);
    expect(error).to.include({ kind: 'disk-full' });
  });

  it('ends with the lane\'s own words when the lane fails, and stores what it had brought', async () => {
    const stored: number[] = [];
    const store = { insert: (batch: RowBatch) => Promise.resolve(void stored.push(batch.rows.length)), rows: () => Promise.resolve([]) };
    const lane = new FakeLane();
    const collection = new Collection(lane, store, { runId: 'broken' });
    collection.start();
    lane.put(rowsOf('broken', 0, 1));
    await sleep(30);
    lane.drain = () => {
      throw new Error('lane stream: the ring is damaged: start the run again');
    };
    while (collection.failure === null) await sleep(5);
    expect(collection.failure.message).to.include('start the run again');
    await collection.stop().catch(() => undefined);
    expect(stored).to.deep.equal([1]);
  });

  it('stores what it had when the lane fails at the very end', async () => {
    const stored: number[] = [];
    const store = { insert: (batch: RowBatch) => Promise.resolve(void stored.push(batch.rows.length)), rows: () => Promise.resolve([]) };
    const lane = new FakeLane();
    const collection = new Collection(lane, store, { runId: 'broken', batch: { ms: 60_000, bytes: 2 ** 20 } });
    lane.put(rowsOf('broken', 0, 1));
    collection.start();
    while (lane.left > 0) await sleep(5);
    lane.finish = () => {
      throw new Error('lane stream: the ring is damaged: start the run again');
    };
    await collection.stop().catch(() => undefined);
    expect(collection.failure?.message).to.include('start the run again');
    expect(stored).to.deep.equal([1]);
  });

  it('makes one batch grow while another is on its way, and stops draining when too much waits', async () => {
    const batches: RowBatch[] = [];
    let release = (): void => undefined;
    const slow = {
      insert: (batch: RowBatch) => {
        batches.push(batch);
        return batches.length > 1 ? Promise.resolve() : new Promise<void>((resolve) => (release = resolve));
      },
      rows: <Row>() => Promise.resolve([{ count: batches.length === 0 ? 0 : 40 }] as unknown as readonly Row[]),
    };
    const lane = new FakeLane();
    for (let piece = 0; piece < 40; piece += 1) lane.put(rowsOf('slow', piece, 1));
    const rowBytes = rowsOf('slow', 0, 1)[0]!.byteLength;
    const collection = new Collection(lane, slow, { runId: 'slow', tickMs: 1, batch: { ms: 0, bytes: 1 }, maxPendingBytes: 10 * rowBytes });
    collection.start();
    while (collection.pauses < 3) await sleep(5);
    expect(batches).to.have.length(1);
    expect(lane.left).to.be.within(25, 30); // one on its way, eleven waiting
    release();
    while (lane.left > 0) await sleep(5);
    // The journal's count is asked for as well, and none was acknowledged.
    const error = await collection.stop().catch((reason: unknown) => reason);
    expect(batches[1]!.rows.length).to.be.greaterThan(5);
    expect(new Set(batches.map((batch) => batch.token)).size).to.equal(batches.length);
    expect(error).to.include({ kind: 'lost' });
    expect((error as Error).message).to.include('journal_traces holds 40 rows of run slow, but 0 were acknowledged');
  });
  it('stores stalls and gaps on the same tick, and what they leave at the end', async () => {
    const piece = (from: number): DrainedStalls => ({
      stalls: stallRow({ runId: 'stalls', startNs: OPENING_NS + BigInt(from), durationNs: 5, cause: 'timer_tick' }), stallRows: 1,
      gaps: gapRow({ runId: 'stalls', startNs: OPENING_NS + BigInt(from), durationNs: 9 }), gapRows: 1,
    });
    const pieces = [piece(0), piece(100)];
    const nothing: DrainedStalls = { stalls: Buffer.alloc(0), stallRows: 0, gaps: Buffer.alloc(0), gapRows: 0 };
    const stalls = { drain: () => pieces.shift() ?? nothing, finish: () => piece(200) };
    const collection = new Collection(new FakeLane(), scratch.store, { runId: 'stalls', stalls });
    collection.start();
    while (pieces.length > 0) await sleep(5);
    expect(await collection.stop()).to.deep.equal({ ...NO_ROWS, stalls: 3, gaps: 3 });
    expect(await scratch.store.rows("SELECT count() AS n, sum(duration_ns) AS ns FROM stalls WHERE run_id = 'stalls'")).to.deep.equal([{ n: 3, ns: 15 }]);
    expect(await scratch.store.rows("SELECT count() AS n, sum(explained_ns) AS ns FROM gaps WHERE run_id = 'stalls'")).to.deep.equal([{ n: 3, ns: 0 }]);
  });

  it('ends when the stall programs fail, with their words', async () => {
    const stalls = { drain: () => { throw new Error('stalls: the ring is damaged: start the run again'); }, finish: () => { throw new Error('never asked'); } };
    const said: Error[] = [];
    const collection = new Collection(new FakeLane(), scratch.store, { runId: 'stalls-fail', stalls, onFailure: (error) => said.push(error) });
    collection.start();
    while (said.length === 0) await sleep(5);
    expect(said[0]?.message).to.include('the ring is damaged');
    expect(await collection.stop()).to.deep.equal(NO_ROWS);
  });

  it('reads the histograms once a second, and lets the tail follow them', async function () {
    this.timeout(5000);
    const lane = new FakeLane();
    const asked: number[] = [];
    lane.bucketsOf = (second) => {
      asked.push(second);
      return [new RowWriter().text('buckets').u32(second).text('oms.rx').u64(64).u64(65).u64(7).take()];
    };
    const collection = new Collection(lane, scratch.store, { runId: 'buckets', tail: 0.999 });
    const began = Math.floor(Date.now() / 1000);
    collection.start();
    while (lane.told.length < 2) await sleep(20);
    const { buckets } = await collection.stop();
    expect(lane.told).to.deep.equal([0.999, 0.999]);
    expect(asked).to.deep.equal([began, began + 1, began + 2]);
    expect(buckets).to.equal(3);
    expect(await scratch.store.rows("SELECT name, low_ns, high_ns, sum(count) AS n FROM latency_buckets WHERE run_id = 'buckets' GROUP BY ALL")).to.deep.equal([
      { name: 'oms.rx', low_ns: 64, high_ns: 65, n: 21 },
    ]);
  });

  it('tells each second what was counted in it, and the last one when all is stored', async function () {
    this.timeout(5000);
    const lane = new FakeLane();
    const counted = { count: 1, sumNs: 64, lowNs: [64], highNs: [65], counts: [1] };
    lane.seriesOf = (second) => ({ 'oms.rx': { ...counted, sumNs: second } });
    const told: { readonly second: number; readonly sumNs: number | undefined; readonly last: boolean; readonly stored: number }[] = [];
    const collection: Collection = new Collection(lane, scratch.store, {
      runId: 'seconds',
      onSecond: (second, series, last) => told.push({ second, sumNs: series['oms.rx']?.sumNs, last, stored: collection.stored().traces }),
    });
    const began = Math.floor(Date.now() / 1000);
    collection.start();
    while (told.length < 1) await sleep(20);
    lane.put(rowsOf('seconds', 0, 5));
    await collection.stop();
    expect(told).to.deep.equal([
      { second: began, sumNs: began, last: false, stored: 0 },
      { second: began + 1, sumNs: began + 1, last: true, stored: 5 },
    ]);
    await collection.stop();
    expect(told).to.have.length(2);
  });

  it('tells the last second also where store or lane have failed, and goes on telling until then', async function () {
    this.timeout(5000);
    const told: boolean[] = [];
    const refusing = { insert: () => Promise.reject(new StoreError('disk-full', 'the disk is full: free some space')), rows: () => Promise.resolve([]) };
    const lane = new FakeLane();
    const options = { batch: { ms: 1, bytes: 1 }, onSecond: (_: number, __: unknown, last: boolean) => void told.push(last) };
    const full = new Collection(lane, refusing, { runId: 'last', ...options });
    full.start();
    lane.put(rowsOf('last', 0, 1));
    while (full.failure === null) await sleep(5);
    const before = told.length;
    while (told.length === before) await sleep(20);
    await full.stop().catch(() => undefined);
    expect(told.filter((last) => last)).to.deep.equal([true]);
    expect(told.at(-1)).to.equal(true);

    told.splice(0);
    const broken = new FakeLane();
    broken.finish = () => {
      throw new Error('lane stream: the ring is damaged: start the run again');
    };
    await new Collection(broken, scratch.store, { runId: 'last', ...options }).stop();
    expect(told).to.deep.equal([true]);
  });

  it('keeps the store\'s words when whoever listens to the last second fails as well', async () => {
    const refusing = { insert: () => Promise.reject(new StoreError('disk-full', 'the disk is full: free some space')), rows: () => Promise.resolve([]) };
    const lane = new FakeLane();
    lane.put(rowsOf('words', 0, 1));
    const said: string[] = [];
    const failures: Error[] = [];
    const collection = new Collection(lane, refusing, {
      runId: 'words', say: (line) => said.push(line), onFailure: (error) => failures.push(error), onSecond: () => { throw new Error('page: closed'); },
    });
    expect(await collection.stop().catch((reason: unknown) => reason)).to.include({ kind: 'disk-full' });
    expect(collection.failure).to.include({ kind: 'disk-full' });
    expect(said).to.deep.equal(['run words: seconds are not judged nor shown (page: closed); records are stored all the same']);
    expect(failures).to.deep.equal([]); // stop() has thrown it
  });

  it('goes on collecting when whoever listens to the seconds fails, and says so once', async function () {
    this.timeout(5000);
    const said: string[] = [];
    const failures: Error[] = [];
    const lane = new FakeLane();
    let calls = 0;
    const collection = new Collection(lane, scratch.store, {
      runId: 'deaf', say: (line) => said.push(line), onFailure: (error) => failures.push(error),
      onSecond: () => {
        calls += 1;
        throw new Error('page: closed');
      },
    });
    collection.start();
    while (calls < 2) await sleep(20);
    lane.put(rowsOf('deaf', 0, 3));
    expect(await collection.stop()).to.include({ traces: 3 });
    expect(said).to.have.length(1);
    expect([collection.failure, failures]).to.deep.equal([null, []]);
  });

  it('tells its failure once, also where the lane fails after the store', async () => {
    const failures: Error[] = [];
    const refusing = { insert: () => Promise.reject(new StoreError('disk-full', 'the disk is full: free some space')), rows: () => Promise.resolve([]) };
    const lane = new FakeLane();
    const collection = new Collection(lane, refusing, { runId: 'twice', batch: { ms: 1, bytes: 1 }, onFailure: (error) => failures.push(error) });
    collection.start();
    lane.put(rowsOf('twice', 0, 1));
    while (failures.length === 0) await sleep(5);
    const drains = { count: 0 };
    lane.drain = () => {
      drains.count += 1;
      throw new Error('lane stream: the ring is damaged: start the run again');
    };
    while (drains.count === 0) await sleep(5);
    await sleep(20);
    await collection.stop().catch(() => undefined);
    expect(failures.map((error) => error.message)).to.deep.equal(['the disk is full: free some space']);
  });

  it('knows how far the store lags behind, rows on their way included', async () => {
    let release = (): void => undefined;
    const slow = { insert: () => new Promise<void>((resolve) => (release = resolve)), rows: <Row>() => Promise.resolve([{ count: 0 }] as unknown as readonly Row[]) };
    const lane = new FakeLane();
    const collection = new Collection(lane, slow, { runId: 'lag', tickMs: 1, batch: { ms: 0, bytes: 1 } });
    expect(collection.storeLag()).to.deep.equal({ pendingBytes: 0, lagMs: 0 });
    const rowBytes = rowsOf('lag', 0, 1)[0]?.byteLength ?? 0;
    lane.put(rowsOf('lag', 0, 1));
    collection.start();
    while (lane.left > 0) await sleep(1);
    lane.put(rowsOf('lag', 1, 1)); // waits behind the first
    while (lane.left > 0) await sleep(1);
    await sleep(40);
    expect(collection.storeLag().pendingBytes).to.equal(2 * rowBytes);
    expect(collection.storeLag().lagMs).to.be.within(35, 5000);
    release();
    while (collection.stored().traces === 0) await sleep(1);
    expect(collection.storeLag().pendingBytes).to.equal(rowBytes);
    const stopped = collection.stop().catch(() => undefined); // the fake has no rows to count
    release();
    await stopped;
    expect(collection.storeLag()).to.deep.equal({ pendingBytes: 0, lagMs: 0 });
  });

  it('sets fixed limits of the tail once, and none where it is off', async () => {
    const fixed = new FakeLane();
    const limits = { tick_to_ack: 100_000 };
    const collection = new Collection(fixed, scratch.store, { runId: 'fixed', tail: limits });
    collection.start();
    await collection.stop();
    expect(fixed.told).to.deep.equal([limits]);
    const off = new FakeLane();
    const other = new Collection(off, scratch.store, { runId: 'fixed', tail: 'off' });
    other.start();
    await other.stop();
    expect(off.told).to.deep.equal([]);
  });

  it('knows what CPU time collecting took', async () => {
    const collection = new Collection(new FakeLane(), scratch.store, { runId: 'cpu' });
    expect(collection.collectorCpu()).to.deep.equal({ userNs: 0, systemNs: 0, wallNs: 0 });
    collection.start();
    const before = process.cpuUsage();
    const spentUs = (): number => process.cpuUsage(before).user + process.cpuUsage(before).system;
    for (const until = performance.now() + 60; performance.now() < until || spentUs() < 25_000; ); // is this process's work as well
    const busy = collection.collectorCpu();
    expect(busy.userNs + busy.systemNs).to.be.within(20e6, 10e9);
    expect(busy.wallNs).to.be.at.least(60e6);
    await collection.stop();
    const after = collection.collectorCpu();
    await sleep(20);
    expect(collection.collectorCpu()).to.deep.equal(after);
  });
});
