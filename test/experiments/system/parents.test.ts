/** Parent orders in whole runs: the same children, fills and figures on every build and at every speed of a replay. */
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunSummary } from '../../../experiments/summary.js';
import { Commands, requireExperiments, summaryOf } from './command.js';
import { itchMarket } from './itch_market.js';

/** In lockstep a message is a microsecond. */
const PARENTS = `[
  { name: twap, symbol: HS00001, side: buy, quantity: 2k, algo: twap, end: 8ms, slices: 8, randomise: 50% },
  { name: vwap, symbol: HS00001, side: sell, quantity: 2k, algo: vwap, curve: history, end: 8ms, slices: 8, cap: 50% },
  { name: pov, symbol: 2, side: buy, quantity: 1M, algo: pov, rate: 10%, start: 1ms, end: 8ms, sweep: false },
  { name: shortfall, symbol: HS00002, side: sell, quantity: 1k, algo: is, urgency: 3, end: 8ms, slices: 8 }]`;
const VENUES = '[{ fees: { make: -0.0020, take: 0.0030 } }, { latency: 20us, queue: 64 }, { fees: { take: 0.0010 } }, {}]';

describe('experiments/system: parent orders', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;

  before(function () {
    requireExperiments(this, ['dpdk', 'socket']);
    commands = new Commands();
  });

  after(() => commands?.close());

  async function runs(text: string, ...args: readonly string[]): Promise<readonly RunSummary[]> {
    const experiment = path.join(commands!.folder, 'parents.yaml');
    const json = `${experiment}.json`;
    writeFileSync(experiment, text);
    const { code, output } = await commands!.start(['run', experiment, '--json', json, ...args]).ended;
    expect(code, output).to.equal(0);
    return summaryOf(json).variants.flatMap((variant) => variant.runs);
  }

  it('send, fill and report the same on every build in lockstep, beside a reactive strategy', async () => {
    const found = await runs(`name: parents
pipeline: { venues: ${VENUES}, feed: { seed: 7, messages: 10k, symbols: 4 }, oms: { strategy: imbalance, cooldown: 50us, parents: ${PARENTS} }, journal: { device: memory, oms: true } }
pacing: lockstep
probes: { lane: stamps, stalls: false }
repeat: { warmup: 8ms }
vary: { pipeline.build: [dpdk, socket] }
thresholds: { parents: [ "twap.completion >= 100%", "vwap.completion >= 100%", "shortfall.completion >= 100%", "slices_outside == 0" ] }
`);
    const [first, second] = found;
    expect(first?.digest.orders).to.match(/^[0-9a-f]{16}$/);
    expect(first?.digest.oms).to.match(/^[0-9a-f]{16}$/);
    expect(first?.parents?.map(({ filled }) => filled > 0)).to.deep.equal([true, true, true, true]);
    expect(second?.digest).to.deep.equal(first?.digest);
    expect(second?.parents).to.deep.equal(first?.parents);
  });

  it('send the same children of a replay whatever its speed', async () => {
    const file = path.join(commands!.folder, 'market.itch');
    writeFileSync(file, itchMarket());
    const parents = '[{ name: twap, symbol: 1, side: buy, quantity: 1k, algo: twap, end: 1ms, slices: 4 }]';
    const found = await runs(`name: replay
pipeline: { feed: { flow: itch, file: ${file} }, venues: 4, oms: { every: 16, parents: ${parents} }, journal: { device: memory } }
pacing: lockstep
probes: { lane: stamps, stalls: false }
repeat: { warmup: 0s }
vary: { pipeline.feed.speed: [max, 1x] }
`);
    expect(found).to.have.lengthOf(2);
    expect(found[0]?.parents?.[0]?.children).to.be.greaterThan(0);
    expect(found[1]?.digest).to.deep.equal(found[0]?.digest);
    expect(found[1]?.parents).to.deep.equal(found[0]?.parents);
  });

  it('have no digest of the orders with pacing open, and say why', async () => {
    const [run] = await runs(`name: open
pipeline: { feed: { seed: 7, rate: 20kpps, messages: 4k }, oms: { parents: [{ name: t, symbol: 1, side: buy, quantity: 1k, algo: twap, end: 100ms }] }, journal: { device: memory } }
probes: { lane: stamps, stalls: false }
repeat: { warmup: 50ms, measure: 200ms }
`);
    expect(run?.digest.orders).to.equal(null);
    expect(run?.digest.orders_null_because).to.include('parent orders act on fills');
    expect(run?.parents?.[0]?.fill_rate).to.equal(1);
  });
});
