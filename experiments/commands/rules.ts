/** `hopscope rules FILE --out DIR`: alert rules of an experiment as Prometheus rules with their tests, and for Grafana. */
import path from 'node:path';
import { readRuleFile } from '../../collector/index.js';
import { writeRules, type WrittenRules } from '../../dashboards/index.js';
import { ResultsError } from '../run/results.js';

export function rulesCommand(file: string, { out }: { readonly out: string }): number {
  const rules = readRuleFile(file);
  const folder = path.resolve(out);
  const { files, leftOut } = write();
  for (const written of files) process.stdout.write(`${path.join(out, written)}\n`);
  for (const { rule, because } of leftOut) process.stdout.write(`left out, only hopscope itself judges it: ${rule} (${because})\n`);
  return 0;

  function write(): WrittenRules {
    try {
      return writeRules(rules, folder);
    } catch (error) {
      throw new ResultsError(`rules: ${folder} cannot be written (${error instanceof Error ? error.message : String(error)}); name another folder with --out DIR`);
    }
  }
}
