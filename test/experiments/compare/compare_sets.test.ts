import { expect } from 'chai';
import { compareSets } from '../../../experiments/compare/compare_sets.js';
import type { Comparison, MetricComparison } from '../../../experiments/compare/comparison.js';
import { judgeFailOn, parseFailOn } from '../../../experiments/compare/fail_on.js';
import { outcomeOf } from '../../../experiments/compare/outcome.js';
import { comparisonMarkdown } from '../../../experiments/compare/markdown.js';
import type { ComparedRun, RunSet } from '../../../experiments/compare/run_set.js';
import { groupsOf } from '../../../experiments/compare/sources.js';
import { comparisonLines } from '../../../experiments/compare/terminal.js';
import { verdictText, whereText } from '../../../experiments/compare/words.js';
import { DEFAULT_RULES } from '../../../experiments/spec/compare.js';
import { sampleSets } from './sample_sets.js';
import { Simulation, simulatedRun, simulatedSet } from './simulated_runs.js';

function metricOf({ pairs }: Comparison, name: string): MetricComparison {
  const found = pairs[0]?.metrics.find(({ metric }) => metric === name);
  if (found === undefined) throw new Error(`${name} was not compared`);
  return found;
}

/** ns of p50 by run; p99 is four times that. */
function setOf(name: string, p50: readonly number[], changes: Partial<RunSet> = {}, run: Partial<ComparedRun> = {}): RunSet {
  return simulatedSet(name, p50.map((ns, i) => ({ ...simulatedRun(`${name}-${i + 1}`, { p50: ns, p99: 4 * ns }), ...run })), changes);
}

const STEADY = [2000, 2010, 1990, 2005, 1995, 2002, 1998, 2007];
const SLOWER = STEADY.map((ns) => ns + 300);

describe('a comparison', () => {
  it('gives figures, differences and verdicts, for the primary metrics alone', () => {
    const comparison = compareSets([setOf('a', STEADY), setOf('b', SLOWER)], DEFAULT_RULES);
    const p50 = metricOf(comparison, 'tick_to_ack.p50');
    expect(p50.base.middle).to.be.closeTo(2001, 2);
    expect(p50.difference.middle).to.be.closeTo(300, 1e-6);
    expect(p50.share.middle).to.be.closeTo(0.15, 0.001);
    expect(p50).to.include({ verdict: 'worse', primary: true });
    expect(p50.difference.low).to.be.below(300).and.above(280);
    expect(metricOf(comparison, 'tick_to_ack.p90')).to.include({ verdict: null, p: null, adjusted_p: null, primary: false });
    const better = compareSets([setOf('b', SLOWER), setOf('a', STEADY)], DEFAULT_RULES);
    expect(metricOf(better, 'tick_to_ack.p50').verdict).to.equal('better');
  });

  it('says what it would have found where it cannot tell', () => {
    const noisy = [2000, 2600, 1700, 2300, 1900, 2500];
    const found = metricOf(compareSets([setOf('a', noisy), setOf('b', noisy.map((ns) => ns + 40))], DEFAULT_RULES), 'tick_to_ack.p50');
    expect(found.verdict).to.equal('unclear');
    expect(found.detectable_ns).to.be.above(400).and.below(2000);
    expect(verdictText(found, { other_link: false })).to.match(/^~ \(would have seen [\d.]+.[nµ]s, \d+\.\d.%\)$/);
  });

  it('corrects over all pairs and primary metrics', () => {
    const sets = [setOf('a', STEADY), ...['b', 'c', 'd', 'e'].map((name, i) => setOf(name, STEADY.map((ns) => ns + (i === 0 ? 7 : 0))))];
    const alone = metricOf(compareSets(sets.slice(0, 2), DEFAULT_RULES), 'tick_to_ack.p50');
    const among = metricOf(compareSets(sets, DEFAULT_RULES), 'tick_to_ack.p50');
    expect(among.p).to.equal(alone.p);
    expect(among.adjusted_p).to.be.above(alone.adjusted_p ?? 1);
  });

  it('refuses to rank where runs are invalid, and says which and why', () => {
    const lossy = setOf('b', SLOWER);
    const [first, ...others] = lossy.runs;
    const comparison = compareSets([setOf('a', STEADY), { ...lossy, runs: [{ ...first!, valid: false, invalid_because: ['feed_missed 12: lower pipeline.feed.rate'] }, ...others] }], DEFAULT_RULES);
    expect(comparison.pairs[0]?.refused).to.deep.equal(['b: 1 of 8 runs are invalid (feed_missed 12: lower pipeline.feed.rate)']);
    for (const { verdict, primary } of comparison.pairs[0]?.metrics ?? []) expect(verdict).to.equal(primary ? 'unranked' : null);
    expect(comparisonLines(comparison).join('\n')).to.match(/not ranked\n.*✗ not ranked: b: 1 of 8 runs are invalid/s);
  });

  it('says of another link, machine, kernel, build, setting, source and digest that it is another', () => {
    const base = setOf('a', STEADY);
    const other = setOf('b', SLOWER, {
      link: 'veth', source: 'later', settings: { ...base.settings, 'pipeline.feed.rate': 200_000, 'repeat.runs': 30 },
      machine: { ...base.machine, id: 'fedcba', kernel: '6.1.0', build_flags: 'Debug g++' },
    }, { digest: 'cd34' });
    const comparison = compareSets([base, other], DEFAULT_RULES);
    const said = comparison.pairs[0]?.cautions.join('\n');
    expect(said).to.include('b ran over veth, a over ring').and.include('another machine').and.include('another kernel: b 6.1.0').and.include('other build flags')
      .and.include('they differ in pipeline.feed.rate 200000 against 100000').and.include('not run in turns').and.include('digests differ');
    expect(said).not.to.include('repeat.runs');
    expect(comparison.pairs[0]?.other_link).to.equal(true);
    expect(verdictText(metricOf(comparison, 'tick_to_ack.p50'), { other_link: true })).to.equal('worse, other link');
    expect(compareSets([base, setOf('b', SLOWER)], DEFAULT_RULES).pairs[0]?.cautions).to.deep.equal([]);
  });

  it('names settings that one side alone has, and not those that were never recorded', () => {
    const base = setOf('a', STEADY);
    const said = (settings: RunSet['settings']): string | undefined => compareSets([base, setOf('b', SLOWER, { source: 'later', settings })], DEFAULT_RULES).pairs[0]?.cautions.join('\n');
    expect(said({ ...base.settings, 'pipeline.xdp': 'copy' })).to.include('they differ in pipeline.xdp copy against not set');
    expect(said({ 'pipeline.feed.rate': 100_000, pacing: 'open' })).to.include('pipeline.build not set against dpdk');
    expect(said({ 'pipeline.build': 'dpdk' })).not.to.include('they differ');
  });

  it('says that one side was captured, and that grouped runs were not made in turns', () => {
    const said = (base: RunSet, other: RunSet): readonly string[] | undefined => compareSets([base, other], DEFAULT_RULES).pairs[0]?.cautions;
    expect(said(setOf('a', STEADY), setOf('b', SLOWER, { captured: true }))).to.deep.equal(['the packets of b were captured, those of a were not: the copying is in the difference']);
    expect(said(setOf('a', STEADY, { captured: true }), setOf('b', SLOWER, { captured: true }))).to.deep.equal([]);
    const settings = { ...setOf('a', STEADY).settings, 'repeat.order': 'grouped' };
    expect(said(setOf('a', STEADY, { settings }), setOf('b', SLOWER, { settings }))?.join()).to.include('not run in turns');
  });

  it('takes drivers over one kind of link for the same link, and an unknown one for another', () => {
    const pair = (one: string, two: string): Comparison['pairs'][number] | undefined => compareSets([setOf('a', STEADY, { link: one }), setOf('b', SLOWER, { link: two })], DEFAULT_RULES).pairs[0];
    expect(pair('af_packet', 'veth')).to.deep.include({ other_link: false, cautions: [] });
    expect(pair('af_xdp', 'af_packet')).to.include({ other_link: false });
    expect(pair('ring', 'af_packet')).to.include({ other_link: true });
    expect(pair('unknown', 'unknown')).to.include({ other_link: true });
  });

  it('puts a difference down to hops that add up to it with the rest', () => {
    const comparison = compareSets(sampleSets(10, 300), DEFAULT_RULES);
    for (const name of ['tick_to_ack.p50', 'tick_to_ack.p99']) {
      const { hops, rest_ns: rest, difference } = metricOf(comparison, name);
      const sum = hops.reduce((total, { middle }) => total + middle, 0);
      expect(sum + (rest ?? NaN)).to.be.closeTo(difference.middle, 1e-6);
      const largest = [...hops].sort((a, b) => b.middle - a.middle)[0];
      expect(largest?.hop).to.equal('venue.rx');
      expect(largest?.middle).to.be.closeTo(name.endsWith('p50') ? 300 : 1_200, 100);
      expect(largest?.low).to.be.above(0);
    }
    expect(whereText(metricOf(comparison, 'tick_to_ack.p50'))).to.match(/^tick_to_ack\.p50 \+\d+.ns: \+\d+.ns in venue\.rx, .* not split$/);
    expect(whereText(metricOf(compareSets([setOf('a', STEADY), setOf('b', SLOWER)], DEFAULT_RULES), 'tick_to_ack.p50'))).to.equal(undefined);
  });

  it('names wild runs and drift, and keeps them', () => {
    const wild = compareSets([setOf('a', [...STEADY, 9_000]), setOf('b', SLOWER)], DEFAULT_RULES);
    expect(wild.remarks.join('\n')).to.match(/outlier, kept: a-9 \(a\) has 4\.\d+ times the median tick_to_ack\.p50/);
    expect(wild.sets[0]?.valid_runs).to.equal(9);
    expect(metricOf(wild, 'tick_to_ack.p50').base.runs).to.equal(9);
    const climbing = compareSets([setOf('a', STEADY.map((_, i) => 2000 + 40 * i)), setOf('b', STEADY.map((_, i) => 2020 + 40 * i))], DEFAULT_RULES);
    expect(climbing.remarks.join('\n')).to.match(/drift: tick_to_ack\.p50 rose by 1\d.%/);
    expect(compareSets([setOf('a', STEADY), setOf('b', SLOWER)], DEFAULT_RULES).remarks).to.deep.equal([]);
  });

  it('escapes what a variant may be called in Markdown', () => {
    const text = comparisonMarkdown('x', [compareSets([setOf('a|b', STEADY), setOf('c_d*', SLOWER)], DEFAULT_RULES)]);
    expect(text).to.include('a\\|b').and.include('c\\_d\\*').and.not.match(/[^\\]\|b /);
    expect(text).to.match(/^# x\n\n## /);
  });
});

describe('a limit of a difference', () => {
  const outcome = (expr: string, base: readonly number[], other: readonly number[]): string | undefined =>
    judgeFailOn([parseFailOn(expr)], compareSets([setOf('a', base), setOf('b', other)], DEFAULT_RULES))[0]?.outcome;

  it('fails where the whole interval lies beyond it', () => {
    expect(outcome('tick_to_ack.p50 > +5%', STEADY, SLOWER)).to.equal('failed');
    expect(outcome('tick_to_ack.p50 > 20%', STEADY, SLOWER)).to.equal('holds');
    expect(outcome('tick_to_ack.p50 > 200ns', STEADY, SLOWER)).to.equal('failed');
    expect(outcome('tick_to_ack.p50 > 0.5us', STEADY, SLOWER)).to.equal('holds');
    expect(outcome('tick_to_ack.p50 < -5%', SLOWER, STEADY)).to.equal('failed');
  });

  it('is open where only the middle does', () => {
    expect(outcome('tick_to_ack.p50 > +14.9%', STEADY, SLOWER)).to.equal('open');
    const noisy = new Simulation(3);
    const values = (middle: number): readonly number[] => Array.from({ length: 10 }, () => middle * (1 + 0.1 * noisy.normal()));
    expect(outcome('tick_to_ack.p50 > +1%', values(2000), values(2100))).to.equal('open');
  });

  it('can neither hold nor fail with three runs, and exits 1', () => {
    const few = compareSets([setOf('a', STEADY.slice(0, 3)), setOf('b', SLOWER)], DEFAULT_RULES);
    const { lines, code } = outcomeOf([few], [parseFailOn('tick_to_ack.p50 > +5%')]);
    expect(lines).to.deep.equal(['tick_to_ack.p50 > +5% [b]: ✗ cannot be judged: needs 4 runs; set repeat.runs=10']);
    expect(code).to.equal(1);
    const open = outcomeOf([compareSets([setOf('a', STEADY), setOf('b', SLOWER)], DEFAULT_RULES)], [parseFailOn('tick_to_ack.p50 > +14.9%')]);
    expect(open.lines.join()).to.match(/: ~ not shown/);
    expect(open.code).to.equal(0);
  });

  it('knows no interval of one run, in its type and in JSON', () => {
    const one = metricOf(compareSets([setOf('a', [2000]), setOf('b', [2300])], DEFAULT_RULES), 'tick_to_ack.p50');
    for (const of of [one.base, one.other, one.difference, one.share]) expect(of).to.include({ low: null, high: null });
    expect(JSON.parse(JSON.stringify(one))).to.deep.equal(one);
  });

  it('says what to write where it cannot be read', () => {
    expect(() => parseFailOn('tick_to_ack.p99 over 5%')).to.throw(/write for example "tick_to_ack\.p99 > \+5%"/);
    expect(() => parseFailOn('tick_to_akc.p99 > 5%')).to.throw(/tick_to_ack/);
    expect(() => parseFailOn('tick_to_ack.p98 > 5%')).to.throw(/no statistic called "p98"/);
  });
});

describe('what is compared with what', () => {
  const [dpdk, socket] = [setOf('dpdk', STEADY), setOf('socket', SLOWER)];
  const later = (set: RunSet): RunSet => ({ ...set, source: 'later' });
  const names = (sources: readonly (readonly RunSet[])[]): readonly (readonly string[])[] => groupsOf(sources).groups.map((sets) => sets.map(({ name }) => name));

  it('is the variants of one run with its first', () => expect(names([[dpdk, socket]])).to.deep.equal([['dpdk', 'socket']]));
  it('is the same variant in several', () =>
    expect(names([[dpdk, socket], [later(socket), later(dpdk)]])).to.deep.equal([[`dpdk in ${dpdk.source}`, 'dpdk in later'], [`socket in ${socket.source}`, 'socket in later']]));
  it('is one with one, whatever they are called', () => expect(names([[dpdk], [later(socket)]])).to.deep.equal([['dpdk', 'socket']]));
  it('leaves out what one side alone has, with a line and, where there is a limit, exit code 1', () => {
    const { groups, uncompared } = groupsOf([[dpdk, socket], [later(dpdk), later(setOf('netmap', STEADY))]]);
    expect(groups).to.have.lengthOf(1);
    expect(uncompared).to.deep.equal([`not compared: socket is only in ${socket.source}`, 'not compared: netmap is only in later']);
    expect(groupsOf([[dpdk, socket], [later(dpdk)], [later(dpdk), later(socket)]]).uncompared).to.deep.equal(['not compared: socket is not in later']);
    const comparisons = groups.map((sets) => compareSets(sets, DEFAULT_RULES));
    expect(outcomeOf(comparisons, [parseFailOn('tick_to_ack.p50 > +5%')], uncompared).code).to.equal(1);
    expect(outcomeOf(comparisons, [], uncompared).code).to.equal(0);
  });
  it('is nothing where nothing matches', () => expect(names([[dpdk, socket], [later(setOf('afxdp', STEADY))]])).to.deep.equal([]));
});
