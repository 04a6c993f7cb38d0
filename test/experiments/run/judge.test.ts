import { expect } from 'chai';
import { exitCodeOf, judge, verdictOf } from '../../../experiments/run/judge.js';
import { costDifference, laneCosts, quantile } from '../../../experiments/run/lane_cost.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';
import { parseThreshold } from '../../../experiments/spec/thresholds.js';
import { emptyCounters, type VariantSummary } from '../../../experiments/summary.js';
import { latency, run } from './fixtures.js';

const variant = (...runs: VariantSummary['runs']): VariantSummary => ({ name: 'dpdk', settings: {}, runs });
const withP99 = (p99: number, valid = true) => run({ valid, latency_ns: { tick_to_ack: latency(1_000, p99) } });

describe('experiments/run/judge', () => {
  const threshold = parseThreshold('tick_to_ack', 'p99 < 100us');

  it('judges the median run, so that one disturbed run decides nothing', () => {
    expect(judge([threshold], [variant(withP99(50_000), withP99(900_000), withP99(60_000))], [])).to.deep.equal([{ metric: 'tick_to_ack', expr: 'p99 < 100us', value: 60_000, ok: true }]);
    expect(judge([threshold], [variant(withP99(100_000))], [])[0]?.ok).to.be.false;
  });

  it('leaves invalid runs out, and fails where none is left', () => {
    expect(judge([threshold], [variant(withP99(900_000, false), withP99(60_000))], [])[0]?.value).to.equal(60_000);
    expect(judge([threshold], [variant(withP99(60_000, false))], [])[0]).to.include({ value: null, ok: false });
  });

  it('judges each variant by its own name', () => {
    const judged = judge([threshold], [variant(withP99(1_000)), { ...variant(withP99(200_000)), name: 'socket' }], []);
    expect(judged.map(({ variant: name, ok }) => [name, ok])).to.deep.equal([['dpdk', true], ['socket', false]]);
  });

  it('judges counters, rates and what was not measured', () => {
    const one = variant(run({ counters: { ...emptyCounters(), feed_missed: 3 } }));
    expect(judge([parseThreshold('feed', 'missed == 0')], [one], [])[0]).to.include({ value: 3, ok: false });
    expect(judge([parseThreshold('rates', 'oms_pps >= 400pps')], [one], [])[0]).to.include({ value: 500, ok: true });
    expect(judge([parseThreshold('journal_write', 'p99 < 10us')], [one], [])[0]).to.include({ value: null, ok: false });
    expect(judge([parseThreshold('counters', 'venue_gaps == 0')], [one], [])[0]).to.include({ value: null, ok: false });
  });

  it('lets invalid win over fail, and gives each its exit code', () => {
    const failed = { metric: 'x', expr: 'y', value: 1, ok: false };
    expect(verdictOf(['lost 3'], [failed])).to.equal('invalid');
    expect(verdictOf([], [failed])).to.equal('fail');
    expect(verdictOf([], [{ ...failed, ok: true }])).to.equal('pass');
    expect([exitCodeOf('pass'), exitCodeOf('fail'), exitCodeOf('invalid')]).to.deep.equal([0, 99, 1]);
  });
});

describe('experiments/run/lane_cost', () => {
  const text = 'name: a\npipeline: { feed: { rate: max, messages: 1M } }\nvary: { probes.lane: ["off", stamps, stream] }';
  const experiment = readExperiment(SpecDocument.parse('x.yaml', text));
  const machine = { cpu: '', kernel: '', tsc_hz: 2e9, hugepages: 0, dpdk: null, spdk: null, netmap: null };
  /** A run whose orders cost so many ns each. */
  const costing = (ns: number, valid = true) => run({ valid, seconds: (ns * 1e6) / 1e9, counters: { ...emptyCounters(), orders: 1_000_000 } });
  const variants: VariantSummary[] = [
    { name: 'off', settings: {}, runs: [costing(100), costing(104), costing(102)] },
    { name: 'stamps', settings: {}, runs: [costing(200), costing(1, false)] },
    { name: 'stream', settings: {}, runs: [costing(240)] },
  ];

  it('divides the measured time by the orders: cycles and ns, median and spread of valid runs', () => {
    const costs = laneCosts(experiment.variants, { variants, machine }, 1);
    expect(costs.map((cost) => cost.lane)).to.deep.equal(['off', 'stamps', 'stream']);
    expect(costs[0]?.ns).to.be.closeTo(102, 1e-6);
    expect(costs[0]?.cycles).to.be.closeTo(204, 1e-6);
    expect(costs[0]?.spreadNs).to.be.closeTo(1, 1e-6);
    expect(costs[1]?.runs).to.equal(1);
    expect(costDifference(costs, 'stream', 'stamps')).to.be.closeTo(40, 1e-6);
    expect(costDifference(costs, 'stamps', 'off')).to.be.closeTo(100, 1e-6); // the second round has no valid run of stamps
    expect(costDifference(costs, 'stream', 'hops')).to.equal(undefined);
  });

  it('says nothing where the engine waits for a schedule, or something else varies', () => {
    const paced = readExperiment(SpecDocument.parse('x.yaml', text.replace('rate: max', 'rate: 10kpps')));
    expect(laneCosts(paced.variants, { variants, machine }, 1)).to.deep.equal([]);
    const builds = readExperiment(SpecDocument.parse('x.yaml', 'name: a\npipeline: { feed: { rate: max } }\nvary: { pipeline.build: [dpdk, socket] }'));
    expect(laneCosts(builds.variants, { variants, machine }, 1)).to.deep.equal([]);
  });

  it('interpolates quantiles', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).to.equal(2.5);
    expect(quantile([7], 0.25)).to.equal(7);
  });
});
