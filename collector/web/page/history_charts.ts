/** The last two minutes, second by second: throughput, and the round trip's percentiles. */
import type { EngineView } from '../../live/snapshot.js';
import { Chart } from './chart.js';
import { formatClock, formatNs, formatRate, formatRound, formatRoundNs } from './quantity.js';

const SHOWN_SECONDS = 120;

/** Always two minutes wide: time moves, the scale does not. */
function lastMinutes(_low: number, high: number): [number, number] {
  return [high - SHOWN_SECONDS, high];
}

const time = { time: true, range: lastMinutes } as const;
const place = (second: number): string => formatClock(second * 1e3);

export function historyCharts(): (engine: EngineView) => void {
  const throughput = new Chart({
    id: 'throughput',
    lines: [{ label: 'feed packets', colour: 'v0' }, { label: 'orders', colour: 'v1' }],
    x: time,
    y: { log: false, format: formatRate, axis: formatRound },
    place,
  });
  const roundTrip = new Chart({
    id: 'round-trip',
    lines: [{ label: 'p50', colour: 'v2' }, { label: 'p99', colour: 'v0' }, { label: 'p99.9', colour: 'v1' }],
    x: time,
    y: { log: true, format: formatNs, axis: formatRoundNs },
    place,
  });
  return ({ history }) => {
    throughput.show([history.seconds, history.feedPps, history.ordersPerSecond]);
    roundTrip.show([history.seconds, history.p50Ns, history.p99Ns, history.p999Ns]);
  };
}
