/** The engine's result file: what it knows at its end and the telemetry page has no room for. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const EngineResultSchema = z.object({
  digest: z.object({ orders: z.string().nullable(), orders_null_because: z.string().default(''), books: z.string().default(''), journal: z.string().nullable(), oms: z.string().nullable().default(null), null_because: z.string().default('') }),
  /** Messages sent, by ITCH type. */
  feed: z.object({ types: z.record(z.string(), z.number()).default({}) }).prefault({}),
  /** How often the journal's blocks were all in flight and the venue had to wait. */
  journal_stalls: z.number().default(0),
  /** The same of the OMS and its own journal. */
  oms_journal_stalls: z.number().default(0),
  /** Why its memory could not be locked; empty where it was. */
  unlocked_because: z.string().default(''),
  /** How the links work, where the build has something to say. */
  conditions: z.string().default(''),
  durable_kind: z.string().nullable().default(null),
  /** What each venue charged and could not take, in its profile's order. */
  venues: z.array(z.object({
    name: z.string(),
    made_shares: z.number(), taken_shares: z.number(),
    make_fees_micros: z.number(), take_fees_micros: z.number(),
    queue_rejects: z.number(),
    lost_in_outage: z.number().default(0),
    clamped: z.number(), unresolved: z.number(), outside: z.number(), bookless: z.number(),
    /** Of clients, when the run ended. */
    open_orders: z.number().default(0),
  })).default([]),
  /** Trips of the kill switch, warm-up included. Times are since the trip, null for what did not happen or is not known. */
  kills: z.array(z.object({
    by: z.string(), tsc: z.string(), seen_ns: z.number(),
    asked_ns: z.number().nullable(), last_order_ns: z.number().nullable(), confirmed_ns: z.number().nullable(), armed_ns: z.number().nullable(),
    requests: z.number(), waiting: z.array(z.number()),
  })).default([]),
  /** What became of the measured orders at each venue, in millionths of the currency. */
  routing: z.object({
    wanted_shares: z.number(),
    venues_taken_out: z.number(), probes: z.number(),
    venues: z.array(z.object({
      name: z.string(),
      orders: z.number(), asked_shares: z.number(), filled_shares: z.number(),
      slippage_micros: z.number(), fees_micros: z.number(), mid_notional_micros: z.number(),
      /** router.latency: measured; the mean at the run's end. */
      answer_ns: z.number().nullable().optional(),
    })),
  }).optional(),
  /** What the OMS has, by venue (null: at all of them) and symbol. Money as in summary.json. */
  positions: z.array(z.object({
    venue: z.number().nullable(), symbol: z.string(),
    bought: z.number(), sold: z.number(), bought_value: z.number(), sold_value: z.number(),
    fees_micros: z.number(), cash_micros: z.number(), realised_micros: z.number(), unrealised_micros: z.number().nullable(),
    mark: z.number().nullable(), open_orders: z.number(), open_buying: z.number(), open_selling: z.number(),
  })).default([]),
  /** Figures in which a venue does not have what the OMS has, and the first of them. */
  reconciliation: z.object({
    differences: z.number(),
    first: z.array(z.object({ venue: z.number(), symbol: z.string(), figure: z.string(), oms: z.number(), at_venue: z.number() })),
  }).default({ differences: 0, first: [] }),
  /** Prices with 4 decimals as integers, mids doubled; times from the parent's start. */
  parents: z.array(z.object({
    name: z.string(), algo: z.string(), locate: z.number(), side: z.string(), quantity: z.number(), state: z.string(), at_run_time: z.boolean().default(false),
    filled: z.number(), notional: z.number(), open: z.number(), children: z.number(), blocked: z.number(), rejected: z.number(),
    length_ns: z.number(), begun_ns: z.number(), finished_ns: z.number().nullable(), band: z.number(), slices_outside: z.number(),
    arrival_mid2: z.number(), twap_mid2: z.number(), market_shares: z.number(), market_notional: z.number(),
    slices: z.array(z.object({ end_ns: z.number(), target: z.number(), sent: z.number(), filled: z.number(), market_shares: z.number() })),
  })).default([]),
  /** What was given while it ran, in the trader's words; `refused`: why, empty where it was carried out. */
  commands: z.array(z.object({ market_ns: z.number(), what: z.string(), refused: z.string() })).default([]),
  risk_rejects: z.record(z.string(), z.number()).default({}),
  /** Orders blocked, by check and by the level whose limit it was. */
  risk_blocks: z.array(z.object({ check: z.string(), level: z.string(), count: z.number() })).default([]),
  /** Trips by circuit breaker, warm-up included. */
  breakers: z.record(z.string(), z.number()).default({}),
  /** Of each shadow that takes them. `venue` null: the OMS's. */
  snapshots: z.array(z.object({
    venue: z.number().nullable(), taken: z.number(), last_record: z.number(), longest_ns: z.number(), replayed: z.number(), error: z.string(),
  })).default([]),
  /** Absent where nothing was captured. */
  capture: z.object({ packets: z.number(), lost: z.number(), error: z.string() }).optional(),
});

export type EngineResult = Readonly<z.output<typeof EngineResultSchema>>;

/** An engine that died wrote none. */
export function readEngineResult(file: string): EngineResult | undefined {
  try {
    return EngineResultSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
