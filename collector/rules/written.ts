/** A rule as parseRules() takes it: for handing rules to another process, which checks them again. */
import type { Budget, Rule, Target } from './rule.js';
import { DEFAULT_OVER_SECONDS } from './parse_rules.js';
import { secondsShown } from './seconds.js';

/** Plain JSON data. `parseRules([writtenRule(rule)])` is the rule again. */
export function writtenRule(rule: Rule): Readonly<Record<string, unknown>> {
  const { name, when, severity, summary, labels, abort, kill, budget } = rule;
  return {
    name,
    when,
    for: secondsShown(rule.forSeconds),
    ...(rule.overSeconds === DEFAULT_OVER_SECONDS ? {} : { over: secondsShown(rule.overSeconds) }),
    severity,
    ...(summary === '' ? {} : { summary }),
    labels,
    notify: rule.notify.map(writtenTarget),
    abort,
    kill,
    ...(budget === null ? {} : { budget: writtenBudget(budget) }),
  };
}

function writtenTarget(target: Target): Readonly<Record<string, unknown>> {
  return target.kind === 'command' ? { command: target.argv } : { [target.kind]: target.url };
}

function writtenBudget({ withinNs, target, windows }: Budget): Readonly<Record<string, unknown>> {
  return {
    within: `${withinNs}ns`,
    target: `${percent(target)}%`,
    ...(windows.length === 0 ? {} : { windows: windows.map((one) => ({ long: secondsShown(one.longSeconds), short: secondsShown(one.shortSeconds), burn: one.burn })) }),
  };
}

/** Shortest decimal that reads as this share again: 0.999 × 100 is 99.9 and a bit in binary. */
function percent(share: number): string {
  for (let digits = 1; digits <= 17; digits++) {
    const text = String(Number((share * 100).toPrecision(digits)));
    if (Number(text) / 100 === share) return text;
  }
  return String(share * 100);
}
