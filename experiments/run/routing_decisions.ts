/**
 * The router's decisions on their way from the OMS's journal into the store, when a run's engine has ended and its journal still stands.
 *
 * At most `pipeline.router.store` of them: where there are more, every nth from the first on, so that the whole run is covered evenly. The
 * journal is read twice by the engine's own reader (the first time to count), a line a decision comes here, and rows leave in batches: memory
 * does not grow with the run.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DecisionWriter, type RoutingDecision, type Store } from '../../collector/index.js';
import { journalToolLines, OMS_JOURNAL } from '../launch/journal_tool.js';
import { venueNames, type Settings } from '../spec/schema.js';
import type { StoredDecisions } from '../summary.js';

export interface DecisionSource {
  readonly runId: string;
  readonly settings: Settings;
  /** Folder of the run's journal files. */
  readonly journal: string;
  /** Feed messages of the warm-up: what was decided on them is left out. */
  readonly warmupMessages: number;
}

/** Null where there was nothing to choose. Never throws: a run's figures stand without its decisions. */
export async function storeDecisions(store: Store, source: DecisionSource): Promise<StoredDecisions | null> {
  const { settings } = source;
  const names = venueNames(settings);
  const { rule, store: most } = settings.pipeline.router;
  if (names.length < 2 || rule.startsWith('single:')) return null;
  if (most === 0) return missing('pipeline.router.store is 0; give it a number of decisions');
  const file = path.join(source.journal, OMS_JOURNAL);
  if (!existsSync(file)) return missing(remedy(settings));
  try {
    return await copy(file, new DecisionWriter(store, source.runId, rule, names), ['--most', String(most), ...(source.warmupMessages > 0 ? ['--after-message', String(source.warmupMessages)] : [])]);
  } catch (error) {
    return missing(error instanceof Error ? error.message : String(error));
  }
}

async function copy(file: string, writer: DecisionWriter, options: readonly string[]): Promise<StoredDecisions> {
  let counted: { readonly decisions: number; readonly every: number } | undefined;
  let stored = 0;
  for await (const line of journalToolLines(['decisions', file, ...options])) {
    const given: unknown = JSON.parse(line);
    if (counted === undefined) {
      counted = given as { readonly decisions: number; readonly every: number };
      continue;
    }
    await writer.add(given as RoutingDecision);
    stored += 1;
  }
  await writer.flush();
  return { decided: counted?.decisions ?? 0, stored, every: counted?.every ?? 1, missing: '' };
}

function missing(why: string): StoredDecisions {
  return { decided: 0, stored: 0, every: 1, missing: why };
}

/** What stands in memory ends with its engine. */
function remedy({ pipeline: { journal } }: Settings): string {
  const wanted = [...(journal.device === 'memory' ? ['--set pipeline.journal.device=uring'] : []), '--set pipeline.journal.oms=true'];
  return `the OMS kept no journal on disk; run it again with ${wanted.join(' ')}`;
}
