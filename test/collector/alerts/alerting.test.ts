import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Alerting, type AlertingOptions } from '../../../collector/alerts/alerting.js';
import type { Reading } from '../../../collector/live/reading.js';
import { parseRules } from '../../../collector/rules/parse_rules.js';
import { FIRST_SECOND, durations, readingAt } from '../rules/readings.js';
import { FakeTarget, freePort, until } from './fake_target.js';
import { FakeStore, scratchFolder, type ScratchFolder } from './letters.js';

const SLOW = { series: { tick_to_ack: durations([200_000]) } };
const FAST = { series: { tick_to_ack: durations([20_000]) } };

describe('Alerting', () => {
  let scratch: ScratchFolder;
  let store: FakeStore;
  let alerting: Alerting | null;
  let acted: string[];
  let trouble: string[];
  const open = (rules: unknown, different: Partial<AlertingOptions> = {}): Alerting => {
    alerting = new Alerting({
      rules: parseRules(rules),
      store,
      outboxDir: join(scratch.dir, 'outbox'),
      onAbort: (rule, reason, of) => acted.push(`abort ${of.runId}: ${reason} [${rule.name}]`),
      onKill: (rule, reason, of) => acted.push(`kill ${of.runId}: ${reason} [${rule.name}]`),
      onTrouble: (line) => trouble.push(line),
      ...different,
    });
    return alerting;
  };
  const states = (): readonly string[] => (alerting?.history() ?? []).map((one) => `${Math.floor(one.atMs / 1000) - FIRST_SECOND} ${one.state}`);
  const take = (...readings: readonly Reading[]): void => {
    for (const reading of readings) alerting?.take(reading);
  };

  beforeEach(() => {
    scratch = scratchFolder();
    store = new FakeStore();
    alerting = null;
    acted = [];
    trouble = [];
  });
  afterEach(async () => {
    await alerting?.close(0);
    scratch.remove();
    expect(trouble).to.deep.equal([]);
  });

  it('takes an alert through its states, and stores each change', async () => {
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', for: '2s', severity: 'page', summary: 'too slow' }]);
    take(readingAt(0, FAST), readingAt(1, SLOW));
    expect(alerts.active()).to.deep.equal([{
      rule: 'slow', severity: 'page', summary: 'too slow', expr: 'tick_to_ack.p99 > 100us', runId: 'run-1', experiment: 'e', variant: '',
      state: 'pending', sinceMs: readingAt(1).atMs, firingSinceMs: null, value: 200_000, unit: 'ns',
    }]);
    take(readingAt(2, SLOW), readingAt(3, { series: { tick_to_ack: durations([300_000]) } }));
    expect(alerts.active()[0]).to.include({ state: 'firing', sinceMs: readingAt(1).atMs, firingSinceMs: readingAt(3).atMs, value: 300_000 });
    take(readingAt(4, SLOW));
    expect(alerts.active()[0]).to.include({ state: 'firing', firingSinceMs: readingAt(3).atMs, value: 200_000 });
    take(readingAt(5, FAST));
    expect(alerts.active()).to.be.empty;
    expect(states()).to.deep.equal(['1 pending', '3 firing', '5 resolved']);
    expect(await alerts.close(0)).to.deep.equal({ undelivered: 0, undeliveredBecause: [], unstored: 0 });
    expect(store.rows('alerts').map((row) => [row.ts, row.state, row.value])).to.deep.equal([
      ['2023-11-14 22:13:21.020', 'pending', 200_000], ['2023-11-14 22:13:23.020', 'firing', 300_000], ['2023-11-14 22:13:25.020', 'resolved', 20_000],
    ]);
    expect(store.rows('alerts')[1]).to.include({ run_id: 'run-1', rule: 'slow', severity: 'page', unit: 'ns', expr: 'tick_to_ack.p99 > 100us', summary: 'too slow' });
    expect(existsSync(join(scratch.dir, 'outbox')), 'nobody is to be told').to.be.false;
  });

  it('pulls the switch before it ends the run, once a run however often the alert fires', () => {
    open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', for: '1s', abort: true, kill: true }]);
    for (const runId of ['run-1', 'run-2']) {
      const at = (after: number, kind: object): Reading => readingAt(after, { runId, ...kind });
      take(at(1, SLOW), at(2, SLOW), at(3, FAST), at(4, SLOW), at(5, SLOW), at(6, SLOW), at(7, { last: true }));
    }
    expect(acted).to.deep.equal(['run-1', 'run-2'].flatMap((run) => [
      `kill ${run}: held for 1 s, at 200 µs [slow]`,
      `abort ${run}: held for 1 s, at 200 µs [slow]`,
    ]));
  });

  it('names no value where a rule has none', () => {
    open([{ name: 'killed', when: 'kill_switch', abort: true }]);
    take(readingAt(1, { killed: true }));
    expect(acted).to.deep.equal(['abort run-1: holds [killed]']);
  });

  it('tells every target that it fires, and that it is resolved', async () => {
    const target = await FakeTarget.open();
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', notify: [{ webhook: target.url }, { alertmanager: `http://127.0.0.1:${target.port}` }] }]);
    take(readingAt(1, SLOW), readingAt(2, SLOW), readingAt(3, { ...FAST, last: true }));
    expect(await alerts.close(5000)).to.deep.equal({ undelivered: 0, undeliveredBecause: [], unstored: 0 });
    await target.close();
    const hooks = target.posts.filter((post) => post.path === '/hook').map((post) => JSON.parse(post.body) as Record<string, unknown>);
    expect(hooks.map((one) => [one.state, one.value])).to.deep.equal([['firing', 200_000], ['resolved', 20_000]]);
    const api = target.posts.filter((post) => post.path === '/api/v2/alerts').flatMap((post) => JSON.parse(post.body) as { startsAt: string; endsAt: string }[]);
    expect(api.map((one) => one.startsAt)).to.deep.equal(['2023-11-14T22:13:21.020Z', '2023-11-14T22:13:21.020Z']);
    expect(api[1]?.endsAt).to.equal('2023-11-14T22:13:23.020Z');
    expect(alerts.notifications()).to.have.length(4);
    expect(store.rows('alert_notifications').map((row) => row.delivered)).to.deep.equal([true, true, true, true]);
  });

  it('carries an infinite share to everybody: inf in the store, null in JSON, ∞ for people', async () => {
    const target = await FakeTarget.open();
    const alerts = open([{
      name: 'rejects', when: 'rate(risk_rejects) / rate(orders) > 5%', notify: [{ webhook: target.url }, { alertmanager: `http://127.0.0.1:${target.port}` }], abort: true,
    }]);
    const at = (after: number, risk_rejects: number): Reading => readingAt(after, { counters: { orders: 5, risk_rejects } });
    take(at(1, 0), at(2, 7));
    expect(alerts.active().map((one) => [one.state, one.value])).to.deep.equal([['firing', Infinity]]);
    expect(acted).to.deep.equal(['abort run-1: holds, at ∞ [rejects]']);
    expect(await alerts.close(5000)).to.include({ undelivered: 0, unstored: 0 });
    await target.close();
    expect(JSON.parse(target.posts.find((post) => post.path === '/hook')?.body ?? '{}')).to.include({ state: 'firing', value: null, unit: 'share' });
    expect(target.posts.find((post) => post.path !== '/hook')?.body).to.contain('"value":"∞"');
    expect(store.rows('alerts').map((row) => [row.state, row.value])).to.deep.equal([['firing', 'inf'], ['resolved', 'nan']]);
  });

  it('tells nobody of an alert that was only pending', async () => {
    const target = await FakeTarget.open();
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', for: '5s', notify: [{ webhook: target.url }] }]);
    take(readingAt(1, SLOW), readingAt(2, SLOW), readingAt(3, FAST));
    expect(alerts.history().map((one) => one.state)).to.deep.equal(['pending', 'inactive']);
    await alerts.close(1000);
    await target.close();
    expect(target.posts).to.be.empty;
  });

  it('repeats to Alertmanager every minute, with the same beginning, and to no other', async () => {
    const target = await FakeTarget.open();
    let nowMs = 0;
    const alerts = open(
      [{ name: 'slow', when: 'tick_to_ack.p99 > 100us', notify: [{ webhook: target.url }, { alertmanager: `http://127.0.0.1:${target.port}` }] }],
      { now: () => nowMs },
    );
    for (let after = 0; after <= 150; after += 1) {
      nowMs = readingAt(after).atMs;
      take(readingAt(after, SLOW));
      if (after % 60 === 0) await until(`the post of second ${after}`, () => target.posts.filter((post) => post.path !== '/hook').length === after / 60 + 1);
      if (after === 0) await until('the webhook', () => alerts.notifications().length === 2);
    }
    const api = target.posts.filter((post) => post.path !== '/hook').flatMap((post) => JSON.parse(post.body) as { startsAt: string; endsAt: string }[]);
    expect(new Set(api.map((one) => one.startsAt)).size).to.equal(1);
    expect(api.map((one) => (Date.parse(one.endsAt) - Date.parse(one.startsAt)) / 1000)).to.deep.equal([300, 360, 420]);
    expect(target.posts.filter((post) => post.path === '/hook')).to.have.length(1);
    expect(alerts.notifications()).to.have.length(2);
    await alerts.close(1000);
    await target.close();
  });

  it('keeps the alerts of two engines apart', () => {
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', for: '2s' }]);
    for (let after = 1; after <= 3; after += 1) take(readingAt(after, { runId: 'a', ...SLOW }), readingAt(after, { runId: 'b', ...(after < 3 ? FAST : SLOW) }));
    expect(alerts.active().map((one) => [one.runId, one.state])).to.deep.equal([['a', 'firing'], ['b', 'pending']]);
    take(readingAt(4, { runId: 'a', ...SLOW, last: true }));
    expect(alerts.active().map((one) => [one.runId, one.state])).to.deep.equal([['b', 'pending']]);
    expect(alerts.history().at(-1)).to.include({ runId: 'a', state: 'resolved', reason: 'run ended' });
  });

  it('resolves the alerts of an engine that nobody reads any more, and of all when it is closed', async () => {
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us' }]);
    take(readingAt(1, { runId: 'gone', ...SLOW }), readingAt(30, { runId: 'here', ...SLOW }));
    expect(alerts.active()).to.have.length(2);
    take(readingAt(62, { runId: 'here', ...SLOW }));
    expect(alerts.history().at(-1)).to.include({ runId: 'gone', state: 'resolved', reason: 'nobody reads this engine any more' });
    await alerts.close(0);
    expect(alerts.history().at(-1)).to.include({ runId: 'here', state: 'resolved', reason: 'nobody watches any more' });
    const before = alerts.history().length;
    take(readingAt(63, SLOW));
    expect(alerts.history(), 'deaf once closed').to.have.length(before);
  });

  it('acts once on a run that falls silent and is read again, and takes its end for no new beginning', () => {
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', kill: true, abort: true }]);
    take(readingAt(1, { runId: 'back', ...SLOW }), readingAt(62, { runId: 'here', ...FAST }));
    expect(alerts.history().at(-1)).to.include({ runId: 'back', state: 'resolved' });
    take(readingAt(63, { runId: 'back', ...SLOW }));
    expect(alerts.active().map((one) => one.runId), 'it fires again').to.deep.equal(['back']);
    expect(acted).to.have.length(2);
    take(readingAt(64, { runId: 'here', ...FAST }), readingAt(130, { runId: 'here', ...FAST }));
    expect(alerts.active()).to.be.empty;
    const before = alerts.history().length;
    take(readingAt(131, { runId: 'back', ...SLOW, last: true }));
    expect(alerts.history()).to.have.length(before);
    expect(acted).to.have.length(2);
  });

  it('resolves the alerts of the only engine too when its readings stop', async () => {
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us' }], { silentMs: 300 });
    take(readingAt(1, SLOW));
    const begun = performance.now();
    await until('it is resolved', () => alerts.active().length === 0, 3000);
    expect(performance.now() - begun).to.be.at.least(290);
    const end = alerts.history().at(-1);
    expect(end).to.include({ state: 'resolved', reason: 'nobody reads this engine any more' });
    expect((end?.atMs ?? 0) - readingAt(1).atMs, 'when it was found out').to.be.within(300, 3000);
  });

  it('says that a switch could not be pulled or a run not be stopped, and goes on', () => {
    const fails = (what: string) => (): never => {
      throw new Error(what);
    };
    const alerts = open(
      [{ name: 'slow', when: 'tick_to_ack.p99 > 100us', kill: true, abort: true }, { name: 'other', when: 'tick_to_ack.p50 > 100us' }],
      { onKill: fails('no page'), onAbort: fails('no run') },
    );
    take(readingAt(1, SLOW), readingAt(2, FAST), readingAt(3, SLOW));
    expect(trouble.splice(0)).to.deep.equal(['alert slow could not pull the kill switch of run run-1: no page', 'alert slow could not stop run run-1: no run']);
    expect(alerts.active().map((one) => one.rule)).to.deep.equal(['slow', 'other']);
  });

  it('goes on when nobody listens to what went wrong', () => {
    const fail = (): never => {
      throw new Error('the terminal is gone');
    };
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', kill: true }], { onKill: fail, onTrouble: fail });
    take(readingAt(1, SLOW));
    expect(alerts.active()).to.have.length(1);
  });

  it('has an alert end in Alertmanager when the last engine that has it is well, and elsewhere with each', async () => {
    const target = await FakeTarget.open();
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', notify: [{ webhook: target.url }, { alertmanager: `http://127.0.0.1:${target.port}` }] }]);
    take(readingAt(1, { runId: 'a', ...SLOW }), readingAt(1, { runId: 'b', ...SLOW }), readingAt(2, { runId: 'a', ...FAST, last: true }));
    await until('those of a', () => alerts.notifications().length === 5);
    const ends = (): readonly string[] => alerts.notifications().filter((one) => one.state === 'resolved').map((one) => `${one.target.split(' ', 1)[0] ?? ''} ${one.runId}`);
    expect(ends()).to.deep.equal(['webhook a']);
    take(readingAt(3, { runId: 'b', ...FAST }));
    expect(await alerts.close(5000)).to.deep.equal({ undelivered: 0, undeliveredBecause: [], unstored: 0 });
    await target.close();
    expect([...ends()].sort()).to.deep.equal(['alertmanager b', 'webhook a', 'webhook b']);
    expect(readdirSync(join(scratch.dir, 'outbox')), 'no alert is left marked').to.be.empty;
  });

  it('stays small over many engines and many changes', () => {
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us' }]);
    for (let after = 0; after < 3000; after += 1) take(readingAt(after, { runId: `run-${after}`, ...SLOW, last: true }));
    expect(alerts.active()).to.be.empty;
    expect(alerts.history()).to.have.length(1000);
    expect(alerts.history().at(-1)).to.include({ runId: 'run-2999' });
  });

  it('survives a store that is away: it says so once, keeps the rows, and sends each once', async () => {
    store.refusal = new Error('no ClickHouse answers at http://store: start it');
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us' }]);
    take(readingAt(1, SLOW));
    await until('the line', () => trouble.length > 0);
    take(readingAt(2, FAST), readingAt(3, SLOW));
    expect(trouble.splice(0)).to.deep.equal(['alerts are not stored: no ClickHouse answers at http://store: start it']);
    store.refusal = null;
    expect(await alerts.close(0)).to.include({ unstored: 0 });
    expect(store.rows('alerts').map((row) => row.state)).to.deep.equal(['firing', 'resolved', 'firing', 'resolved']);
  });

  it('counts what a store has never taken', async () => {
    store.refusal = new Error('gone');
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us' }]);
    take(readingAt(1, SLOW), readingAt(2, FAST));
    expect(await alerts.close(0)).to.deep.equal({ undelivered: 0, undeliveredBecause: [], unstored: 2 });
    trouble.splice(0);
  });

  it('counts what stays in the outbox', async () => {
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', notify: [{ webhook: `http://127.0.0.1:${await freePort()}/` }] }]);
    take(readingAt(1, SLOW), readingAt(2, FAST));
    const end = await alerts.close(300);
    expect(end).to.include({ undelivered: 2, unstored: 0 });
    expect(end.undeliveredBecause.join()).to.match(/^webhook http.*ECONNREFUSED/);
  });

  it('says once of a target that it will never be told, and why', async () => {
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', notify: [{ command: ['/nowhere/pager', '-x'] }] }]);
    take(readingAt(1, SLOW), readingAt(2, FAST));
    expect(await alerts.close(2000)).to.include({ undelivered: 0, unstored: 0 });
    expect(trouble.splice(0)).to.deep.equal(['command /nowhere/pager -x was not told of alert slow (could not be run: ENOENT): correct the rule\'s notify']);
    expect(store.rows('alert_notifications').map((row) => [row.state, row.delivered, row.error])).to.deep.equal([
      ['firing', false, 'could not be run: ENOENT'], ['resolved', false, 'could not be run: ENOENT'],
    ]);
  });

  it('never blocks or throws in take(), whatever happens behind it', async () => {
    store.refusal = new Error('gone');
    const alerts = open([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', notify: [{ command: ['/nowhere'] }, { webhook: `http://127.0.0.1:${await freePort()}/` }] }]);
    const begun = performance.now();
    for (let after = 0; after < 100; after += 1) take(readingAt(after, after % 2 === 0 ? SLOW : FAST));
    expect(performance.now() - begun, 'ms for 100 changes').to.be.below(1000);
    await alerts.close(0);
    trouble.splice(0);
  });
});
