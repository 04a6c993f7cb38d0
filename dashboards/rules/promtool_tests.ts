/** The rules' tests in promtool's language: each alert fires with its value when its condition holds for long enough, not sooner, and is quiet otherwise. */
import { unitOf, type Rule } from '../../collector/index.js';
import { COLLECTOR_JOB } from '../promql.js';
import { windowSeconds } from './condition.js';
import { examplesOf, type Example, type Samples } from './examples.js';
import { COLLECTOR_DOWN, SOURCE, SUFFIX, plainAnnotations } from './prometheus_rules.js';

export interface PromtoolTests {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  readonly tests: readonly PromtoolTest[];
}

interface PromtoolTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly AlertTest[];
}

interface AlertTest {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts: readonly { readonly exp_labels: Readonly<Record<string, string>>; readonly exp_annotations: Readonly<Record<string, string>> }[];
}

/** After window and `for`: until every rate has its whole window. */
const SETTLED_SECONDS = 5;

/** @param rules those that prometheusRules() did not leave out */
export function promtoolTests(rules: readonly Rule[], rulesFile: string): PromtoolTests {
  const own = rules.some(({ name }) => name === COLLECTOR_DOWN.alert) ? [] : [collectorDown()];
  return { rule_files: [rulesFile], evaluation_interval: '1s', tests: [...rules.flatMap(testsOf), ...own] };
}

function testsOf(rule: Rule): readonly PromtoolTest[] {
  const { breach, quiet } = examplesOf(rule);
  const atSeconds = windowSeconds(rule) + rule.forSeconds + SETTLED_SECONDS;
  const nothing = (seconds: number): AlertTest => ({ eval_time: `${seconds}s`, alertname: rule.name, exp_alerts: [] });
  return [
    ...(breach === undefined ? [] : [{
      name: `${rule.name}: ${rule.when} holds`,
      interval: '1s',
      input_series: series(breach, atSeconds),
      alert_rule_test: [
        ...(rule.forSeconds === 0 ? [] : [nothing(rule.forSeconds - 1)]),
        { eval_time: `${atSeconds}s`, alertname: rule.name, exp_alerts: [firing(rule, breach.value(atSeconds))] },
      ],
    }]),
    ...(quiet === undefined ? [] : [{
      name: `${rule.name}: ${rule.when} does not hold`,
      interval: '1s',
      input_series: series(quiet, atSeconds),
      alert_rule_test: [nothing(atSeconds)],
    }]),
  ];
}

function firing(rule: Rule, value: number): AlertTest['exp_alerts'][number] {
  return {
    exp_labels: { ...rule.labels, severity: rule.severity, ...SOURCE },
    exp_annotations: { ...plainAnnotations(rule), value: `${sixDigits(value)}${SUFFIX[unitOf(rule.condition)]}` },
  };
}

function collectorDown(): PromtoolTest {
  const { alert, labels, annotations } = COLLECTOR_DOWN;
  const target = { job: COLLECTOR_JOB, instance: 'collector:9464' };
  return {
    name: `${alert}: a scrape fails`,
    interval: '1s',
    input_series: [{ series: `up{job="${target.job}",instance="${target.instance}"}`, values: '1x10 0x20' }],
    alert_rule_test: [
      { eval_time: '10s', alertname: alert, exp_alerts: [] },
      { eval_time: '25s', alertname: alert, exp_alerts: [{ exp_labels: { ...target, ...labels }, exp_annotations: annotations }] },
    ],
  };
}

/** promtool's notation: start, growth a sample, samples after the first. */
function series({ samples }: Example, seconds: number): PromtoolTest['input_series'] {
  return samples.map(({ series: name, start, step }: Samples) => ({ series: name, values: `${start}+${withoutExponent(step)}x${seconds + SETTLED_SECONDS}` }));
}

/** promtool reads no exponents there. */
function withoutExponent(step: number): string {
  const text = String(step);
  return text.includes('e') ? step.toFixed(15).replace(/0+$/, '') : text;
}

/** Go's %.6g. */
export function sixDigits(value: number): string {
  if (value === 0) return '0';
  const [digits = '', exponent = ''] = value.toExponential(5).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(value.toPrecision(6)));
  return `${String(Number(digits))}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
