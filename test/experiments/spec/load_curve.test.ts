/** The keys of a load curve: load.find_maximum, load.at. */
import { expect } from 'chai';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { loadExperiment, readExperiment, type Experiment } from '../../../experiments/spec/load.js';

function read(text: string, overrides: readonly string[] = []): Experiment {
  return readExperiment(SpecDocument.parse('x.yaml', `name: a\n${text}`, overrides));
}

function fault(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  throw new Error('the specification was accepted');
}

describe('experiments/spec/load_curve', () => {
  it('fills in every default, and makes one variant of each share', () => {
    const { load, variants } = read('load: {}\n');
    expect(load).to.deep.equal({ fromWhere: 'x.yaml:2', fromPps: 100_000, toPps: 10_000_000, within: 0.05, measureNs: 1e9, responseP99Ns: undefined, shares: [0.1, 0.5, 0.9] });
    expect(variants.map(({ name }) => name)).to.deep.equal(['10% of maximum', '50% of maximum', '90% of maximum']);
    expect(variants.map(({ varied }) => varied)).to.deep.equal(Array.from({ length: 3 }, () => ['pipeline.feed.rate']));
  });

  it('reads what is given', () => {
    const { load, variants } = read('load: { find_maximum: { from: 20kpps, to: 2Mpps, within: 2%, measure: 300ms, response_p99: 1ms }, at: [12.5%, 100%] }\n');
    expect(load).to.deep.equal({ fromWhere: 'x.yaml:2', fromPps: 20_000, toPps: 2_000_000, within: 0.02, measureNs: 3e8, responseP99Ns: 1e6, shares: [0.125, 1] });
    expect(variants.map(({ name }) => name)).to.deep.equal(['12.5% of maximum', '100% of maximum']);
  });

  it('takes overrides of its keys', () => {
    expect(read('load: {}\n', ['load.find_maximum.response_p99=2ms', 'load.at=[20%]']).load).to.deep.include({ responseP99Ns: 2e6, shares: [0.2] });
  });

  it('leaves experiments without it as they were', () => {
    const { load, variants } = read('');
    expect(load).to.equal(undefined);
    expect(variants.map(({ name, varied }) => ({ name, varied }))).to.deep.equal([{ name: 'dpdk', varied: [] }]);
  });

  it('is what experiments/load-curve.yaml asks for', () => {
    expect(loadExperiment('experiments/load-curve.yaml').load?.shares).to.deep.equal([0.1, 0.5, 0.9]);
  });

  for (const [what, text, message] of [
    ['shares that descend', 'load: { at: [50%, 10%] }\n', /^x\.yaml:2: load\.at: the shares must ascend/],
    ['a share twice', 'load: { at: [50%, 50%] }\n', /^x\.yaml:2: load\.at: the shares must ascend/],
    ['no share', 'load: { at: [] }\n', /^x\.yaml:2: load\.at: one share of the maximum or more/],
    ['seven shares', 'load: { at: [1%, 2%, 3%, 4%, 5%, 6%, 7%] }\n', /^x\.yaml:2: load\.at: at most 6 shares/],
    ['a share above all', 'load: { at: [120%] }\n', /^x\.yaml:2: load\.at\.0: "120%" is out of range; it must be between 1% and 100%/],
    ['a share without its sign', 'load: { at: [0.5] }\n', /^x\.yaml:2: load\.at\.0: .*percentage/],
    ['a rate without end', 'load:\n  find_maximum:\n    to: max\n', /^x\.yaml:4: load\.find_maximum\.to: "max" is out of range; it must be between 100pps and 1Gpps/],
    ['bounds the wrong way round', 'load:\n  find_maximum: { from: 2Mpps, to: 1Mpps }\n', /^x\.yaml:3: load\.find_maximum\.to: the search ends before it starts; write a rate above load\.find_maximum\.from/],
    ['a tolerance of nothing', 'load: { find_maximum: { within: 0.1% } }\n', /load\.find_maximum\.within: "0\.1%" is out of range; it must be between 1% and 100%/],
    ['a key misspelt', 'load: { find_maximum: { withn: 5% } }\n', /^x\.yaml:2: load\.find_maximum\.withn: unknown key; did you mean within\?/],
    ['a rate of its own', 'pipeline: { feed: { rate: 200kpps } }\nload: {}\n', /^x\.yaml:2: pipeline\.feed\.rate: load finds the rate itself; remove it, or remove load/],
    ['lockstep', 'pacing: lockstep\nload: {}\n', /^x\.yaml:2: pacing: lockstep has no rate.*write pacing: open/],
    ['a disturbance', 'inject: { hog: {} }\nload: {}\n', /^x\.yaml:2: inject\.hog: the maximum of a disturbed pipeline is none; remove it/],
    ['made-up orders', 'pipeline: { synthetic: 1k }\nprobes: { stalls: false }\nload: {}\n', /^x\.yaml:2: pipeline\.synthetic: made-up orders take part in no probe; remove it/],
    ['variants', 'vary: { pipeline.build: [dpdk, socket] }\nload: {}\n', /^x\.yaml:3: load: each variant would have a maximum of its own; remove vary/],
    ['a replay', 'pipeline: { feed: { flow: itch, file: package.json } }\nload: {}\n', /^x\.yaml:3: load: needs a rate to vary.*write pipeline\.feed\.flow: simulate/],
  ] as const) {
    it(`names file, line, key and remedy: ${what}`, () => {
      expect(fault(text)).to.match(message);
    });
  }
});
