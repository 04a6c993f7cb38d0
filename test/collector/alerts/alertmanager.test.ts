import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Alerting } from '../../../collector/alerts/alerting.js';
import type { Reading } from '../../../collector/live/reading.js';
import { parseRules } from '../../../collector/rules/parse_rules.js';
import { skip } from '../../skip.js';
import { durations, readingAt } from '../rules/readings.js';
import { hasAlertmanager, startAlertmanager, type Alertmanager } from './alertmanager.js';
import { FakeTarget, freePort, until } from './fake_target.js';
import { FakeStore, scratchFolder, type ScratchFolder } from './letters.js';
import { startProcess } from './processes.js';

const SLOW = durations([200_000]);
const FAST = durations([20_000]);

/** What Alertmanager tells its webhook. */
interface Told {
  readonly status: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Record<string, string>; readonly annotations: Record<string, string>; readonly startsAt: string; readonly endsAt: string }[];
}

describe('Alerting, to Debian\'s Alertmanager', () => {
  let scratch: ScratchFolder;
  let receiver: FakeTarget;
  let port: number;
  let alertmanager: Alertmanager | null;
  let alerting: Alerting | null;

  before(function () {
    if (!hasAlertmanager()) skip(this, 'prometheus-alertmanager is not installed');
  });
  beforeEach(async () => {
    scratch = scratchFolder();
    receiver = await FakeTarget.open();
    port = await freePort();
    alertmanager = null;
    alerting = null;
  });
  afterEach(async () => {
    await alerting?.close(0);
    await alertmanager?.stop();
    await receiver.close();
    scratch.remove();
  });

  const open = (): Alerting => {
    const never = (): never => expect.fail('not this rule');
    alerting = new Alerting({
      rules: parseRules([{ name: 'rtt-breach', when: 'tick_to_ack.p99 > 100us', for: '2s', severity: 'page', summary: 'too slow', labels: { team: 'x' }, notify: [{ alertmanager: `http://127.0.0.1:${port}` }] }]),
      store: new FakeStore(),
      outboxDir: join(scratch.dir, 'outbox'),
      onAbort: never,
      onKill: never,
      onTrouble: (line) => expect.fail(line),
    });
    return alerting;
  };
  const told = (): readonly Told[] => receiver.bodies as readonly Told[];

  it('has firing and resolved arrive at its webhook, once each, however often the alert is repeated', async () => {
    alertmanager = await startAlertmanager(port, receiver.url);
    const alerts = open();
    // Two minutes and more in the past, so that it is repeated twice.
    const begun = Math.floor(Date.now() / 1000) - 130;
    const at = (after: number, tick_to_ack = SLOW): Reading => ({ ...readingAt(0), second: begun + after, atMs: (begun + after) * 1000, series: { tick_to_ack } });
    for (let after = 0; after <= 60; after += 1) alerts.take(at(after));
    await until('firing', () => told().length === 1 && alerts.notifications().length === 1);
    expect(alerts.notifications()[0]).to.include({ state: 'firing', attempts: 1, delivered: true });
    for (let after = 61; after <= 121; after += 1) alerts.take(at(after));
    await sleep(300); // the first repetition has arrived
    for (let after = 122; after <= 123; after += 1) alerts.take(at(after));
    await sleep(300);
    const [held] = await alertmanager.alerts();
    expect(Date.parse(held?.endsAt ?? '') - Date.now(), 'it would forget the alert by itself').to.be.within(290_000, 301_000);
    await sleep(1500); // a whole group_interval more
    expect(told(), 'repeating is not notifying').to.have.length(1);
    alerts.take(at(124, FAST));
    await until('resolved', () => told().length === 2);
    await sleep(1500);
    expect(told().map((one) => one.status)).to.deep.equal(['firing', 'resolved']);
    const [firing, resolved] = told().map((one) => one.alerts[0]);
    expect(told().every((one) => one.alerts.length === 1)).to.be.true;
    expect(firing?.labels).to.deep.equal({ alertname: 'rtt-breach', severity: 'page', experiment: 'e', team: 'x' });
    expect(firing?.annotations).to.deep.equal({ summary: 'too slow', value: '200 µs', expr: 'tick_to_ack.p99 > 100us', run_id: 'run-1' });
    expect(Date.parse(firing?.startsAt ?? '')).to.equal((begun + 2) * 1000);
    expect(resolved?.startsAt).to.equal(firing?.startsAt);
    expect(Date.parse(resolved?.endsAt ?? '')).to.equal((begun + 124) * 1000);
    // Its own tool sees nothing left.
    const query = spawnSync('amtool', ['--alertmanager.url', alertmanager.url, 'alert', 'query', '--output=simple'], { encoding: 'utf8' });
    if (query.error === undefined) expect(query.stdout).not.to.include('rtt-breach');
  }).timeout(40_000);

  it('keeps the alert while Alertmanager is down, and delivers it when it returns', async () => {
    const alerts = open();
    const begun = Math.floor(Date.now() / 1000) - 10;
    const at = (after: number, tick_to_ack = SLOW): Reading => ({ ...readingAt(0), second: begun + after, atMs: (begun + after) * 1000, series: { tick_to_ack } });
    for (let after = 0; after <= 4; after += 1) alerts.take(at(after));
    await sleep(800); // two attempts
    expect(alerts.notifications(), 'nobody has taken it').to.be.empty;
    alertmanager = await startAlertmanager(port, receiver.url);
    await until('firing', () => told().length === 1 && alerts.notifications().length === 1);
    expect(alerts.notifications()[0]).to.include({ state: 'firing', delivered: true });
    expect(alerts.notifications()[0]?.attempts).to.be.at.least(3);
    alerts.take(at(5, FAST));
    await until('resolved', () => told().length === 2);
    await sleep(1500);
    expect(told().map((one) => one.status)).to.deep.equal(['firing', 'resolved']);
    expect(await alerts.close(0)).to.deep.equal({ undelivered: 0, undeliveredBecause: [], unstored: 0 });
  }).timeout(40_000);

  it('has the alert of a process that was killed resolved by the next one, not five minutes later', async () => {
    alertmanager = await startAlertmanager(port, receiver.url);
    const other = startProcess('leave_behind', [join(scratch.dir, 'outbox'), alertmanager.url, '1', 'alertmanager']);
    try {
      await other.line();
      await until('firing', () => told().length === 1);
      await sleep(300); // the letter is removed
    } finally {
      await other.kill9();
    }
    const foundMs = Date.now();
    expect(await open().close(5000)).to.deep.equal({ undelivered: 0, undeliveredBecause: [], unstored: 0 });
    await until('resolved', () => told().length === 2);
    expect(told().map((one) => one.status)).to.deep.equal(['firing', 'resolved']);
    const [resolved] = told()[1]?.alerts ?? [];
    expect(Date.parse(resolved?.endsAt ?? '')).to.be.within(foundMs, Date.now());
    expect(await alertmanager.alerts(), 'none is active').to.be.empty;
  }).timeout(40_000);

  it('has the alert of a process that ended while Alertmanager was down from the next one', async () => {
    const first = open();
    const begun = Math.floor(Date.now() / 1000) - 10;
    for (let after = 0; after <= 4; after += 1) first.take({ ...readingAt(0), second: begun + after, atMs: (begun + after) * 1000, series: { tick_to_ack: SLOW } });
    expect((await first.close(300)).undelivered, 'firing, and resolved by the end').to.equal(2);
    alertmanager = await startAlertmanager(port, receiver.url);
    expect(await open().close(5000)).to.deep.equal({ undelivered: 0, undeliveredBecause: [], unstored: 0 });
    const held = await alertmanager.alerts();
    expect(held, 'resolved: none is active').to.be.empty;
    expect(alerting?.notifications().map((one) => [one.state, one.delivered])).to.deep.equal([['firing', true], ['resolved', true]]);
  }).timeout(40_000);
});
