/**
 * The rules as Grafana's own alert rules, provisioned from a file: they show beside the dashboards, and notify nobody by themselves.
 *
 * Format: https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/
 */
import { createHash } from 'node:crypto';
import type { Rule } from '../../collector/index.js';
import { PROMETHEUS } from '../datasource.js';
import { expressionOf } from './condition.js';
import { Inexpressible } from './inexpressible.js';
import { plainAnnotations } from './prometheus_rules.js';

/** Grafana evaluates no faster than this. */
const INTERVAL_SECONDS = 10;
/** Grafana's name of the data source that computes with other queries' results. */
const EXPRESSION = '__expr__';

export interface GrafanaAlerting {
  readonly apiVersion: 1;
  readonly groups: readonly GrafanaGroup[];
}

interface GrafanaGroup {
  readonly orgId: number;
  readonly name: string;
  readonly folder: string;
  readonly interval: string;
  readonly rules: readonly GrafanaRule[];
}

interface GrafanaRule {
  readonly uid: string;
  readonly title: string;
  readonly condition: string;
  readonly for: string;
  readonly noDataState: 'OK';
  readonly execErrState: 'Error';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: readonly GrafanaQuery[];
}

interface GrafanaQuery {
  readonly refId: string;
  readonly datasourceUid: string;
  readonly relativeTimeRange: { readonly from: number; readonly to: number };
  readonly model: Readonly<Record<string, unknown>>;
}

/** Rules that Prometheus cannot judge are left out, as they are in its own file. */
export function grafanaAlerting(rules: readonly Rule[]): GrafanaAlerting {
  const found = rules.flatMap(grafanaRule);
  return { apiVersion: 1, groups: [{ orgId: 1, name: 'hopscope', folder: 'Hopscope', interval: `${INTERVAL_SECONDS}s`, rules: found }] };
}

function grafanaRule(rule: Rule): readonly GrafanaRule[] {
  const expr = expressionOrNothing(rule);
  if (expr === undefined) return [];
  return [{
    // At most 40 characters, and the same for good: Grafana knows the rule by it.
    uid: `hopscope-${createHash('sha256').update(rule.name).digest('hex').slice(0, 16)}`,
    title: rule.name,
    condition: 'B',
    for: `${Math.ceil(rule.forSeconds / INTERVAL_SECONDS) * INTERVAL_SECONDS}s`,
    noDataState: 'OK',
    execErrState: 'Error',
    labels: literal({ ...rule.labels, severity: rule.severity }),
    annotations: literal(plainAnnotations(rule)),
    // The query returns something exactly while the condition holds, whatever its value.
    data: [
      query('A', PROMETHEUS.uid, { expr: `count(${expr})`, instant: true }),
      query('B', EXPRESSION, { type: 'threshold', expression: 'A', conditions: [{ evaluator: { type: 'gt', params: [0] } }] }),
    ],
  }];
}

function query(refId: string, datasourceUid: string, model: Readonly<Record<string, unknown>>): GrafanaQuery {
  return { refId, datasourceUid, relativeTimeRange: { from: 600, to: 0 }, model: { refId, ...model } };
}

function expressionOrNothing(rule: Rule): string | undefined {
  try {
    return expressionOf(rule);
  } catch (error) {
    if (error instanceof Inexpressible) return undefined;
    throw error;
  }
}

/** Grafana puts environment variables in the place of `$NAME`, and templates in that of `{{`. */
function literal(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replaceAll('$', '$$$$').replaceAll('{{', '{{ "{{" }}')]));
}
