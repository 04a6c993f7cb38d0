import { expect } from 'chai';
import { STALL_CAUSES, backlogWho } from '../../../collector/stall_causes.js';
import { CAUSE_FAMILIES, causeLabel, causeName, causeText, familyOf } from '../../../experiments/report/cause.js';

describe('causes as a reader sees them', () => {
  it('have a family each, and a name of their own', () => {
    const names = [...STALL_CAUSES.map(({ name }) => name), 'backlog', 'none'];
    expect(new Set(names.map(causeLabel)).size).to.equal(names.length);
    for (const name of names) expect(CAUSE_FAMILIES.map(({ family }) => family)).to.include(familyOf(name));
    expect(names.filter((name) => familyOf(name) === 'none')).to.deep.equal(['none']);
    expect(names.filter((name) => familyOf(name) === 'queue')).to.deep.equal(['backlog']);
  });

  it('say who it was', () => {
    expect(causeText({ cause: 'timer_tick', who: '' })).to.equal('timer tick');
    expect(causeText({ cause: 'preempted', who: 'node' })).to.equal('preempted node');
    expect(causeName({ cause: 'preempted', who: '<b>' }).text).to.equal('preempted <code>&lt;b&gt;</code>');
  });

  it('say of a backlog what began it', () => {
    for (const { value, name } of STALL_CAUSES) {
      expect(causeText({ cause: 'backlog', who: backlogWho(value, '') })).to.equal(`backlog after ${causeLabel(name)}`);
      expect(causeName({ cause: 'backlog', who: backlogWho(value, 'Web Content') }).text).to.equal(`backlog after ${causeLabel(name)} <code>Web Content</code>`);
    }
    expect(causeText({ cause: 'backlog', who: '' })).to.equal('backlog');
  });
});
