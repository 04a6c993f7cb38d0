import { expect } from 'chai';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { readExperiment } from '../../../experiments/spec/load.js';
import { LEAST_ROUNDS } from '../../../experiments/spec/rounds.js';

function fault(text: string): string {
  try {
    readExperiment(SpecDocument.parse('x.yaml', text, []));
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return '';
}

const BUSY = 'busy: { at: risk.pass, for: 1us }';

describe('experiments/spec: delays that could not be found again are refused before the run', () => {
  it('takes one that can', () => {
    expect(fault(`name: a\ninject: { ${BUSY} }\n`)).to.equal('');
  });

  it('takes one delay of the engine\'s own a variant: a record tells of one', () => {
    expect(fault(`name: a\ninject: { ${BUSY}, faults: { at: risk.pass, pages: 1 } }\n`)).to.match(/inject\.faults: not beside busy/);
  });

  for (const lane of ['off', 'stamps', 'hops']) {
    it(`refuses it in lane ${lane}, which cannot tell whom it hit`, () => {
      expect(fault(`name: a\nprobes: { lane: "${lane}" }\ninject: { ${BUSY} }\n`)).to.match(new RegExp(`inject: lane ${lane} cannot tell .*probes\\.lane: stream, or capsule`));
    });
  }

  it('refuses a disturbance that nobody would see', () => {
    expect(fault('name: a\nprobes: { stalls: false }\ninject: { hog: {} }\n')).to.match(/inject: nothing of it could be found again; write probes\.stalls: true/);
  });

  it('refuses to keep the engine stopped for good', () => {
    expect(fault('name: a\ninject: { stop: { for: 500ms } }\n')).to.match(/inject\.stop\.for: must be shorter than inject\.stop\.every/);
  });

  it('refuses a delay that would begin when the run is over', () => {
    const late = 'inject: { busy: { at: risk.pass, for: 1us, after: 5s } }';
    expect(fault(`name: a\nrepeat: { measure: 5s }\n${late}\n`)).to.match(/inject\.busy\.after: must be shorter than repeat\.measure/);
    expect(fault(`name: a\nrepeat: { measure: 6s }\n${late}\n`)).to.equal('');
  });

  it('refuses a hop that lies between two roles', () => {
    expect(fault('name: a\ninject: { busy: { at: venue.rx, for: 1us } }\n')).to.match(/inject\.busy\.at: "venue\.rx" is none of oms\.book/);
  });

  it('refuses causes for made-up orders', () => {
    expect(fault('name: a\npipeline: { synthetic: 1k }\n')).to.match(/pipeline\.synthetic: made-up orders have no causes; write probes\.stalls: false/);
  });

  it('refuses a threshold for a hop that does not exist, in the tail too', () => {
    expect(fault('name: a\nprobes: { tail: { tick_to_akc: 1us } }\n')).to.match(/probes\.tail/);
  });

  it('refuses two variants of one name', () => {
    expect(fault(`name: a\nvary:\n  inject: [ { name: x }, { name: x, ${BUSY} } ]\n`)).to.match(/vary: two variants would have the same name/);
  });
});

describe('experiments/spec: an equivalence that could not be judged is refused before the runs', () => {
  const thresholds = 'thresholds: { equivalence: ["probes.stalls tick_to_ack.p50 within 2%"] }';
  const spec = (vary: string, repeat: string): string => `name: a\n${vary}repeat: { ${repeat} }\n${thresholds}\n`;

  it('takes two variants of the setting, in rounds', () => {
    expect(fault(spec('vary: { probes.stalls: [false, true] }\n', `runs: ${LEAST_ROUNDS}`))).to.equal('');
  });

  it('takes turns within one run', () => {
    expect(fault(`name: a\nprobes: { switch: 200ms }\n${thresholds}\n`)).to.equal('');
  });

  it('refuses too few rounds, another setting, and runs that are not side by side', () => {
    expect(fault(spec('vary: { probes.stalls: [false, true] }\n', 'runs: 2'))).to.match(/thresholds\.equivalence: needs 8 rounds or more; raise repeat\.runs/);
    expect(fault(spec('vary: { pipeline.oms.every: [4, 8] }\n', 'runs: 9'))).to.match(/needs exactly two variants that differ in probes\.stalls/);
    expect(fault(spec('vary: { probes.stalls: [false, true] }\n', 'runs: 9, order: grouped'))).to.match(/write repeat\.order: interleaved/);
  });
});
