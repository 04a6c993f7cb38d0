import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CAPSULE_HOPS, HOPS, SPANS, hopAt, hopByName, spanByName } from '../../collector/catalogue.js';

interface RecordHop {
  readonly index: number;
  readonly name: string;
  readonly predecessor: number;
}

function hopsOfRecordsHeader(): readonly RecordHop[] {
  const header = readFileSync(new URL('../../bpf/records.h', import.meta.url), 'utf8');
  return [...header.matchAll(/X\((\d+), [A-Z_]+, "([a-z.]+)", (\d+)\)/g)].map((match) => ({
    index: Number(match[1]),
    name: match[2] ?? '',
    predecessor: Number(match[3]),
  }));
}

describe('catalogue', () => {
  it('lists the hops of bpf/records.h, in its order, with its predecessors', () => {
    const ours = HOPS.map(({ index, name, predecessor }) => ({ index, name, predecessor: predecessor ?? 0 }));
    expect(hopsOfRecordsHeader()).to.have.length(15);
    expect(ours).to.deep.equal(hopsOfRecordsHeader());
  });

  it('has each hop at its own index, and no two columns of a table alike', () => {
    HOPS.forEach((hop, index) => expect(hop.index).to.equal(index));
    expect(new Set(HOPS.map((hop) => `${hop.table}.${hop.column}`)).size).to.equal(HOPS.length);
    expect(CAPSULE_HOPS.map((hop) => hop.index)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('has spans that run forward between known hops', () => {
    for (const span of SPANS) expect(hopAt(span.from).index, span.name).to.be.lessThan(hopAt(span.to).index);
    expect(spanByName('tick_to_ack')).to.include({ from: 1, to: 12 });
    expect(hopByName('journal.write')).to.include({ table: 'journal_traces', column: 'write_ns' });
  });

  it('refuses an index that is no hop', () => {
    expect(() => hopAt(15)).to.throw(RangeError, 'hops are 0 to 14');
  });
});
