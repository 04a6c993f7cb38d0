/** The dashboards' face: rules as files for Prometheus and Grafana. What is generated once and committed comes from generate.ts. */
export type { LeftOut } from './rules/prometheus_rules.js';
export { ruleFiles, writeRules, type WrittenRules } from './rules/write_rules.js';
