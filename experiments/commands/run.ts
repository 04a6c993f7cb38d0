/** `hopscope run FILE`: an experiment from its file to its report. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openStore, type Store } from '../../collector/index.js';
import { writeFigures } from '../compare/figures.js';
import { Session } from '../isolation/session.js';
import { runnable } from '../launch/available.js';
import { renderReport } from '../report/report.js';
import { compareVariants, nothingToCompare } from '../run/compare.js';
import { LiveLine } from '../run/live_line.js';
import { atShares, searchMaximum } from '../run/load_curve.js';
import { exitCodeOf } from '../run/judge.js';
import { printout } from '../run/output.js';
import { makeExperimentFolder, requireWritable, resultsDirectory, storeDirectory, writeJson, writeSummary } from '../run/results.js';
import { placeAll, requireRoot, runExperiment } from '../run/runner.js';
import { reportInput, summarise } from '../run/summarise.js';
import { flatten, loadExperiment } from '../spec/load.js';
import { deniedFeatures } from './denied.js';
import { interruptible } from './interrupt.js';

export interface RunCommandOptions {
  readonly set: readonly string[];
  readonly json?: string;
  readonly results?: string;
  /** pcap file for what crosses the ports. */
  readonly capture?: string;
}

const INTERRUPTED = 130; // 128 + SIGINT, as shells expect
const NOT_WRITTEN = 1; // the figures stand, but the capture that was asked for is not whole

/** Returns the exit code: 0 pass, 99 a threshold failed, 1 invalid or its capture not written, 130 interrupted. */
export async function runCommand(file: string, options: RunCommandOptions): Promise<number> {
  const started = new Date();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const denied = deniedFeatures();
  const asked = loadExperiment(file, [...(denied.length === 0 ? [] : [`probes.deny=[${denied.join(',')}]`]), ...options.set]);
  requireRoot();
  const { experiment: wanted, skipped } = runnable(asked);
  if (options.json !== undefined) requireWritable(options.json);
  if (options.capture !== undefined) requireWritable(options.capture);
  const placements = placeAll(wanted);
  const session = Session.open(wanted.name);
  const interrupt = interruptible(() => session.close(), say);
  let store: Store | undefined;
  try {
    const results = resultsDirectory(options.results);
    const [first] = wanted.variants;
    const total = wanted.variants.length * wanted.runs;
    say(`${wanted.name}${wanted.description === '' ? '' : `: ${wanted.description}`} (${total} ${total === 1 ? 'run' : 'runs'}${wanted.until === undefined ? '' : ' or more'})`);
    store = await openStore({ dir: storeDirectory(results), cpus: String(placements[0]?.housekeepingCpu ?? 0), deny: first?.settings.probes.deny ?? [] });
    const folder = makeExperimentFolder(results, wanted.name, started);
    const { load } = wanted;
    const [placement] = placements;
    const maximum = load === undefined || placement === undefined ? undefined : await searchMaximum(wanted, load, { placement, folder, store, session, say, signal: interrupt.signal });
    const experiment = load === undefined || maximum === undefined ? wanted : atShares(wanted, load, maximum);
    const measured = await runExperiment(experiment, { folder, store, session, placements, skipped, live: new LiveLine(process.stdout), say, signal: interrupt.signal, capture: options.capture });
    session.close(); // the machine is free again before the report is made

    const summary = summarise(experiment, measured, interrupt.signal.aborted, maximum);
    const report = await reportInput(experiment, summary, measured, store, started);
    writeSummary(folder.directory, summary, report);
    const settings = Object.fromEntries(experiment.variants.map((variant) => [variant.name, flatten(variant.settings)]));
    writeFigures(folder.directory, { schema: 1, settings, runs: measured.figures });
    const page = path.join(folder.directory, 'report.html');
    writeFileSync(page, renderReport(report));
    for (const line of printout(summary)) say(line);
    const comparison = compareVariants(experiment, folder.directory);
    for (const line of comparison?.lines ?? []) say(line);
    const alone = nothingToCompare(experiment, skipped);
    if (alone !== undefined) say(alone);
    say(`report: ${page}`);
    if (comparison !== undefined) say(`comparison: ${path.join(folder.directory, 'comparison.html')}`);
    if (options.json !== undefined) writeJson(options.json, summary);
    if (interrupt.signal.aborted) return INTERRUPTED;
    const unwritten = summary.variants.some(({ runs }) => runs.some(({ capture }) => capture !== null && capture.error !== ''));
    return unwritten ? NOT_WRITTEN : exitCodeOf(summary.verdict);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error; // an interrupted command ends as such, whatever it was doing
    say(`stopped: ${error instanceof Error ? error.message : String(error)}`);
    return INTERRUPTED;
  } finally {
    session.close();
    await store?.close();
    interrupt.dispose();
  }
}
