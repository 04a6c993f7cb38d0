/** `hopscope runs`: what has been run, newest first. */
import { listExperiments, resultsDirectory, writeJson, type StoredExperiment } from '../run/results.js';
import { formatNs, formatRate } from '../report/quantity.js';
import { overRuns, shownRuns } from '../report/run.js';

export interface RunsCommandOptions {
  readonly results?: string;
  readonly json?: string;
  readonly limit: number;
}

export function runsCommand(options: RunsCommandOptions): number {
  const results = resultsDirectory(options.results);
  const experiments = listExperiments(results).slice(0, options.limit);
  if (options.json !== undefined) writeJson(options.json, experiments.map(({ id, started, summary }) => ({ id, started: started.toISOString(), ...summary })));
  if (experiments.length === 0) process.stdout.write(`nothing has been run yet in ${results}; hopscope run experiments/tick-to-ack.yaml\n`);
  else process.stdout.write(`${runsTable(experiments).join('\n')}\n`);
  return 0;
}

/** One line a variant. */
export function runsTable(experiments: readonly StoredExperiment[]): readonly string[] {
  const rows = experiments.flatMap(({ id, started, summary }) =>
    summary.variants.map((variant) => {
      const runs = shownRuns(variant);
      const latency = overRuns(runs, 'tick_to_ack');
      const pps = Math.max(0, ...runs.map((run) => run.rates.oms_pps));
      return [
        id, started.toISOString().slice(0, 19).replace('T', ' '), variant.name, String(variant.runs.length), summary.verdict,
        formatRate(pps), latency === null ? '-' : formatNs(latency.p50), latency === null ? '-' : formatNs(latency.p99),
      ];
    }),
  );
  const head = ['run', 'started (UTC)', 'variant', 'runs', 'verdict', 'oms', 'p50', 'p99'];
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}
