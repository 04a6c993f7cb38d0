/** `hopscope serve`: collects, serves metrics and the live page, until SIGINT or SIGTERM. */
import { openStore, readRuleFile } from '../../collector/index.js';
import { fixedInterrupts, housekeepingCpuOf } from '../launch/interrupts.js';
import { usableCpus } from '../launch/placement.js';
import { outboxDirectory, resultsDirectory, storeDirectory } from '../run/results.js';
import { requireRoot } from '../run/runner.js';
import { serve } from '../serve/serve.js';
import { ServeError } from '../serve/serve_error.js';
import { deniedFeatures } from './denied.js';

export interface ServeCommandOptions {
  readonly host: string;
  readonly port: number;
  readonly pid?: number;
  readonly lane?: 'hops';
  readonly rules?: string;
  readonly results?: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** @param version of this package */
export async function serveCommand(options: ServeCommandOptions, version: string): Promise<number> {
  if (options.lane !== undefined && options.pid === undefined) throw new ServeError('serve: --lane is for one engine; name it with --pid N');
  const rules = options.rules === undefined ? [] : readRuleFile(options.rules);
  requireRoot(process.getuid?.(), 'hopscope serve', 'it loads BPF programs and reads the memory of engines');
  const housekeepingCpu = housekeepingCpuOf(usableCpus(), fixedInterrupts()) ?? 0;
  const results = resultsDirectory(options.results);
  const controller = new AbortController();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const stop = (): void => {
    if (!controller.signal.aborted) say('stopping: what was collected is being stored');
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  try {
    const store = await openStore({ dir: storeDirectory(results), cpus: String(housekeepingCpu), deny: deniedFeatures() });
    try {
      await serve({
        host: options.host, port: options.port, pid: options.pid, lane: options.lane, rules, store, outbox: outboxDirectory(results), version, housekeepingCpu, say,
        signal: controller.signal,
      });
    } finally {
      await store.close();
    }
    return 0;
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}
