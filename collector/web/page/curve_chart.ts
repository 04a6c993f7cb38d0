/** The percentile curve of the last ten seconds, its tail stretched: every nine has the same width. */
import type { EngineView } from '../../live/snapshot.js';
import { Chart, type Line } from './chart.js';
import { formatNs, formatRoundNs } from './quantity.js';

/** Where the slowest order of all stands; p99.999 is at 5. */
const SLOWEST_X = 5.6;
const PLACES: readonly (readonly [number, string])[] = [[-Math.log10(0.5), 'p50'], [1, 'p90'], [2, 'p99'], [3, 'p99.9'], [4, 'p99.99'], [SLOWEST_X, 'max']];

const LINES: readonly Line[] = [
  { label: 'service', colour: 'v0' },
  { label: 'response', colour: 'v1', dashed: true },
];

/** @returns draws a hop or span; the round trip is drawn with both of its readings */
export function curveChart(): (engine: EngineView, chosen: string, levels: readonly number[]) => void {
  const chart = new Chart({
    id: 'curve',
    lines: LINES,
    x: { time: false, splits: PLACES.map(([x]) => x), label: (x) => PLACES.find(([at]) => at === x)?.[1] ?? '', range: () => [0, SLOWEST_X] },
    y: { log: true, format: formatNs, axis: formatRoundNs },
    place: (x) => (x === SLOWEST_X ? 'slowest' : `p${Number((100 * (1 - 10 ** -x)).toFixed(4))}`),
    rest: (xs) => xs.findIndex((x) => x > 1.999),
  });
  return (engine, chosen, levels) => {
    const xs = levels.map((level) => (level >= 1 ? SLOWEST_X : -Math.log10(1 - level)));
    const both = chosen === 'tick_to_ack' || chosen === 'tick_to_ack_response';
    const names = both ? ['tick_to_ack', 'tick_to_ack_response'] : [chosen];
    const ys = names.map((name) => {
      const { curveNs = [] } = engine.series.find((one) => one.name === name) ?? {};
      return levels.map((_, index) => curveNs[index] ?? null);
    });
    chart.show([xs, ...ys], both ? LINES : [{ label: chosen, colour: 'v0' }]);
  };
}
