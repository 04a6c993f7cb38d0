import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildLinks } from '../../../experiments/launch/network.js';
import { place } from '../../../experiments/launch/placement.js';
import { buildPlan, type Plan } from '../../../experiments/launch/plan.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { readExperiment, type Experiment } from '../../../experiments/spec/load.js';
import { venueCount, type Settings } from '../../../experiments/spec/schema.js';

const read = (text: string): Experiment => readExperiment(SpecDocument.parse('x.yaml', `name: a\n${text}`));

function plan(settings: Settings): Plan {
  return buildPlan(settings, {
    runId: 'r-1', pagePath: '/dev/shm/x', resultPath: '/tmp/x/engine.json', journalDirectory: '/tmp/x/journal', placement: place(settings, [0, 1]),
    scheduler: 'fifo', hugepages: false, lane: 'stream', ringMapIds: [17], stalls: true, links: buildLinks(venueCount(settings), 'abc1', settings.pipeline.link),
  });
}

function planOf(text: string): Plan {
  const { variants: [variant] } = read(text);
  if (variant === undefined) throw new Error('no variant');
  return plan(variant.settings);
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

describe('experiments/spec: links impaired on purpose, and how they recover', () => {
  it('impairs nothing unless asked, and recovers anyway', () => {
    const { impair, recovery, feed } = planOf('');
    expect(impair).to.deep.equal({ links: [], drop_ppm: 0, duplicate_ppm: 0, reorder_ppm: 0, within: 8, seed: 1 });
    expect(recovery).to.deep.equal({ hold_packets: 4096, timeout_ns: 1e6, tries: 32 });
    expect(feed).to.include({ history: 65_536, heartbeat_ns: 1e6 });
  });

  it('names the links of the plan, and shares in parts per million', () => {
    const impair = (links: string): Plan['impair'] => planOf(`pipeline: { venues: 2, impair: { links: ${links}, drop: 2%, duplicate: 1%, reorder: 0.5%, within: 4, seed: 9 } }`).impair;
    expect(impair('feeds')).to.deep.equal({ links: ['feed-oms', 'feed-venue0', 'feed-venue1'], drop_ppm: 20_000, duplicate_ppm: 10_000, reorder_ppm: 5_000, within: 4, seed: 9 });
    expect(impair('feed-oms').links).to.deep.equal(['feed-oms']);
    expect(impair('feed-venues').links).to.deep.equal(['feed-venue0', 'feed-venue1']);
    expect(impair('orders').links).to.deep.equal(['oms-venue0', 'oms-venue1']);
    expect(impair('all').links).to.deep.equal(['feed-oms', 'feed-venue0', 'feed-venue1', 'oms-venue0', 'oms-venue1']);
  });

  it('takes limits of the recovery', () => {
    const { recovery, feed } = planOf('pipeline: { recovery: { hold: 64, timeout: 200us, tries: 3 }, feed: { history: 128, heartbeat: 1s } }');
    expect(recovery).to.deep.equal({ hold_packets: 64, timeout_ns: 200_000, tries: 3 });
    expect(feed).to.include({ history: 128, heartbeat_ns: 1e9 });
  });

  it('refuses shares that cannot be', () => {
    expect(fault('pipeline: { impair: { drop: 60%, reorder: 60% } }')).to.match(/pipeline\.impair: drop, duplicate and reorder together exceed 100%/);
    expect(fault('pipeline: { impair: { drop: 0.02 } }')).to.match(/pipeline\.impair\.drop: .*write a percentage as/);
    expect(fault('pipeline: { impair: { links: oms-venues } }')).to.match(/pipeline\.impair\.links: "oms-venues" is none of feeds, feed-oms, feed-venues/);
  });

  it('judges digests across variants', () => {
    const { thresholds } = read('thresholds: { digests: { equal: [books, orders] } }');
    expect(thresholds.map(({ metric, expr, measure }) => [metric, expr, measure])).to.deep.equal([
      ['digests', 'different books == 1', { kind: 'digest', name: 'books' }],
      ['digests', 'different orders == 1', { kind: 'digest', name: 'orders' }],
    ]);
    expect(fault('thresholds: { digests: { equal: [book] } }')).to.match(/thresholds\.digests: there is no digest called "book"; did you mean books\?/);
    for (const wrong of ['["books == 1"]', '{ equal: [] }', '{ same: [books] }']) expect(fault(`thresholds: { digests: ${wrong} }`)).to.match(/thresholds\.digests: write which digests must be equal/);
  });

  it('compares a lossless variant with an impaired one in the experiment that comes with it', () => {
    const file = path.join(import.meta.dirname, '../../../experiments/gap-recovery.yaml');
    const { variants } = readExperiment(SpecDocument.parse(file, readFileSync(file, 'utf8')));
    expect(variants.map(({ name }) => name)).to.deep.equal(['lossless', 'impaired']);
    const [lossless, impaired] = variants.map(({ settings }) => plan(settings).impair);
    expect(lossless?.links).to.deep.equal([]);
    expect(impaired).to.include({ drop_ppm: 20_000, duplicate_ppm: 10_000, reorder_ppm: 10_000 });
  });
});
