/** What is read back of recorded runs and baselines. */
import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBaseline, saveBaseline } from '../../../experiments/compare/baseline.js';
import { compareSets } from '../../../experiments/compare/compare_sets.js';
import { comparisonMarkdown } from '../../../experiments/compare/markdown.js';
import { setsOf } from '../../../experiments/compare/sources.js';
import { comparisonLines } from '../../../experiments/compare/terminal.js';
import { renderComparison } from '../../../experiments/report/comparison.js';
import { flatten, readExperiment } from '../../../experiments/spec/load.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { DEFAULT_RULES, storedRules } from '../../../experiments/spec/compare.js';
import { metricName } from '../../../experiments/spec/metric.js';
import type { FloorSummary } from '../../../experiments/summary.js';
import { writeRecorded } from './recorded.js';
import { SOURCE, sampleSets } from './sample_sets.js';

describe('recorded runs', () => {
  let results: string;
  before(() => {
    results = mkdtempSync(path.join(tmpdir(), 'hopscope-sources-'));
  });
  after(() => rmSync(results, { recursive: true, force: true }));

  it('remember their floor, in a baseline too, and say it in every form of a comparison', () => {
    const [first, second] = sampleSets(4);
    const floor: FloorSummary = {
      variants: [first!.variant], build: 'dpdk', link: 'ring', round_trip_ns: { count: 9, p50: 62, p90: 80, p99: 1_100, p999: 2_000, max: 3_000 },
      forwards_per_s: 340e6, lost: 0, drops: 0, conditions: '', testpmd_pps: [430e6, 410e6], rounds_of_testpmd: [0.81], of_testpmd: 0.81,
    };
    writeRecorded(results, SOURCE, [{ ...first!, floor }, second!]);
    const sets = setsOf(results, SOURCE);
    expect(sets.map((set) => set.floor)).to.deep.equal([floor, null]);
    saveBaseline(results, 'floors', sets, new Date());
    expect(readBaseline(results, 'floors').map((set) => set.floor)).to.deep.equal([floor, null]);
    const comparison = compareSets(sets, DEFAULT_RULES);
    for (const text of [comparisonLines(comparison).join('\n'), comparisonMarkdown('x', [comparison]), renderComparison({ title: 'x', groups: [{ comparison, sets }] })])
      expect(text.match(/floor of [^(]*\(build dpdk, link ring, no trading logic\)[^\n]*0\.81 of it/g)).to.have.length(1);
  });

  it('remember that they were captured, in a baseline too', () => {
    const [calm, captured] = sampleSets(4);
    writeRecorded(results, SOURCE, [calm!, { ...captured!, captured: true }]);
    const sets = setsOf(results, SOURCE);
    expect(sets.map((set) => set.captured)).to.deep.equal([false, true]);
    saveBaseline(results, 'main', sets, new Date());
    expect(readBaseline(results, 'main').map((set) => set.captured)).to.deep.equal([false, true]);
  });

  it('keep the rules that they were made for', () => {
    const text = 'name: a\nvary: { pipeline.build: [dpdk, socket] }\ncompare: { primary: [venue.rx.p999], minimum_effect: { share: 0.5%, absolute: 1us }, confidence: 99% }\n';
    const [variant] = readExperiment(SpecDocument.parse('x.yaml', text)).variants;
    const rules = storedRules(flatten(variant!.settings));
    expect(rules.primary.map(metricName)).to.deep.equal(['venue.rx.p999']);
    expect(rules).to.include({ confidence: 0.99, leastShare: 0.005, leastNs: 1_000 });
    expect(storedRules({}).primary.map(metricName)).to.deep.equal(['tick_to_ack.p50', 'tick_to_ack.p99']);
  });
});
