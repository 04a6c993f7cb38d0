import { expect } from 'chai';
import { UnavailableError, runnable } from '../../../experiments/launch/available.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';

const experiment = (text: string) => readExperiment(SpecDocument.parse('x.yaml', `name: a\n${text}`));
const names = (text: string, exists: boolean): readonly string[] => runnable(experiment(text), () => exists).experiment.variants.map(({ name }) => name);

describe('experiments/launch/available', () => {
  it('leaves out the variants that this machine cannot run, and says why in one line each', () => {
    const { skipped } = runnable(experiment('vary: { pipeline.build: [dpdk, netmap, socket] }'), () => false);
    expect(skipped).to.deep.equal(['variant netmap is skipped: netmap: /dev/netmap is missing: docs/netmap.md']);
    expect(names('vary: { pipeline.build: [dpdk, netmap, socket] }', false)).to.deep.equal(['dpdk', 'socket']);
    expect(names('vary: { pipeline.build: [dpdk, netmap, socket] }', true)).to.deep.equal(['dpdk', 'netmap', 'socket']);
  });

  it('refuses an experiment of which nothing is left', () => {
    expect(() => names('pipeline: { build: netmap }', false)).to.throw(UnavailableError, 'netmap: /dev/netmap is missing: docs/netmap.md');
    expect(names('pipeline: { build: netmap }', true)).to.deep.equal(['netmap']);
  });
});
