/** What the risk gate stopped: which check, whose limit, how many orders; and the circuit breakers that tripped. Nothing where it stopped nothing. */
import type { RiskOutcome, RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount } from './quantity.js';

/** By name, in the order in which engine/risk/gate.h looks at them. */
const CHECKS: Readonly<Record<string, string>> = {
  killed: 'the kill switch was pulled',
  paused: 'a circuit breaker had paused the symbol, or everything',
  restricted: 'the symbol is not to be traded',
  quantity: 'no shares, or more than max_quantity',
  no_reference: 'the book lacked a side to judge the price by',
  stale_price: 'the book had not changed for stale_after',
  notional: 'price × shares above max_notional',
  collar: "further from the book's mid than collar_bps",
  last_trade: 'further from the last trade than last_trade_bps',
  band: "outside the symbol's price bands",
  position: 'the position could have exceeded max_position',
  gross: 'the gross exposure could have exceeded max_gross',
  net: 'the net exposure could have exceeded max_net',
  credit: 'the money paid out could have exceeded max_credit',
  self_cross: 'it could have traded with an own order',
  duplicate: 'the same order had just been sent (duplicate_within)',
  rate: 'more orders a second than max_orders_per_second',
};
const BREAKERS: Readonly<Record<string, string>> = {
  loss: 'more lost than max_loss: kill switch',
  reject_rate: 'too large a share of orders rejected by venues: kill switch',
  message_rate: 'more orders and cancels within a second than max_messages_per_second: kill switch',
  volatility: 'the touch stood at a price band for limit_state: its symbol paused',
  feed_gap: 'feed messages were given up: everything paused',
  stale_feed: 'the feed was silent for longer than stale_feed: everything paused',
};

/** Absent in summaries of earlier versions. */
type RiskRun = RunSummary & { readonly risk?: RiskOutcome };

/** "risk: position (symbol) 1,234; loss (breaker) 1"; no line where nothing was stopped. */
export function riskLines({ risk }: RiskRun): readonly string[] {
  if (risk === undefined) return [];
  const rows = rowsOf(risk);
  return rows.length === 0 ? [] : [`risk: ${rows.map(({ what, whose, count }) => `${what} (${whose}) ${formatCount(count)}`).join('; ')}`];
}

interface Row {
  readonly what: string;
  readonly whose: string;
  readonly count: number;
  readonly meaning: string;
}

function rowsOf({ blocks, breakers }: RiskOutcome): readonly Row[] {
  const order = Object.keys(CHECKS);
  return [
    ...[...blocks].sort((a, b) => order.indexOf(a.check) - order.indexOf(b.check)).map(({ check, level, count }) => ({ what: check, whose: level, count, meaning: CHECKS[check] ?? '' })),
    ...Object.entries(breakers).filter(([, trips]) => trips > 0).map(([name, trips]) => ({ what: name, whose: 'breaker', count: trips, meaning: BREAKERS[name] ?? '' })),
  ];
}

export function riskSection({ summary }: ReportInput): Markup | null {
  const several = summary.variants.length > 1;
  const rows = summary.variants.flatMap(({ name, runs }) => runs.flatMap((run: RiskRun) => (run.risk === undefined ? [] : rowsOf(run.risk).map((row) => ({ ...row, name, run })))));
  if (rows.length === 0) return null;
  const line = ({ what, whose, count, meaning, name, run }: (typeof rows)[number]): Markup =>
    html`<tr><th scope="row">${what}<br><span class="quiet">${several ? `variant: ${name}` : run.run_id}</span></th><td>${whose}</td><td class="number">${formatCount(count)}</td><td>${meaning}</td></tr>`;
  return html`<section id="risk"><h2>Risk</h2><p class="note">Orders that a pre-trade check blocked in the measured phase, with whose limit it was: of several limits the tightest names itself. An order is blocked by the first check that it fails, so later checks never saw it. Breakers count their trips, warm-up included.</p>
<div class="scroll"><table class="facts"><thead><tr><th>check</th><th>whose</th><th class="number">blocked</th><th>because</th></tr></thead><tbody>${rows.map(line)}</tbody></table></div></section>`;
}
