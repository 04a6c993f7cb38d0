/**
 * Pictures of the live page for docs/: `npx tsx test/collector/web/pictures.ts docs http://127.0.0.1:9464` of what a collector shows at this
 * moment; without its address, over made-up readings with an alert that fires. Wide by day and by night, and a phone.
 */
import path from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';

import { CHROMIUM, QUIET } from '../../experiments/report/chromium.js';
import { buildPage } from './built_page.js';
import { EngineReadings } from './engine_readings.js';
import { breach, FakeCollector } from './fake_collector.js';

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

const PICTURES: readonly Picture[] = [
  { name: 'live', width: 1280, scheme: 'light' },
  { name: 'live-dark', width: 1280, scheme: 'dark' },
  { name: 'live-phone', width: 390, scheme: 'dark' },
];

const SECONDS = 150;
const BREACH_SECONDS = 9;

/** Two and a half minutes of an engine, the last seconds of them slow. */
async function filledCollector(): Promise<FakeCollector> {
  const endMs = Date.UTC(2026, 10, 23, 2, 14, 5);
  const collector = await FakeCollector.start({ nowMs: () => endMs + 400 });
  const engine = new EngineReadings({}, 7, endMs - (SECONDS - 1) * 1e3);
  for (let second = 1; second <= SECONDS; second += 1) {
    collector.board.take(engine.next(second > SECONDS - BREACH_SECONDS ? { slower: 54 } : {}));
  }
  const { runId = '' } = collector.board.snapshot().engines[0] ?? {};
  const [earlier, now] = [breach(runId, endMs - 300_000), breach(runId, endMs - BREACH_SECONDS * 1e3)];
  collector.active = [now.active];
  collector.history = [earlier.pending, earlier.firing, earlier.resolved, now.pending, now.firing];
  return collector;
}

async function takePicture(browser: Browser, url: string, folder: string, { name, width, scheme }: Picture): Promise<void> {
  const page = await browser.newPage();
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setViewport({ width, height: 860 });
  await page.goto(url);
  await page.waitForSelector('#hop-rows tr');
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  await page.close();
}

/** @param url of a collector at work */
async function takePictures(folder: string, url: string | undefined): Promise<void> {
  if (CHROMIUM === undefined) throw new Error('pictures: there is no Chromium here; apt-get install chromium');
  if (url === undefined) await buildPage();
  const collector = url === undefined ? await filledCollector() : null;
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: [...QUIET] });
  try {
    for (const picture of PICTURES) await takePicture(browser, url ?? collector?.url ?? '', folder, picture);
  } finally {
    await browser.close();
    await collector?.close();
  }
}

const [folder, url] = process.argv.slice(2);
if (folder === undefined) throw new Error('pictures: name the folder for them');
await takePictures(folder, url);
