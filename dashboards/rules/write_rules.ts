/** Rules as files for Prometheus and Grafana. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Rule } from '../../collector/index.js';
import { toYaml } from '../yaml.js';
import { grafanaAlerting } from './grafana_alerting.js';
import { prometheusRules, type LeftOut } from './prometheus_rules.js';
import { promtoolTests } from './promtool_tests.js';

/** Where each stands below the folder that is written to. */
export const RULES_FILE = 'prometheus/rules.yml';
export const RULES_TEST_FILE = 'prometheus/rules_test.yml';
export const GRAFANA_ALERTING_FILE = 'grafana/provisioning/alerting/hopscope.yaml';

export interface WrittenRules {
  /** Relative to the folder. */
  readonly files: readonly string[];
  /** Rules that only the collector can judge, and why; rules.yml says it too. */
  readonly leftOut: readonly LeftOut[];
}

/** Text by file, relative to the folder that they belong in; the same for the same rules. */
export function ruleFiles(rules: readonly Rule[]): { readonly texts: Readonly<Record<string, string>>; readonly leftOut: readonly LeftOut[] } {
  const { groups, leftOut } = prometheusRules(rules);
  const kept = rules.filter(({ name }) => !leftOut.some(({ rule }) => rule === name));
  const without = leftOut.map(({ rule, because }) => `Left out, only the collector judges it: ${rule} (${because}).`);
  return {
    texts: {
      [RULES_FILE]: toYaml({ groups }, ['Prometheus rules, generated from Hopscope\'s: change those. `promtool check rules rules.yml`', ...without]),
      [RULES_TEST_FILE]: toYaml(promtoolTests(kept, 'rules.yml'), ['Tests of rules.yml, generated with it. `promtool test rules rules_test.yml`']),
      [GRAFANA_ALERTING_FILE]: toYaml(grafanaAlerting(rules), ['Grafana alert rules, generated from Hopscope\'s: change those.', ...without]),
    },
    leftOut,
  };
}

/** Writes rules.yml with its tests, and Grafana's alert rules; what is there by these names is replaced. */
export function writeRules(rules: readonly Rule[], dir: string): WrittenRules {
  const { texts, leftOut } = ruleFiles(rules);
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  }
  return { files: Object.keys(texts), leftOut };
}
