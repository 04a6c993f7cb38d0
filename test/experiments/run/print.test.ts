import { expect } from 'chai';
import { LiveLine, type LineSink } from '../../../experiments/run/live_line.js';
import { latencyTable, verdictLines } from '../../../experiments/run/table.js';
import { forwardedPps, testpmdArguments } from '../../../experiments/run/testpmd.js';
import type { PageView } from '../../../native/index.js';
import { run } from './fixtures.js';

function sink(isTTY: boolean): LineSink & { text: string } {
  return { isTTY, columns: 200, text: '', write(text: string) { this.text += text; } };
}

function view(state: PageView['state'], counters: Readonly<Record<string, number>>): PageView {
  return { state, counters } as unknown as PageView;
}

describe('experiments/run/live_line', () => {
  it('shows rates between two lines, and losses from every side', () => {
    const out = sink(false);
    const line = new LiveLine(out);
    line.show({ label: 'dpdk', elapsedS: 1, view: view('measure', { feed_packets: 100_000, orders: 25_000 }), p50: 3_000, p99: 9_000, lost: 0 }, 1_000);
    line.show({ label: 'dpdk', elapsedS: 2, view: view('measure', { feed_packets: 200_000, orders: 50_000, feed_missed: 1, push_failed: 2 }), p50: 3_000, p99: 9_000, lost: 4 }, 2_000);
    const last = out.text.trim().split('\n').at(-1) ?? '';
    expect(last.replace(/\u202f/g, ' ')).to.equal('dpdk  2.0 s  measure  packets 100 k/s  orders 25.0 k/s  tick_to_ack p50 3.00 µs  p99 9.00 µs  lost 7');
  });

  it('does not take the end of warm-up for a negative rate', () => {
    const out = sink(false);
    const line = new LiveLine(out);
    line.show({ label: 'x', elapsedS: 1, view: view('warmup', { feed_packets: 100_000 }), p50: 0, p99: 0, lost: 0 }, 1_000);
    line.show({ label: 'x', elapsedS: 2, view: view('measure', { feed_packets: 10 }), p50: 0, p99: 0, lost: 0 }, 2_000);
    expect(out.text).to.not.match(/packets -\d/);
  });

  it('comes four times a second on a terminal, once a second in a log', () => {
    for (const [isTTY, period] of [[true, 250], [false, 1_000]] as const) {
      const line = new LiveLine(sink(isTTY));
      line.show({ label: 'x', elapsedS: 0, view: view('measure', {}), p50: 0, p99: 0, lost: 0 }, 0);
      expect([line.due(period - 1), line.due(period)]).to.deep.equal([false, true]);
    }
  });
});

describe('experiments/run/table', () => {
  it('has a row for each of the 15 hops and the spans, in path order', () => {
    const lines = latencyTable({ name: 'dpdk', settings: {}, runs: [run()] }).split('\n');
    const names = lines.slice(3).filter((line) => !line.startsWith('---')).map((line) => line.split(' ')[0]);
    expect(names.slice(0, 15)).to.deep.equal(['feed.due', 'feed.tx', 'oms.rx', 'oms.book', 'oms.decide', 'router.pick', 'risk.pass', 'oms.tx', 'venue.rx', 'venue.match', 'journal.append', 'venue.tx', 'oms.ack', 'journal.write', 'journal.durable']);
    expect(names).to.include.members(['tick_to_order', 'order_to_ack', 'tick_to_ack', 'tick_to_ack_response', 'journal_commit', 'journal_write']);
    expect(lines.find((line) => line.startsWith('tick_to_ack '))?.replace(/\u202f/g, ' ')).to.match(/100 +3\.00 µs +6\.00 µs +6\.00 µs +12\.0 µs +18\.0 µs +10 ns$/);
    expect(lines.find((line) => line.startsWith('oms.rx'))).to.match(/oms\.rx +-$/);
  });

  it('marks each verdict', () => {
    const lines = verdictLines([{ metric: 'tick_to_ack', expr: 'p99 < 100us', value: 250_000, ok: false, variant: 'socket' }, { metric: 'feed', expr: 'missed == 0', value: 0, ok: true }]);
    expect(lines[0]?.replace(/\u202f/g, ' ')).to.equal('✗ tick_to_ack p99 < 100us [socket]: 250 µs');
    expect(lines[1]).to.equal('✓ feed missed == 0: 0');
  });
});

describe('experiments/run/testpmd', () => {
  it('takes the median of the printed rates, the start left out', () => {
    const printed = [0, 310_000_000, 340_000_000, 330_000_000].map((pps) => `  Rx-pps:    ${pps}          Rx-bps:            0\n`).join('');
    expect(forwardedPps(printed)).to.equal(330_000_000);
    expect(forwardedPps('EAL: Error - exiting')).to.equal(undefined);
  });

  it('never probes the machine\'s own NIC', () => {
    expect(testpmdArguments({ cpu: 1, housekeepingCpu: 0, hugepages: true, burst: 32 })).to.include('--no-pci');
  });
});
