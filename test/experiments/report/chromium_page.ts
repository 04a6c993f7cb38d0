/** A page of ours in Debian's Chromium: opened afresh for each look, wide and on a phone, by day and by night. Pictures are left in a temporary folder. */
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

import { skip } from '../../skip.js';
import { CHROMIUM, QUIET } from './chromium.js';
import { lookFor, type Seen } from './look.js';

/** What the page complains about is collected. */
export type Opener = (width: number, scheme: 'light' | 'dark', complaints?: string[]) => Promise<Page>;

/** Within describe(): the browser is started before its tests and closed behind them, and the page must be drawn and readable in every width and scheme. */
export function inChromium(name: string, html: () => string, drawings: Readonly<Record<string, string>>): Opener {
  let browser: Browser | undefined;
  let folder: string;

  before(async function () {
    if (CHROMIUM === undefined) skip(this, 'no Chromium on this machine');
    folder = mkdtempSync(path.join(tmpdir(), `hopscope-${name}-`));
    writeFileSync(path.join(folder, `${name}.html`), html());
    browser = await puppeteer.launch({ executablePath: CHROMIUM, args: [...QUIET], userDataDir: path.join(folder, 'profile') });
  });

  after(async () => {
    await browser?.close();
    if (browser !== undefined) rmSync(path.join(folder, 'profile'), { recursive: true, force: true });
  });

  const open: Opener = async (width, scheme, complaints = []) => {
    if (browser === undefined) throw new Error('the browser has not been started');
    const page = await browser.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => complaints.push(`request: ${request.url()}`));
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width, height: 900 });
    await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href);
    return page;
  };

  for (const width of [1280, 820, 390])
    for (const scheme of ['light', 'dark'] as const) {
      it(`is drawn and readable at ${width} px, ${scheme}`, async () => {
        const complaints: string[] = [];
        const page = await open(width, scheme, complaints);
        await page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true");
        const seen = (await page.evaluate(lookFor(drawings))) as Seen;
        await page.screenshot({ path: path.join(folder, `${name}-${width}-${scheme}.png`), fullPage: true });
        expect(complaints).to.deep.equal([]);
        expect(seen.scrollWidth, 'the page scrolls sideways').to.equal(width);
        for (const [drawing, marks] of Object.entries(seen.drawn)) expect(marks, drawing).to.be.greaterThan(0);
        expect(seen.smallText, 'too small').to.deep.equal([]);
        expect(seen.paleText, 'too pale').to.deep.equal([]);
        expect(seen.spilling, 'beyond the right edge').to.deep.equal([]);
        await page.close();
      });
    }

  return open;
}
