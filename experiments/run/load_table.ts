/** The load curve as text: latency at each share of the maximum. */
import { formatNs, formatRate } from '../report/quantity.js';
import type { LoadPoint, LoadSummary } from '../summary.js';
import { maximumText } from './load_curve.js';

const QUANTILES = ['p50', 'p99', 'p999'] as const;
const HEAD = ['rate', 'sent', ...['service', 'response'].flatMap((what) => ['p50', 'p99', 'p99.9'].map((quantile) => `${what} ${quantile}`))];
const NAME_WIDTH = 24;
const WIDTH = 16;

/** Empty where no maximum was searched for. */
export function loadLines(load: LoadSummary | null | undefined): readonly string[] {
  if (load === null || load === undefined) return [];
  const failed = load.probes.filter(({ holds }) => !holds).length;
  const head = 'load'.padEnd(NAME_WIDTH) + HEAD.map((cell) => cell.padStart(WIDTH)).join('');
  return [
    '', head, '-'.repeat(head.length), ...load.points.map(pointLine),
    `${maximumText(load)} (${load.probes.length} probes, ${failed} of them failed)`,
  ];
}

function pointLine({ variant, rate_pps: rate, sent_pps: sent, service_ns: service, response_ns: response, valid }: LoadPoint): string {
  const cells = [formatRate(rate), formatRate(sent), ...[service, response].flatMap((latency) => QUANTILES.map((quantile) => (latency === null ? '-' : formatNs(latency[quantile]))))];
  return `${variant.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(WIDTH)).join('')}${valid ? '' : '  invalid'}`;
}
