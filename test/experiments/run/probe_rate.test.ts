/** What a probe is made of, and when its rate counts as held. */
import { expect } from 'chai';
import { probeSettings, whyNotHeld, type ProbeFigures } from '../../../experiments/run/probe_rate.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';
import type { Settings } from '../../../experiments/spec/schema.js';
import { emptyCounters } from '../../../experiments/summary.js';

const plain = (text: string): string => text.replace(/\u202f/g, ' ');

function figures(counters: Readonly<Record<string, number>> = {}, changes: Partial<ProbeFigures> = {}): ProbeFigures {
  return { counters: { ...emptyCounters(), feed_packets: 1_000_000, orders: 1_000, acks: 990, rejects: 10, ...counters }, seconds: 1, response: { count: 990, p99: 5_000 }, ...changes };
}

function settingsOf(text: string): Settings {
  const [variant] = readExperiment(SpecDocument.parse('x.yaml', `name: a\n${text}`)).variants;
  if (variant === undefined) throw new Error('no variant');
  return variant.settings;
}

describe('experiments/run/probe_rate', () => {
  it('holds a rate that was sent whole, without a loss, every order answered', () => {
    expect(whyNotHeld(1_000_000, figures(), undefined)).to.equal('');
  });

  for (const [counter, count] of [['feed_missed', 3], ['port_drops', 1], ['oms_gaps', 2], ['venue_gaps', 2], ['session_gaps', 1]] as const) {
    it(`does not where ${counter} is not zero`, () => {
      expect(whyNotHeld(1_000_000, figures({ [counter]: count }), undefined)).to.equal(`${counter} ${count}`);
    });
  }

  it('does not where the feed sent late what it was to send: a core that feeds itself loses nothing', () => {
    expect(plain(whyNotHeld(1_000_000, figures({}, { seconds: 1.5 }), undefined))).to.equal('only 667 k/s were sent');
    expect(whyNotHeld(1_000_000, figures({ feed_packets: 0 }), undefined)).to.include('were sent');
  });

  it('allows for the chance in the number of arrivals', () => {
    expect(whyNotHeld(1_000, figures({ feed_packets: 930 }), undefined)).to.equal('');
    expect(whyNotHeld(1_000_000, figures({ feed_packets: 930_000 }), undefined)).to.not.equal('');
  });

  it('does not where orders were still open', () => {
    expect(whyNotHeld(1_000_000, figures({ acks: 980 }), undefined)).to.equal('10 orders without an answer at the end');
  });

  it('judges the response only where a bound is given, and then needs one', () => {
    expect(whyNotHeld(1_000_000, figures(), 5_000)).to.equal('');
    expect(plain(whyNotHeld(1_000_000, figures(), 4_999))).to.match(/^response p99 5\.00 µs is above 5\.00 µs$/);
    const untimed = figures({}, { response: { count: 0, p99: 0 } });
    expect(whyNotHeld(1_000_000, untimed, undefined)).to.equal('');
    expect(whyNotHeld(1_000_000, untimed, 5_000)).to.equal('no order whose response could be timed');
  });

  it('names all reasons', () => {
    expect(plain(whyNotHeld(1_000_000, figures({ feed_missed: 3, port_drops: 1 }, { seconds: 2 }), 1_000))).to.equal('feed_missed 3, port_drops 1, only 500 k/s were sent, response p99 5.00 µs is above 1.00 µs');
  });

  it('runs the experiment\'s own pipeline at the rate, for the time, in a lane that brings no record out', () => {
    const settings = settingsOf('pipeline: { feed: { messages: 1M, symbols: 3 }, oms: { every: 64 }, journal: { keep: true } }\nprobes: { lane: capsule, switch: 1s }\nrepeat: { warmup: 100ms, measure: 5s }\nload: {}\n');
    const probed = probeSettings(settings, 123_456, 5e8);
    expect(probed.pipeline.feed).to.include({ rate: 123_456, messages: undefined, symbols: 3 });
    expect(probed.probes).to.include({ lane: 'stamps', stalls: false, switch: undefined });
    expect(probed.repeat).to.include({ measure: 5e8, warmup: 1e8 });
    expect(probed.pipeline.journal.keep).to.equal(false);
    expect(probed.pipeline.oms).to.deep.equal(settings.pipeline.oms);
    expect(probeSettings(settingsOf('probes: { lane: off }\nload: {}\n'), 1_000, 5e8).probes.lane).to.equal('off');
  });
});
