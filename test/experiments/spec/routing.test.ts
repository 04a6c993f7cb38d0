import { expect } from 'chai';
import { buildPlan, type Plan } from '../../../experiments/launch/plan.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { readExperiment } from '../../../experiments/spec/load.js';
import { settingsOfRun, type Settings } from '../../../experiments/spec/schema.js';

function settingsOf(text: string): Settings {
  const [variant] = readExperiment(SpecDocument.parse('x.yaml', `name: test\n${text}`)).variants;
  if (variant === undefined) throw new Error('no variant');
  return variant.settings;
}

function planOf(text: string): Plan {
  return buildPlan(settingsOf(text), {
    runId: 'r1', pagePath: '/p', resultPath: '/r', journalDirectory: '/j', placement: { lcores: [], housekeepingCpu: 1 },
    scheduler: 'other', hugepages: false, lane: 'stamps', ringMapIds: [], stalls: false, links: [],
  });
}

function fault(text: string): string {
  try {
    settingsOf(text);
    return '';
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
}

describe('experiments/spec: the router, and venues that differ', () => {
  it('routes by best price over shared liquidity unless asked', () => {
    const plan = planOf('');
    expect(plan.router).to.equal('best-price');
    expect(plan.feed.liquidity).to.equal('shared');
    expect(plan.routing).to.include({ reroutes: 0, single: 0, fees_percent: 100, fill_percent: 100, latency_micros: 0 });
    expect(plan.venue_profiles[0]).not.to.have.property('outage_for_ns');
  });

  it('takes a rule as a word, or a map with its weights', () => {
    expect(planOf('pipeline: { router: round-robin }').router).to.equal('round-robin');
    const { router, routing } = planOf('pipeline: { router: { rule: smart, reroutes: 4, levels: 2, weights: { fees: 50%, fill: 200%, latency: 0.0001, rejects: 0.01 }, half_life: 20ms, out_after: 5, probe_every: 1ms } }');
    expect(router).to.equal('smart');
    expect(routing).to.deep.equal({ single: 0, reroutes: 4, levels: 2, fees_percent: 50, fill_percent: 200, latency_micros: 100, latency: 'modelled', reject_micros: 10_000, half_life_ns: 2e7, out_after: 5, probe_every_ns: 1e6 });
  });

  it('scores by modelled latency unless it is to be measured, and stores a bounded number of decisions', () => {
    expect(planOf('pipeline: { router: { rule: smart, latency: measured } }').routing.latency).to.equal('measured');
    expect(fault('pipeline: { router: { latency: guessed } }')).to.match(/pipeline\.router\.latency.*modelled.*measured/);
    expect(settingsOf('').pipeline.router.store).to.equal(100_000);
    expect(settingsOf('pipeline: { router: { store: 5k } }').pipeline.router.store).to.equal(5_000);
    expect(fault('pipeline: { router: { store: 1G } }')).to.match(/pipeline\.router\.store/);
  });

  it('names the single venue, and knows which there are', () => {
    const { router, routing } = planOf('pipeline: { venues: [{ name: A }, { name: B }], router: single:B }');
    expect([router, routing.single]).to.deep.equal(['single', 1]);
    expect(planOf('pipeline: { venues: 3, router: single:venue2 }').routing.single).to.equal(2);
    expect(fault('pipeline: { venues: 2, router: single:C }')).to.match(/pipeline\.router\.rule: there is no venue C; write single: and one of venue0, venue1/);
    expect(fault('pipeline: { router: cheapest }')).to.match(/"cheapest" is no rule; write best-price, round-robin, smart or single:/);
    expect(fault('pipeline: { router: { rules: smart } }')).to.match(/unknown key; did you mean rule\?/);
  });

  it('can be varied by its rule alone', () => {
    const { variants } = readExperiment(SpecDocument.parse('x.yaml', 'name: test\npipeline: { router: { reroutes: 3 } }\nvary: { pipeline.router.rule: [smart, best-price] }'));
    expect(variants.map(({ name, settings }) => [name, settings.pipeline.router.rule, settings.pipeline.router.reroutes])).to.deep.equal([['smart', 'smart', 3], ['best-price', 'best-price', 3]]);
  });

  it('splits liquidity as far as there are books, and lets a venue be out', () => {
    const plan = planOf('pipeline: { feed: { liquidity: split }, venues: [{ outage: { after: 2ms, for: 1ms } }, {}] }');
    expect(plan.feed.liquidity).to.equal('split');
    expect(plan.venue_profiles[0]).to.include({ outage_after_ns: 2e6, outage_for_ns: 1e6 });
    expect(plan.venue_profiles[1]).not.to.have.property('outage_for_ns');
    expect(fault('pipeline: { feed: { liquidity: split, symbols: 10000 }, venues: 8 }')).to.match(/pipeline\.feed\.liquidity: split needs a book .*write symbols: 8191 or fewer/);
  });

  it('gives each run a market of its own where asked, the same in every variant', () => {
    const settings = settingsOf('pipeline: { feed: { seed: 7 } }\nrepeat: { runs: 3, seeds: consecutive }');
    expect([0, 1, 2].map((round) => settingsOfRun(settings, round).pipeline.feed.seed)).to.deep.equal([7, 8, 9]);
    const same = settingsOf('pipeline: { feed: { seed: 7 } }');
    expect(settingsOfRun(same, 2)).to.equal(same);
  });
});
