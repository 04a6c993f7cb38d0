import { expect } from 'chai';
import path from 'node:path';
import { captureFault, captureFile, captureLine, captureOf } from '../../../experiments/run/capture.js';
import type { EngineResult } from '../../../experiments/run/engine_result.js';

function resultWith(capture: EngineResult['capture']): EngineResult {
  return { digest: { orders: '', orders_null_because: '', books: '', journal: null, oms: null, null_because: '' }, feed: { types: {} }, journal_stalls: 0, oms_journal_stalls: 0, unlocked_because: '', durable_kind: null, conditions: '', kills: [], risk_rejects: {}, risk_blocks: [], breakers: {}, venues: [], positions: [], reconciliation: { differences: 0, first: [] }, snapshots: [], parents: [], commands: [], capture };
}

describe('experiments/run/capture', () => {
  it('takes the name as it is for one run, and tells several apart', () => {
    expect(captureFile('a/run.pcap', 'dpdk', 1, true)).to.equal(path.resolve('a/run.pcap'));
    expect(captureFile('a/run.pcap', 'dpdk', 3, false)).to.equal(path.resolve('a/run-dpdk-3.pcap'));
    expect(captureFile('/x/run', 'build=dpdk, at=../y', 2, false)).to.equal('/x/run-build=dpdk_at=.._y-2.pcap');
  });

  it('says what was written, what is missing, and why', () => {
    const whole = captureOf('/x/a.pcap', resultWith({ packets: 1_200, lost: 0, error: '' }));
    expect(captureFault(whole)).to.equal(undefined);
    expect(captureLine(whole).replace(/\u202f/g, ' ')).to.equal('captured: /x/a.pcap, 1 200 packets');
    const holed = captureOf('/x/a.pcap', resultWith({ packets: 1_200, lost: 34, error: '' }));
    expect(captureFault(holed)).to.match(/^capture_lost 34: .*probes\.capture_ring/);
    expect(captureLine(holed).replace(/\u202f/g, ' ')).to.equal('✗ captured: /x/a.pcap, 1 200 of 1 234 packets');
    const full = captureOf('/x/a.pcap', resultWith({ packets: 5, lost: 6, error: 'capture: /x/a.pcap cannot be written' }));
    expect(captureFault(full)).to.equal('capture: /x/a.pcap cannot be written; 5 packets are in it, 6 are not');
    const dead = captureOf('/x/a.pcap', undefined);
    expect(captureFault(dead)).to.match(/did not come to its end/);
    expect(captureLine(dead)).to.equal('✗ captured: /x/a.pcap, cut off with the engine');
  });
});
