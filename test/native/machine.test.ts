import { expect } from 'chai';

import { features, jitter, NativeError, recordLayout, tsc, type FeatureName } from '../../native/index.js';

describe('machine', function () {
  this.timeout(20_000);
  const names: readonly FeatureName[] = ['btf', 'uprobe', 'usdt_nop5', 'ringbuf', 'user_ringbuf', 'tp_btf', 'fentry', 'kprobe'];

  it('tries every feature and gives each failure a remedy', () => {
    const found = features();
    expect(found.map((f) => f.name)).to.deep.equal(names);
    for (const feature of found) {
      expect(feature.detail, feature.name).to.match(/^[^\n]+$/);
      expect(feature.remedy === '', feature.name).to.equal(feature.ok);
    }
  });

  it('reports denied features as missing, and only those', () => {
    const plain = features();
    for (const [i, feature] of features(['uprobe', 'btf']).entries()) {
      const denied = feature.name === 'uprobe' || feature.name === 'btf';
      expect(feature.ok, feature.name).to.equal(!denied && plain[i]?.ok);
      if (denied) expect(feature.detail).to.equal('denied by the settings');
    }
  });

  it('says so when the BPF objects are not built', () => {
    const ringbuf = features([], '/nonexistent').find((f) => f.name === 'ringbuf');
    expect(ringbuf?.ok).to.equal(false);
    expect(ringbuf?.detail).to.contain('feature_ringbuf.bpf.o is not built');
  });

  it('measures the time-stamp counter', () => {
    const { hz, resolutionNs } = tsc();
    expect(hz).to.be.within(0.5e9, 10e9);
    expect(resolutionNs).to.be.within(0.05, 1_000);
  });

  it("measures one CPU's jitter floor without holding up this thread", async () => {
    let turns = 0;
    const turning = setInterval(() => ++turns, 1);
    // On the CPU that this thread is least likely to run on matters little: the event loop must turn either way.
    const floor = await jitter(0, 100);
    clearInterval(turning);
    expect(turns).to.be.greaterThan(0);
    expect(floor.windows).to.be.within(10, 20_000); // at most 100 ms of 5 us each
    expect(floor.p50).to.be.at.most(floor.p99);
    expect(floor.p99).to.be.at.most(floor.p999);
    expect(floor.p999).to.be.at.most(floor.max);
  });

  it('refuses a CPU that is not there', async () => {
    const error: unknown = await jitter(4_000, 10).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(NativeError);
    expect((error as NativeError).message).to.contain('CPU 4000 cannot be used');
  });

  it('exports the record layout of bpf/records.h', () => {
    const { hops, counters, spans, series, stallCauses } = recordLayout();
    expect(hops).to.have.length(15);
    expect(hops[12]).to.deep.equal({ name: 'oms.ack', predecessor: 'venue.tx' });
    expect(hops[13]).to.deep.equal({ name: 'journal.write', predecessor: 'journal.append' });
    expect(counters).to.include.members(['feed_packets', 'push_failed', 'busy_loops']);
    expect(spans).to.deep.include({ name: 'tick_to_ack', from: 'feed.tx', to: 'oms.ack' });
    expect(series).to.deep.equal([...hops.map((hop) => hop.name), ...spans.map((span) => span.name)]);
    expect(stallCauses.map((cause) => cause.value)).to.deep.equal(Array.from({ length: 14 }, (_, i) => i + 1));
    expect(stallCauses[0]).to.deep.equal({ value: 1, name: 'preempted' });
  });
});
