/** Orders and risk: what was sent, what became of it, and what risk control stopped. */
import { figure, lines, rows } from '../panel.js';
import type { Page } from '../dashboard.js';
import { metric, rateOf } from '../promql.js';
import { promNow, promQuery, seriesQuery, tableQuery } from '../query.js';
import { RUN, SAMPLED, durationOf } from '../sql.js';
import { runVariable } from '../variable.js';

const OF_RUN = `$__timeFilter(ts) AND ${RUN} AND ${SAMPLED}`;
const ANSWERED = durationOf('order_to_ack');

export const ORDERS: Page = {
  uid: 'hopscope-orders',
  title: 'orders and risk',
  description: 'What was sent, what became of it, and what risk control stopped.',
  variables: [runVariable('run_id', 'Run')],
  refresh: '5s',
  sections: [
    {
      title: 'Live, from Prometheus',
      panels: [
        figure({
          title: 'Kill switch',
          description: 'Once pulled, no new order passes the risk gate until it is armed again.',
          unit: 'bool_on_off', width: 3, height: 8, colours: [{ above: 1, colour: 'red' }],
          queries: [promNow(`max(${metric('hopscope_kill_switch')})`, 'kill switch')],
        }),
        figure({
          title: 'Circuit breakers',
          description: 'On while one holds orders back: of a symbol until its pause is over, of all until the kill switch is armed again.',
          unit: 'bool_on_off', width: 3, height: 8, colours: [{ above: 1, colour: 'red' }],
          queries: [promNow(`max(${metric('hopscope_breaker')})`, 'circuit breaker')],
        }),
        lines({
          title: 'Orders, answers and fills',
          description: 'A second, over all engines.',
          unit: 'ops', width: 9,
          queries: [
            promQuery(`sum(${rateOf('hopscope_orders_total')})`, 'orders'),
            promQuery(`sum(${rateOf('hopscope_acks_total')})`, 'acknowledgements'),
            promQuery(`sum(${rateOf('hopscope_fills_total')})`, 'fills'),
            promQuery(`sum(${rateOf('hopscope_cancels_total')})`, 'cancels'),
          ],
        }),
        lines({
          title: 'Rejects by reason',
          description: 'risk_…: stopped before the wire, by that check. venue: refused by the venue.',
          unit: 'ops', width: 9, stacked: true,
          queries: [promQuery(`sum by (reason) (${rateOf('hopscope_rejects_total')})`, '{{reason}}')],
        }),
        lines({
          title: 'Rejects, as a share of orders',
          description: 'Sent and stopped orders together are the whole.',
          unit: 'percentunit', width: 8,
          queries: [promQuery(`sum(${rateOf('hopscope_rejects_total')}) / (sum(${rateOf('hopscope_orders_total')}) + sum(${rateOf('hopscope_rejects_total', 'reason=~"risk_.*"')}))`, 'rejected')],
        }),
        lines({
          title: 'Without an answer',
          description: 'Timeouts, answers that came too late, and messages lost between OMS and venues.',
          unit: 'ops', width: 8,
          queries: [
            promQuery(`sum(${rateOf('hopscope_timeouts_total')})`, 'timeouts'),
            promQuery(`sum(${rateOf('hopscope_late_acks_total')})`, 'late'),
            promQuery(`sum(${rateOf('hopscope_session_gaps_total')})`, 'session gaps'),
          ],
        }),
        lines({
          title: 'Shares filled',
          description: 'A second.',
          unit: 'short', width: 8,
          queries: [promQuery(`sum(${rateOf('hopscope_filled_shares_total')})`, 'shares')],
        }),
      ],
    },
    {
      title: 'Stored run (the orders that were sampled)',
      panels: [
        lines({
          title: 'Orders by outcome',
          description: 'Sampled orders in the interval in which they were due.',
          unit: 'short', width: 12, stacked: true,
          queries: [seriesQuery(`
            SELECT $__timeInterval(ts) AS time, toString(outcome) AS result, count() AS orders
            FROM traces WHERE ${OF_RUN} GROUP BY time, result ORDER BY time, result`)],
        }),
        rows({
          title: 'By venue',
          description: 'How the router spread the orders, what came of them, and how fast each venue answered (order_to_ack, exact).',
          unit: 'none', width: 12,
          fields: { accepted: { unit: 'percentunit' }, 'filled shares': { unit: 'percentunit' }, 'answer p50': { unit: 'ns' }, 'answer p99': { unit: 'ns' } },
          queries: [tableQuery(`
            SELECT venue, count() AS orders, countIf(outcome = 'accepted') / count() AS accepted, sum(filled) / greatest(sum(quantity), 1) AS "filled shares",
              quantileExactIf(0.5)(${ANSWERED.ns}, ${ANSWERED.present}) AS "answer p50", quantileExactIf(0.99)(${ANSWERED.ns}, ${ANSWERED.present}) AS "answer p99"
            FROM traces WHERE ${OF_RUN} GROUP BY venue ORDER BY venue`)],
        }),
        lines({
          title: 'Stopped by risk control',
          description: 'Share of the sampled orders of the interval.',
          unit: 'percentunit', width: 12,
          queries: [seriesQuery(`
            SELECT $__timeInterval(ts) AS time, countIf(outcome = 'risk_blocked') / count() AS blocked, countIf(outcome = 'rejected') / count() AS rejected
            FROM traces WHERE ${OF_RUN} GROUP BY time ORDER BY time`)],
        }),
        rows({
          title: 'By instrument',
          description: 'Stock locate of the feed, with the orders\' size and limit price (4 decimals).',
          unit: 'none', width: 12,
          queries: [tableQuery(`
            SELECT locate, side, order_type, count() AS orders, sum(quantity) AS shares, sum(filled) AS filled_shares, round(avgIf(price, price > 0) / 1e4, 4) AS "mean price"
            FROM traces WHERE ${OF_RUN} GROUP BY locate, side, order_type ORDER BY orders DESC, locate, side, order_type LIMIT 200`)],
        }),
      ],
    },
  ],
};
