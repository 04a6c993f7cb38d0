/** The live page as its users have it: in Debian's Chromium, wide and on a phone, by day and by night, with the keyboard alone. */
import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

import { CHROMIUM, QUIET } from '../../experiments/report/chromium.js';
import { skip } from '../../skip.js';
import { buildPage } from './built_page.js';
import { EngineReadings } from './engine_readings.js';
import { breach, FakeCollector, TOKEN } from './fake_collector.js';
import { LOOK, type Seen } from './look.js';

const LIVE_EVERY_MS = 50;

describe('live page in a browser', function () {
  this.timeout(60_000);
  let browser: Browser | undefined;
  let profile: string;
  let collector: FakeCollector;
  let engine: EngineReadings;
  let complaints: string[];

  before(async function () {
    if (CHROMIUM === undefined) skip(this, 'no Chromium on this machine');
    await buildPage();
    profile = mkdtempSync(path.join(tmpdir(), 'hopscope-live-'));
    browser = await puppeteer.launch({ executablePath: CHROMIUM, args: [...QUIET], userDataDir: profile });
  });

  after(async () => {
    await browser?.close();
    if (browser !== undefined) rmSync(profile, { recursive: true, force: true });
  });

  beforeEach(async () => {
    complaints = [];
    collector = await FakeCollector.start({ liveEveryMs: LIVE_EVERY_MS });
    engine = new EngineReadings({}, 7, Date.now() - 30_000);
    for (let second = 0; second < 30; second += 1) collector.board.take(engine.next());
  });

  afterEach(async () => {
    // The first one stays: without a page Chromium would end.
    for (const page of ((await browser?.pages()) ?? []).slice(1)) await page.close();
    await collector.close();
  });

  /** A fresh page, its first message shown; what it complains about is collected. */
  async function opened(width = 1280, scheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await browser!.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => complaints.push(`request: ${request.url()}`));
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width, height: 900 });
    await page.goto(collector.url);
    await page.waitForSelector('#hop-rows tr');
    return page;
  }

  const textOf = async (page: Page, selector: string): Promise<string> => String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`));
  const until = (page: Page, condition: string): Promise<unknown> => page.waitForFunction(condition, { timeout: 5_000 });
  const focused = async (page: Page): Promise<string> => String(await page.evaluate("document.activeElement.id || document.activeElement.textContent"));

  for (const width of [1280, 820, 390])
    for (const scheme of ['light', 'dark'] as const) {
      it(`is drawn and readable at ${width} px, ${scheme}`, async () => {
        const { runId = '' } = collector.board.snapshot().engines[0] ?? {};
        const alert = breach(runId, Date.now() - 10_000);
        collector.active = [alert.active, { ...alert.active, rule: 'slow-journal', state: 'pending', firingSinceMs: null }];
        collector.history = [alert.pending, alert.firing, { ...alert.resolved, rule: 'losses', atMs: Date.now() }, { ...alert.pending, rule: 'gone', state: 'inactive' }];
        collector.board.take(engine.next({ lost: 12, killed: true }));
        collector.board.take(new EngineReadings({ pid: 9, variant: 'socket' }, 9, Date.now()).next());
        const page = await opened(width, scheme);
        const seen = (await page.evaluate(LOOK)) as Seen;
        expect(complaints).to.deep.equal([]);
        expect(seen.scrollWidth, 'the page scrolls sideways').to.equal(width);
        expect(seen.chartColours).to.have.length(3);
        for (const colours of seen.chartColours) expect(colours, 'colours of a chart').to.be.greaterThan(20);
        expect(seen.smallText, 'too small').to.deep.equal([]);
        expect(seen.paleText, 'too pale').to.deep.equal([]);
        expect(seen.spilling, 'beyond the right edge').to.deep.equal([]);
      });
    }

  it('swaps the paper by night', async () => {
    const paper = async (scheme: 'light' | 'dark'): Promise<unknown> => (await opened(1280, scheme)).evaluate('getComputedStyle(document.body).backgroundColor');
    expect([await paper('light'), await paper('dark')]).to.deep.equal(['rgb(252, 251, 248)', 'rgb(19, 21, 23)']);
  });

  it('waits for an engine, and shows it when it comes', async () => {
    await collector.close();
    collector = await FakeCollector.start({ liveEveryMs: LIVE_EVERY_MS });
    const page = await browser!.newPage();
    await page.goto(collector.url);
    await until(page, "document.querySelector('#connection-text').textContent === 'live'");
    expect(await page.evaluate("getComputedStyle(document.querySelector('#nothing')).display")).to.equal('block');
    collector.board.take(engine.next());
    await until(page, "document.body.className === '' && document.querySelector('#experiment').textContent === 'tick-to-ack'");
  });

  it('moves while readings come', async () => {
    const page = await opened();
    const places = ['#gauges div:nth-child(2) .value', '#gauges div:nth-child(2) .detail', '#hop-rows tr:nth-child(2) td:nth-child(4)', '#round-trip .legend .value', '#stall-rows td:nth-child(4)'];
    const before = await Promise.all(places.map((place) => textOf(page, place)));
    for (let second = 0; second < 5; second += 1) collector.board.take(engine.next({ slower: 3 }));
    for (const [index, place] of places.entries()) await until(page, `document.querySelector(${JSON.stringify(place)}).textContent !== ${JSON.stringify(before[index])}`);
    expect(complaints).to.deep.equal([]);
  });

  it('shows an alert, says it, and clears it', async () => {
    const page = await opened();
    expect(await textOf(page, '#active-alerts')).to.equal('✓ No alert is pending or firing.');
    const { runId = '' } = collector.board.snapshot().engines[0] ?? {};
    const alert = breach(runId, Date.now() - 5_000);
    collector.active = [{ ...alert.active, state: 'pending', firingSinceMs: null }];
    collector.history = [alert.pending];
    await until(page, "document.querySelector('#active-alerts li.pending')");
    collector.active = [alert.active];
    collector.history = [alert.pending, alert.firing];
    await until(page, "document.querySelector('#active-alerts li.firing')");
    expect(await textOf(page, '#active-alerts .value')).to.match(/^143\s?µs$/u);
    expect(await textOf(page, '#alert-said')).to.match(/^rtt-breach is firing, 143\s?µs$/u);
    expect(await page.title()).to.match(/^▲ 1 firing · Hopscope · live \d\d:\d\d:\d\d$/);
    collector.active = [];
    collector.history = [alert.pending, alert.firing, { ...alert.resolved, atMs: Date.now() }];
    await until(page, "document.querySelector('#active-alerts li.resolved') && !document.querySelector('#active-alerts li.firing')");
    expect(await textOf(page, '#alert-said')).to.match(/^rtt-breach is resolved/);
    expect(await page.evaluate("[...document.querySelectorAll('#log-rows tr')].map((row) => row.children[2].textContent)")).to.deep.equal(['resolved', 'firing', 'pending']);
    collector.history = [alert.pending, alert.firing, { ...alert.resolved, atMs: Date.now() - 60_000 }];
    await until(page, "document.querySelector('#active-alerts').textContent === '✓ No alert is pending or firing.'");
    expect(complaints).to.deep.equal([]);
  });

  it('shows what was lost, and that the switch was pulled', async () => {
    const page = await opened();
    collector.board.take(engine.next({ lost: 12, killed: true }));
    await until(page, "document.querySelector('#losses-verdict').className.includes('bad')");
    expect(await page.evaluate("[...document.querySelectorAll('#loss-rows tr.bad')].map((row) => row.textContent)")).to.deep.equal(['lost1212']);
    expect(await textOf(page, '#facts')).to.include('kill switch pulled: no order passes');
    expect(await page.evaluate("document.querySelector('#kill').disabled")).to.equal(true);
  });

  it('lets one choose among engines, and keeps to the newest that runs otherwise', async () => {
    const page = await opened();
    collector.board.take(engine.next({ last: true, state: 'done' }));
    await until(page, "document.querySelector('#abort').disabled");
    collector.board.take(new EngineReadings({ pid: 9, variant: 'socket' }, 9, Date.now()).next());
    await until(page, "document.querySelector('#variant').textContent === 'socket'");
    await page.click('#engines button:nth-child(2)');
    expect(await textOf(page, '#variant')).to.equal('dpdk');
    expect(await textOf(page, '#engines button[aria-pressed=true]')).to.include('over (done)');
    expect(complaints).to.deep.equal([]);
  });

  it('is worked with the keyboard alone', async () => {
    const page = await opened();
    const order: string[] = [];
    for (let tab = 0; tab < 4; tab += 1) {
      await page.keyboard.press('Tab');
      order.push(await focused(page));
      expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), order.at(-1)).to.equal('solid');
    }
    expect(order).to.deep.equal(['abort', 'kill', 'feed.tx', 'oms.rx']);
    await page.keyboard.press('Enter');
    expect(await textOf(page, '#curve .legend')).to.include('oms.rx');
    expect(await page.evaluate("document.activeElement.getAttribute('aria-pressed')")).to.equal('true');
    collector.board.take(engine.next());
    await new Promise((resolve) => setTimeout(resolve, 4 * LIVE_EVERY_MS));
    expect(await focused(page), 'a new message leaves the focus').to.equal('oms.rx');
  });

  it('pulls the kill switch with the token, and only then', async () => {
    const page = await opened();
    await page.focus('#kill');
    await page.keyboard.press('Enter');
    expect(await focused(page)).to.equal('token');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await until(page, "document.querySelector('#ask-answer').textContent === 'The token is wrong.'");
    expect(collector.done).to.deep.equal([]);
    expect(complaints.splice(0).join(), 'what Chromium says of a 401').to.match(/^Failed to load resource: .*401/);
    await page.evaluate("document.querySelector('#token').value = ''");
    await page.keyboard.type(TOKEN);
    await page.keyboard.press('Enter');
    await until(page, "document.querySelector('#ask-answer').textContent === 'kill done'");
    const { runId = '' } = collector.board.snapshot().engines[0] ?? {};
    expect(collector.done).to.deep.equal([`kill ${runId}`]);
    await page.keyboard.press('Escape');
    expect(await page.evaluate("document.querySelector('#ask').open")).to.equal(false);
    expect(await focused(page)).to.equal('kill');
    expect(complaints).to.deep.equal([]);
  });

  it('says when the stream breaks, and comes back by itself', async () => {
    const page = await opened();
    const port = Number(new URL(collector.url).port);
    await collector.close();
    await until(page, "document.body.classList.contains('stale') && document.querySelector('#connection-text').textContent === 'connection lost, trying again'");
    await collector.listen({ port, liveEveryMs: LIVE_EVERY_MS });
    await until(page, "!document.body.classList.contains('stale') && document.querySelector('#connection-text').textContent === 'live'");
  });
});
