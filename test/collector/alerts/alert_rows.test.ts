import { expect } from 'chai';
import type { AlertEvent } from '../../../collector/alerts/active_alert.js';
import { AlertRows, alertRow, notificationRow } from '../../../collector/alerts/alert_rows.js';
import { scratchStore, type ScratchStore } from '../scratch_store.js';
import { FakeStore } from './letters.js';

const EVENT: AlertEvent = {
  rule: 'slow', severity: 'page', summary: 'it\'s "slow"\n\ttoo', expr: 'tick_to_ack.p99 > 100us', runId: 'r', experiment: 'e', variant: '',
  state: 'firing', atMs: 1_700_000_000_123, sinceMs: 1_700_000_000_000, value: 132_400.5, unit: 'ns', reason: 'held for 5 s',
};

describe('rows of alerts', () => {
  let scratch: ScratchStore;
  before(async () => (scratch = await scratchStore()));
  after(() => scratch.remove());

  it('stand in the store as they happened, with the values that JSON does not know', async () => {
    const rows = new AlertRows(scratch.store, 'alerts', 'test', (line) => expect.fail(line));
    for (const value of [132_400.5, null, Infinity, -Infinity]) rows.add(alertRow({ ...EVENT, value }));
    rows.add(alertRow({ ...EVENT, runId: 'other', state: 'inactive' }));
    expect(await rows.close()).to.equal(0);
    const stored = await scratch.store.rows("SELECT * REPLACE (toString(value) AS value) FROM alerts WHERE run_id = 'r' ORDER BY value");
    expect(stored.map((row) => (row as { value: string }).value)).to.deep.equal(['-inf', '132400.5', 'inf', 'nan']);
    expect(stored[1]).to.deep.equal({
      run_id: 'r', ts: '2023-11-14 22:13:20.123', rule: 'slow', severity: 'page', state: 'firing', value: '132400.5', unit: 'ns', expr: EVENT.expr,
      reason: 'held for 5 s', summary: EVENT.summary,
    });
  });

  it('tell of a store that is away once, and again when it was there meanwhile', async () => {
    const store = new FakeStore();
    const told: string[] = [];
    const rows = new AlertRows(store, 'alerts', 'test', (line) => told.push(line));
    for (const refusal of [new Error('away'), new Error('still away'), null, new Error('away again')]) {
      store.refusal = refusal;
      rows.add(alertRow(EVENT));
      await rows.close();
    }
    expect(told).to.deep.equal(['alerts are not stored: away', 'alerts are not stored: away again']);
    expect(store.rows('alerts')).to.have.length(3);
  });

  it('say who was told', async () => {
    const rows = new AlertRows(scratch.store, 'alert_notifications', 'test', (line) => expect.fail(line));
    const event = { rule: 'slow', runId: 'r', state: 'resolved', target: 'webhook http://h/', atMs: 1_700_000_000_123, attempts: 100_000, delivered: false, error: 'answered 400' } as const;
    rows.add(notificationRow(event));
    expect(await rows.close()).to.equal(0);
    expect(await scratch.store.rows('SELECT * FROM alert_notifications')).to.deep.equal([
      { run_id: 'r', ts: '2023-11-14 22:13:20.123', rule: 'slow', state: 'resolved', target: 'webhook http://h/', attempts: 65_535, delivered: false, error: 'answered 400' },
    ]);
  });
});
