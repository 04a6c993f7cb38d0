/** The alert rules of an experiment: their language is the collector's (collector/rules), their faults are told by file and line. */
import { RuleError, parseRules, type Rule } from '../../collector/index.js';
import type { SpecDocument } from './document.js';
import { SpecError } from './errors.js';

/** @throws SpecError one line a fault */
export function readAlerts(document: SpecDocument): readonly Rule[] {
  const { alerts } = document.data;
  if (alerts === undefined || alerts === null) return [];
  try {
    return parseRules(alerts);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    throw new SpecError(error.faults.map(({ path, what }) => {
      const at = ['alerts', ...path];
      return { where: document.where(at), key: at.join('.'), what };
    }));
  }
}
