/** The keys of a comparison: compare, repeat.until, repeat.at_most, repeat.order. */
import { expect } from 'chai';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { readExperiment, type Experiment } from '../../../experiments/spec/load.js';
import { metricName } from '../../../experiments/spec/metric.js';

const VARY = 'name: a\nvary: { pipeline.build: [dpdk, socket] }\n';

function read(text: string): Experiment {
  return readExperiment(SpecDocument.parse('x.yaml', text));
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

describe('experiments/spec/compare', () => {
  it('fills in every default', () => {
    const { compare, runs, order, until } = read(`${VARY}compare: {}\n`);
    expect(compare?.primary.map(metricName)).to.deep.equal(['tick_to_ack.p50', 'tick_to_ack.p99']);
    expect(compare).to.include({ confidence: 0.95, leastShare: 0.02, leastNs: 50 });
    expect({ runs, order, until }).to.deep.equal({ runs: 10, order: 'randomised', until: undefined });
  });

  it('reads what is given', () => {
    const text = `${VARY}compare: { primary: [venue.rx.p999, order_to_ack.max], minimum_effect: { share: 0.5%, absolute: 1us }, confidence: 99% }\nrepeat: { runs: 6, at_most: 12, until: { interval: 3% }, order: interleaved }\n`;
    const { compare, runs, order, until } = read(text);
    expect(compare?.primary.map(metricName)).to.deep.equal(['venue.rx.p999', 'order_to_ack.max']);
    expect(compare).to.include({ confidence: 0.99, leastShare: 0.005, leastNs: 1_000 });
    expect({ runs, order, until }).to.deep.equal({ runs: 6, order: 'interleaved', until: { intervalShare: 0.03, mostRuns: 12 } });
  });

  it('leaves experiments without it as they were', () => {
    expect(read(VARY)).to.include({ runs: 1, order: 'interleaved', compare: undefined, until: undefined });
    expect(read(`${VARY}repeat: { until: { interval: 5% } }\n`).until).to.deep.equal({ intervalShare: 0.05, mostRuns: 30 });
  });

  it('names file, line, key and remedy of what cannot be', () => {
    expect(fault(`${VARY}compare: { primary: [tick_to_akc.p50] }\n`)).to.match(/^x\.yaml:\d: compare\.primary\.0: .*did you mean tick_to_ack/);
    expect(fault(`${VARY}compare: { primary: [] }\n`)).to.match(/^x\.yaml:3: compare\.primary: one metric or more/);
    expect(fault(`${VARY}compare: { confidence: 20% }\n`)).to.match(/compare\.confidence: "20%" is out of range; it must be between 50% and 99\.9%/);
    expect(fault(`${VARY}compare: { minimum_effect: { share: much } }\n`)).to.match(/^x\.yaml:3: compare\.minimum_effect\.share: /);
    expect(fault(`${VARY}compare: { primry: [tick_to_ack.p50] }\n`)).to.match(/compare\.primry: unknown key; did you mean primary\?/);
    expect(fault(`${VARY}repeat: { at_most: 20 }\n`)).to.match(/^x\.yaml:3: repeat\.at_most: .*add until: \{ interval: 5% \}/);
    expect(fault(`${VARY}repeat: { runs: 10, at_most: 5, until: { interval: 5% } }\n`)).to.match(/repeat\.at_most: is less than the 10 runs/);
    expect(fault(`${VARY}repeat: { order: grouped, until: { interval: 5% } }\n`)).to.match(/repeat\.until: needs rounds/);
  });
});
