/**
 * `figures.json` beside summary.json: what a comparison wants of each run and the summary has no room for. A folder without it (a run of an
 * earlier version) can still be compared, without curves and without the hops' shares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { SpanBreakdown } from '../../collector/index.js';
import type { Settings } from '../summary.js';
import type { CurvePair } from './run_set.js';

export interface RunFigures {
  readonly breakdown: Readonly<Record<string, SpanBreakdown>>;
  readonly curves: Readonly<Record<string, readonly CurvePair[]>>;
}

export interface ExperimentFigures {
  readonly schema: 1;
  /** By variant: every setting, in base units. */
  readonly settings: Readonly<Record<string, Settings>>;
  /** By run id. */
  readonly runs: Readonly<Record<string, RunFigures>>;
}

const NO_FIGURES: ExperimentFigures = { schema: 1, settings: {}, runs: {} };

const Breakdown = z.object({ orders: z.number(), span_ns: z.number(), hops_ns: z.record(z.string(), z.number()) });
export const RunFiguresSchema = z.object({
  breakdown: z.record(z.string(), z.record(z.string(), Breakdown)),
  curves: z.record(z.string(), z.array(z.tuple([z.number(), z.number()]))),
});
const FiguresSchema = z.object({
  schema: z.literal(1),
  settings: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  runs: z.record(z.string(), RunFiguresSchema),
});

export function writeFigures(directory: string, figures: ExperimentFigures): void {
  writeFileSync(fileIn(directory), `${JSON.stringify(figures)}\n`);
}

export function readFigures(directory: string): ExperimentFigures {
  try {
    return FiguresSchema.parse(JSON.parse(readFileSync(fileIn(directory), 'utf8')));
  } catch {
    return NO_FIGURES;
  }
}

function fileIn(directory: string): string {
  return path.join(directory, 'figures.json');
}
