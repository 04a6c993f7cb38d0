import { expect } from 'chai';
import { NativeError, type LaneOptions, type LaneSession } from '../../../native/index.js';
import { chooseLane } from '../../../experiments/run/lane.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';
import type { Settings } from '../../../experiments/spec/schema.js';

function settings(...overrides: readonly string[]): Settings {
  return readExperiment(SpecDocument.parse('x.yaml', 'name: a', overrides)).variants[0]!.settings;
}

/** A kernel that opens only some lanes. */
function kernel(...lanes: readonly string[]): { readonly open: (options: LaneOptions) => LaneSession; readonly asked: LaneOptions[]; closed: number } {
  const seen = { asked: [] as LaneOptions[], closed: 0 };
  return Object.assign(seen, {
    open(options: LaneOptions): LaneSession {
      seen.asked.push(options);
      if (!lanes.includes(options.lane)) throw new NativeError('lane', `no ${options.lane} in this kernel: use a newer one`);
      const close = (): void => {
        seen.closed += 1;
      };
      return { close } as unknown as LaneSession;
    },
  });
}

describe('experiments/run/lane', () => {
  it('keeps the lane that was asked for, says nothing, and closes the trial', () => {
    const here = kernel('stream', 'hops');
    expect(chooseLane(settings(), 1, here.open)).to.deep.equal({ lane: 'stream', condition: '' });
    expect(here.closed).to.equal(1);
  });

  it('goes on without kernel BTF, and says what is missing then', () => {
    const chosen = chooseLane(settings('probes.deny=[btf]'), 1, kernel('stream').open);
    expect(chosen.lane).to.equal('stream');
    expect(chosen.condition).to.match(/^this kernel offers no BTF: .*; boot one with CONFIG_DEBUG_INFO_BTF=y$/);
  });

  it('degrades stream to capsule, with the reason', () => {
    const chosen = chooseLane(settings(), 1, kernel('capsule', 'hops').open);
    expect(chosen.lane).to.equal('capsule');
    expect(chosen.condition).to.equal('lane stream is not possible here (no stream in this kernel: use a newer one): this run uses lane capsule');
  });

  it('degrades capsule to hops', () => {
    const chosen = chooseLane(settings('probes.lane=capsule'), 1, kernel('hops').open);
    expect(chosen.lane).to.equal('hops');
    expect(chosen.condition).to.match(/^lane capsule is not possible here .*: this run uses lane hops$/);
  });

  it('degrades to stamps where neither works, with both reasons', () => {
    const chosen = chooseLane(settings(), 1, kernel().open);
    expect(chosen.lane).to.equal('stamps');
    expect(chosen.condition).to.include('lane stream is not possible').and.include('lane hops is not possible').and.match(/uses lane stamps$/);
  });

  it('asks nothing of the kernel in lanes off and stamps', () => {
    const here = kernel();
    expect(chooseLane(settings('probes.lane=stamps'), 1, here.open)).to.deep.equal({ lane: 'stamps', condition: '' });
    expect(here.asked).to.deep.equal([]);
  });

  it('hands the deny list on, without what is not the kernel\'s', () => {
    const here = kernel('stream');
    chooseLane(settings('probes.deny=[user_ringbuf, hugepages, chdb]'), 2, here.open);
    expect(here.asked[0]).to.include({ threads: 2, sample: 1 });
    expect(here.asked[0]?.deny).to.deep.equal(['user_ringbuf']);
  });

  it('does not mistake a missing addon for a missing feature', () => {
    const broken = (): LaneSession => {
      throw new NativeError('addon', 'not built: npm run setup');
    };
    expect(() => chooseLane(settings(), 1, broken)).to.throw(NativeError, /not built/);
  });
});
