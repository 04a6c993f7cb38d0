import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { everySecond } from '../../../collector/live/every_second.js';

const unexpected = (error: Error): never => expect.fail(error.message);

describe('everySecond', () => {
  it('tells each second that has ended, right after its end, until it is stopped', async () => {
    const told: { readonly second: number; readonly lateMs: number }[] = [];
    const began = Math.floor(Date.now() / 1000);
    const stop = everySecond((second) => told.push({ second, lateMs: Date.now() - (second + 1) * 1000 }), unexpected);
    while (told.length < 2) await sleep(20);
    stop();
    await sleep(1100);
    expect(told.map(({ second }) => second - began)).to.deep.equal([0, 1]);
    for (const { lateMs } of told) expect(lateMs).to.be.within(0, 500);
  });

  it('tells a second once when this process was held up', async () => {
    const told: number[] = [];
    const stop = everySecond((second) => told.push(second), unexpected);
    for (const until = Date.now() + 2200; Date.now() < until; ); // nothing else runs meanwhile
    await sleep(1100);
    stop();
    expect(new Set(told).size).to.equal(told.length);
    expect(told.length).to.be.within(2, 3);
  });

  it('goes on when whoever is told throws, and says so once', async function () {
    this.timeout(5000);
    const trouble: string[] = [];
    let calls = 0;
    const stop = everySecond(() => {
      calls += 1;
      throw new Error('page: closed');
    }, (error) => trouble.push(error.message));
    while (calls < 2) await sleep(20);
    stop();
    expect(trouble).to.deep.equal(['page: closed']);
  });
});
