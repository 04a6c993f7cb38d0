/** The report as a reader sees it: in Debian's Chromium, wide and on a phone, by day and by night. Pictures are left in a temporary folder. */
import { expect } from 'chai';

import { renderReport } from '../../../experiments/report/report.js';
import { RECORDED_LOAD } from '../run/recorded_load.js';
import { inChromium } from './chromium_page.js';
import { sampleInput } from './sample.js';

/** Drawings that must have something in them; each is present once or more in what is shown. */
const DRAWINGS: Readonly<Record<string, string>> = {
  'load curve': '#load svg.chart polyline.curve',
  curves: '#curves svg.chart polyline.curve',
  waterfall: '#waterfall .waterfall svg.track rect',
  'hops of the slowest orders': '#slowest .hops-row svg.track rect',
  'kernel events of the slowest orders': '#slowest .timeline rect.event',
  'heat map': '#heat svg.heat-map path.heat',
  'stalls on the heat map': '#heat svg.heat-map .events path',
  'causes of the tail': '#why .tail rect.event',
};

describe('report in a browser', function () {
  this.timeout(60_000);
  const open = inChromium('report', () => {
    const sample = sampleInput({ orders: 20_000 });
    return renderReport({ ...sample, summary: { ...sample.summary, load: RECORDED_LOAD } });
  }, DRAWINGS);

  it('shows alerts on a phone without scrolling sideways, each figure with its name', async () => {
    const page = await open(390, 'light');
    const seen = (await page.evaluate(`[...document.querySelectorAll('.alerts th[scope], .alerts td')].map((cell) => ({ right: cell.getBoundingClientRect().right, label: getComputedStyle(cell, '::before').content, text: cell.textContent }))`)) as
      readonly { readonly right: number; readonly label: string; readonly text: string }[];
    expect(seen[0]?.text).to.match(/^rtt-breach\s*severity: page$/);
    expect(seen.filter(({ right }) => right > 390)).to.deep.equal([]);
    expect(seen.map(({ label }) => label).filter((label) => label !== 'none')).to.deep.equal(['breach', 'pending', 'firing', 'notified', 'resolved', 'told'].map((name) => `"${name}"`));
    await page.close();
  });

  it('swaps the paper by night', async () => {
    const paper = async (scheme: 'light' | 'dark'): Promise<unknown> => {
      const page = await open(1280, scheme);
      return page.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    expect([await paper('light'), await paper('dark')]).to.deep.equal(['rgb(252, 251, 248)', 'rgb(19, 21, 23)']);
  });

  it('says the values under the pointer', async () => {
    const page = await open(1280, 'light');
    await page.locator('#curves .wide svg.chart').hover();
    expect(await page.evaluate("document.querySelector('#curves .readout').textContent")).to.match(/^p[\d.]+ {2}service [\d.]+ [nµm]s · response/);
  });
});
