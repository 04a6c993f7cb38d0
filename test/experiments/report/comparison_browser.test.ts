/** The comparison page as a reader sees it, in Debian's Chromium. Pictures are left in a temporary folder. */
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { makeComparisons } from '../../../experiments/compare/written.js';
import { renderComparison } from '../../../experiments/report/comparison.js';
import { DEFAULT_RULES } from '../../../experiments/spec/compare.js';
import { skip } from '../../skip.js';
import { sampleSets } from '../compare/sample_sets.js';
import { CHROMIUM, QUIET } from './chromium.js';
import { lookFor, type Seen } from './look.js';

const DRAWINGS: Readonly<Record<string, string>> = {
  'curve of each set': '#curves svg.chart polyline.curve.solid',
  'curves of runs': '#curves svg.chart polyline.curve.faint',
  'bars of hops': '#where .shares svg.track rect.link',
  'middles of differences': '#figures .forest rect.middle',
  'every run': '#each svg.strip circle',
};

describe('comparison in a browser', function () {
  this.timeout(60_000);
  let browser: Browser | undefined;
  let folder: string;
  let file: string;

  before(async function () {
    if (CHROMIUM === undefined) skip(this, 'no Chromium on this machine');
    folder = mkdtempSync(path.join(tmpdir(), 'hopscope-comparison-'));
    file = path.join(folder, 'comparison.html');
    const { groups } = makeComparisons([sampleSets()], DEFAULT_RULES);
    writeFileSync(file, renderComparison({ title: 'dpdk-vs-socket', groups }));
    browser = await puppeteer.launch({ executablePath: CHROMIUM, args: [...QUIET], userDataDir: path.join(folder, 'profile') });
  });

  after(async () => {
    await browser?.close();
    if (browser !== undefined) rmSync(path.join(folder, 'profile'), { recursive: true, force: true });
  });

  async function opened(width: number, scheme: 'light' | 'dark', complaints: string[]): Promise<Page> {
    const page = await browser!.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => complaints.push(`request: ${request.url()}`));
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width, height: 900 });
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  for (const width of [1280, 820, 390])
    for (const scheme of ['light', 'dark'] as const) {
      it(`is drawn and readable at ${width} px, ${scheme}`, async () => {
        const complaints: string[] = [];
        const page = await opened(width, scheme, complaints);
        await page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true");
        const seen = (await page.evaluate(lookFor(DRAWINGS))) as Seen;
        await page.screenshot({ path: path.join(folder, `comparison-${width}-${scheme}.png`), fullPage: true });
        expect(complaints).to.deep.equal([]);
        expect(seen.scrollWidth, 'the page scrolls sideways').to.equal(width);
        for (const [name, marks] of Object.entries(seen.drawn)) expect(marks, name).to.be.greaterThan(0);
        expect(seen.smallText, 'too small').to.deep.equal([]);
        expect(seen.paleText, 'too pale').to.deep.equal([]);
        expect(seen.spilling, 'beyond the right edge').to.deep.equal([]);
        await page.close();
      });
    }

  it('draws the hop that makes the difference longest, within its track, in sight on a phone', async () => {
    const page = await opened(390, 'light', []);
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
    const page = await opened(1280, 'light', []);
    await page.locator('#curves .wide svg.chart').hover();
    expect(await page.evaluate("document.querySelector('#curves .readout').textContent")).to.match(/^p[\d.]+ {2}dpdk [\d.]+ [nµm]s · socket [\d.]+ [nµm]s$/);
  });
});
