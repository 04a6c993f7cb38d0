/** The jitter floor of each core: what an engine that does nothing would already suffer there. Nothing measured on it can be better. */
import type { Jitter } from '../../native/index.js';
import { formatNs } from '../report/quantity.js';
import { note, ok, type Verdict } from './check.js';

/** Above this at p99.9, a tail of some ten microseconds cannot be told from the machine's own. */
const QUIET_P999_NS = 10_000;

export type MeasureJitter = (cpu: number, milliseconds: number) => Promise<Jitter>;

/** One core after the other: measured at once, they would disturb each other. */
export async function floorChecks(measure: MeasureJitter | undefined, cpus: readonly number[], milliseconds: number): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const cpu of cpus) {
    const name = `CPU ${cpu}`;
    if (measure === undefined) verdicts.push(note(name, 'not measured: the addon is missing', 'npm run setup'));
    else verdicts.push(await measure(cpu, milliseconds).then((jitter) => floorOf(name, jitter), (error: unknown) => note(name, `not measured: ${String(error)}`)));
  }
  return verdicts;
}

function floorOf(name: string, { p99, p999, max }: Jitter): Verdict {
  const detail = `p99 ${formatNs(p99)}, p99.9 ${formatNs(p999)}, max ${formatNs(max)} of delay in a 5 µs window`;
  if (p999 <= QUIET_P999_NS) return ok(name, detail);
  return note(name, detail, 'isolate the core (see isolation), or expect a tail of this size in every result');
}
