import { expect } from 'chai';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { readExperiment, type Experiment } from '../../../experiments/spec/load.js';

function read(text: string): Experiment {
  return readExperiment(SpecDocument.parse('x.yaml', text, []));
}

function fault(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return '';
}

describe('experiments/spec: alert rules', () => {
  it('takes them with the experiment', () => {
    const { rules } = read('name: a\nalerts:\n  - { name: rtt, when: tick_to_ack.p99 > 100us, for: 5s, abort: true }\n');
    expect(rules).to.have.length(1);
    expect(rules[0]).to.include({ name: 'rtt', forSeconds: 5, abort: true, kill: false });
  });

  it('has none where none are written', () => {
    expect(read('name: a\n').rules).to.deep.equal([]);
    expect(read('name: a\nalerts: []\n').rules).to.deep.equal([]);
  });

  it('tells every fault by file, line and key', () => {
    const lines = fault('name: a\nalerts:\n  - { name: one, when: tick_to_ak.p99 > 100us }\n  - { name: two, when: losses, fro: 5s }\n').split('\n');
    expect(lines).to.have.length(2);
    expect(lines[0]).to.match(/^x\.yaml:3: alerts\.0\.when: .*tick_to_ack/);
    expect(lines[1]).to.match(/^x\.yaml:4: alerts\.1\.fro: .*for/);
  });

  it('judges only rules that there are', () => {
    const rules = 'alerts: [{ name: rtt, when: losses }]\n';
    expect(fault(`name: a\n${rules}thresholds: { alerts: ["rtt.firings == 0"] }\n`)).to.equal('');
    expect(fault(`name: a\n${rules}thresholds: { alerts: ["rt.firings == 0"] }\n`)).to.match(/x\.yaml:\d+: thresholds\.alerts: there is no alert rule called "rt"; did you mean rtt\?/);
    expect(fault('name: a\nthresholds: { alerts: ["rtt.firings == 0"] }\n')).to.match(/write it under alerts/);
    expect(fault(`name: a\n${rules}thresholds: { alerts: ["rtt.fired == 0"] }\n`)).to.match(/there is no figure of an alert called "fired"/);
  });
});
