import { expect } from 'chai';

import type { OrderDelay, ReportInput, VariantDetail } from '../../../experiments/report/input.js';
import { heatMapSection } from '../../../experiments/report/heat_map.js';
import { ownErrorSection } from '../../../experiments/report/own_error.js';
import { slowestSection } from '../../../experiments/report/slowest.js';
import { whySection } from '../../../experiments/report/why.js';
import { sampleInput } from './sample.js';

function changed(input: ReportInput, change: (detail: VariantDetail) => Partial<VariantDetail>): ReportInput {
  return { ...input, variants: input.variants.map((detail) => ({ ...detail, ...change(detail) })) };
}

/** As of a lane that records nothing of the kernel. */
function without(input: ReportInput): ReportInput {
  return changed(input, () => ({ attribution: null, heatMap: null, ownError: null, timelines: [] }));
}

describe('why it was slow', () => {
  const input = sampleInput({ orders: 20_000 });
  const attribution = input.variants[0]!.attribution!;

  it('has a row a cause, the costliest first, and code for who it was', () => {
    const text = whySection(input)!.text;
    const rows = [...text.matchAll(/<th scope="row">(.*?)<\/th>\n<td class="plot">/g)].map(([, name]) => name!.replace(/<[^>]*>/g, ''));
    expect(rows).to.have.length(attribution.causes.length);
    expect(text).to.contain('timer tick');
    expect(text.indexOf('class="sentence"')).to.be.lessThan(text.indexOf('<table'));
  });

  it('cuts the whole bar of the tail among the causes', () => {
    const [, bar = ''] = /aria-label="the tail's delay by cause">(.*?)<\/svg>/s.exec(whySection(input)!.text) ?? [];
    const widths = [...bar.matchAll(/width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths.reduce((sum, width) => sum + width, 0)).to.be.closeTo(1_000, 1);
  });

  it('marks causes that chance gives as well', () => {
    const doubtful = changed(input, () => ({ attribution: { ...attribution, shiftedShare: 0.3 } }));
    expect(whySection(input)!.text).not.to.contain('value bad');
    expect(whySection(doubtful)!.text).to.match(/value bad">30\u202f%/);
  });

  it('says so where no order was slow, and where kernel events were not recorded in one of the variants', () => {
    expect(whySection(changed(input, () => ({ attribution: { ...attribution, orders: 0, causes: [] } })))!.text).to.contain('No order took longer than');
    const two = sampleInput({ names: ['a', 'b'] });
    const [first, second] = two.variants;
    const text = whySection({ ...two, variants: [first!, { ...second!, attribution: null }] })!.text;
    expect(text).to.contain('it takes probes.stalls: true');
  });

  it('leaves the sections out of a report that has no such data, and keeps the orders', () => {
    const bare = without(input);
    expect([whySection(bare), heatMapSection(bare), ownErrorSection(bare)]).to.deep.equal([null, null, null]);
    expect(slowestSection(bare).text).to.contain('class="timeline"').and.not.to.contain('kernel event on');
  });

  it('says at the head of a slow order which hop it was, and what the collector made of that hop', () => {
    const [order] = input.variants[0]!.slowest;
    const head = (delays: readonly OrderDelay[]): string => {
      const slowest = [{ ...order!, offsetsNs: { 'feed.due': 0, 'feed.tx': 10, 'oms.rx': 100, 'oms.book': 50_100, 'oms.ack': 50_200 } }];
      const text = slowestSection(changed(input, () => ({ slowest, timelines: [{ thread: 0, events: [], delays }] }))).text;
      return (/<p class="slow-head">(.*?)<\/p>/s.exec(text)?.[1] ?? '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    };
    const elsewhere = { hop: 'oms.rx', cause: 'ipi', who: 'reschedule', delayNs: 60_000 };
    expect(head([elsewhere, { hop: 'oms.book', cause: 'preempted', who: 'hog', delayNs: 49_800 }])).to.contain('oms.book 50.0 µs usually').and.to.contain('preempted hog , 49.8 µs');
    expect(head([{ hop: 'oms.book', cause: 'none', who: '', delayNs: 49_800 }])).to.contain('no kernel event in it');
    expect(head([elsewhere])).not.to.match(/reschedule|no kernel event/);
  });
});

describe('latency over time', () => {
  const input = sampleInput({ orders: 5_000 });
  const map = input.variants[0]!.heatMap!;

  it('draws every cell that holds an order, on the wide and on the narrow picture', () => {
    const text = heatMapSection(input)!.text;
    const cells = [...text.matchAll(/<path class="heat s\d" d="([^"]*)"/g)].map(([, path]) => path!.split('M').length - 1);
    const filled = map.counts.flat().filter((count) => count > 0).length;
    expect(cells.reduce((sum, count) => sum + count, 0)).to.be.within(filled + 1, 2 * filled);
  });

  it('gives a single order the lightest shade and the fullest cell the darkest', () => {
    const small = { seconds: 1, columns: 1, rowsNs: [100, 200, 400], counts: [[1], [1_000]], stalls: [] };
    const text = heatMapSection(changed(input, () => ({ heatMap: small, attribution: null })))!.text;
    expect([...text.matchAll(/<path class="heat (s\d)"/g)].map(([, shade]) => shade)).to.deep.equal(['s1', 's6', 's1', 's6']);
  });

  it('marks a stall at its time and length', () => {
    const small = { seconds: 10, columns: 1, rowsNs: [1_000, 10_000], counts: [[5]], stalls: [{ atS: 5, durationNs: 10_000, cause: 'timer_tick', who: '' }] };
    expect(heatMapSection(changed(input, () => ({ heatMap: small, attribution: null })))!.text).to.contain('transform="translate(579.0 12.0)"');
  });
});

describe("the instrument's own error", () => {
  it('names the sites that are not optimised', () => {
    const input = sampleInput();
    expect(ownErrorSection(input)!.text).to.contain('<span class="bad">not oms.book</span>');
    const well = changed(input, (detail) => ({ ownError: { ...detail.ownError!, sites: [{ hop: 'capsule', sites: 1, optimised: true }] } }));
    expect(ownErrorSection(well)!.text).to.contain('>all<');
  });

  it('leaves out what the lane does not have', () => {
    const bare = changed(sampleInput(), (detail) => ({ ownError: { ...detail.ownError!, pushNs: 0, siteNs: 0, sites: [], tie: null, drainNsPerRecord: null, stealMs: {} } }));
    const names = [...ownErrorSection(bare)!.text.matchAll(/<th scope="row">(.*?)<\/th>/g)].map(([, name]) => name);
    expect(names).to.deep.equal(['clock', 'drift', 'resolution', 'stamp', 'collector']);
  });
});
