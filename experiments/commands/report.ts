/** `hopscope report [RUN]`: writes a stored experiment's report again, as one HTML file. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderReport } from '../report/report.js';
import { ResultsError, findExperiment, readReportInput, resultsDirectory } from '../run/results.js';

export interface ReportCommandOptions {
  readonly results?: string;
  readonly out?: string;
}

export function reportCommand(run: string, options: ReportCommandOptions): number {
  const experiment = findExperiment(resultsDirectory(options.results), run);
  const file = path.resolve(options.out ?? path.join(experiment.directory, 'report.html'));
  const page = renderReport(readReportInput(experiment));
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new ResultsError(`report: ${file} cannot be written (${error instanceof Error ? error.message : String(error)}); name another file with --out FILE`);
  }
  process.stdout.write(`report: ${file}\n`);
  return 0;
}
