import { expect } from 'chai';

import { renderReport } from '../../../experiments/report/report.js';
import type { ReportInput } from '../../../experiments/report/input.js';
import { sampleInput } from './sample.js';

/** Tag names in the order they open and close; void elements and self-closed SVG shapes left out. */
function unbalanced(document: string): readonly string[] {
  const open: string[] = [];
  const voids = new Set(['meta', 'link', 'br', '!doctype']);
  const markup = document.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '');
  for (const [, close, name = '', rest = ''] of markup.matchAll(/<(\/?)([a-z0-9!]+)((?:"[^"]*"|[^">])*)>/g)) {
    if (voids.has(name) || rest.endsWith('/')) continue;
    if (close === '') open.push(name);
    else if (open.pop() !== name) return [`unexpected </${name}>`];
  }
  return open;
}

describe('report', () => {
  it('names every hop and span of the catalogue in its table', () => {
    const input = sampleInput();
    const [, table = ''] = /<section id="hops">([\s\S]*?)<\/section>/.exec(renderReport(input)) ?? [];
    for (const { name } of [...input.hops, ...input.spans]) expect(table).to.contain(`>${name}</span>`);
  });

  it('is well formed, with one variant and with several', () => {
    expect(unbalanced(renderReport(sampleInput()))).to.deep.equal([]);
    expect(unbalanced(renderReport(sampleInput({ names: ['dpdk', 'socket'], runs: 3 })))).to.deep.equal([]);
  });

  it('asks nobody for anything: no address, no import, and a policy that forbids requests', () => {
    const document = renderReport(sampleInput());
    expect(document).not.to.match(/https?:|\/\/[a-z]|@import|url\(|<img|<iframe/i);
    expect(document).to.contain('content="default-src &#39;none&#39;;');
    for (const [, target] of document.matchAll(/\s(?:src|href)="([^"]*)"/g)) expect(target).to.match(/^(#|data:,$)/);
  });

  it('never lets text become markup, wherever it comes from', () => {
    const evil = `"><script>alert('x')</script><b a='`;
    const base = sampleInput({ names: ['a', 'b'], orders: 200 });
    const order = { ...base.variants[0]?.medianOrder, traceId: evil, side: evil, outcome: evil, orderType: evil } as ReportInput['variants'][0]['slowest'][0];
    const summary = {
      ...base.summary,
      ...{ experiment: evil, invalid_because: [evil], verdict: 'invalid' as const },
      variants: base.summary.variants.map((variant) => ({ ...variant, name: evil, settings: { [evil]: evil } })),
      thresholds: [{ metric: evil, expr: evil, value: null, ok: false, variant: evil }],
      machine: { ...base.summary.machine, cpu: evil, kernel: evil, dpdk: evil },
    };
    const event = { cause: evil, who: evil, startNs: 10, endNs: 1_000, detail: 0, flags: 0, thread: 0 };
    const variants = base.variants.map((detail) => ({
      ...{ ...detail, name: evil, runId: evil, lane: evil, durableKind: evil, slowest: [order], medianOrder: order },
      timelines: [{ thread: 0, events: [event, { ...event, cause: 'preempted' }], delays: [{ hop: evil, cause: evil, who: evil, delayNs: 10 }, { hop: 'oms.ack', cause: 'ipi', who: evil, delayNs: 10 }] }],
      attribution: { ...detail.attribution!, causes: detail.attribution!.causes.map((cause) => ({ ...cause, who: evil })), overheadNs: { [evil]: 10 } },
      heatMap: { ...detail.heatMap!, stalls: [{ atS: 1, durationNs: 1_000_000, cause: evil, who: evil }] },
      ownError: { ...detail.ownError!, sites: [{ hop: evil, sites: 1, optimised: false }], stealMs: { [evil]: 1 } },
    }));
    const document = renderReport({ ...base, summary, variants, startedAt: evil, settings: { [evil]: evil }, conditions: [evil] });
    expect(document).not.to.contain("<script>alert('x')");
    expect(document.match(/<script>/g)).to.have.length(1);
    expect(unbalanced(document)).to.deep.equal([]);
    expect(document).to.contain('&quot;&gt;&lt;script&gt;alert');
  });

  it('is a pure function of its input', () => {
    expect(renderReport(sampleInput())).to.equal(renderReport(sampleInput()));
  });

  it('draws a run of which nothing was stamped, without inventing numbers', () => {
    const base = sampleInput({ orders: 200 });
    const variants = base.variants.map((detail) => ({ ...detail, curves: {}, medianOrder: null, p99Order: null, slowest: [], durableKind: null }));
    const runs = base.summary.variants.map((variant) => ({ ...variant, runs: variant.runs.map((run) => ({ ...run, latency_ns: {} })) }));
    const document = renderReport({ ...base, variants, summary: { ...base.summary, variants: runs } }).replace(/<script>[\s\S]*<\/script>/, '');
    expect(document).not.to.match(/NaN|Infinity|undefined|\bnull\b/);
    expect(document).to.contain('No order was acknowledged');
    expect(document).to.contain('No order was traced.');
  });

  it('contains no undefined or non-finite number', () => {
    const document = renderReport(sampleInput({ names: ['dpdk', 'socket'], runs: 2 })).replace(/<script>[\s\S]*<\/script>/, '');
    expect(document).not.to.match(/NaN|Infinity|undefined/);
  });

  it('says which thresholds do not hold and what was measured', () => {
    const document = renderReport(sampleInput());
    expect(document).to.contain('1 of 4 thresholds does not hold.');
    expect(document).to.match(/class="bad">[\s\S]{0,200}journal_write[\s\S]{0,120}74\.1\u202fµs/);
  });

  it('lists the reasons of an invalid run', () => {
    const base = sampleInput();
    const document = renderReport({ ...base, summary: { ...base.summary, verdict: 'invalid', invalid_because: ['push_failed is 12: raise probes.ring_bytes'] } });
    expect(document).to.contain('<li>push_failed is 12: raise probes.ring_bytes</li>');
  });

  it('marks sums of counters that do not add up', () => {
    const base = sampleInput();
    const variants = base.summary.variants.map((variant) => ({
      ...variant,
      runs: variant.runs.map((run) => ({ ...run, counters: { ...run.counters, stored: run.counters.stored - 3, lost: 2 } })),
    }));
    const document = renderReport({ ...base, summary: { ...base.summary, variants } });
    expect(document).to.match(/class="bad"><span class="mark">✗<\/span> drained/);
    expect(document).to.match(/lost <span class="quiet">loss<\/span><\/th><td class="number bad">2</);
  });

  it('shows what each lane costs, and another tool beside it, where they were measured', () => {
    const base = sampleInput();
    expect(renderReport(base)).not.to.contain('What seeing costs');
    const lane_cost = [
      { lane: 'off', cycles_per_order: 1_040, ns_per_order: 400, spread_ns: 12, runs: 3 },
      { lane: 'stream', cycles_per_order: 1_350, ns_per_order: 520, spread_ns: 15, runs: 3 },
    ];
    const reference = { tool: 'dpdk-testpmd', macswap_pps: 340e6, command: 'dpdk-testpmd --no-pci' };
    const document = renderReport({ ...base, summary: { ...base.summary, lane_cost, reference } });
    expect(document).to.match(/stream<\/th>[\s\S]{0,160}\+120\u202fns/);
    expect(document).to.contain('340\u202fM/s');
  });

  it('shows fio\'s writes around journal_write, where they were measured', () => {
    const base = sampleInput();
    expect(renderReport(base)).not.to.contain('The journal beside its devices');
    const writes = { count: 9, p50: 41_000, p90: 50_000, p99: 90_000, p999: 1e5, max: 2e5, bytes_per_s: 80 * 2 ** 20 };
    const floor = {
      device: 'uring', submit: 'helper', tool: 'fio' as const, block_bytes: 4096, depth: 1, command: 'fio --name=journal', floor_before: writes, floor_after: null,
      journals: [{ variant: 'dpdk', p50: 45_100, p99: 92_000, mean_block_bytes: 4096, bytes_per_s: 76 * 2 ** 20, p50_of_floor: 1.1, p50_over_floor_ns: 4_100, rate_of_floor: 0.95 }],
    };
    const document = renderReport({ ...base, summary: { ...base.summary, journal_floors: [floor] } });
    expect(document).to.match(/fio before[\s\S]{0,80}41\.0\u202fµs[\s\S]{0,120}80\.0\u202fMiB\/s[\s\S]{0,80}journal_write, dpdk<\/th><td class="number">45\.1\u202fµs<\/td><td class="number">1\.10<[\s\S]{0,80}76\.0\u202fMiB\/s<\/td><td class="number">0\.95</);
    expect(document).to.match(/fio after[\s\S]{0,60}not measured/);
  });

  it('leaves out quantiles rarer than one order', () => {
    const base = sampleInput({ orders: 200 });
    const points = [{ q: 0, ns: 100 }, { q: 0.99, ns: 200 }, { q: 0.9999, ns: 777_000 }, { q: 1, ns: 777_000 }];
    const variants = base.variants.map((detail) => ({ ...detail, curves: { ...detail.curves, tick_to_ack: points } }));
    const [, data = ''] = /data-label="service" data-points="([^"]*)"/.exec(renderReport({ ...base, variants })) ?? [];
    expect(data).to.equal('0.0000:100 2.0000:200 2.3010:777000');
  });

  it('reads no value between the three known points of the floor, unless its curve is known', () => {
    const base = sampleInput({ orders: 200 });
    expect(renderReport(base)).to.contain('<g class="marks floor">').and.not.to.contain('data-label="jitter floor"');
    const floorCurve = [{ q: 0.5, ns: 10 }, { q: 0.99, ns: 130 }, { q: 1, ns: 184_000 }];
    const variants = base.variants.map((detail) => ({ ...detail, floorCurve }));
    expect(renderReport({ ...base, variants })).to.contain('data-label="jitter floor"').and.not.to.contain('<g class="marks floor"><circle cx="4');
  });

  it('compares runs line by line once there are two', () => {
    expect(renderReport(sampleInput())).not.to.contain('<section id="runs">');
    expect(renderReport(sampleInput({ runs: 2 }))).to.contain('<section id="runs">');
  });
});
