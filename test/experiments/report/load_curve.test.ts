import { expect } from 'chai';
import { loadCurveSection } from '../../../experiments/report/load_curve.js';
import { renderReport } from '../../../experiments/report/report.js';
import type { ReportInput } from '../../../experiments/report/input.js';
import type { LoadSummary } from '../../../experiments/summary.js';
import { RECORDED_LOAD } from '../run/recorded_load.js';
import { sampleInput } from './sample.js';

function input(load: LoadSummary | null): ReportInput {
  const base = sampleInput({ orders: 200 });
  return { ...base, summary: { ...base.summary, load } };
}

const section = (load: LoadSummary): string => (loadCurveSection(input(load))?.text ?? '').replace(/\u202f/g, ' ');

/** The wide drawing's polylines as points, in the order of the legend. */
function drawn(text: string): readonly (readonly (readonly [x: number, y: number])[])[] {
  const [, wide = ''] = /<div class="wide">([\s\S]*?)<\/div>/.exec(text) ?? [];
  return [...wide.matchAll(/<polyline class="curve v\d (?:solid|dashed)" points="([^"]*)"/g)].map(([, points = '']) =>
    points.split(' ').map((pair) => pair.split(',').map(Number)).map(([x = NaN, y = NaN]) => [x, y] as const));
}

describe('experiments/report/load_curve', () => {
  it('is left out where no maximum was searched for', () => {
    expect(loadCurveSection(input(null))).to.equal(null);
    expect(loadCurveSection(sampleInput({ orders: 200 }))).to.equal(null);
    expect(renderReport(input(null))).to.not.include('id="load"');
  });

  it('stands first in the report, and in its navigation', () => {
    const page = renderReport(input(RECORDED_LOAD));
    expect(page).to.match(/<nav[^>]*><a href="#load">load<\/a>/);
    expect(page.indexOf('id="load"')).to.be.greaterThan(0).and.below(page.indexOf('id="curves"'));
  });

  it('draws p50, p99 and p99.9, service and response, over the rate', () => {
    const lines = drawn(section(RECORDED_LOAD));
    expect(lines).to.have.length(6);
    for (const points of lines) {
      expect(points).to.have.length(3);
      const xs = points.map(([x]) => x);
      const [left = 0, , right = 0] = xs;
      // From 10 % to 90 % of the maximum, on a linear axis that ends at it.
      expect((right - left) / (1120 - 52 - 14)).to.be.closeTo(0.8, 0.001);
    }
    // Service p50 at the lowest rate is the lowest point of all, response p99.9 at the highest rate the highest.
    const ys = lines.flat().map(([, y]) => y);
    expect(lines[0]?.[0]?.[1]).to.equal(Math.max(...ys));
    expect(lines[5]?.[2]?.[1]).to.equal(Math.min(...ys));
  });

  it('names each mark, and lists each point and each probe', () => {
    const text = section(RECORDED_LOAD);
    expect(text).to.include('<title>response p99 at 1.58 M/s: 29.1 ms</title>');
    expect(text).to.include('highest rate held: 3.16 M/s');
    expect(text).to.include('>90% of maximum</th><td class="number">2.85 M/s</td><td class="number">2.76 M/s</td><td class="number">19.7 µs</td>');
    expect(text).to.include('How the maximum was found: 7 probes');
    expect(text.match(/not held<\/td>/g)).to.have.length(4);
    expect(text).to.include('only 2.19 M/s were sent');
  });

  it('says what is not known: a maximum beyond the bounds, points that are invalid, no order at all', () => {
    const [point] = RECORDED_LOAD.points;
    if (point === undefined) throw new Error('no point');
    const beyond = section({ ...RECORDED_LOAD, at_least: true, points: [{ ...point, valid: false }] });
    expect(beyond).to.include('the maximum is this or more').and.include('<span class="bad">invalid</span>');
    const untimed = section({ ...RECORDED_LOAD, points: [{ ...point, service_ns: null, response_ns: null }] });
    expect(untimed).to.include('No order was timed.').and.not.include('<svg');
  });

  it('never lets text become markup', () => {
    const evil = '<script>alert(1)</script>';
    const [point] = RECORDED_LOAD.points;
    if (point === undefined) throw new Error('no point');
    expect(section({ ...RECORDED_LOAD, points: [{ ...point, variant: evil }], probes: [{ rate_pps: 1, holds: false, because: evil }] })).to.not.include('<script>');
  });
});
