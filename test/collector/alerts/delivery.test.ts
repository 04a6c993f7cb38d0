import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { NotificationEvent } from '../../../collector/alerts/active_alert.js';
import { Delivery } from '../../../collector/alerts/delivery.js';
import type { Notification } from '../../../collector/alerts/notification.js';
import { Outbox } from '../../../collector/alerts/outbox.js';
import { FakeTarget, freePort, until } from './fake_target.js';
import { notification, scratchFolder, type ScratchFolder } from './letters.js';
import { startProcess } from './processes.js';

describe('Delivery', () => {
  let scratch: ScratchFolder;
  let ends: NotificationEvent[];
  let delivery: Delivery | null;
  const open = (): Delivery => {
    const outbox = Outbox.open(join(scratch.dir, 'outbox'), (line) => expect.fail(line));
    delivery = new Delivery({ outbox, onEnd: (event) => ends.push(event), now: Date.now });
    return delivery;
  };
  const to = (url: string, id: string, different: Partial<Notification> = {}): Notification => notification({ id, target: { kind: 'webhook', url }, ...different });
  const ids = (target: FakeTarget): readonly string[] => target.bodies.map((one) => (one as { readonly id: string }).id);

  beforeEach(() => {
    scratch = scratchFolder();
    ends = [];
    delivery = null;
  });
  afterEach(async () => {
    await delivery?.close(0);
    scratch.remove();
  });

  it('delivers each notification once, and says so', async () => {
    const target = await FakeTarget.open();
    const delivering = open();
    for (const id of ['a', 'b', 'c']) delivering.push(to(target.url, id));
    expect((await delivering.close(5000)).left).to.equal(0);
    await target.close();
    expect(ids(target)).to.deep.equal(['a', 'b', 'c']);
    expect(ends[0]).to.include({ rule: 'rtt-breach', runId: 'run-1', state: 'firing', target: `webhook ${target.url}`, attempts: 1, delivered: true, error: '' });
  });

  it('never lets a later notification overtake one that has to wait, and counts the attempts', async () => {
    const target = await FakeTarget.open();
    target.answer = 503;
    const delivering = open();
    delivering.push(to(target.url, 'firing'));
    delivering.push(to(target.url, 'resolved', { state: 'resolved' }));
    await until('the second attempt', () => target.posts.length === 2);
    target.answer = 200;
    await until('both', () => ends.length === 2);
    await target.close();
    expect(ids(target)).to.deep.equal(['firing', 'firing', 'firing', 'resolved']);
    expect(ends.map((one) => one.attempts)).to.deep.equal([3, 1]);
    // 0.5 s, then 1 s; timers may be late, never early.
    const [first = 0, second = 0, third = 0] = target.posts.map((post) => post.atMs);
    expect(second - first).to.be.at.least(490);
    expect(third - second).to.be.at.least(990);
  });

  it('lets a target that is away delay nobody else', async () => {
    const here = await FakeTarget.open();
    const away = `http://127.0.0.1:${await freePort()}/`;
    const delivering = open();
    delivering.push(to(away, 'a'));
    delivering.push(to(here.url, 'a'));
    delivering.push(to(here.url, 'other-rule', { rule: 'other' }));
    await until('what can be delivered', () => ends.length === 2);
    await here.close();
    expect(delivering.waiting).to.equal(1);
  });

  it('gives up what its target refuses, with the reason, and goes on with the next', async () => {
    const target = await FakeTarget.open();
    target.answer = (response) => response.writeHead(target.posts.length === 1 ? 400 : 200).end('bad label');
    const delivering = open();
    delivering.push(to(target.url, 'a'));
    delivering.push(to(target.url, 'b'));
    expect((await delivering.close(5000)).left).to.equal(0);
    await target.close();
    expect(ids(target)).to.deep.equal(['a', 'b']);
    expect(ends.map((one) => [one.delivered, one.error])).to.deep.equal([[false, 'answered 400: bad label'], [true, '']]);
  });

  it('leaves what nobody takes in time to the next process', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/hook`;
    const first = open();
    first.push(to(url, 'firing'));
    first.push(to(url, 'resolved', { state: 'resolved' }));
    const begun = Date.now();
    const end = await first.close(700);
    expect(end.left).to.equal(2);
    expect(end.because).to.have.length(1);
    expect(end.because[0]).to.match(new RegExp(`^webhook ${url}: .*ECONNREFUSED`));
    expect(Date.now() - begun).to.be.within(500, 2500);
    const target = await FakeTarget.open(port);
    const second = open();
    second.push(to(url, 'newer', { at_ms: 1_700_000_100_000 }));
    expect((await second.close(5000)).left).to.equal(0);
    await target.close();
    expect(ids(target)).to.deep.equal(['firing', 'resolved', 'newer']);
  });

  it('tries at once when it is to end, however long the pause', async () => {
    const port = await freePort();
    const delivering = open();
    delivering.push(to(`http://127.0.0.1:${port}/`, 'a'));
    await sleep(1700); // into the third pause, of 2 s
    const target = await FakeTarget.open(port);
    const begun = Date.now();
    expect((await delivering.close(1000)).left).to.equal(0);
    await target.close();
    expect(Date.now() - begun).to.be.below(900);
  });

  it('delivers what a process has left that was killed', async () => {
    const port = await freePort();
    const other = startProcess('leave_behind', [join(scratch.dir, 'outbox'), `http://127.0.0.1:${port}/`, '2']);
    try {
      await other.line();
      await other.kill9();
      const target = await FakeTarget.open(port);
      expect((await open().close(5000)).left).to.equal(0);
      await target.close();
      expect(ids(target)).to.deep.equal(['left-0', 'left-1']);
    } finally {
      await other.kill9();
    }
  });

  it('resolves what a process had delivered that was killed while it fired', async () => {
    const target = await FakeTarget.open();
    const other = startProcess('leave_behind', [join(scratch.dir, 'outbox'), target.url, '1']);
    try {
      await other.line();
      await until('it is delivered', () => target.posts.length === 1);
      await other.kill9();
      expect((await open().close(5000)).left).to.equal(0);
      await target.close();
      const last = target.bodies.at(-1) as Readonly<Record<string, unknown>>;
      expect(last).to.include({ rule: 'rtt-breach', run_id: 'run-1', state: 'resolved', value: null, reason: 'its process died' });
      expect(target.bodies.map((one) => (one as { readonly state: string }).state).filter((state) => state === 'resolved')).to.have.length(1);
    } finally {
      await other.kill9();
    }
  });

  it('repeats only while nothing else is on its way, and what follows waits for it', async () => {
    const target = await FakeTarget.open();
    let release: () => void = () => expect.fail('nobody asked');
    target.answer = (response) => (release = () => response.writeHead(200).end());
    const delivering = open();
    delivering.repeat(to(target.url, 'repeated'));
    await until('the repetition', () => target.posts.length === 1);
    delivering.repeat(to(target.url, 'not needed'));
    delivering.push(to(target.url, 'resolved', { state: 'resolved' }));
    await sleep(150);
    expect(ids(target), 'it waits').to.deep.equal(['repeated']);
    target.answer = 200;
    release();
    expect((await delivering.close(5000)).left).to.equal(0);
    await target.close();
    expect(ids(target)).to.deep.equal(['repeated', 'resolved']);
    expect(ends, 'a repetition is no notification').to.have.length(1);
  });
});
