/** From a found maximum to variants, from their runs to the load curve, and how it is printed. */
import { expect } from 'chai';
import type { Maximum } from '../../../experiments/run/find_maximum.js';
import { atShares, loadSummary } from '../../../experiments/run/load_curve.js';
import { loadLines } from '../../../experiments/run/load_table.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment, type Experiment } from '../../../experiments/spec/load.js';
import type { LoadCurve } from '../../../experiments/spec/load_curve.js';
import { latency, run } from './fixtures.js';
import { RECORDED_LOAD } from './recorded_load.js';

const FOUND: Maximum = { pps: 3_000_001, atLeast: false, probes: [{ ratePps: 100_000, because: '' }, { ratePps: 4_000_000, because: 'feed_missed 1' }] };

function read(): { readonly experiment: Experiment; readonly load: LoadCurve } {
  const experiment = readExperiment(SpecDocument.parse('x.yaml', 'name: a\npipeline: { oms: { every: 64 } }\nload: { at: [10%, 90%] }\n'));
  if (experiment.load === undefined) throw new Error('no load');
  return { experiment, load: experiment.load };
}

const plain = (lines: readonly string[]): string => lines.join('\n').replace(/\u202f/g, ' ');

describe('experiments/run/load_curve', () => {
  it('gives each variant its share of the maximum, in whole packets a second, and nothing else', () => {
    const { experiment, load } = read();
    const { variants } = atShares(experiment, load, FOUND);
    expect(variants.map(({ settings }) => settings.pipeline.feed.rate)).to.deep.equal([300_000, 2_700_001]);
    const [before, after] = [experiment.variants[0], variants[0]];
    expect({ ...after?.settings.pipeline.feed, rate: undefined }).to.deep.equal({ ...before?.settings.pipeline.feed, rate: undefined });
    expect(after?.settings.pipeline.oms.every).to.equal(64);
    expect(variants.map(({ name }) => name)).to.deep.equal(['10% of maximum', '90% of maximum']);
  });

  it('takes the median of a point\'s valid runs, and lists what was probed', () => {
    const { load } = read();
    const runs = [1_000, 3_000, 2_000].map((p50) => run({ latency_ns: { tick_to_ack: latency(p50), tick_to_ack_response: latency(10 * p50) } }));
    const broken = run({ valid: false, latency_ns: { tick_to_ack: latency(9) } });
    const summary = loadSummary(load, FOUND, [
      { name: 'low', settings: {}, runs: [...runs, broken] },
      { name: 'high', settings: {}, runs: [broken] },
    ]);
    expect(summary).to.deep.include({ maximum_pps: 3_000_001, at_least: false, within: 0.05 });
    expect(summary.probes).to.deep.equal([{ rate_pps: 100_000, holds: true, because: '' }, { rate_pps: 4_000_000, holds: false, because: 'feed_missed 1' }]);
    const [low, high] = summary.points;
    expect(low).to.deep.include({ variant: 'low', share: 0.1, rate_pps: 300_000, sent_pps: 500, valid: true });
    expect([low?.service_ns?.p50, low?.response_ns?.p50]).to.deep.equal([2_000, 20_000]);
    expect(high).to.deep.include({ valid: false, response_ns: null });
  });

  it('has no point for a share that was not run', () => {
    const { load } = read();
    expect(loadSummary(load, FOUND, [{ name: 'low', settings: {}, runs: [run()] }, { name: 'high', settings: {}, runs: [] }]).points.map(({ variant }) => variant)).to.deep.equal(['low']);
  });
});

describe('experiments/run/load_table', () => {
  it('prints nothing where no maximum was searched for', () => {
    expect([...loadLines(null), ...loadLines(undefined)]).to.deep.equal([]);
  });

  it('prints rate, service and response of each share, and how well the maximum is known', () => {
    const text = plain(loadLines(RECORDED_LOAD));
    expect(text).to.match(/^load +rate +sent +service p50 +service p99 +service p99\.9 +response p50 +response p99 +response p99\.9$/m);
    expect(text).to.match(/^10% of maximum +316 k\/s +316 k\/s +2\.76 µs +13\.8 µs +41\.0 µs +3\.06 µs +31\.6 µs +78\.9 µs$/m);
    expect(text).to.match(/^90% of maximum +2\.85 M\/s +2\.76 M\/s +19\.7 µs +27\.6 µs +74\.2 µs +74\.3 ms +168 ms +168 ms$/m);
    expect(text).to.include('the highest rate held is 3.16 M/s; one at most 5 % above it was not held (7 probes, 4 of them failed)');
  });

  it('says so where the maximum is beyond what was tried, where a point is invalid, where no order was timed', () => {
    const [point] = RECORDED_LOAD.points;
    if (point === undefined) throw new Error('no point');
    const text = plain(loadLines({ ...RECORDED_LOAD, at_least: true, points: [{ ...point, valid: false, response_ns: null }] }));
    expect(text).to.match(/41\.0 µs +- +- +- {2}invalid$/m);
    expect(text).to.include('the maximum is at least 3.16 M/s, the highest rate that was tried: raise load.find_maximum.to to find it');
  });
});
