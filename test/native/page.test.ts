import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { NativeError, openPage, type EnginePage, type EngineState } from '../../native/index.js';
import { ChildProgram } from './child_program.js';

describe('telemetry page', () => {
  const file = `/dev/shm/hopscope-page-test-${process.pid}`;
  let engine: ChildProgram | undefined;
  let page: EnginePage | undefined;

  async function start(): Promise<EnginePage> {
    engine = new ChildProgram('page_producer', [file]);
    for (;;) {
      try {
        page = openPage(file);
        break;
      } catch (error) {
        expect(error).to.be.instanceOf(NativeError);
        await sleep(5);
      }
    }
    await until('ready');
    return page;
  }
  async function until(state: EngineState): Promise<void> {
    while (page?.read().state !== state) await sleep(2);
  }
  afterEach(async () => {
    page?.close();
    await engine?.kill();
    rmSync(file, { force: true });
  });

  it('shows what the engine wrote', async () => {
    const view = (await start()).read();
    expect(view.pid).to.equal(engine?.pid);
    expect(view).to.deep.include({ threads: 2, tscMillihertz: 2_000_000_000_000n, tscHz: 2e9, tscHzEnd: 0, resolutionNs: 10, stampNs: 9.6, pushNs: 0 });
    expect(view.start).to.deep.equal({ tsc: 1_000n, monotonicNs: 2_000n, realtimeNs: 1_700_000_000_123_456_789n });
    expect(view.measureSeconds).to.equal(0);
    expect(view.error).to.equal('');
  });

  it('says whose it is, and how its records come out', async () => {
    const view = (await start()).read();
    expect(view).to.deep.include({ runId: 'run-of-page-test-1', lane: 'stream', ringMapIds: [41, 42], collectorPid: 0, killed: false });
    page?.setCollector(process.pid);
    expect(page?.read().collectorPid).to.equal(process.pid);
    page?.setCollector(0);
    expect(page?.read().collectorPid).to.equal(0);
    expect(() => page?.setCollector(-1)).to.throw(NativeError, 'a whole number');
  });

  it('pulls the kill switch, and tells when the engine has seen it', async () => {
    const mapped = await start();
    expect(mapped.read().trip).to.equal(null);
    mapped.kill('command');
    while (!mapped.read().killed) await sleep(2); // the test's own time limit ends it
    const first = mapped.read().trip;
    expect(first).to.deep.include({ by: 'command', seen: true, confirmed: false, confirmedAfterNs: null, waitingForVenues: [] });
    mapped.kill('alert');
    while (mapped.read().trip?.seen !== true) await sleep(2);
    expect(mapped.read()).to.deep.include({ killed: true });
    expect(mapped.read().trip?.by).to.equal('alert');
    expect(Number(mapped.read().trip?.tsc)).to.be.greaterThan(Number(first?.tsc));
    expect(() => mapped.kill('nobody' as 'command')).to.throw(NativeError, 'nothing called nobody');

    mapped.arm();
    while (mapped.read().killed) await sleep(2);
    expect(mapped.read().trip).to.equal(null);
    mapped.arm(); // there is nothing to take back
    mapped.kill('page');
    while (!mapped.read().killed) await sleep(2);
  });

  it('brings a command to the engine, and its answer back', async () => {
    const mapped = await start();
    const said = async (number: number) => {
      for (;;) {
        const answer = mapped.answer(number);
        if (answer !== null) return answer;
        await sleep(2);
      }
    };
    expect(mapped.answer(1)).to.equal(null);
    const first = mapped.ask('{"command":"list","wörter":1}');
    expect(first).to.equal(1);
    expect(await said(first)).to.deep.equal({ done: true, text: '{"command":"list","wörter":1}' });
    expect(await said(mapped.ask('no'))).to.deep.equal({ done: false, text: 'no' });
    expect(mapped.answer(first), 'the place is the next one\'s').to.equal(null);
    expect(() => mapped.ask('x'.repeat(65_537))).to.throw(NativeError, 'a command of 65537 bytes: at most 65536 have room');
    await engine?.kill();
    mapped.ask('x'.repeat(65_536));
    expect(() => mapped.ask('y')).to.throw(NativeError, 'an earlier command has no answer yet');
  });

  it('steers it, and sums its counters', async () => {
    const mapped = await start();
    mapped.command('start');
    await until('measure');
    while (mapped.read().counters.orders !== 7) await sleep(2);
    const view = mapped.read();
    expect(view.counters.feed_packets).to.equal(5_000_000_000);
    expect(view.measureSeconds).to.be.greaterThan(0);
    expect(view.heartbeatAgeMs).to.be.lessThan(1_000);
    mapped.command('stop');
    await until('failed');
    expect(mapped.read().error).to.equal('feed: the port is gone: plug it in again');
  });

  it('reads quantiles, at most 1/32 too high', async () => {
    const { count, meanNs, maxNs, valuesNs } = (await start()).quantiles('tick_to_ack', [0.5, 0.99, 1]);
    expect(count).to.equal(1_000);
    expect(meanNs).to.equal(500_500);
    expect(maxNs).to.equal(1_000_000);
    const [p50 = 0, p99 = 0, p100 = 0] = valuesNs;
    expect(p50).to.be.within(500_000, 500_000 * (1 + 1 / 32));
    expect(p99).to.be.within(990_000, 990_000 * (1 + 1 / 32));
    expect(p100).to.equal(1_000_000);
    expect(page?.quantiles('floor', [0.5]).valuesNs).to.deep.equal([0]);
  });

  it('hands out whole histograms', async () => {
    // 1,000 durations, i us each: 2,000 i ticks of half a nanosecond.
    const { count, sumNs, lowNs, highNs, counts } = (await start()).buckets('tick_to_ack');
    expect(count).to.equal(1_000);
    expect(sumNs).to.equal(500_500_000);
    expect(counts.reduce((sum, n) => sum + n, 0)).to.equal(1_000);
    let us = 0;
    counts.forEach((n, i) => {
      for (let k = 0; k < n; ++k) expect(++us * 1_000).to.be.within(lowNs[i] ?? 0, highNs[i] ?? 0);
    });
    expect(page?.buckets('floor')).to.deep.equal({ count: 0, sumNs: 0, lowNs: [], highNs: [], counts: [] });
  });

  it('can still be read when the engine was killed', async () => {
    const mapped = await start();
    mapped.command('start');
    await until('measure');
    await engine?.kill('SIGKILL');
    await sleep(60);
    const view = mapped.read();
    expect(view.state).to.equal('measure');
    expect(view.heartbeatAgeMs).to.be.greaterThan(50);
    rmSync(file);
    expect(mapped.read().pid).to.equal(engine?.pid);
    expect(existsSync(file)).to.equal(false);
  });

  it('refuses what is not a page, in one line', async () => {
    expect(() => openPage(file)).to.throw(NativeError, 'No such file');
    writeFileSync(file, 'short');
    expect(() => openPage(file)).to.throw(NativeError, 'not a whole page yet');
    writeFileSync(file, Buffer.alloc(4 << 20));
    expect(() => openPage(file)).to.throw(NativeError, 'not complete yet');
    writeFileSync(file, Buffer.alloc(4 << 20, 1));
    expect(() => openPage(file)).to.throw(NativeError, 'not a telemetry page of this version');
    rmSync(file);
    const mapped = await start();
    mapped.close();
    expect(() => mapped.read()).to.throw(NativeError, 'closed');
    expect(() => mapped.kill('command')).to.throw(NativeError, 'closed');
  });
});
