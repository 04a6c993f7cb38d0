import { expect } from 'chai';
import { invalidReasons } from '../../../experiments/run/validity.js';
import { emptyCounters } from '../../../experiments/summary.js';

const sound = { ...emptyCounters(), feed_packets: 1000, traced: 250, pushed: 250, drained: 250, stored: 200, filtered: 50 };

describe('experiments/run/validity', () => {
  it('accepts a run that lost nothing', () => {
    expect(invalidReasons(sound, 'stream', 0)).to.deep.equal([]);
  });

  const losses: readonly [counter: string, setting: string][] = [
    ['feed_missed', 'pipeline.feed.rate'], ['port_drops', 'pipeline.feed.rate'], ['oms_gaps', 'pipeline.feed.rate'], ['venue_gaps', 'pipeline.feed.rate'],
    ['session_gaps', 'pipeline.oms.every'], ['slot_misses', 'pipeline.oms.every'],
    ['timeouts', 'pipeline.oms.ack_timeout'], ['late_acks', 'pipeline.oms.ack_timeout'], ['port_malformed', 'other traffic on the link'],
  ];
  for (const [counter, setting] of losses) {
    it(`names ${setting} for ${counter}`, () => {
      const reasons = invalidReasons({ ...sound, [counter]: 7 }, 'stream', 0);
      expect(reasons).to.have.lengthOf(1);
      expect(reasons[0]).to.match(new RegExp(`^${counter} 7: `)).and.include(setting);
    });
  }

  it('names the ring to raise', () => {
    expect(invalidReasons({ ...sound, orders: 257, timeouts: 7 }, 'stream', 0, 7), 'lost on purpose').to.satisfy((reasons: string[]) => !reasons.some((reason) => reason.startsWith('timeouts')));
    expect(invalidReasons({ ...sound, timeouts: 8 }, 'stream', 0, 7).join()).to.include('timeouts 8');
    expect(invalidReasons({ ...sound, pushed: 240, push_failed: 10, drained: 240, filtered: 40 }, 'stream', 0)).to.satisfy((reasons: string[]) => reasons.length === 1 && reasons[0]!.includes('probes.ring'));
    expect(invalidReasons({ ...sound, lost: 10, filtered: 40 }, 'stream', 0)).to.satisfy((reasons: string[]) => reasons.length === 1 && reasons[0]!.includes('probes.output'));
  });

  it('lets no record vanish between two counters', () => {
    expect(invalidReasons({ ...sound, traced: 251 }, 'stream', 0)[0]).to.include('traced 251, but pushed 250');
    expect(invalidReasons({ ...sound, traced: 251, pushed: 251 }, 'stream', 0)[0]).to.include('pushed 251, but drained 250');
    expect(invalidReasons({ ...sound, stored: 199 }, 'stream', 0)[0]).to.include('drained 250, but stored 199');
    expect(invalidReasons({ ...sound, journal_pushed: 9, journal_traced: 9 }, 'stream', 0)[0]).to.include('journal_pushed 9, but journal_drained 0');
  });

  it('does not let a run pass without its slowest orders', () => {
    expect(invalidReasons({ ...sound, orders: 250, acks: 240, rejects: 9 }, 'stream', 0)).to.deep.equal([
      '1 orders were still without an answer when the run ended; lower pipeline.feed.rate',
    ]);
  });

  it('wants every traced order back from the hits of lane hops', () => {
    expect(invalidReasons({ ...sound, traced: 251, pushed: 0 }, 'hops', 0)[0]).to.include('traced 251, but drained 250');
  });

  it('wants no records of a lane that has none', () => {
    expect(invalidReasons({ ...emptyCounters(), feed_packets: 10, traced: 5 }, 'stamps', 0)).to.deep.equal([]);
  });

  it('refuses stamps that are saturated: their differences are nothing', () => {
    expect(invalidReasons(sound, 'stream', 0xffff_ffff)[0]).to.include('stamps are saturated; lower pipeline.feed.rate');
  });

  it('refuses a run that measured nothing', () => {
    expect(invalidReasons(emptyCounters(), 'stamps', 0)[0]).to.match(/^feed_packets 0: nothing was measured; raise/);
  });
});
