import { expect } from 'chai';
import { CAPSULE_HOPS } from '../../../collector/index.js';
import { storeInjections, type Disturbance, type RunClock, type Truth } from '../../../experiments/inject/truth.js';
import { accuracyOf, isCalm, type AccuracyRow, type AccuracyRun } from '../../../experiments/run/accuracy.js';
import { compareSlices, type Slice } from '../../../experiments/run/accuracy/interrupt_storm.js';
import { lostByHop } from '../../../experiments/run/accuracy/outside_delays.js';
import { shareOf } from '../../../experiments/run/accuracy/share.js';
import { accuracyTable } from '../../../experiments/run/accuracy/table.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';
import { OPENING_NS } from '../../collector/rows.js';
import { scratchStore, type ScratchStore } from '../../collector/scratch_store.js';

/** A tick is a ns, and reading 0 is the opening. */
const CLOCK: RunClock = { tscMillihertz: 1_000_000_000_000n, tsc: 0n, realtimeNs: OPENING_NS };

const BASE: Omit<AccuracyRun, 'runId' | 'inject'> = { truth: { disturbances: [], conditions: [] }, disturbedThread: 0, threadOfHop: () => 0, calmRunId: undefined };

function at(offsetNs: number): string {
  const ns = OPENING_NS + BigInt(offsetNs);
  return `${new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ')}.${String(ns % 1_000_000_000n).padStart(9, '0')}`;
}

/** An order whose hops, from feed.tx on, are 100 ns apart, but for those given. */
function trace(runId: string, traceId: number, dueNs: number, hopNs: Readonly<Record<string, number>> = {}, more: object = {}): object {
  const columns: Record<string, number> = { feed_due: 0, feed_tx: 10 };
  for (const hop of CAPSULE_HOPS.slice(2)) columns[hop.column] = (columns[CAPSULE_HOPS[hop.index - 1]?.column ?? ''] ?? 0) + (hopNs[hop.name] ?? 100);
  return { run_id: runId, ts: at(dueNs), trace_id: traceId, hops: 0x1fff, venue: 0, side: 'B', order_type: 'L', outcome: 'accepted', kept: 'sampled', ...columns, ...more };
}

const attribution = (runId: string, traceId: number, hop: string, cause: string, delayNs: number, who = ''): object =>
  ({ run_id: runId, trace_id: traceId, hop, cause, who, delay_ns: delayNs, ts: at(0), stall_ts: at(0) });

const disturbed = (kind: Disturbance['kind'], who: string, intervals: readonly (readonly [number, number])[]): Truth => ({
  disturbances: [{ kind, who, intervals: intervals.map(([from, to]) => ({ fromTsc: BigInt(from), toTsc: BigInt(to) })), interrupts: 0 }],
  conditions: [],
});

describe('experiments/run/accuracy', () => {
  let scratch: ScratchStore;
  before(async function () {
    this.timeout(30_000);
    scratch = await scratchStore();
  });
  after(() => scratch.remove());

  let batch = 0;
  const insert = (table: string, rows: readonly object[]): Promise<void> =>
    scratch.store.insert({ table, rows: [Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))], format: 'JSONEachRow', token: `test/${(batch += 1)}` });
  const one = async (run: AccuracyRun): Promise<AccuracyRow> => {
    const [row, ...more] = await accuracyOf(scratch.store, run);
    if (row === undefined || more.length > 0) throw new Error(`${more.length} rows too many`);
    return row;
  };

  it('counts min(found, injected) order by order: too much in one does not make up for too little in another', () => {
    expect(shareOf([{ injectedNs: 100, foundNs: 50 }, { injectedNs: 100, foundNs: 150 }], 2, 2)).to.deep.equal({ injectedNs: 200, foundNs: 200, share: 0.75 });
    expect(shareOf([{ injectedNs: 100, foundNs: 100 }], 1, 2).share).to.equal(null);
    expect(shareOf([], 0, 0).share).to.equal(null);
  });

  it('finds a busy wait at its hop with its cause, and nowhere else', async () => {
    const busy = { injected_hop: 6, injected_ns: 1000 };
    await insert('traces', Array.from({ length: 30 }, (_, i) => trace('busy', i, i * 10_000, {}, i < 20 ? busy : {})));
    await insert('attributions', [
      ...Array.from({ length: 18 }, (_, i) => attribution('busy', i, 'risk.pass', 'none', 990)),
      attribution('busy', 18, 'risk.pass', 'none', 5000), // too much
      attribution('busy', 19, 'risk.pass', 'timer_tick', 400), // wrong cause
      attribution('busy', 19, 'oms.tx', 'none', 600), // wrong hop
      attribution('busy', 25, 'risk.pass', 'none', 777), // nothing was injected there
      attribution('other', 19, 'risk.pass', 'none', 1000), // another run's
    ]);
    const row = await one({ ...BASE, runId: 'busy', inject: { busy: { at: 'risk.pass', for: 1000, every: 100, after: 0, during: 0 } } });
    expect(row).to.deep.equal({
      what: 'busy', hop: 'risk.pass', cause: 'none', who: '', injectedNs: 20_000, foundNs: 18 * 990 + 5000, share: (18 * 990 + 1000) / 20_000, orders: 20, unit: 'orders', elsewhereNs: 1000, directNs: null,
    });
  });

  it('judges page faults by their own cause, and few orders not at all', async () => {
    await insert('traces', Array.from({ length: 12 }, (_, i) => trace('faults', i, i * 10_000, {}, { injected_hop: 9, injected_ns: 4000 })));
    await insert('attributions', Array.from({ length: 12 }, (_, i) => attribution('faults', i, 'venue.match', i === 0 ? 'none' : 'page_fault', 4000)));
    const inject = { faults: { at: 'venue.match', pages: 8, every: 1000 } } as const;
    expect((await one({ ...BASE, runId: 'faults', inject })).share).to.be.closeTo(11 / 12, 1e-9);
    expect(await one({ ...BASE, runId: 'nothing', inject })).to.include({ share: null, orders: 0, injectedNs: 0, foundNs: 0 });
  });

  it('cuts a disturbance by the stamps of the disturbed thread', () => {
    const stampsNs = [0, 10, 110, 210, 310, 410, 510, 610, 5610, 5710, null, 5910, 6010];
    const order = { traceId: '1', venue: 1, stampsNs };
    const intervals = [{ fromNs: -50, toNs: 60 }, { fromNs: 600, toNs: 2600 }, { fromNs: 2700, toNs: 4000 }, { fromNs: 6005, toNs: 9000 }];
    expect([...lostByHop(order, intervals, () => true)]).to.deep.equal([['oms.rx', 50], ['oms.tx', 10], ['venue.rx', 3290], ['oms.ack', 5]]);
    expect([...lostByHop(order, intervals, (hop, venue) => hop >= 8 && hop <= 11 && venue === 1)]).to.deep.equal([['venue.rx', 3290]]);
    expect([...lostByHop(order, [], () => true)]).to.deep.equal([]);
  });

  it('finds the hog by its name in the orders that it really delayed', async () => {
    // Twelve times the hog takes 200 us from an order between oms.tx and venue.rx; between them an undisturbed order.
    const period = 1_000_000;
    const struck = Array.from({ length: 12 }, (_, i) => i * period);
    await insert('traces', struck.flatMap((due, i) => [trace('hog', 2 * i, due, { 'venue.rx': 203_000 }), trace('hog', 2 * i + 1, due + 500_000)]));
    // Split by an interrupt that it met, and once while nothing was under way.
    const truth = disturbed('hog', 'hopscope-hog', [...struck.flatMap((due) => [[due + 2_000, due + 100_000], [due + 120_000, due + 202_000]] as const), [struck.length * period, struck.length * period + 200_000]]);
    await storeInjections(scratch.store, 'hog', truth, CLOCK);
    await insert('attributions', [
      ...struck.map((_, i) => (i === 0 ? attribution('hog', 0, 'venue.rx', 'preempted', 200_000, 'ksoftirqd/0') : attribution('hog', 2 * i, 'venue.rx', 'preempted', i === 1 ? 90_000 : 200_500, 'hopscope-hog'))),
      attribution('hog', 2, 'oms.tx', 'preempted', 90_000, 'hopscope-hog'), // found, but in the wrong place
    ]);
    const row = await one({ ...BASE, runId: 'hog', inject: { hog: { on: 200_000, off: 800_000 } }, truth });
    expect(row).to.include({ what: 'hog', hop: '', cause: 'preempted', who: 'hopscope-hog', orders: 12, injectedNs: 12 * 180_000, unit: 'orders' });
    expect(row.share).to.be.closeTo((10 * 180_000 + 90_000) / (12 * 180_000), 1e-9);
    expect(row.foundNs).to.equal(10 * 200_500 + 90_000);
    expect(row.elsewhereNs).to.equal(200_000 + 90_000);
    const [stored] = await scratch.store.rows("SELECT toUnixTimestamp64Nano(ts) - {base:Int64} AS first, duration_ns, kind, who FROM injections WHERE run_id = 'hog' ORDER BY ts LIMIT 1", { base: String(OPENING_NS) });
    expect(stored).to.deep.equal({ first: 2_000, duration_ns: 98_000, kind: 'hog', who: 'hopscope-hog' });
  });

  it('asks of a stop on every thread, and says nothing where none took place', async () => {
    await insert('traces', Array.from({ length: 10 }, (_, i) => trace('stop', i, i * 50_000_000, { 'venue.match': 5_000_000 })));
    const truth = disturbed('stop', 'hopscope-stop', Array.from({ length: 10 }, (_, i) => [i * 50_000_000 + 10_000, i * 50_000_000 + 4_900_000] as const));
    await storeInjections(scratch.store, 'stop', truth, CLOCK);
    await insert('attributions', Array.from({ length: 10 }, (_, i) => attribution('stop', i, 'venue.match', 'stopped', 4_990_000, 'hopscope-stop')));
    const inject = { stop: { for: 5_000_000, every: 50_000_000 } };
    expect(await one({ ...BASE, runId: 'stop', inject, truth, threadOfHop: (hop) => (hop === 9 ? 1 : 0) })).to.include({ share: 1, orders: 10, injectedNs: 48_900_000, foundNs: 49_900_000 });
    expect(await one({ ...BASE, runId: 'quiet', inject })).to.include({ share: null, orders: 0 });
  });

  it('compares the median slices of storm and calm, so that a burst of foreign time is no part of the storm', () => {
    const slices = (gapNs: number, explainedNs: number, directNs: number): Slice[] => Array.from({ length: 20 }, () => ({ gapNs, explainedNs, directNs }));
    const storm = [...slices(50_000, 39_500, 30_000), { gapNs: 9e6, explainedNs: 1, directNs: 0 }];
    const calm = [...slices(10_000, 100, 50), { gapNs: 8e6, explainedNs: 2, directNs: 1 }];
    const found = compareSlices(storm, calm);
    expect(found).to.deep.equal({ injectedNs: 40_000 * 21, foundNs: 39_400 * 21, directNs: 29_950 * 21, share: 0.985, orders: 21 });
    expect(compareSlices(slices(11_000, 1_000, 0), slices(10_000, 0, 0)).share, 'no storm to be seen').to.equal(null);
    expect(compareSlices(storm.slice(0, 5), calm).share, 'too short').to.equal(null);
    expect(compareSlices(storm, []).share, 'nothing to compare with').to.equal(null);
  });

  it('finds a storm in the gaps that hold its interrupts', async () => {
    const slices = 15;
    // Two orders span the measured phase; 100 gaps of 2 us a slice, an interrupt of 1 us in each; in the calm run 10 of 3 us with nothing in them.
    const phase = (runId: string): readonly object[] => [trace(runId, 1, 0), trace(runId, 2, slices * 100_000_000)];
    await insert('traces', [...phase('storm'), ...phase('calm')]);
    const starts = Array.from({ length: slices * 100 }, (_, i) => i * 1_000_000 + 500);
    await insert('gap_revisions', [
      ...starts.map((start) => ({ run_id: 'storm', ts: at(start), duration_ns: 2_000, thread: 0, explained_ns: 1_900 })),
      ...starts.filter((_, i) => i % 10 === 0).map((start) => ({ run_id: 'storm', ts: at(start + 300_000), duration_ns: 3_000, thread: 0, explained_ns: 100 })),
      ...starts.filter((_, i) => i % 10 === 0).map((start) => ({ run_id: 'calm', ts: at(start), duration_ns: 3_000, thread: 0, explained_ns: 0 })),
      ...starts.map((start) => ({ run_id: 'storm', ts: at(start), duration_ns: 50_000, thread: 1, explained_ns: 0 })), // another thread's
    ]);
    await insert('stalls', starts.flatMap((start) => [
      { run_id: 'storm', ts: at(start + 400), duration_ns: 1_000, cause: 'timer_tick', thread: 0 },
      { run_id: 'storm', ts: at(start + 1_400), duration_ns: 200, cause: 'softirq', thread: 0 },
      { run_id: 'storm', ts: at(start + 600_000), duration_ns: 900, cause: 'timer_tick', thread: 0 }, // under way with an order: in no gap
      { run_id: 'storm', ts: at(start + 300_500), duration_ns: 900, cause: 'syscall', thread: 0 }, // not an interrupt
    ]));
    const truth = disturbed('timer', '', [[0, slices * 100_000_000]]);
    await storeInjections(scratch.store, 'storm', truth, CLOCK);
    const row = await one({ ...BASE, runId: 'storm', inject: { timer: { every: 50_000 } }, truth, calmRunId: 'calm' });
    expect(row).to.include({ what: 'timer', cause: 'timer_tick', unit: 'gaps', orders: slices - 1 });
    expect(row.injectedNs / row.orders).to.equal(200_000);
    expect(row.foundNs / row.orders).to.equal(190_000);
    expect((row.directNs ?? 0) / row.orders).to.equal(120_000);
    expect(row.share).to.be.closeTo(0.95, 1e-9);
  });

  it('knows a calm run', () => {
    const calm = (inject: string): boolean | undefined => {
      const [variant] = readExperiment(SpecDocument.parse('x.yaml', `name: a\ninject: ${inject}`)).variants;
      return variant && isCalm(variant.settings);
    };
    expect([calm('{ name: calm }'), calm('{}'), calm('{ timer: { every: 50us } }')]).to.deep.equal([true, true, false]);
  });

  it('prints one line for each thing injected', () => {
    const row: AccuracyRow = { what: 'busy', hop: 'risk.pass', cause: 'none', who: '', injectedNs: 20_000, foundNs: 19_800, share: 0.985, orders: 20, unit: 'orders', elsewhereNs: 400, directNs: null };
    const lines = accuracyTable([{ name: 'busy 1 us', rows: [row] }, { name: 'storm', rows: [{ ...row, what: 'timer', hop: '', cause: 'timer_tick', share: null, unit: 'gaps', directNs: 12_000 }] }]).map((line) => line.replace(/\s+/g, ' ').trim());
    expect(lines).to.include('busy 1 us risk.pass no kernel event 20 1.00 µs 990 ns 20 ns 98.5 %');
    expect(lines.some((line) => line.startsWith('storm anywhere timer tick') && line.endsWith('too few'))).to.equal(true);
    expect(lines.at(-1)).to.match(/^storm: of the time missing in idle rounds, 60 % lies within the interrupts themselves/);
    expect(accuracyTable([{ name: 'calm', rows: [] }])).to.deep.equal([]);
  });
});
