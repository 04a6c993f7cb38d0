import { expect } from 'chai';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UnavailableError, runnable } from '../../../experiments/launch/available.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';

const experiment = (text: string) => readExperiment(SpecDocument.parse('x.yaml', `name: a\n${text}`));
const names = (text: string, exists: boolean): readonly string[] => runnable(experiment(text), { exists: () => exists, spdk: exists }).experiment.variants.map(({ name }) => name);

describe('experiments/launch/available', () => {
  it('leaves out the variants that this machine cannot run, and says why in one line each', () => {
    const { skipped } = runnable(experiment('vary: { pipeline.build: [dpdk, netmap, socket] }'), { exists: () => false, spdk: false });
    expect(skipped).to.deep.equal(['variant netmap is skipped: netmap: /dev/netmap is missing: docs/netmap.md']);
    expect(names('vary: { pipeline.build: [dpdk, netmap, socket] }', false)).to.deep.equal(['dpdk', 'socket']);
    expect(names('vary: { pipeline.build: [dpdk, netmap, socket] }', true)).to.deep.equal(['dpdk', 'netmap', 'socket']);
  });

  it('leaves out a journal on SPDK where the engine has none', () => {
    const file = path.join(tmpdir(), `hopscope-available-${process.pid}.json`);
    writeFileSync(file, '{}');
    try {
      const asked = experiment(`pipeline: { journal: { spdk: { config: ${file}, bdev: Journal0 } } }\nvary: { pipeline.journal.device: [memory, spdk] }`);
      const { experiment: left, skipped } = runnable(asked, { exists: () => true, spdk: false });
      expect(left.variants.map(({ name }) => name)).to.deep.equal(['memory']);
      expect(skipped.join()).to.match(/^variant spdk is skipped: journal\.device: spdk is not in this engine.*docs\/spdk\.md/);
      expect(runnable(asked, { exists: () => true, spdk: true }).skipped).to.deep.equal([]);
    } finally {
      rmSync(file);
    }
  });

  it('refuses an experiment of which nothing is left', () => {
    expect(() => names('pipeline: { build: netmap }', false)).to.throw(UnavailableError, 'netmap: /dev/netmap is missing: docs/netmap.md');
    expect(names('pipeline: { build: netmap }', true)).to.deep.equal(['netmap']);
  });
});
