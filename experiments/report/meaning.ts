/** What the numbers mean, in words: the one line under every table, in the terminal and on paper. */
import type { RunSummary } from '../summary.js';
import { formatNs } from './quantity.js';

/** The same for all variants of an experiment, said once. */
export const EXPLANATION =
  'Service time counts from when the packet was sent; response time from when it was due, so that a late sender hides nothing. ' +
  "The jitter floor is what a busy window of 5 µs that does nothing lost on the same core in the same run: a tail near it says more about the host than about the code.";

/** One variant's figures, where the explanation stands above. */
export function comparedFigures(run: RunSummary): string {
  const p99 = (name: string): string => {
    const latency = run.latency_ns[name];
    return latency === undefined || latency.count === 0 ? 'not stamped' : formatNs(latency.p99);
  };
  const { p99: floorP99, p999: floorP999 } = run.floor.jitter_ns;
  return `p99 service ${p99('tick_to_ack')}, response ${p99('tick_to_ack_response')}; floor ${formatNs(floorP99)}, at p99.9 ${formatNs(floorP999)}.`;
}

/** Service against response time, and the machine's own tail beside ours. */
export function meaningOf(run: RunSummary): string {
  const service = run.latency_ns.tick_to_ack;
  const response = run.latency_ns.tick_to_ack_response;
  const { p99, p999, max } = run.floor.jitter_ns;
  const floor = `on the same core, a busy window of 5 µs that does nothing lost ${formatNs(p99)} at p99, ${formatNs(p999)} at p99.9, ${formatNs(max)} at most`;
  if (service === undefined || service.count === 0) return `No order was acknowledged in the measured phase; the machine's own jitter floor: ${floor}.`;
  const late =
    response === undefined || response.count === 0
      ? ''
      : ` Response time counts from when the packet was due, so that a late sender hides nothing: p99 ${formatNs(response.p99)}.`;
  return `Service time counts from when the packet was sent: p99 ${formatNs(service.p99)}.${late} The machine's own jitter floor: ${floor}; a tail near it says more about the host than about the code.`;
}
