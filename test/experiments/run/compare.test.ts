import { expect } from 'chai';
import path from 'node:path';
import { runnable } from '../../../experiments/launch/available.js';
import { packageRoot } from '../../../experiments/package_root.js';
import { compareVariants, nothingToCompare } from '../../../experiments/run/compare.js';
import { loadExperiment } from '../../../experiments/spec/load.js';

const shipped = (name: string): ReturnType<typeof loadExperiment> => loadExperiment(path.join(packageRoot(), 'experiments', name), []);

describe('experiments/run/compare', () => {
  it('says that there is nothing to compare where one variant is left', () => {
    const { experiment, skipped } = runnable(shipped('dpdk-vs-netmap.yaml'), { exists: () => false, spdk: false });
    expect(experiment.variants.map(({ name }) => name)).to.deep.equal(['dpdk']);
    expect(compareVariants(experiment, '/nonexistent')).to.equal(undefined);
    expect(nothingToCompare(experiment, skipped)).to.equal('comparison: dpdk alone can run on this machine, so there is nothing to compare it with');
    const both = runnable(shipped('dpdk-vs-netmap.yaml'), { exists: () => true, spdk: true });
    expect(nothingToCompare(both.experiment, both.skipped)).to.equal(undefined);
  });

  for (const name of ['dpdk-vs-netmap.yaml', 'dpdk-vs-socket.yaml', 'builds.yaml']) {
    it(`${name} compares ten runs in random turns, and measures floors`, () => {
      const { compare, runs, order, floors } = shipped(name);
      expect(compare).to.not.equal(undefined);
      expect({ runs, order, floors }).to.deep.equal({ runs: 10, order: 'randomised', floors: true });
    });
  }
});
