/** The comparison page as a reader sees it, in Debian's Chromium. Pictures are left in a temporary folder. */
import { expect } from 'chai';
import { makeComparisons } from '../../../experiments/compare/written.js';
import { renderComparison } from '../../../experiments/report/comparison.js';
import { DEFAULT_RULES } from '../../../experiments/spec/compare.js';
import { sampleSets } from '../compare/sample_sets.js';
import { inChromium } from './chromium_page.js';

const DRAWINGS: Readonly<Record<string, string>> = {
  'curve of each set': '#curves svg.chart polyline.curve.solid',
  'curves of runs': '#curves svg.chart polyline.curve.faint',
  'bars of hops': '#where .shares svg.track rect.link',
  'middles of differences': '#figures .forest rect.middle',
  'every run': '#each svg.strip circle',
};

describe('comparison in a browser', function () {
  this.timeout(60_000);
  const open = inChromium('comparison', () => renderComparison({ title: 'dpdk-vs-socket', groups: makeComparisons([sampleSets()], DEFAULT_RULES).groups }), DRAWINGS);

  it('draws the hop that makes the difference longest, within its track, in sight on a phone', async () => {
    const page = await open(390, 'light');
    const bars = (await page.evaluate(`[...document.querySelectorAll('#where .pair > div:first-child tbody tr')].flatMap((row) => {
      const bar = row.querySelector('svg rect');
      const box = bar?.getBoundingClientRect();
      return box ? [{ hop: row.querySelector('th').textContent, width: box.width, right: box.right }] : [];
    })`)) as readonly { readonly hop: string; readonly width: number; readonly right: number }[];
    const longest = [...bars].sort((a, b) => b.width - a.width)[0];
    expect(longest?.hop).to.equal('venue.rx');
    expect(longest?.width).to.be.above(20);
    expect(longest?.right).to.be.below(390);
  });

  it('says the values of the sets under the pointer, and not those of each run', async () => {
    const page = await open(1280, 'light');
    await page.locator('#curves .wide svg.chart').hover();
    expect(await page.evaluate("document.querySelector('#curves .readout').textContent")).to.match(/^p[\d.]+ {2}dpdk [\d.]+ [nµm]s · socket [\d.]+ [nµm]s$/);
  });
});
