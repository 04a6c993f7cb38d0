/** The rules as Prometheus' own: percentiles of every hop and span recorded, budgets recorded by window, and one alert a rule. */
import { metricByName, secondsShown, unitOf, type Rule, type ValueUnit } from '../../collector/index.js';
import { OF_COLLECTOR } from '../promql.js';
import { labelsOf, recordOf, slowShareExpression, slowSharesOf } from './burn.js';
import { expressionOf } from './condition.js';
import { Inexpressible } from './inexpressible.js';

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** A rule that Prometheus cannot judge, and why. */
export interface LeftOut {
  readonly rule: string;
  readonly because: string;
}

export interface PrometheusRules {
  readonly groups: readonly RuleGroup[];
  readonly leftOut: readonly LeftOut[];
}

/** An alert that Prometheus judged, told apart from the collector's own of the same name. */
export const SOURCE = { source: 'prometheus' } as const;

/** The collector cannot say itself that it is gone. */
export const COLLECTOR_DOWN: AlertingRule = {
  alert: 'collector-down',
  expr: `up{${OF_COLLECTOR}} == 0`,
  for: '5s',
  labels: { severity: 'page', ...SOURCE },
  annotations: { summary: 'hopscope serve does not answer: no other alert can be trusted to be quiet' },
};

/** Long enough to be smooth, short against what people look at. */
const PERCENTILE_WINDOW = '10s';
const RECORDED_LEVELS = [['p50', 0.5], ['p99', 0.99], ['p999', 0.999]] as const;

export function prometheusRules(rules: readonly Rule[]): PrometheusRules {
  const leftOut: LeftOut[] = [];
  const shares = new Map<string, RecordingRule>();
  const alerts: AlertingRule[] = [];
  for (const rule of rules) {
    try {
      const alert = alertOf(rule);
      for (const share of slowSharesOf(rule)) {
        const recorded = { record: recordOf(share), expr: slowShareExpression(share), labels: labelsOf(share) };
        shares.set(JSON.stringify([recorded.record, recorded.labels]), recorded);
      }
      alerts.push(alert);
    } catch (error) {
      if (!(error instanceof Inexpressible)) throw error;
      leftOut.push({ rule: rule.name, because: error.message });
    }
  }
  const own = rules.some(({ name }) => name === COLLECTOR_DOWN.alert) ? [] : [COLLECTOR_DOWN];
  return {
    groups: [
      { name: 'hopscope-percentiles', rules: percentiles() },
      // One group, because its rules run one after the other: an alert sees the shares of its own second.
      { name: 'hopscope-alerts', rules: [...shares.values(), ...alerts, ...own] },
    ],
    leftOut,
  };
}

function alertOf(rule: Rule): AlertingRule {
  return {
    alert: rule.name,
    expr: expressionOf(rule),
    ...(rule.forSeconds === 0 ? {} : { for: secondsShown(rule.forSeconds) }),
    labels: { ...escaped(rule.labels), severity: literal(rule.severity), ...SOURCE },
    annotations: { ...escaped(plainAnnotations(rule)), value: `{{ printf "%.6g" $value }}${SUFFIX[unitOf(rule.condition)]}` },
  };
}

/** Annotations that are the same whatever the value is. */
export function plainAnnotations({ summary, when }: Rule): Readonly<Record<string, string>> {
  return summary === '' ? { expr: when } : { summary, expr: when };
}

/** Prometheus' base unit of time is the second. */
export const SUFFIX: Readonly<Record<ValueUnit, string>> = { ns: ' s', count: '', per_second: '/s', share: '', times: ' times the budget' };

function percentiles(): readonly RecordingRule[] {
  return ['hop', 'span'].flatMap((kind) => {
    const metric = metricByName(`hopscope_${kind}_latency_seconds`).name;
    const buckets = `${kind}:${metric}_bucket:rate${PERCENTILE_WINDOW}`;
    return [
      { record: buckets, expr: `sum by (${kind}, le) (rate(${metric}_bucket[${PERCENTILE_WINDOW}]))` },
      ...RECORDED_LEVELS.map(([name, level]) => ({ record: `${kind}:${metric}:${name}_rate${PERCENTILE_WINDOW}`, expr: `histogram_quantile(${level}, ${buckets})` })),
    ];
  });
}

function escaped(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, literal(text)]));
}

/** Labels and annotations are templates: braces of the text itself must not be taken for one. */
function literal(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
