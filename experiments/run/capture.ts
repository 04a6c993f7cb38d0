/** `--capture FILE`: the file of each run, and what became of it. */
import path from 'node:path';
import { formatCount } from '../report/quantity.js';
import type { EngineResult } from './engine_result.js';

/** What a run's summary says of its capture. */
export interface RunCapture {
  readonly file: string;
  /** In the file; null where the engine died and nobody counted. */
  readonly packets: number | null;
  /** Handed to a port, but not in the file. */
  readonly lost: number | null;
  /** Why writing ended before the run did; empty where it did not. */
  readonly error: string;
}

/** What a reader of a captured run's figures has to know before. */
export const CAPTURE_REMARK = 'packets are captured: every port copies what it sends, and the latencies of this run hold that (docs/capture.md)';

/**
 * `FILE` where the experiment is one run, else `FILE-<variant>-<run>.pcap`, with the number that the run's folder has, too.
 *
 * @param given as on the command line
 * @param run counted over all variants, from 1
 * @param only the experiment's only one
 */
export function captureFile(given: string, variant: string, run: number, only: boolean): string {
  if (only) return path.resolve(given);
  const { dir, name, ext } = path.parse(path.resolve(given));
  const named = variant.replace(/[^A-Za-z0-9._=-]+/g, '_');
  return path.join(dir, `${name}-${named}-${run}${ext === '' ? '.pcap' : ext}`);
}

/** @param result of an engine that came to its end */
export function captureOf(file: string, result: EngineResult | undefined): RunCapture {
  const said = result?.capture;
  if (said === undefined) return { file, packets: null, lost: null, error: `capture: the engine did not come to its end; ${file} has the packets before` };
  return { file, packets: said.packets, lost: said.lost, error: said.error };
}

/** What is wrong with it, in one line with its remedy; undefined where it is whole. */
export function captureFault({ packets, lost, error }: RunCapture): string | undefined {
  if (packets === null || lost === null) return error;
  if (error !== '') return `${error}; ${formatCount(packets)} packets are in it, ${formatCount(lost)} are not`;
  if (lost === 0) return undefined;
  return `capture_lost ${lost}: packets that found no room in their port's ring are missing from the file; raise probes.capture_ring, lower pipeline.feed.rate, or write to a faster disk`;
}

/** What was written, in one line; what is wrong with it stands among the run's conditions. */
export function captureLine(capture: RunCapture): string {
  const { file, packets, lost } = capture;
  const count = packets === null || lost === null ? 'cut off with the engine'
    : lost === 0 ? `${formatCount(packets)} packets` : `${formatCount(packets)} of ${formatCount(packets + lost)} packets`;
  return `${captureFault(capture) === undefined ? '' : '✗ '}captured: ${file}, ${count}`;
}
