import { expect } from 'chai';
import { killFiguresOf, quantilesOf } from '../../../experiments/run/kill_figures.js';
import type { EngineResult } from '../../../experiments/run/engine_result.js';
import type { RunOutcome } from '../../../experiments/run/one_run.js';
import { parseThreshold } from '../../../experiments/spec/thresholds.js';
import { judge } from '../../../experiments/run/judge.js';
import { scratchStore, type ScratchStore } from '../../collector/scratch_store.js';
import { OPENING_NS } from '../../collector/rows.js';
import { run } from './fixtures.js';

/** A tick is a nanosecond, and tick 0 the opening. */
const CLOCK = { tscMillihertz: 1_000_000_000_000n, tsc: 0n, realtimeNs: OPENING_NS };

/** Sent 700 ns after its packet was due. */
function trace(traceId: number, sentNs: number): object {
  const ns = OPENING_NS + BigInt(sentNs - 700);
  const ts = `${new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ')}.${String(ns % 1_000_000_000n).padStart(9, '0')}`;
  return { run_id: 'r', ts, trace_id: traceId, hops: 0x10ff, venue: 0, side: 'B', order_type: 'L', outcome: 'accepted', kept: 'sampled', oms_tx: 700, oms_ack: 900 };
}

type Kill = EngineResult['kills'][number];

function kill(atNs: number, armedNs: number | null, changes: Partial<Kill> = {}): Kill {
  return { by: 'drill', tsc: String(atNs), seen_ns: 1_000, asked_ns: 2_000, last_order_ns: -500, confirmed_ns: 30_000, armed_ns: armedNs, requests: 4, waiting: [], ...changes };
}

function outcome(kills: readonly Kill[]): Pick<RunOutcome, 'result' | 'clock'> {
  return { clock: CLOCK, result: { kills, venues: [{ open_orders: 0 }, { open_orders: 2 }] } as unknown as EngineResult };
}

describe('experiments/run: what the trips of the kill switch came to', function () {
  this.timeout(60_000);
  let scratch: ScratchStore;

  before(async () => {
    scratch = await scratchStore();
    // By the ns at which they left: a trip at 1 ms that was armed again at 3 ms, and one at 10 ms that stands.
    const sentNs = [900_000, 1_009_000, 1_011_000, 2_500_000, 3_000_001, 9_999_000, 10_010_001, 50_000_000];
    const rows = [...sentNs.map((ns, i) => trace(i + 1, ns)), { ...trace(99, 2_000_000), hops: 0x1f, oms_tx: 0 }]; // the last one was blocked
    await scratch.store.insert({ table: 'traces', rows: [Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))], format: 'JSONEachRow', token: 'test/1' });
  });
  after(() => scratch.remove());

  it('finds the orders that left more than 10 µs behind a trip and before its arming', async () => {
    const figures = await killFiguresOf(scratch.store, 'r', outcome([kill(1_000_000, 2_000_000), kill(10_000_000, null)]), true);
    expect(figures).to.deep.include({ trips: 2, by: { drill: 2 }, checked_orders: 8, late_orders: 4, unconfirmed: 0, requests: 8, open_orders: 2 });
    expect(figures?.last_order_ns).to.deep.equal({ p50: 0, p99: 0, max: 0 });
  });

  it('judges no order where not all were stored, and nothing where nobody pulled it', async () => {
    const figures = await killFiguresOf(scratch.store, 'r', outcome([kill(1_000_000, null, { confirmed_ns: null, waiting: [1] })]), false);
    expect(figures).to.deep.include({ late_orders: null, checked_orders: 0, unconfirmed: 1, confirmed_ns: null });
    expect(await killFiguresOf(scratch.store, 'r', outcome([]), true)).to.equal(null);
  });

  it('has quantiles by nearest rank', () => {
    expect(quantilesOf([])).to.equal(null);
    expect(quantilesOf(Array.from({ length: 200 }, (_, i) => 200 - i))).to.deep.equal({ p50: 100, p99: 198, max: 200 });
  });

  it('is judged by thresholds, which do not hold where nothing was seen', async () => {
    const figures = await killFiguresOf(scratch.store, 'r', outcome([kill(1_000_000, 2_000_000)]), true);
    const judged = (expr: string, of: typeof figures): unknown => {
      const [{ value, ok } = { value: null, ok: false }] = judge([parseThreshold('kill', expr)], [{ name: 'v', settings: {}, runs: [run({ kill: of })] }], []);
      return [value, ok];
    };
    expect(judged('trips >= 1', figures)).to.deep.equal([1, true]);
    expect(judged('late_orders == 0', figures)).to.deep.equal([2, false]);
    expect(judged('last_order_p99 < 10us', figures)).to.deep.equal([0, true]);
    expect(judged('confirmed_p99 < 10us', figures)).to.deep.equal([30_000, false]);
    expect(judged('late_orders == 0', null)).to.deep.equal([null, false]);
    expect(judged('trips >= 1', null)).to.deep.equal([0, false]);
    expect(() => parseThreshold('kill', 'lat_orders == 0')).to.throw('late_orders');
  });
});
