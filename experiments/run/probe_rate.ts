/**
 * A probe: one short run at one rate, to see whether the pipeline holds it. Its orders are not stored and its figures are compared with none; all that
 * stays of it is a line in the summary, and its plan and log in the experiment's folder.
 */
import path from 'node:path';
import type { Store } from '../../collector/index.js';
import { LOSSES } from '../accounting.js';
import { prepareHugepages } from '../isolation/hugepages.js';
import { isolate } from '../isolation/policy.js';
import type { Session } from '../isolation/session.js';
import { EngineError } from '../launch/engine_process.js';
import type { Placement } from '../launch/placement.js';
import { formatCount, formatNs, formatRate } from '../report/quantity.js';
import type { LoadCurve } from '../spec/load_curve.js';
import type { Settings } from '../spec/schema.js';
import type { Counters } from '../summary.js';
import { LocalRecorder } from './local_recorder.js';
import { runOnce } from './one_run.js';
import { outboxDirectory, type ExperimentFolder } from './results.js';
import { countersOf } from './run_summary.js';
import { unanswered } from './validity.js';

export interface ProbeOptions {
  readonly experiment: string;
  readonly settings: Settings;
  readonly curve: LoadCurve;
  readonly placement: Placement;
  readonly folder: ExperimentFolder;
  readonly store: Store;
  readonly session: Session;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What a probe is judged by. */
export interface ProbeFigures {
  readonly counters: Counters;
  readonly seconds: number;
  /** Time from when a packet was due to its order's answer. */
  readonly response: { readonly count: number; readonly p99: number };
}

/** A feed that shares its core with what it feeds does not lose packets, it sends them late: it must have sent so much of what was asked, */
const KEPT_UP = 0.99;
/** less so many standard deviations of the number of arrivals. */
const DEVIATIONS = 4;

/**
 * @param index from 1, unique in the experiment
 * @returns why the rate was not held; empty where it was
 * @throws EngineError where the run came to no end
 */
export async function probeRate(ratePps: number, index: number, { experiment, settings, curve, placement, folder, store, session, say, signal }: ProbeOptions): Promise<string> {
  const probed = probeSettings(settings, ratePps, curve.measureNs);
  const runId = `${folder.id}-probe-${index}`;
  const outcome = await runOnce(
    {
      runId, tag: `${folder.tag}p${index}`, directory: path.join(folder.directory, `probe-${index}`),
      settings: probed, placement, isolation: isolate(probed, placement, session), hugepages: prepareHugepages(probed).use,
      lane: probed.probes.lane, stalls: false, experiment, variant: 'probe', rules: [], capture: undefined,
    },
    {
      session,
      recorder: new LocalRecorder({ store, outbox: outboxDirectory(path.dirname(folder.directory)), sinks: [], say }),
      say, signal, onProgress: () => undefined,
    },
  );
  if (outcome.cutShort !== '') throw new EngineError(`probe at ${formatRate(ratePps)}: ${outcome.cutShort}`);
  const { view, recorded, tickToAckResponse: response } = outcome;
  return whyNotHeld(ratePps, { counters: countersOf(view, recorded), seconds: view.measureSeconds, response }, curve.responseP99Ns);
}

/** The experiment's own, at a rate, for a time, in a lane that brings no record out and hence needs no collector. */
export function probeSettings(settings: Settings, ratePps: number, measureNs: number): Settings {
  const { pipeline, probes, repeat } = settings;
  return {
    ...settings,
    pipeline: { ...pipeline, feed: { ...pipeline.feed, rate: ratePps, messages: undefined }, journal: { ...pipeline.journal, keep: false } },
    probes: { ...probes, lane: probes.lane === 'off' ? 'off' : 'stamps', stalls: false, switch: undefined },
    repeat: { ...repeat, measure: measureNs },
  };
}

/** Empty where the rate was held. */
export function whyNotHeld(ratePps: number, { counters, seconds, response }: ProbeFigures, responseP99Ns: number | undefined): string {
  const reasons = LOSSES.flatMap(({ counter }) => ((counters[counter] ?? 0) > 0 ? [`${counter} ${formatCount(counters[counter] ?? 0)}`] : []));
  const sentPps = seconds > 0 ? counters.feed_packets / seconds : 0;
  const leastPps = ratePps * (KEPT_UP - DEVIATIONS / Math.sqrt(Math.max(counters.feed_packets, 1)));
  if (counters.feed_packets === 0 || sentPps < leastPps) reasons.push(`only ${formatRate(sentPps)} were sent`);
  if (unanswered(counters) > 0) reasons.push(`${formatCount(unanswered(counters))} orders without an answer at the end`);
  if (responseP99Ns !== undefined && response.count === 0) reasons.push('no order whose response could be timed');
  if (responseP99Ns !== undefined && response.p99 > responseP99Ns) reasons.push(`response p99 ${formatNs(response.p99)} is above ${formatNs(responseP99Ns)}`);
  return reasons.join(', ');
}
