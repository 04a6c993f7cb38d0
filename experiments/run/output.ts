/** What a finished experiment prints: tables, rates, why it was slow, lane costs, verdicts, and the line that says what the numbers mean. */
import { commandLines } from '../report/commands.js';
import { meaningOf } from '../report/meaning.js';
import { formatCount, formatNs, formatRate } from '../report/quantity.js';
import { recoveryLines } from '../report/recovery.js';
import { riskLines } from '../report/risk.js';
import { alertLines } from './alerts.js';
import { accuracyTable } from './accuracy/table.js';
import { captureLine } from './capture.js';
import { floorText } from '../compare/floor_text.js';
import { journalFloorLines } from './journal_floors.js';
import { evidenceLines } from './evidence.js';
import { loadLines } from './load_table.js';
import { latencyTable, verdictLines } from './table.js';
import { parentLine } from './parents.js';
import type { DetailedRun } from './run_summary.js';
import type { ExperimentSummary } from './summarise.js';

export function printout(summary: ExperimentSummary): readonly string[] {
  const lines: string[] = [];
  for (const variant of summary.variants) {
    if (variant.runs.length === 0) continue;
    lines.push('', latencyTable(variant), '');
    const shown = variant.runs.find((run) => run.valid) ?? variant.runs[0];
    if (shown !== undefined) lines.push(...runLines(shown), ...evidenceLines(shown), ...alertLines(shown.alerts));
    lines.push(...variant.runs.flatMap(({ capture }) => (capture === null ? [] : [captureLine(capture)])));
  }
  lines.push(...accuracyTable(summary.variants.map(({ name, runs }) => ({ name, rows: runs.flatMap((run) => run.accuracy) }))));
  lines.push(...costLines(summary));
  lines.push(...loadLines(summary.load));
  if (summary.equivalence.length > 0) lines.push('', ...summary.equivalence.map(({ says }) => says));
  if (summary.reference !== null) lines.push(`dpdk-testpmd macswap on the same vdev (net_ring), measured after it: ${formatRate(summary.reference.macswap_pps)}`);
  lines.push(...summary.floors.map(floorText), ...summary.journal_floors.flatMap(journalFloorLines));
  if (summary.thresholds.length > 0) lines.push('', ...verdictLines(summary.thresholds));
  for (const reason of summary.invalid_because) lines.push(`✗ invalid: ${reason}`);
  const meant = summary.variants.flatMap((variant) => variant.runs).find((run) => run.valid) ?? summary.variants[0]?.runs[0];
  if (meant !== undefined) lines.push('', meaningOf(meant));
  lines.push(`verdict: ${summary.verdict}`);
  return lines;
}

function runLines(run: DetailedRun): readonly string[] {
  const { counters, rates, digest } = run;
  const journal = digest.journal ?? `null (${digest.null_because})`;
  const lines = [
    `${run.seconds.toFixed(2)} s measured, lane ${run.lane}: feed ${formatRate(rates.feed_pps)}, oms ${formatRate(rates.oms_pps)}, orders ${formatRate(rates.orders_per_s)}; ` +
      `${formatCount(counters.orders)} orders${replacedText(counters)}, ${formatCount(counters.acks)} acks, ${formatCount(counters.fills)} fills, ${formatCount(counters.rejects)} rejects`,
    `stamp ${run.floor.stamp_ns.toFixed(1)} ns${run.push_ns > 0 ? `, push ${run.push_ns.toFixed(1)} ns` : ''}; ` +
      `missed ${counters.feed_missed}, drops ${counters.port_drops}, push_failed ${counters.push_failed}, lost ${counters.lost}, stored ${formatCount(counters.stored)}`,
    `digest: orders ${digest.orders === null ? `null (${digest.orders_null_because ?? ''})` : digest.orders === '' ? '-' : digest.orders}, books ${digest.books === undefined || digest.books === '' ? '-' : digest.books}, journal ${journal}${typeof digest.oms === 'string' ? `, oms ${digest.oms}` : ''}`,
    ...commandLines(run),
    ...(run.parents ?? []).map(parentLine),
    ...recoveryLines(run),
    ...riskLines(run),
  ];
  if (run.durable_kind !== null && run.latency_ns['journal.durable'] !== undefined) lines.push(`journal.durable means: ${run.durable_kind}`);
  const types = Object.entries(run.feed_types);
  if (types.length > 0) {
    const total = types.reduce((sum, [, count]) => sum + count, 0);
    lines.push(`messages by type: ${types.map(([type, count]) => `${type} ${formatCount(count)}`).join(', ')}; ${formatCount(total)} in all, ${formatCount(counters.oms_unresolved ?? 0)} references unresolved`);
  }
  return lines;
}

function replacedText({ replaces = 0 }: Readonly<Record<string, number>>): string {
  return replaces === 0 ? '' : ` (${formatCount(replaces)} of them replacements)`;
}

function costLines({ lane_cost: costs }: ExperimentSummary): readonly string[] {
  if (costs.length === 0) return [];
  const signed = (ns: number | null): string => (ns === null ? '-' : `${ns >= 0 ? '+' : '-'}${formatNs(Math.abs(ns))}`);
  const head = ['lane', 'cycles/order', 'per order', 'over off', 'over stamps', 'spread', 'runs'];
  const rows = costs.map((cost) => [
    cost.lane, formatCount(Math.round(cost.cycles_per_order)), formatNs(cost.ns_per_order), signed(cost.over_off_ns), signed(cost.over_stamps_ns), `±${formatNs(cost.spread_ns)}`, String(cost.runs),
  ]);
  return ['', 'engine time per order at saturation: median run of each lane; differences: median over the rounds', ...[head, ...rows].map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(10) : cell.padStart(14))).join(''))];
}
