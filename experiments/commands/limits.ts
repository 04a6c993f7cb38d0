/** `hopscope limits`: the risk gate's limits of a run that measures, shown and set through its control socket. */
import { LimitsAnswerSchema, type LimitsAnswer } from '../control/command_desk.js';
import { command, commandedRun } from '../control/control_client.js';
import { formatMarketTime } from '../report/quantity.js';
import { writeJson } from '../run/results.js';
import { requireRoot } from '../run/runner.js';
import { assignments } from './assignments.js';
import type { OrderCommandOptions } from './order.js';

export async function showLimitsCommand(options: OrderCommandOptions): Promise<number> {
  const { runId, answer } = await ask('/limits/show', {}, options);
  process.stdout.write(`${runId}: limits in base units (ns, shares, currency; 0 is none)\n${limitLines(answer)}\n`);
  return 0;
}

/** @param written `max_quantity=500` and so on, as under pipeline.risk */
export async function setLimitsCommand(written: readonly string[], options: OrderCommandOptions): Promise<number> {
  const { runId, answer } = await ask('/limits/set', { risk: assignments(written) }, options);
  process.stdout.write(`${runId}: other limits hold since ${formatMarketTime(answer.market_ns ?? 0)} of market time\n`);
  return 0;
}

async function ask(to: '/limits/show' | '/limits/set', body: object, { run: wanted, json }: OrderCommandOptions): Promise<{ readonly runId: string; readonly answer: LimitsAnswer }> {
  requireRoot(process.getuid?.(), 'hopscope limits', 'the address and the token of a run stand where only root may read them');
  const run = commandedRun(wanted);
  const answer = LimitsAnswerSchema.parse(await command(run, to, body));
  if (json !== undefined) writeJson(json, { run_id: run.runId, ...answer });
  return { runId: run.runId, answer };
}

function limitLines({ limits }: LimitsAnswer): string {
  const width = Math.max(...Object.keys(limits).map((key) => key.length));
  return Object.entries(limits).map(([key, value]) => `  ${key.padEnd(width)}  ${String(value)}`).join('\n');
}
