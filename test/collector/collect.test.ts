import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { Collection } from '../../collector/collect.js';
import { StoreError } from '../../collector/store/error.js';
import type { RowBatch } from '../../collector/store/store.js';
import { FakeLane } from './fake_lane.js';
import { evenStamps, journalRow, traceRow } from './rows.js';
import { scratchStore, untilDead, type ScratchStore } from './scratch_store.js';

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
    expect(await collection.stop()).to.deep.equal({ traces: 150, journal: 1 });
    expect(await distinct('goes-on')).to.deep.equal({ rows: 150, traces: 150 });
  });

  it('stores a run that never ticked, and one without rows', async () => {
    const lane = new FakeLane();
    lane.put(rowsOf('no-tick', 0, 3));
    expect(await new Collection(lane, scratch.store, { runId: 'no-tick' }).stop()).to.deep.equal({ traces: 3, journal: 0 });
    expect(await new Collection(new FakeLane(), scratch.store, { runId: 'empty' }).stop()).to.deep.equal({ traces: 0, journal: 0 });
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
    expect(await collection.stop()).to.deep.equal({ traces: 6000, journal: 0 });
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
});
