/**
 * The summary of one experiment: what `run --json FILE` prints and what stands in `results/<run>/summary.json`.
 *
 * Schema 1 is stable: later versions add keys, none changes its meaning. Everything is plain JSON data; every latency is in
 * nanoseconds, every rate per second of measured time.
 */
import type { COUNTER_NAMES } from '../collector/index.js';

export { COUNTER_NAMES, FURTHER_COUNTER_NAMES, RATE_NAMES } from '../collector/index.js';

export const SUMMARY_SCHEMA = 1;

/** `invalid` wins over `fail`: a run that lost records or missed packets says nothing about its thresholds. */
export type Verdict = 'pass' | 'fail' | 'invalid';

/** A resolved setting, named by its dotted path (`pipeline.feed.rate`), in base units (ns, packets/s, bytes). */
export type SettingValue = string | number | boolean | null | readonly SettingValue[];
export type Settings = Readonly<Record<string, SettingValue>>;

/**
 * Quantiles of one hop or span over one run, in ns.
 *
 * `error` is how far any figure may be from the true value: the clock's resolution (two stamps make a duration), plus the bucket
 * width where a figure comes from a histogram instead of from the stored rows.
 */
export interface LatencyNs {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly error: number;
}

export type CounterName = (typeof COUNTER_NAMES)[number];

/** Further counters of the engine (`bpf/records.h`, HS_COUNTERS) may stand beside the fixed ones under their own names. */
export type Counters = Readonly<Record<CounterName, number>> & Readonly<Record<string, number>>;

export interface RunRates {
  readonly feed_pps: number;
  readonly oms_pps: number;
  readonly orders_per_s: number;
}

/** Extra time, in ns, that a busy window of the same run lost although it had nothing to do: the machine's own tail. */
export interface JitterNs {
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface RunFloor {
  readonly jitter_ns: JitterNs;
  /** Mean cost of one stamp (read the counter, store it). */
  readonly stamp_ns: number;
}

/** Digests of the logical business records, in hexadecimal. `journal` is null under open pacing; `null_because` says why. */
export interface RunDigest {
  /** Null where orders follow from fills whose times are not the same in every run; orders_null_because says it. */
  readonly orders: string | null;
  /** What rests in the OMS's books at the end of the run; empty where it did not come to its end. */
  readonly books?: string;
  readonly journal: string | null;
  /** Of the OMS's journal; null where it kept none, too. Absent in summaries of earlier versions. */
  readonly oms?: string | null;
  readonly null_because: string;
  readonly orders_null_because?: string;
}

/**
 * What was traded over a whole run, warm-up included, and what it was worth at its end. Money in millionths of the currency, but `*_value`:
 * price x shares with 4 decimals. `unrealised_micros` is null where nothing says what is left is worth.
 */
export interface PositionFigures {
  readonly bought: number;
  readonly sold: number;
  /** Shares left; negative: short. */
  readonly net: number;
  readonly bought_value: number;
  readonly sold_value: number;
  /** Negative: rebates. */
  readonly fees_micros: number;
  /** Received less paid less fees. */
  readonly cash_micros: number;
  readonly realised_micros: number;
  readonly unrealised_micros: number | null;
  readonly open_orders: number;
}

export interface PositionsSummary {
  readonly total: PositionFigures;
  readonly venues: readonly (PositionFigures & { readonly venue: string })[];
  /** Those with the most money traded first. `mark`: what a share was valued at, 4 decimals; null: nothing says it. */
  readonly symbols: readonly (PositionFigures & { readonly symbol: string; readonly mark: number | null; readonly venues: readonly (PositionFigures & { readonly venue: string })[] })[];
  readonly symbols_not_listed: number;
}

export interface RunSummary {
  readonly run_id: string;
  readonly valid: boolean;
  /** Length of the measured phase. */
  readonly seconds: number;
  /** By hop (`oms.rx`) and span (`tick_to_ack`, `tick_to_ack_response`); an absent key was not stamped in this lane. */
  readonly latency_ns: Readonly<Record<string, LatencyNs>>;
  readonly counters: Counters;
  readonly rates: RunRates;
  readonly floor: RunFloor;
  readonly digest: RunDigest;
  /** Null where nothing was traded and nothing is open. Absent in summaries of earlier versions. */
  readonly positions?: PositionsSummary | null;
  /** Absent in summaries of earlier versions; empty where the experiment has none. */
  readonly parents?: readonly ParentSummary[];
  /** What was commanded while it ran (hopscope order, hopscope limits). Absent in summaries of earlier versions. */
  readonly commands?: readonly CommandSummary[];
}

/** In the trader's words. `refused`: why, empty where it was carried out. */
export interface CommandSummary {
  /** Market time when the OMS took it. */
  readonly market_ns: number;
  readonly what: string;
  readonly refused: string;
}

/** By the end of one slice; shares from the parent's start. */
export interface ParentSliceSummary {
  /** Market time from the parent's start. */
  readonly end_ns: number;
  readonly target: number;
  readonly filled: number;
  /** In this slice. */
  readonly sent: number;
  /** Of everybody else, from the feed. */
  readonly market_shares: number;
}

/** What became of one parent order. Prices in the currency; slippage in basis points, positive: it cost. */
export interface ParentSummary {
  readonly name: string;
  /** Entered by a trader while it ran. Absent in summaries of earlier versions. */
  readonly at_run_time?: boolean;
  readonly algo: string;
  readonly side: string;
  readonly locate: number;
  readonly quantity: number;
  readonly state: string;
  readonly filled: number;
  /** Shares of children of which nobody knows what became. */
  readonly open: number;
  readonly children: number;
  readonly blocked: number;
  readonly rejected: number;
  /** filled / quantity */
  readonly fill_rate: number;
  /** Null where nothing was filled. */
  readonly average_price: number | null;
  /** Mid when it started; null where it never did. */
  readonly arrival_price: number | null;
  /** Of the symbol's mid, and of its trades, while it was worked. */
  readonly twap_price: number | null;
  readonly vwap_price: number | null;
  readonly slippage_bps: { readonly arrival: number | null; readonly twap: number | null; readonly vwap: number | null };
  readonly market_shares: number;
  /** Own shares over all, its own included. */
  readonly participation: number;
  readonly length_ns: number;
  /** From its start to its last share, or its end; null where the run ended first. */
  readonly finished_ns: number | null;
  /** Share of the quantity that a slice may end off its target. */
  readonly band: number;
  readonly slices_outside: number;
  /** The largest distance from a target, as a share of the quantity. */
  readonly deviation: number;
  readonly slices: readonly ParentSliceSummary[];
}

/** What the risk gate of one run stopped. */
export interface RiskOutcome {
  /** Orders of the measured phase. `level`: whose limit it was. */
  readonly blocks: readonly { readonly check: string; readonly level: string; readonly count: number }[];
  /** Trips by circuit breaker, warm-up included. */
  readonly breakers: Readonly<Record<string, number>>;
}

export interface VariantSummary {
  readonly name: string;
  /** Only the settings in which the variants differ, or, with one variant, those the user would name it by. */
  readonly settings: Settings;
  readonly runs: readonly RunSummary[];
}

/** One threshold's outcome. `value` is in the metric's base unit; null where there was nothing to judge (then `ok` is false). */
export interface ThresholdResult {
  readonly metric: string;
  readonly expr: string;
  readonly value: number | null;
  readonly ok: boolean;
  /** Which variant was judged; absent where the experiment has only one. */
  readonly variant?: string;
}

export interface MachineSummary {
  readonly cpu: string;
  readonly kernel: string;
  readonly tsc_hz: number;
  /** Hugepages reserved (`HugePages_Total`). */
  readonly hugepages: number;
  /** Versions; null where the package is not on this machine. */
  readonly dpdk: string | null;
  readonly spdk: string | null;
  readonly netmap: string | null;
  /** Tells machines apart without naming them. Absent in summaries of earlier versions, as is what follows. */
  readonly id?: string;
  /** How the engine was compiled. */
  readonly build_flags?: string;
}

/** What seeing costs: engine time per order in one lane, at saturation, median over its valid runs. */
export interface LaneCostSummary {
  readonly lane: string;
  readonly cycles_per_order: number;
  readonly ns_per_order: number;
  /** Half the distance between the quartiles of the runs. */
  readonly spread_ns: number;
  readonly runs: number;
}

/** Another tool's figure on the same device, measured after ours. */
export interface ReferenceSummary {
  readonly tool: string;
  readonly macswap_pps: number;
  readonly command: string;
}

/** What the network layer alone costs: an echo over the same link, with no trading logic, after the experiment. */
export interface FloorSummary {
  /** Of which variants. */
  readonly variants: readonly string[];
  readonly build: string;
  readonly link: string;
  readonly round_trip_ns: Readonly<Record<'count' | 'p50' | 'p90' | 'p99' | 'p999' | 'max', number>>;
  /** Packets received and sent again by one lcore. */
  readonly forwards_per_s: number;
  readonly lost: number;
  readonly drops: number;
  readonly conditions: string;
  /** dpdk-testpmd's macswap on the same virtual device, before and after each echo; empty where it has none. */
  readonly testpmd_pps: readonly number[];
  /** Each echo's rate as a share of testpmd's before and after it. */
  readonly rounds_of_testpmd: readonly number[];
  /** The middle one, whose echo the figures above are of. */
  readonly of_testpmd: number | null;
}

/** Writes to a device, each from the call that starts it until its completion was seen; ns. */
export interface DeviceWrites {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly bytes_per_s: number;
}

/** What wrote to a device when no journal did. */
export type FloorTool = 'fio' | 'bdevperf';

/** journal_write of one variant: its median run. */
export interface JournalWrites {
  readonly variant: string;
  /** Null where no stamps were recorded (lanes off and stamps). */
  readonly p50: number | null;
  readonly p99: number | null;
  readonly mean_block_bytes: number;
  /** Blocks with headers and padding, while it was measured: the device's limit only where the journal had always something to write. */
  readonly bytes_per_s: number;
  /** Its p50 over the floor's, the mean of before and after. */
  readonly p50_of_floor: number | null;
  readonly p50_over_floor_ns: number | null;
  /** Its bytes_per_s over the floor's. */
  readonly rate_of_floor: number;
}

/** What a journal's device does for the journal and, with nothing around it, for a tool: never at the same time. */
export interface JournalFloorSummary {
  readonly device: string;
  /** Null for a device to which nothing is submitted. */
  readonly submit: string | null;
  readonly tool: FloorTool;
  /** What the tool writes at a time. */
  readonly block_bytes: number;
  /** Writes that are under way at a time. */
  readonly depth: number;
  readonly command: string;
  /** Before the first run and after the last; null where it could not be measured. */
  readonly floor_before: DeviceWrites | null;
  readonly floor_after: DeviceWrites | null;
  readonly journals: readonly JournalWrites[];
}

/** What another rule cost beyond rule smart, run by run on the same markets: mean and interval over the runs. Null: too few pairs of valid runs. */
export interface RoutingAgainst {
  readonly variant: string;
  readonly pairs: number;
  readonly advantage_bps: number | null;
  readonly low_bps: number | null;
  readonly high_bps: number | null;
}

/** What the store holds of a run's routing decisions, warm-up left out. */
export interface StoredDecisions {
  readonly decided: number;
  readonly stored: number;
  /** Every how manyth was stored. */
  readonly every: number;
  /** Why none could be, and the remedy; empty where they were. */
  readonly missing: string;
}

export interface RoutingSummary {
  /** The variant with rule smart. */
  readonly base: string;
  /** Of the intervals. */
  readonly confidence: number;
  readonly against: readonly RoutingAgainst[];
}

/** A short run at one rate, to see whether it is held. */
export interface LoadProbe {
  readonly rate_pps: number;
  readonly holds: boolean;
  /** Why not; empty where it holds. */
  readonly because: string;
}

/** Latency at one share of the maximum: the median of its runs. */
export interface LoadPoint {
  readonly variant: string;
  readonly share: number;
  /** What was asked for. */
  readonly rate_pps: number;
  /** What was sent: less where the feed fell behind. */
  readonly sent_pps: number;
  readonly valid: boolean;
  /** From when the packet was sent, and from when it was due; null where no order was timed. */
  readonly service_ns: LatencyNs | null;
  readonly response_ns: LatencyNs | null;
}

export interface LoadSummary {
  /** The highest rate that was held. */
  readonly maximum_pps: number;
  /** The search ended at its upper bound: the maximum is this, or more. */
  readonly at_least: boolean;
  /** How far above the maximum a rate that was not held may lie, as a share of it. */
  readonly within: number;
  readonly probes: readonly LoadProbe[];
  readonly points: readonly LoadPoint[];
}

export interface Summary {
  readonly schema: typeof SUMMARY_SCHEMA;
  readonly experiment: string;
  readonly verdict: Verdict;
  readonly invalid_because: readonly string[];
  readonly variants: readonly VariantSummary[];
  readonly thresholds: readonly ThresholdResult[];
  readonly machine: MachineSummary;
  /** Where lanes are compared; absent or empty elsewhere. */
  readonly lane_cost?: readonly LaneCostSummary[];
  /** Absent or null where the experiment asks for none. */
  readonly reference?: ReferenceSummary | null;
  /** Absent or empty where the experiment asks for none. */
  readonly floors?: readonly FloorSummary[];
  /** Absent or empty where the experiment does not ask for `reference: fio`. */
  readonly journal_floors?: readonly JournalFloorSummary[];
  /** Rule smart against the others; null or absent where rules are not compared. */
  readonly routing?: RoutingSummary | null;
  /** Absent or null where no maximum was searched for. */
  readonly load?: LoadSummary | null;
}

/** Counters of a run in which nothing has happened yet. */
export function emptyCounters(): Counters {
  return {
    feed_packets: 0,
    feed_missed: 0,
    oms_packets: 0,
    orders: 0,
    acks: 0,
    fills: 0,
    rejects: 0,
    port_drops: 0,
    traced: 0,
    pushed: 0,
    push_failed: 0,
    drained: 0,
    stored: 0,
    filtered: 0,
    lost: 0,
  };
}
