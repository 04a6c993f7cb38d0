import { Histogram, type Registry } from 'prom-client';
import type { BoundedHistogram } from '../live/bounded_histogram.js';
import { boundLabel, LATENCY_BOUNDS_NS, type Metric } from './catalogue.js';

const NS_PER_SECOND = 1e9;
const BOUND_LABELS: readonly string[] = [...LATENCY_BOUNDS_NS.map(boundLabel), '+Inf'];

/** A line of the text format, as prom-client's registry takes it from a histogram. */
interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of all lines of the same histogram. */
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A histogram that shows durations counted elsewhere; prom-client's own can only be filled one observation at a time. */
export class LatencyHistogram extends Histogram {
  readonly #metric: Metric;
  readonly #label: string;
  readonly #names: readonly string[];
  readonly #counted: (name: string) => BoundedHistogram;

  /**
   * @param names every value of its one label; each is shown from the start, so that its growth can be told from the first duration on
   * @param counted by name, over LATENCY_BOUNDS_NS
   */
  constructor(metric: Metric, registry: Registry, names: readonly string[], counted: (name: string) => BoundedHistogram) {
    super({ name: metric.name, help: metric.help, labelNames: [...metric.labels], registers: [registry] });
    this.#metric = metric;
    this.#label = metric.labels[0] ?? 'name';
    this.#names = names;
    this.#counted = counted;
  }

  /** What prom-client's registry and get() ask a histogram for; its types do not tell. */
  getForPromString(): Promise<{ readonly name: string; readonly help: string; readonly type: 'histogram'; readonly values: readonly Line[] }> {
    const { name, help } = this.#metric;
    return Promise.resolve({ name, help, type: 'histogram', values: this.#names.flatMap((one) => this.#linesOf(one)) });
  }

  #linesOf(name: string): readonly Line[] {
    const histogram = this.#counted(name);
    const cumulative = histogram.cumulative();
    const line = (suffix: string, labels: Line['labels'], value: number): Line => ({
      metricName: `${this.#metric.name}_${suffix}`,
      labels,
      sharedLabels: { [this.#label]: name },
      value,
    });
    return [
      ...BOUND_LABELS.map((le, index) => line('bucket', { le }, cumulative[index] ?? 0)),
      line('sum', {}, histogram.sumNs / NS_PER_SECOND),
      line('count', {}, cumulative.at(-1) ?? 0),
    ];
  }
}
