import { expect } from 'chai';

import { linearTicks, logScale, ninesOf, percentLabel, probabilityScale, spacedTicks } from '../../../experiments/report/scale.js';

describe('scales', () => {
  it('gives every further nine the same width', () => {
    const { at } = probabilityScale(4, 0, 400);
    expect(at(0)).to.equal(0);
    expect(at(0.9)).to.be.closeTo(100, 1e-6);
    expect(at(0.99)).to.be.closeTo(200, 1e-6);
    expect(at(0.999)).to.be.closeTo(300, 1e-6);
  });

  it('puts the largest value at the right edge and nothing beyond it', () => {
    const { at } = probabilityScale(3.4, 0, 100);
    expect(at(1)).to.equal(100);
    expect(at(0.99999)).to.equal(100);
  });

  it('labels percentiles as people say them', () => {
    expect([0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999].map(percentLabel)).to.deep.equal(['0', '50', '90', '99', '99.9', '99.99', '99.999']);
  });

  it('reads one in a thousand as three nines', () => {
    expect(ninesOf(0.999)).to.be.closeTo(3, 1e-9);
    expect(ninesOf(0)).to.equal(0);
  });

  it('spans 1-2-5 steps around the data, growing upwards', () => {
    const { at, ticks } = logScale(130, 4_200, 100, 0);
    expect(ticks).to.deep.equal([100, 200, 500, 1_000, 2_000, 5_000]);
    expect(at(100)).to.equal(100);
    expect(at(5_000)).to.be.closeTo(0, 1e-9);
    expect(at(1)).to.equal(100);
  });

  it('keeps to decades over a wide range', () => {
    expect(logScale(20, 180_000, 0, 1).ticks).to.deep.equal([100, 1_000, 10_000, 100_000]);
  });

  it('never collapses on equal, tiny or zero values', () => {
    for (const value of [0, 1, 10, 777]) {
      const { at, ticks } = logScale(value, value, 0, 100);
      expect(ticks.length).to.be.greaterThan(1);
      expect(at(value)).to.be.within(0, 100);
    }
  });

  it('drops labels that would touch', () => {
    const scale = probabilityScale(5, 0, 100);
    expect(spacedTicks(scale, () => 39).map(percentLabel)).to.deep.equal(['90', '99.9', '99.999']);
    expect(spacedTicks(scale, () => 1)).to.have.length(scale.ticks.length);
  });

  it('steps linearly from zero in round numbers', () => {
    expect(linearTicks(1_070, 4)).to.deep.equal([0, 500, 1_000]);
    expect(linearTicks(0, 4)).to.deep.equal([0]);
  });
});
