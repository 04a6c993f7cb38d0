import { expect } from 'chai';
import type { AccuracyRow } from '../../../experiments/run/accuracy.js';
import { exitCodeOf, judge, verdictOf, type JudgedVariant } from '../../../experiments/run/judge.js';
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

  it('judges what a check or a breaker stopped in all valid runs of all variants together', () => {
    const stopped = (check: string, count: number, loss = 0, valid = true) => variant(run({ valid, risk: { blocks: [{ check, level: 'firm', count }, { check, level: 'symbol', count: 1 }], breakers: { loss } } }));
    const variants = [stopped('position', 3), stopped('gross', 5, 1), stopped('position', 70, 0, false)];
    const judged = (expr: string) => judge([parseThreshold('risk', expr)], variants, [])[0];
    expect(judged('position == 4')).to.deep.equal({ metric: 'risk', expr: 'position == 4', value: 4, ok: true });
    expect(judged('loss == 1')).to.include({ value: 1, ok: true });
    expect(judged('net > 0')).to.include({ value: 0, ok: false });
    expect(judge([parseThreshold('risk', 'net == 0')], [], [])[0]).to.include({ value: null, ok: false });
    expect(() => parseThreshold('risk', 'positions > 0')).to.throw('did you mean position?');
  });

  describe('digests', () => {
    const { thresholds: [books] } = readExperiment(SpecDocument.parse('x.yaml', 'name: a\nthresholds: { digests: { equal: [books] } }'));
    if (books === undefined) throw new Error('no threshold');
    const ended = (digest: string | undefined, valid = true) => run({ valid, digest: { orders: 'ab', ...(digest === undefined ? {} : { books: digest }), journal: null, null_because: '' } });
    const value = (...runs: VariantSummary['runs']) => judge([books], runs.map((one, i) => ({ name: String(i), settings: {}, runs: [one] })), [])[0];

    it('must be the same in all valid runs', () => {
      expect(value(ended('x'), ended('x'), ended('y', false))).to.deep.include({ metric: 'digests', value: 1, ok: true });
      expect(value(ended('x'), ended('y'))).to.include({ value: 2, ok: false });
    });

    it('are not equal where there is nothing to compare', () => {
      expect(value(ended('x'))).to.include({ value: null, ok: false });
      expect(value(ended('x'), ended(''))).to.include({ value: null, ok: false });
      expect(value(ended('x'), ended(undefined))).to.include({ value: null, ok: false });
      expect(exitCodeOf(verdictOf([], judge([books], [], [])))).to.equal(99);
    });
  });

  const share = (value: number | null): AccuracyRow =>
    ({ what: 'busy', hop: 'risk.pass', cause: 'none', who: '', injectedNs: 1000, foundNs: 900, share: value, orders: 50, unit: 'orders', elsewhereNs: 0, directNs: null });
  const judged = (name: string, ...runs: JudgedVariant['runs']): JudgedVariant => ({ name, settings: {}, runs });

  it('judges accuracy by the worst of a run, where something was injected', () => {
    const found = parseThreshold('accuracy', 'found >= 95%');
    const calm = judged('calm', { ...run(), accuracy: [] });
    const good = judged('busy', { ...run(), accuracy: [share(0.99), share(0.96)] });
    expect(judge([found], [calm, good], [])).to.deep.equal([{ metric: 'accuracy', expr: 'found >= 95%', value: 0.96, ok: true, variant: 'busy' }]);
    expect(judge([found], [calm, judged('hog', { ...run(), accuracy: [share(0.94)] })], [])[0]).to.include({ value: 0.94, ok: false });
  });

  it('does not let what could not be judged hide behind what could', () => {
    const found = parseThreshold('accuracy', 'found >= 95%');
    expect(judge([found], [judged('busy', { ...run(), accuracy: [share(0.99), share(null)] })], [])[0]).to.include({ value: null, ok: false });
    expect(judge([found], [judged('calm', { ...run(), accuracy: [] }), judged('other', run())], [])).to.deep.equal([{ metric: 'accuracy', expr: 'found >= 95%', value: null, ok: false }]);
  });

  it('judges what is explained run by run, and causes by chance over the experiment', () => {
    const of = (withCause: number, shiftedShare: number | null, explainedShare: number | null) => ({ ...run(), attribution: { withCause, shiftedShare, explainedShare } });
    const variants = [judged('calm', of(90, 0.02, 0.95)), judged('busy', of(10, 0.2, 0.5)), judged('none', of(0, null, null)), judged('invalid', { ...of(1000, 1, 1), valid: false })];
    const [chance, ...explained] = judge([parseThreshold('attribution', 'false <= 5%'), parseThreshold('attribution', 'explained >= 90%')], variants, []);
    expect(chance?.value).to.be.closeTo((90 * 0.02 + 10 * 0.2) / 100, 1e-12);
    expect(chance?.ok).to.equal(true);
    expect(explained.map(({ variant: name, value, ok }) => [name, value, ok])).to.deep.equal([['calm', 0.95, true], ['busy', 0.5, false], ['none', null, false], ['invalid', null, false]]);
    expect(judge([parseThreshold('attribution', 'false <= 5%')], [judged('none', of(0, null, null))], [])[0]).to.include({ value: null, ok: false });
  });

  it('judges its own cost in the lanes that have it: none is not cheap', () => {
    const costs = (lane: string, pushNs: number, siteNs: number) => judged(lane, { ...run({ lane }), own_error: { pushNs, siteNs, collectorCpu: 0.2 } });
    const variants = [costs('stamps', 0, 0), costs('stream', 18, 0), costs('capsule', 0, 720), costs('hops', 0, 610)];
    const values = (expr: string) => judge([parseThreshold('own', expr)], variants, []).map(({ variant: name, value, ok }) => [name, value, ok]);
    expect(values('push_ns <= 25')).to.deep.equal([['stream', 18, true]]);
    expect(values('site_ns <= 650ns')).to.deep.equal([['capsule', 720, false], ['hops', 610, true]]);
    expect(values('hops.site_ns <= 650ns')).to.deep.equal([['hops', 610, true]]);
    expect(values('stamps.push_ns <= 25')).to.deep.equal([[undefined, null, false]]);
    expect(values('stream.collector_cpu <= 30%')).to.deep.equal([['stream', 0.2, true]]);
  });

  it('judges an equivalence by the far end of its interval', () => {
    const alike = parseThreshold('equivalence', 'probes.stalls tick_to_ack.p50 within 2%');
    const stalls = (value: boolean, p50: number) => ({ ...judged(String(value), ...Array.from({ length: 9 }, () => run({ latency_ns: { tick_to_ack: latency(p50) } }))), settings: { 'probes.stalls': value } });
    const [near] = judge([alike], [stalls(false, 3000), stalls(true, 3030)], []);
    expect(near?.value).to.be.closeTo(0.01, 1e-9);
    expect(near?.ok).to.equal(true);
    expect(judge([alike], [stalls(false, 3000), stalls(true, 3090)], [])[0]?.ok).to.equal(false);
    expect(judge([alike], [stalls(false, 3000)], [])[0]).to.include({ value: null, ok: false });
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
