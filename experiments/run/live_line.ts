/** The line that lives while the engine runs: four times a second on a terminal, once a second in a log. */
import { formatNs, formatRate } from '../report/quantity.js';
import type { PageView } from '../../native/index.js';

export interface LiveFigures {
  readonly label: string;
  readonly elapsedS: number;
  readonly view: PageView;
  readonly p50: number;
  readonly p99: number;
  /** Records lost between the engine and the collector. */
  readonly lost: number;
}

export interface LineSink {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number;
  write(text: string): unknown;
}

export class LiveLine {
  readonly #sink: LineSink;
  #nextMs = 0;
  #before: { readonly ms: number; readonly packets: number; readonly orders: number } | undefined;
  #open = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** Whether it is time for a line: figures that nobody sees need not be computed. */
  due(nowMs: number): boolean {
    return nowMs >= this.#nextMs;
  }

  show(figures: LiveFigures, nowMs: number): void {
    const { feed_packets: packets = 0, orders = 0 } = figures.view.counters;
    const reset = this.#before !== undefined && packets < this.#before.packets; // warm-up has ended: its counts are gone
    const before = reset ? undefined : this.#before;
    const seconds = before === undefined ? 0 : (nowMs - before.ms) / 1000;
    const rate = (now: number, then: number): string => (seconds > 0 ? formatRate(Math.max(0, now - then) / seconds) : '-');
    const text = liveText(figures, rate(packets, before?.packets ?? 0), rate(orders, before?.orders ?? 0));
    this.#before = { ms: nowMs, packets, orders };
    this.#nextMs = nowMs + (this.#sink.isTTY === true ? 250 : 1000);
    if (this.#sink.isTTY === true) {
      this.#sink.write(`\r${text.slice(0, (this.#sink.columns ?? 120) - 1)}\x1b[K`);
      this.#open = true;
    } else {
      this.#sink.write(`${text}\n`);
    }
  }

  /** Leaves the last line standing. */
  end(): void {
    if (this.#open) this.#sink.write('\n');
    this.#open = false;
    this.#before = undefined;
    this.#nextMs = 0;
  }
}

export function liveText({ label, elapsedS, view, p50, p99, lost }: LiveFigures, packets: string, orders: string): string {
  const { feed_missed = 0, port_drops = 0, push_failed = 0 } = view.counters;
  const losses = lost + feed_missed + port_drops + push_failed;
  const tail = view.state === 'measure' || view.state === 'drain' || view.state === 'done' ? `tick_to_ack p50 ${formatNs(p50)}  p99 ${formatNs(p99)}  ` : '';
  return `${label}  ${elapsedS.toFixed(1)} s  ${view.state.padEnd(7)}  packets ${packets}  orders ${orders}  ${tail}lost ${losses}`;
}
