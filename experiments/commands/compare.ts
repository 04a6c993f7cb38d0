/** `hopscope compare [RUN…]`: what has been run against each other, or against a baseline. Touches neither machine nor store. */
import { saveBaseline, readBaseline } from '../compare/baseline.js';
import { parseFailOn, type FailOn } from '../compare/fail_on.js';
import { outcomeOf } from '../compare/outcome.js';
import type { RunSet } from '../compare/run_set.js';
import { groupsOf, setsOf } from '../compare/sources.js';
import { makeComparisons, writeComparisons, type ComparisonFiles } from '../compare/written.js';
import { ResultsError, requireWritable, resultsDirectory } from '../run/results.js';
import { DEFAULT_RULES, storedRules, type CompareRules } from '../spec/compare.js';
import { metricName, parseMetric, type Metric } from '../spec/metric.js';

export interface CompareCommandOptions extends ComparisonFiles {
  readonly results?: string;
  readonly metric: readonly string[];
  readonly save?: string;
  readonly against?: string;
  readonly failOn: readonly string[];
}

/** Returns the exit code: 0, 99 where a limit failed, 1 where something could not be ranked. */
export function compareCommand(runs: readonly string[], options: CompareCommandOptions): number {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const limits = options.failOn.map(parseFailOn);
  options.metric.forEach(parseMetric); // wrong ones are told before anything is read
  const files = filesOf(options);
  for (const file of Object.values(files) as readonly string[]) requireWritable(file);
  const results = resultsDirectory(options.results);
  const sources = (runs.length === 0 ? ['last'] : runs).map((run) => setsOf(results, run));
  const { groups, uncompared } = groupsOf(options.against === undefined ? sources : [readBaseline(results, options.against), ...sources]);
  if (groups.length === 0 && (options.save === undefined || sources.length > 1 || options.against !== undefined)) {
    throw new ResultsError(sources.length > 1 || options.against !== undefined
      ? 'compare: the runs have no variant in common; name one of each, as RUN:VARIANT'
      : 'compare: this run has one variant; name another run, or a baseline with --against NAME');
  }
  const written = makeComparisons(groups, rulesOf(options.metric, limits, groups[0]?.[0]));
  for (const line of written.lines) say(line);
  for (const line of uncompared) say(line);
  const { lines, code } = outcomeOf(written.groups.map(({ comparison }) => comparison), limits, uncompared);
  for (const line of lines) say(line);
  writeComparisons(written, files);
  if (options.save !== undefined) say(`baseline: ${saveBaseline(results, options.save, sources.flat(), new Date())}`);
  return code;
}

/** Those that the base was measured for, unless metrics are asked for. What a limit is set on is tested, too. */
function rulesOf(given: readonly string[], limits: readonly FailOn[], base: RunSet | undefined): CompareRules {
  const stored = base === undefined || given.length > 0 ? DEFAULT_RULES : storedRules(base.settings);
  const asked: readonly Metric[] = given.length === 0 ? stored.primary : given.map(parseMetric);
  const byName = new Map([...asked, ...limits.map(({ metric }) => metric)].map((metric) => [metricName(metric), metric]));
  return { ...stored, primary: [...byName.values()] };
}

function filesOf({ json, markdown, html }: ComparisonFiles): ComparisonFiles {
  return { ...(json === undefined ? {} : { json }), ...(markdown === undefined ? {} : { markdown }), ...(html === undefined ? {} : { html }) };
}
