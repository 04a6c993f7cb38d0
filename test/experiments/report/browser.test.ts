/** The report as a reader sees it: in Debian's Chromium, wide and on a phone, by day and by night. Pictures are left in a temporary folder. */
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

import { renderReport } from '../../../experiments/report/report.js';
import { skip } from '../../skip.js';
import { RECORDED_LOAD } from '../run/recorded_load.js';
import { CHROMIUM, QUIET } from './chromium.js';
import { lookFor, type Seen } from './look.js';
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
  let browser: Browser | undefined;
  let folder: string;
  let report: string;

  before(async function () {
    if (CHROMIUM === undefined) skip(this, 'no Chromium on this machine');
    folder = mkdtempSync(path.join(tmpdir(), 'hopscope-report-'));
    report = path.join(folder, 'report.html');
    const sample = sampleInput({ orders: 20_000 });
    writeFileSync(report, renderReport({ ...sample, summary: { ...sample.summary, load: RECORDED_LOAD } }));
    browser = await puppeteer.launch({ executablePath: CHROMIUM, args: [...QUIET], userDataDir: path.join(folder, 'profile') });
  });

  after(async () => {
    await browser?.close();
    if (browser !== undefined) rmSync(path.join(folder, 'profile'), { recursive: true, force: true });
  });

  /** A fresh page; what it complains about is collected. */
  async function opened(width: number, scheme: 'light' | 'dark', complaints: string[]): Promise<Page> {
    const page = await browser!.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => complaints.push(`request: ${request.url()}`));
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width, height: 900 });
    await page.goto(pathToFileURL(report).href);
    return page;
  }

  for (const width of [1280, 820, 390])
    for (const scheme of ['light', 'dark'] as const) {
      it(`is drawn and readable at ${width} px, ${scheme}`, async () => {
        const complaints: string[] = [];
        const page = await opened(width, scheme, complaints);
        await page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true");
        const seen = (await page.evaluate(lookFor(DRAWINGS))) as Seen;
        await page.screenshot({ path: path.join(folder, `report-${width}-${scheme}.png`), fullPage: true });
        expect(complaints).to.deep.equal([]);
        expect(seen.scrollWidth, 'the page scrolls sideways').to.equal(width);
        for (const [name, marks] of Object.entries(seen.drawn)) expect(marks, name).to.be.greaterThan(0);
        expect(seen.smallText, 'too small').to.deep.equal([]);
        expect(seen.paleText, 'too pale').to.deep.equal([]);
        expect(seen.spilling, 'beyond the right edge').to.deep.equal([]);
        await page.close();
      });
    }

  it('shows alerts on a phone without scrolling sideways, each figure with its name', async () => {
    const page = await opened(390, 'light', []);
    const seen = (await page.evaluate(`[...document.querySelectorAll('.alerts th[scope], .alerts td')].map((cell) => ({ right: cell.getBoundingClientRect().right, label: getComputedStyle(cell, '::before').content, text: cell.textContent }))`)) as
      readonly { readonly right: number; readonly label: string; readonly text: string }[];
    expect(seen[0]?.text).to.match(/^rtt-breach\s*severity: page$/);
    expect(seen.filter(({ right }) => right > 390)).to.deep.equal([]);
    expect(seen.map(({ label }) => label).filter((label) => label !== 'none')).to.deep.equal(['breach', 'pending', 'firing', 'notified', 'resolved', 'told'].map((name) => `"${name}"`));
    await page.close();
  });

  it('swaps the paper by night', async () => {
    const paper = async (scheme: 'light' | 'dark'): Promise<unknown> => {
      const page = await opened(1280, scheme, []);
      return page.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    expect([await paper('light'), await paper('dark')]).to.deep.equal(['rgb(252, 251, 248)', 'rgb(19, 21, 23)']);
  });

  it('says the values under the pointer', async () => {
    const page = await opened(1280, 'light', []);
    await page.locator('#curves .wide svg.chart').hover();
    expect(await page.evaluate("document.querySelector('#curves .readout').textContent")).to.match(/^p[\d.]+ {2}service [\d.]+ [nµm]s · response/);
  });
});
