import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { BACKLOG, STALL_CAUSES, backlogWho, causeByName, causeName, splitBacklogWho } from '../../collector/stall_causes.js';

describe('causes of stalls', () => {
  it('are those of bpf/records.h', () => {
    const header = readFileSync(new URL('../../bpf/records.h', import.meta.url), 'utf8');
    const block = /#define HS_STALL_CAUSES\(X\)([\s\S]*?)\n\n/.exec(header)?.[1] ?? '';
    const theirs = [...block.matchAll(/X\((\d+), [A-Z_]+, "([a-z_]+)"\)/g)].map((match) => ({ value: Number(match[1]), name: match[2] }));
    expect(theirs).to.have.length(14);
    expect(STALL_CAUSES.map(({ value, name }) => ({ value, name }))).to.deep.equal(theirs);
  });

  it('are found by name and by value', () => {
    for (const { value, name } of STALL_CAUSES) {
      expect(causeName(value)).to.equal(name);
      expect(causeByName(name).value).to.equal(value);
    }
    expect(causeName(0)).to.equal('unknown');
    expect(() => causeByName('none')).to.throw(RangeError, 'there is no cause none; causes are preempted, ');
  });

  it('say who it was, where that is known', () => {
    expect(causeByName('preempted').phrase('ksoftirqd/0')).to.equal('lost the CPU to `ksoftirqd/0`');
    for (const { phrase, noun } of STALL_CAUSES) {
      expect(phrase('')).to.match(/^[a-z][A-Za-z ()]+$/);
      expect(noun('')).to.match(/^(a|an|the|losing|waiting) [A-Za-z ()]+$/);
    }
  });

  it('say what began a backlog', () => {
    expect(STALL_CAUSES.map(({ value }) => value)).not.to.include(BACKLOG.value);
    expect(causeName(BACKLOG.value)).to.equal('backlog');
    expect(causeByName('backlog')).to.equal(BACKLOG);
    expect(BACKLOG.phrase('')).to.equal('waited behind others in a backlog that no kernel event began');
    expect(BACKLOG.phrase('timer_tick')).to.equal('waited behind others in a backlog after a timer tick');
    expect(BACKLOG.phrase('preempted node')).to.equal('waited behind others in a backlog after losing the CPU to `node`');
    for (const { value, name, noun } of STALL_CAUSES) {
      for (const who of ['', 'node', 'Web Content']) {
        expect(splitBacklogWho(backlogWho(value, who))).to.deep.equal({ cause: name, who });
        expect(BACKLOG.phrase(backlogWho(value, who))).to.equal(`waited behind others in a backlog after ${noun(who)}`);
      }
    }
  });
});
