/** `compare: { primary: [tick_to_ack.p50, tick_to_ack.p99], minimum_effect: { share: 2%, absolute: 50ns }, confidence: 95% }`: how variants are told apart. */
import { z } from 'zod';
import { QuantityError, readDurationNs, readShare } from '../../collector/index.js';
import type { SettingValue, Settings } from '../summary.js';
import { parseMetric, type Metric } from './metric.js';

export interface CompareRules {
  /** What is tested; all else gets an interval only. */
  readonly primary: readonly Metric[];
  /** Of intervals; 1 − this is the chance of any wrong verdict. */
  readonly confidence: number;
  /** A smaller difference is not worth a verdict. */
  readonly leastShare: number;
  readonly leastNs: number;
}

const DEFAULT_PRIMARY = ['tick_to_ack.p50', 'tick_to_ack.p99'];

function read<Value>(reader: (given: unknown) => Value, possible: (value: Value) => boolean, limits: string) {
  return z.union([z.string(), z.number()], { error: (issue) => `${JSON.stringify(issue.input)} is not possible; it must be ${limits}` })
    .transform((given, context) => {
      try {
        const value = reader(given);
        if (possible(value)) return value;
        context.addIssue({ code: 'custom', message: `${JSON.stringify(given)} is out of range; it must be ${limits}` });
      } catch (error) {
        if (!(error instanceof QuantityError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
      }
      return z.NEVER;
    });
}

const MetricName = read((given) => parseMetric(String(given)), () => true, 'a hop or span and a statistic, for example tick_to_ack.p99');
const share = (low: number, high: number, limits: string) => read(readShare, (value) => value >= low && value <= high, limits);

export const CompareSchema = z.strictObject({
  primary: z.array(MetricName, { error: 'write a list of metrics, for example [tick_to_ack.p50, tick_to_ack.p99]' })
    .min(1, 'one metric or more is to be tested').max(20, 'at most 20 metrics are tested: each makes all the others harder to tell').prefault(DEFAULT_PRIMARY),
  minimum_effect: z.strictObject({
    share: share(0, 1, 'between 0% and 100%').prefault('2%'),
    absolute: read(readDurationNs, (ns) => ns >= 0 && ns <= 1e9, 'between 0ns and 1s').prefault('50ns'),
  }).prefault({}),
  confidence: share(0.5, 0.999, 'between 50% and 99.9%').prefault('95%'),
});

export function compareRules({ primary, minimum_effect: least, confidence }: z.output<typeof CompareSchema>): CompareRules {
  return { primary, confidence, leastShare: least.share, leastNs: least.absolute };
}

export const DEFAULT_RULES: CompareRules = compareRules(CompareSchema.parse({}));

const StoredPrimary = z.array(z.object({ series: z.string(), statistic: z.string() })).min(1);

/** From an experiment's settings by dotted path, as a run is stored with; what is not there has its default. */
export function storedRules(settings: Settings): CompareRules {
  const number = (key: string, otherwise: number): number => {
    const value = settings[`compare.${key}`];
    return typeof value === 'number' ? value : otherwise;
  };
  return {
    primary: storedPrimary(settings['compare.primary']) ?? DEFAULT_RULES.primary,
    confidence: number('confidence', DEFAULT_RULES.confidence),
    leastShare: number('minimum_effect.share', DEFAULT_RULES.leastShare),
    leastNs: number('minimum_effect.absolute', DEFAULT_RULES.leastNs),
  };
}

/** Undefined where there is none, or one of a version that knew other metrics. */
function storedPrimary(stored: SettingValue | undefined): readonly Metric[] | undefined {
  if (typeof stored !== 'string') return undefined;
  try {
    return StoredPrimary.parse(JSON.parse(stored)).map(({ series, statistic }) => parseMetric(`${series}.${statistic}`));
  } catch {
    return undefined;
  }
}
