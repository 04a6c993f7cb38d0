import { expect } from 'chai';
import { alertLines, alertsOf, recordOf, type AlertRecord } from '../../../experiments/run/alerts.js';
import { parseRules } from '../../../collector/index.js';
import { scratchStore } from '../../collector/scratch_store.js';

const [RULE] = parseRules([{ name: 'rtt-breach', when: 'tick_to_ack.p99 > 100us', for: '5s' }]);
const T0 = Date.UTC(2026, 0, 2, 12, 0, 0);

function rule() {
  if (RULE === undefined) throw new Error('no rule');
  return RULE;
}

describe('experiments/run: what became of alert rules', () => {
  const change = (state: string, seconds: number, value: number | null = 150_000) => ({ rule: 'rtt-breach', state, at_ms: T0 + seconds * 1e3, value, reason: '' });
  const delivery = (state: string, seconds: number, delivered = true) => ({ rule: 'rtt-breach', state, target: 'webhook', at_ms: T0 + seconds * 1e3, attempts: 1, delivered, error: delivered ? '' : 'refused' });

  it('counts from the injected breach until somebody was told', () => {
    const record = recordOf(rule(), T0, [change('pending', 0.6), change('firing', 5.6), change('resolved', 11)], [delivery('firing', 5.7), delivery('resolved', 11.1)]);
    expect(record).to.include({ firings: 1, resolutions: 1, notified_after_ns: 5.7e9 });
  });

  it('does not take a failed delivery, or that of the resolution, for a notification', () => {
    const record = recordOf(rule(), T0, [change('pending', 1), change('firing', 6)], [delivery('firing', 6.1, false), delivery('resolved', 9)]);
    expect(record.notified_at).to.equal(null);
    expect(record.notified_after_ns).to.equal(null);
    expect(alertLines([record])[0]).to.match(/notified never, resolved never; not delivered to webhook: refused$/);
  });

  it('counts from pending where nothing was injected, and keeps every firing', () => {
    const changes = [change('pending', 1), change('firing', 6), change('resolved', 7), change('pending', 8), change('firing', 13)];
    expect(recordOf(rule(), null, changes, [delivery('firing', 6.25)])).to.include({ firings: 2, resolutions: 1, notified_after_ns: 5.25e9 });
  });

  it('does not take an alert from before the breach for one that the breach raised', () => {
    const changes = [change('pending', -9), change('firing', -6), change('resolved', -2), change('pending', 1), change('firing', 4)];
    const record = recordOf(rule(), T0, changes, [delivery('firing', -5.9), delivery('firing', 4.1)]);
    expect(record).to.include({ pending_at: T0 + 1000, firing_at: T0 + 4000, notified_at: T0 + 4100, resolved_at: null, firings: 2 });
  });

  it('says times since the breach in one line', () => {
    const record = recordOf(rule(), T0, [change('pending', 0.6), change('firing', 5.6), change('resolved', 11)], [delivery('firing', 5.7)]);
    expect(alertLines([record])).to.deep.equal([
      'alert rtt-breach (tick_to_ack.p99 > 100us for 5s): injected at 12:00:00.000, pending +0.60 s, firing +5.60 s, notified +5.70 s, resolved +11.00 s',
    ]);
    expect(alertLines([recordOf(rule(), null, [], [])])).to.deep.equal(['alert rtt-breach (tick_to_ack.p99 > 100us for 5s): never pending']);
  });

  it('reads them from the store, of this run only', async function () {
    this.timeout(60_000);
    const scratch = await scratchStore();
    const { store } = scratch;
    const insert = (table: string, rows: string) => store.command(`INSERT INTO ${table} VALUES ${rows}`);
    await insert('alerts (run_id, ts, rule, severity, state, value, expr, reason, summary)',
      `('a-1', fromUnixTimestamp64Milli(${T0}), 'rtt-breach', 'page', 'pending', 150000, 'x', '', ''), ('a-1', fromUnixTimestamp64Milli(${T0 + 5000}), 'rtt-breach', 'page', 'firing', 150000, 'x', '', ''),
       ('b-1', fromUnixTimestamp64Milli(${T0}), 'rtt-breach', 'page', 'resolved', 1, 'x', '', '')`);
    await insert('alert_notifications (run_id, ts, rule, state, target, attempts, delivered, error)', `('a-1', fromUnixTimestamp64Milli(${T0 + 5100}), 'rtt-breach', 'firing', 'webhook http://127.0.0.1:9', 2, true, '')`);
    const [found]: readonly (AlertRecord | undefined)[] = await alertsOf(store, 'a-1', [rule()]);
    await scratch.remove();
    expect(found).to.include({ injected_at: null, pending_at: T0, firing_at: T0 + 5000, notified_at: T0 + 5100, resolved_at: null, notified_after_ns: 5.1e9 });
  });
});
