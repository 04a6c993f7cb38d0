/** `hopscope order`: parent orders of a run that measures, entered, replaced, cancelled and listed through its control socket. */
import path from 'node:path';
import { OrderAnswerSchema, type OrderAnswer, type OrderRow } from '../control/command_desk.js';
import { command, commandedRun } from '../control/control_client.js';
import { orderTable } from '../control/order_table.js';
import { formatCount, formatMarketTime } from '../report/quantity.js';
import { writeJson } from '../run/results.js';
import { requireRoot } from '../run/runner.js';
import { assignments } from './assignments.js';

export interface OrderCommandOptions {
  readonly run?: string;
  readonly json?: string;
}

/** @param written `symbol=HS00001` and so on, as in an experiment */
export function newOrderCommand(name: string, written: readonly string[], options: OrderCommandOptions): Promise<number> {
  const { curve, ...keys } = assignments(written);
  // The run has another current folder.
  const parent = { name, ...keys, ...(curve === undefined ? {} : { curve: typeof curve === 'string' && curve !== 'history' ? path.resolve(curve) : curve }) };
  return give('/order/new', { parent }, options, ({ market_ns: at }, row) => `order ${name} was taken at ${formatMarketTime(at)} of market time${row === undefined ? '' : `, and works until ${formatMarketTime(row.end_ns)}`}`);
}

export function cancelOrderCommand(name: string, options: OrderCommandOptions): Promise<number> {
  return give('/order/cancel', { name }, options, ({ market_ns: at }, row) =>
    `order ${name} is ${row?.state ?? 'cancelled'} since ${formatMarketTime(at)} of market time${row === undefined ? '' : `; ${filledOf(row)}`}`);
}

export function replaceOrderCommand(name: string, written: readonly string[], options: OrderCommandOptions): Promise<number> {
  return give('/order/replace', { ...assignments(written), name }, options, ({ market_ns: at }, row) =>
    `order ${name} was replaced at ${formatMarketTime(at)} of market time${row === undefined ? '' : `; ${filledOf(row)}, until ${formatMarketTime(row.end_ns)}`}`);
}

export function listOrdersCommand(options: OrderCommandOptions): Promise<number> {
  return give('/order/list', {}, options, ({ market_ns: at, parents }) =>
    (parents.length === 0 ? `no parent orders at ${formatMarketTime(at)} of market time` : `at ${formatMarketTime(at)} of market time\n${orderTable(parents)}`));
}

async function give(
  to: '/order/new' | '/order/cancel' | '/order/replace' | '/order/list', body: object, { run: wanted, json }: OrderCommandOptions, says: (answer: OrderAnswer, row: OrderRow | undefined) => string,
): Promise<number> {
  requireRoot(process.getuid?.(), 'hopscope order', 'the address and the token of a run stand where only root may read them');
  const run = commandedRun(wanted);
  const answer = OrderAnswerSchema.parse(await command(run, to, body));
  if (json !== undefined) writeJson(json, { run_id: run.runId, ...answer });
  process.stdout.write(`${run.runId}: ${says(answer, answer.parents[0])}\n`);
  return 0;
}

function filledOf({ filled, quantity, working }: OrderRow): string {
  return `${formatCount(filled)} of ${formatCount(quantity)} shares filled, ${formatCount(working)} working`;
}
