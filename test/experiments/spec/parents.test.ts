import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { loadExperiment, readExperiment } from '../../../experiments/spec/load.js';
import type { ParentSettings } from '../../../experiments/spec/parents.js';
import { parseThreshold } from '../../../experiments/spec/thresholds.js';
import { readVolumeCurve } from '../../../experiments/spec/volume_curve.js';

const TWAP = '{ name: t, symbol: HS00001, side: buy, quantity: 20k, algo: twap, end: 8s }';

function read(parents: string, file = 'x.yaml'): readonly ParentSettings[] {
  return readExperiment(SpecDocument.parse(file, `name: a\npipeline: { oms: { parents: [${parents}] } }`)).variants[0]!.settings.pipeline.oms.parents;
}

function fault(parents: string): string {
  try {
    read(parents);
    return '';
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
}

describe('experiments/spec/parents', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hopscope-parents-'));
  after(() => rmSync(folder, { recursive: true }));

  it('reads a parent order in base units, with what it leaves open', () => {
    expect(read(TWAP)).to.deep.equal([{
      name: 't', symbol: 'HS00001', side: 'buy', quantity: 20_000, algo: 'twap', start: 0, end: 8e9, slices: 10, style: 'take', repost: 'cancel', randomise: 0, catch_up: true, sweep: true, band: 0.05,
    }]);
    expect(read('{ name: p, symbol: 3, side: sell, quantity: 1M, algo: pov, rate: 5%, start: 1s, end: 8s, cap: 30%, limit: 99.5 }')[0])
      .to.include({ symbol: 3, rate: 0.05, cap: 0.3, limit: 99.5, start: 1e9 });
  });

  it('names what cannot be, and the key', () => {
    expect(fault(TWAP.replace('twap', 'vwop'))).to.match(/pipeline\.oms\.parents\.0\.algo: "vwop" is none of twap, vwap, pov, is/);
    expect(fault(`${TWAP}, ${TWAP}`)).to.match(/parents\.1\.name: two parent orders are called t/);
    expect(fault(TWAP.replace('end: 8s', 'start: 8s, end: 8s'))).to.include('it ends before it starts');
    expect(fault(TWAP.replace('end: 8s', 'end: 5us'))).to.include('a slice is shorter than 1us');
    expect(fault(TWAP.replace('twap', 'pov'))).to.include('add rate: 10%');
    expect(fault(TWAP.replace('twap', 'is'))).to.include('add urgency: 2');
    expect(fault(TWAP.replace('twap', 'vwap'))).to.include('add curve: history');
    expect(fault(TWAP.replace('end: 8s', 'end: 8s, rate: 5%'))).to.match(/parents\.0\.rate: belongs to algo: pov/);
    expect(fault(TWAP.replace('end: 8s', 'end: 8s, slice: 3'))).to.match(/parents\.0\.slice: unknown key; did you mean slices\?/);
    expect(fault(TWAP.replace('buy', 'long'))).to.include('"long" is none of buy, sell');
    expect(fault(TWAP.replace('end: 8s', 'end: 8s, repost: replace'))).to.match(/parents\.0\.repost: belongs to style: post/);
    expect(read(TWAP.replace('end: 8s', 'end: 8s, style: post, repost: replace'))[0]).to.include({ repost: 'replace' });
    expect(fault(TWAP.replace('HS00001', 'hs1'))).to.include('write a symbol such as HS00001');
    expect(fault(TWAP.replace('end: 8s', 'end: 8s, limit: 0.00001'))).to.include('in steps of 0.0001');
  });

  describe('volume curves', () => {
    const file = (text: string): string => {
      const name = path.join(folder, 'volumes.txt');
      writeFileSync(name, text);
      return name;
    };

    it('are one volume a line, with comments', () => {
      expect(readVolumeCurve(file('# opening\n300\n\n100 # noon\n0\n'))).to.deep.equal({ volumes: [300, 100, 0] });
    });

    it('say what is wrong, and where', () => {
      expect(readVolumeCurve(file('3\n-1\n')).fault).to.match(/volumes\.txt:2: "-1" is no volume/);
      expect(readVolumeCurve(file('0\n0\n')).fault).to.include('has no volume above 0');
      expect(readVolumeCurve(path.join(folder, 'none.txt')).fault).to.match(/none\.txt cannot be read; name a file with one volume a line/);
      expect(fault(`{ name: v, symbol: 1, side: buy, quantity: 1, algo: vwap, end: 1s, curve: ${path.join(folder, 'none.txt')} }`)).to.match(/parents\.0\.curve: .*cannot be read/);
    });

    it('stand beside the experiment', () => {
      file('1\n');
      const [parent] = read('{ name: v, symbol: 1, side: buy, quantity: 1, algo: vwap, end: 1s, curve: volumes.txt }', path.join(folder, 'x.yaml'));
      expect(parent?.curve).to.equal(path.join(folder, 'volumes.txt'));
    });
  });

  it('has thresholds for all parents and for one', () => {
    expect(parseThreshold('parents', 'completion >= 100%')).to.deep.include({ measure: { kind: 'parents', figure: 'completion' }, limit: 1 });
    expect(parseThreshold('parents', 'vwap-1.deviation <= 2%')).to.deep.include({ measure: { kind: 'parents', figure: 'deviation', parent: 'vwap-1' }, limit: 0.02 });
    expect(parseThreshold('parents', 'slices_outside == 0').limit).to.equal(0);
    expect(() => parseThreshold('parents', 'completeness >= 1')).to.throw(/completion/);
  });

  it('has none on a parent order that is not there', () => {
    const thresholds = (on: string, parents = TWAP): string => {
      try {
        readExperiment(SpecDocument.parse('x.yaml', `name: a\npipeline: { oms: { parents: [${parents}] } }\nthresholds: { parents: ["${on} >= 100%"] }`));
        return '';
      } catch (error) {
        if (error instanceof SpecError) return error.message;
        throw error;
      }
    };
    expect(thresholds('t.completion')).to.equal('');
    expect(thresholds('completion')).to.equal('');
    expect(thresholds('tt.completion')).to.equal('x.yaml:3: thresholds.parents: there is no parent order called "tt"; did you mean t?');
    expect(thresholds('vwap-1.completion', `${TWAP}, ${TWAP.replace('name: t', 'name: u')}`)).to.include('the parent orders are t, u');
    expect(thresholds('t.completion', '')).to.include('there is no parent order called "t"; write it under pipeline.oms.parents');
    expect(thresholds('completion', '')).to.include('there is no parent order; write it under pipeline.oms.parents');
  });

  it('is what experiments/twap-vwap.yaml is written with', () => {
    const { variants, thresholds } = loadExperiment('experiments/twap-vwap.yaml');
    expect(variants[0]?.settings.pipeline.oms.parents.map(({ algo }) => algo)).to.have.members(['twap', 'vwap', 'vwap', 'pov', 'is']);
    expect(thresholds.filter(({ metric }) => metric === 'parents')).to.not.have.lengthOf(0);
  });
});
