// Thresholds are checked against lists; the engine counts what bpf/records.h says. They must be the same.
import { expect } from 'chai';
import { COUNTER_NAMES, FURTHER_COUNTER_NAMES } from '../../../experiments/summary.js';
import { recordLayout } from '../../../native/index.js';

describe('names of counters', () => {
  it('include every counter of the engine', () => {
    const known = new Set<string>([...COUNTER_NAMES, ...FURTHER_COUNTER_NAMES]);
    expect(recordLayout().counters.filter((name) => !known.has(name))).to.deep.equal([]);
  });
});
