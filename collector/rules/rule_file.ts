/** Rules in a file of their own, for `hopscope serve --rules`: a YAML map with the key `alerts`. An experiment's file is one too. */
import { readFileSync } from 'node:fs';
import { LineCounter, isMap as isYamlMap, isNode, isScalar, parseDocument, type Document } from 'yaml';
import { RuleError, type RulePath } from './faults.js';
import { isMap } from './maps.js';
import { nearest } from './nearest.js';
import { parseRules } from './parse_rules.js';
import type { Rule } from './rule.js';

const KEY = 'alerts';
const EXAMPLE = 'write alerts: [{ name: rtt-breach, when: "tick_to_ack.p99 > 100us", for: 5s }]';

/** @throws RuleError that names file and line of every fault */
export function readRuleFile(file: string): readonly Rule[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new RuleError([{ path: [], what: missing ? 'there is no such file; name a YAML file with rules' : 'cannot be read; check that it is a file, and its permissions' }], () => file);
  }
  return parseRuleText(file, text);
}

/** @param file only named in faults */
export function parseRuleText(file: string, text: string): readonly Rule[] {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => `${file}:${lines.linePos(offset).line}`;
  const [broken] = yaml.errors;
  if (broken !== undefined) throw new RuleError([{ path: [], what: `${broken.message.split('\n')[0] ?? ''}; ${EXAMPLE}` }], () => at(broken.pos[0]));
  const data: unknown = yaml.toJS();
  if (!isMap(data) || !(KEY in data)) {
    const meant = isMap(data) ? Object.keys(data).find((key) => nearest(key, [KEY]) !== undefined) : undefined;
    throw new RuleError([{ path: [], what: meant === undefined ? `has no key ${KEY}; ${EXAMPLE}` : `has no key ${KEY}; did you mean it by ${meant}?` }], () => `${file}:1`);
  }
  return parseRules(data[KEY], (path) => at(offsetOf(yaml, path)));
}

/** Of what stands at this path, or of the nearest part of it that stands in the file. */
function offsetOf(yaml: Document, path: RulePath): number {
  for (let length = path.length; length >= 0; length--) {
    const steps = [KEY, ...path.slice(0, length)];
    const parent: unknown = steps.length === 1 ? yaml.contents : yaml.getIn(steps.slice(0, -1), true);
    const last = String(steps.at(-1));
    const key: unknown = isYamlMap(parent) ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === last)?.key : yaml.getIn(steps, true);
    const range = isNode(key) ? key.range : null;
    if (range) return range[0];
  }
  return 0;
}
