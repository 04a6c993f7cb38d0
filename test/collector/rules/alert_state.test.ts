import { expect } from 'chai';
import fc from 'fast-check';
import { AlertState, type Reading, type Transition } from '../../../collector/index.js';
import { FIRST_SECOND, readingAt, ruleOf } from './readings.js';

type Different = Parameters<typeof readingAt>[1];

/** Steps a second apart; `+` holds, `-` does not, `?` has nothing to judge. */
function stepsOf(forTime: string, marks: string, different: (after: number) => Different = () => ({})): readonly (readonly Transition[])[] {
  const state = new AlertState(ruleOf({ when: 'losses', for: forTime }));
  return Array.from(marks).map((mark, after) => state.step(readingAt(after, different(after)), { holds: mark === '+', value: mark === '?' ? null : 7 }));
}

/** `3:pending>firing` for every transition. */
function shown(steps: readonly (readonly Transition[])[]): readonly string[] {
  return steps.flatMap((list, after) => list.map(({ from, to }) => `${after}:${from}>${to}`));
}

const lastAt = (end: number) => (after: number): Different => ({ last: after === end });

describe('collector/rules/alert_state', () => {
  it('is pending first, and fires at the fifth second after', () => {
    expect(shown(stepsOf('5s', '-+++++++'))).to.deep.equal(['1:inactive>pending', '6:pending>firing']);
  });

  it('goes back to inactive when the condition ends too soon', () => {
    expect(shown(stepsOf('3s', '+++-++++'))).to.deep.equal(['0:inactive>pending', '3:pending>inactive', '4:inactive>pending', '7:pending>firing']);
  });

  it('resolves, and begins again from there', () => {
    expect(shown(stepsOf('1s', '++-+-'))).to.deep.equal(['0:inactive>pending', '1:pending>firing', '2:firing>resolved', '3:resolved>pending', '4:pending>inactive']);
  });

  it('fires at once without for', () => {
    expect(shown(stepsOf('0s', '-++-'))).to.deep.equal(['1:inactive>firing', '3:firing>resolved']);
  });

  it('says since when, why and with what value', () => {
    const [pending, firing, resolved] = stepsOf('2s', '-+++?').flat();
    const ms = (after: number): number => (FIRST_SECOND + after) * 1000 + 20;
    expect(pending).to.deep.include({ second: FIRST_SECOND + 1, atMs: ms(1), value: 7, reason: 'holds', pendingSinceMs: ms(1), firingSinceMs: null });
    expect(firing).to.deep.include({ second: FIRST_SECOND + 3, atMs: ms(3), reason: 'held for 2 s', pendingSinceMs: ms(1), firingSinceMs: ms(3) });
    expect(resolved).to.deep.include({ atMs: ms(4), value: null, reason: 'nothing to judge', pendingSinceMs: ms(1), firingSinceMs: ms(3) });
  });

  it('ends with its run', () => {
    const firing = stepsOf('1s', '+++', lastAt(2));
    expect(shown(firing)).to.deep.equal(['0:inactive>pending', '1:pending>firing', '2:firing>resolved']);
    expect(firing.flat().at(-1)?.reason).to.equal('run ended');
    const pending = stepsOf('9s', '++', lastAt(1));
    expect(shown(pending)).to.deep.equal(['0:inactive>pending', '1:pending>inactive']);
    const both = stepsOf('0s', '-+', lastAt(1));
    expect(shown(both)).to.deep.equal(['1:inactive>firing', '1:firing>resolved']);
  });

  it('resolves what was said of an engine when another one takes its place', () => {
    const steps = stepsOf('0s', '++-', (after) => ({ runId: after === 0 ? 'run-1' : 'run-2' }));
    expect(shown(steps)).to.deep.equal(['0:inactive>firing', '1:firing>resolved', '1:resolved>firing', '2:firing>resolved']);
    expect(steps.flat().map(({ of }) => of.runId)).to.deep.equal(['run-1', 'run-1', 'run-2', 'run-2']);
  });

  it('waits for the whole time again when the clock is set back', () => {
    const seconds = [10, 11, 3, 4, 5, 6];
    const state = new AlertState(ruleOf({ when: 'losses', for: '3s' }));
    const steps = seconds.map((second) => state.step(readingAt(second), { holds: true, value: 1 }));
    expect(shown(steps)).to.deep.equal(['0:inactive>pending', '5:pending>firing']);
  });

  it('fires exactly when the condition held without a break for long enough', () => {
    const marks = fc.array(fc.boolean(), { maxLength: 40 });
    fc.assert(
      fc.property(marks, fc.integer({ min: 0, max: 6 }), (list, forSeconds) => {
        const state = new AlertState(ruleOf({ when: 'losses', for: `${forSeconds}s` }));
        let heldSince: number | null = null;
        let before = state.name;
        list.forEach((holds, after) => {
          const transitions = state.step(readingAt(after), { holds, value: 1 });
          heldSince = holds ? (heldSince ?? after) : null;
          expect(state.name === 'firing').to.equal(heldSince !== null && after - heldSince >= forSeconds);
          // Each transition begins where the one before ended, and none stays where it is.
          for (const { from, to } of transitions) {
            expect(from).to.equal(before);
            expect(to).to.not.equal(from);
            before = to;
          }
          expect(before).to.equal(state.name);
        });
        const last: Reading = readingAt(list.length, { last: true });
        state.step(last, { holds: true, value: 1 });
        expect(['inactive', 'resolved']).to.include(state.name);
      }),
    );
  });
});
