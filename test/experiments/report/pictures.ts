/**
 * Pictures of a report for docs/: `npx tsx test/experiments/report/pictures.ts results/RUN/report.html docs`. Wide by day, its evidence by
 * itself, and a phone by night.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

import { CHROMIUM, QUIET } from './chromium.js';

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  /** Sections, from the first to the last; null: from the top of the page. */
  readonly from: string | null;
  readonly to: string;
}

const PICTURES: readonly Picture[] = [
  { name: 'report', width: 1280, scheme: 'light', from: null, to: '#why' },
  { name: 'report-slowest', width: 1280, scheme: 'light', from: '#slowest', to: '#slowest' },
  { name: 'report-over-time', width: 1280, scheme: 'light', from: '#heat', to: '#curves' },
  { name: 'report-phone', width: 390, scheme: 'dark', from: '#why', to: '#heat' },
];

async function takePictures(report: string, folder: string): Promise<void> {
  if (CHROMIUM === undefined) throw new Error('pictures: there is no Chromium here; apt-get install chromium');
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: [...QUIET] });
  try {
    for (const { name, width, scheme, from, to } of PICTURES) {
      const page = await browser.newPage();
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.setViewport({ width, height: 900 });
      await page.goto(pathToFileURL(path.resolve(report)).href);
      const edge = async (selector: string, side: 'top' | 'bottom'): Promise<number> => Number(await page.evaluate(`document.querySelector('${selector}').getBoundingClientRect().${side}`));
      const top = from === null ? 0 : await edge(from, 'top');
      const clip = { x: 0, y: top, width, height: (await edge(to, 'bottom')) - top + 16 };
      await page.screenshot({ path: path.join(folder, `${name}.png`), clip, captureBeyondViewport: true });
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

const [report, folder] = process.argv.slice(2);
if (report === undefined || folder === undefined) throw new Error('pictures: name a report.html and the folder for its pictures');
await takePictures(report, folder);
