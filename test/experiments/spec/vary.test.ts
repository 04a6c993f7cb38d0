import { expect } from 'chai';
import fc from 'fast-check';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { editDistance, nearest } from '../../../collector/rules/nearest.js';
import { readVary, runOrder } from '../../../experiments/spec/vary.js';

const vary = (text: string) => readVary(SpecDocument.parse('x.yaml', text));

describe('experiments/spec/vary', () => {
  it('makes one nameless variant where nothing varies', () => {
    expect(vary('name: a')).to.deep.equal([{ name: '', values: {} }]);
  });

  it('makes the product of several keys', () => {
    expect(vary('vary: { pipeline.build: [dpdk, socket], probes.lane: [off, stream] }').map((one) => one.name))
      .to.deep.equal(['build=dpdk, lane=off', 'build=dpdk, lane=stream', 'build=socket, lane=off', 'build=socket, lane=stream']);
  });

  it('takes variants by name, each with settings that belong together', () => {
    expect(vary('vary:\n  - { name: quick, pipeline.burst: 8, pipeline.venues: 2 }\n  - { name: plain }')).to.deep.equal([
      { name: 'quick', values: { 'pipeline.burst': 8, 'pipeline.venues': 2 } },
      { name: 'plain', values: {} },
    ]);
    const overridden = SpecDocument.parse('x.yaml', 'vary: [{ name: a, pipeline.burst: 8 }]', ['pipeline.burst=4']);
    expect(readVary(overridden)).to.deep.equal([{ name: 'a', values: {} }]);
  });

  it('wants a name of its own for each of them', () => {
    expect(() => vary('vary: []')).to.throw(SpecError, 'x.yaml:1: vary: write at least one variant');
    expect(() => vary('vary: [{ pipeline.burst: 8 }]')).to.throw(SpecError, /vary\.0: a variant is a map with a name/);
    expect(() => vary('vary: [{ name: a }, { name: a }]')).to.throw(SpecError, /same name/);
  });

  it('refuses what makes no variants, or too many', () => {
    expect(() => vary('vary: { probes.lane: off }')).to.throw(SpecError, 'x.yaml:1: vary.probes.lane: write a list of values');
    expect(() => vary('vary: { probes.lane: [off, off] }')).to.throw(SpecError, /stands in the list twice/);
    expect(() => vary(`vary: { a.a: [1,2,3,4,5,6,7,8,9], b.b: [1,2,3,4,5,6,7,8,9] }`)).to.throw(SpecError, /81 variants; 64 is the most/);
  });

  it('runs every variant equally often; interleaved, none gets ahead by more than one', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 }), (variants, runs) => {
      const order = runOrder(variants, runs, 'interleaved');
      const made = new Array<number>(variants).fill(0);
      for (const { variant, run } of order) {
        expect(run).to.equal(made[variant]);
        made[variant] = (made[variant] ?? 0) + 1;
        expect(Math.max(...made) - Math.min(...made)).to.be.at.most(1);
      }
      expect(made.every((count) => count === runs)).to.be.true;
    }));
    expect(runOrder(2, 2, 'grouped').map(({ variant }) => variant)).to.deep.equal([0, 0, 1, 1]);
  });

  it('finds the word that was meant, and none where nothing is near', () => {
    expect(nearest('mesaure', ['warmup', 'measure', 'runs'])).to.equal('measure');
    expect(nearest('colour', ['warmup', 'measure', 'runs'])).to.equal(undefined);
    expect(editDistance('kitten', 'sitting')).to.equal(3);
  });
});
