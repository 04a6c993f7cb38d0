/** `hopscope query SQL`: any statement of ClickHouse's SQL on what was stored. */
import { openStore, type TextFormat } from '../../collector/index.js';
import { resultsDirectory, storeDirectory } from '../run/results.js';

export const QUERY_FORMATS: Readonly<Record<string, TextFormat>> = {
  table: 'PrettyCompactMonoBlock',
  json: 'JSON',
  jsonl: 'JSONEachRow',
  csv: 'CSVWithNames',
  tsv: 'TabSeparatedWithNames',
};

export interface QueryCommandOptions {
  readonly results?: string;
  readonly format: string;
}

export async function queryCommand(sql: string, options: QueryCommandOptions): Promise<number> {
  const store = await openStore({ dir: storeDirectory(resultsDirectory(options.results)) });
  try {
    process.stdout.write(await store.text(sql, QUERY_FORMATS[options.format] ?? 'PrettyCompactMonoBlock'));
    return 0;
  } finally {
    await store.close();
  }
}
