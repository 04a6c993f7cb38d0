/** `hopscope doctor`: what this machine has, lacks and does to results. */
import { diagnose, exitCodeOf } from '../doctor/doctor.js';
import { formatDiagnosis } from '../doctor/print.js';
import { resultsDirectory, writeJson } from '../run/results.js';
import { deniedFeatures } from './denied.js';

export interface DoctorCommandOptions {
  readonly results?: string;
  readonly json?: string;
  /** Jitter floor: ms a CPU. */
  readonly floor: number;
}

export async function doctorCommand(options: DoctorCommandOptions): Promise<number> {
  const diagnosis = await diagnose({
    resultsDirectory: resultsDirectory(options.results),
    storeUrl: process.env.HOPSCOPE_STORE_URL,
    deny: deniedFeatures(),
    floorMilliseconds: options.floor,
    onProgress: (what) => process.stderr.write(`${what} …\n`),
  });
  if (options.json !== undefined) writeJson(options.json, diagnosis);
  process.stdout.write(formatDiagnosis(diagnosis, process.stdout.isTTY));
  return exitCodeOf(diagnosis);
}
