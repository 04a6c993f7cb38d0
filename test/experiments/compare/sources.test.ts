/** What is read back of recorded runs and baselines. */
import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBaseline, saveBaseline } from '../../../experiments/compare/baseline.js';
import { setsOf } from '../../../experiments/compare/sources.js';
import { flatten, readExperiment } from '../../../experiments/spec/load.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { storedRules } from '../../../experiments/spec/compare.js';
import { metricName } from '../../../experiments/spec/metric.js';
import { writeRecorded } from './recorded.js';
import { SOURCE, sampleSets } from './sample_sets.js';

describe('recorded runs', () => {
  let results: string;
  before(() => {
    results = mkdtempSync(path.join(tmpdir(), 'hopscope-sources-'));
  });
  after(() => rmSync(results, { recursive: true, force: true }));

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
