/** The plan: everything one run of the engine does, as the JSON file that engine/core/plan.h reads. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HOPS } from '../../collector/index.js';
import type { Link } from './network.js';
import { parentPlan, type ParentPlan } from './parent_plan.js';
import type { Placement } from './placement.js';
import { riskPlan, type RiskPlan } from './risk_plan.js';
import { partsPerMillion } from './scale.js';
import { isOverVeth, type LinkKind } from '../spec/links.js';
import { readPciControllers } from '../spec/spdk_config.js';
import { venueCount, venueNames, type Settings } from '../spec/schema.js';

export type Lane = Settings['probes']['lane'];
export type Scheduler = 'fifo' | 'other';

/** What the settings leave to the machine and the moment. */
export interface PlanContext {
  readonly runId: string;
  readonly pagePath: string;
  readonly resultPath: string;
  readonly journalDirectory: string;
  readonly placement: Placement;
  readonly scheduler: Scheduler;
  readonly hugepages: boolean;
  readonly lane: Lane;
  readonly ringMapIds: readonly number[];
  /** Stalls are recorded in this run. */
  readonly stalls: boolean;
  readonly links: readonly Link[];
  /** pcap file to write; absent where nothing is captured. */
  readonly capture?: string | undefined;
}

/** Field for field engine/core/plan.h; times in ns, prices with 4 decimals. */
export interface Plan {
  /** echo: no trading logic, one link. */
  readonly mode: 'pipeline' | 'echo';
  readonly run_id: string;
  readonly build: string;
  readonly link: LinkKind;
  readonly page_path: string;
  readonly result_path: string;
  /** This process: the engine ends with it. */
  readonly orchestrator_pid: number;
  readonly seed: number;
  readonly pacing: 'open' | 'lockstep';
  readonly venues: number;
  /** One a venue; fees in millionths of the currency a share. */
  readonly venue_profiles: readonly VenuePlan[];
  readonly lcores: readonly { readonly cpu: number; readonly roles: readonly string[] }[];
  readonly housekeeping_cpu: number;
  readonly scheduler: Scheduler;
  readonly hugepages: boolean;
  readonly burst: number;
  readonly floor_seconds: number;
  readonly lane: Lane;
  readonly ring_map_ids: readonly number[];
  /** Shorter idle gaps are not recorded; 0: nobody looks. */
  readonly gap_ns: number;
  readonly inject: InjectPlan;
  /** Capsules a second that are made up beside the pipeline. */
  readonly synthetic_rate: number;
  readonly feed: FeedPlan;
  readonly recovery: { readonly hold_packets: number; readonly timeout_ns: number; readonly tries: number };
  readonly impair: ImpairPlan;
  readonly oms: OmsPlan;
  /** The rule; `routing` has the rest. */
  readonly router: string;
  readonly routing: RoutingPlan;
  readonly risk: RiskPlan;
  readonly journal: JournalPlan;
  /** Without a path nothing is captured; ring_bytes of each port. */
  readonly capture: { readonly path: string; readonly ring_bytes: number };
  readonly xdp: { readonly mode: string; readonly need_wakeup: boolean };
  /** ns 0: off. */
  readonly busy_poll: { readonly ns: number; readonly budget: number };
  readonly links: readonly Link[];
}

/** Weights in percent of what a term is worth by itself, or in millionths of the currency a share. */
export interface RoutingPlan {
  /** Rule single: index of the venue. */
  readonly single: number;
  readonly reroutes: number;
  readonly levels: number;
  readonly fees_percent: number;
  readonly fill_percent: number;
  readonly latency_micros: number;
  /** modelled or measured. */
  readonly latency: string;
  readonly reject_micros: number;
  readonly half_life_ns: number;
  readonly out_after: number;
  readonly probe_every_ns: number;
}

export interface OmsPlan extends Readonly<Record<'every' | 'quantity' | 'limit_percent' | 'market_percent' | 'cancel_after' | 'replace_after' | 'ack_timeout_ns', number>> {
  readonly strategy: string;
  readonly imbalance_ppm: number;
  readonly reversion_bps: number;
  readonly cooldown_ns: number;
  readonly parents: readonly ParentPlan[];
  /** Further ones that can be entered while it runs. */
  readonly parent_room: number;
}

export interface JournalPlan {
  readonly device: string;
  readonly submit: string;
  /** Submit sqpoll only: of the kernel's threads, one a venue. */
  readonly sqpoll_cpus?: readonly number[];
  readonly ack_after: string;
  readonly durability: string;
  /** Raw block devices, one a venue; empty: files in `directory`. */
  readonly paths: readonly string[];
  readonly directory: string;
  readonly block_bytes: number;
  readonly size_bytes: number;
  readonly segments: number;
  /** The OMS keeps one too: journal-oms.hsj in `directory`, in memory on device memory. */
  readonly oms: boolean;
  /** Records; 0: no snapshots are taken. */
  readonly snapshot_every: number;
  /** Device spdk only. */
  readonly spdk?: SpdkPlan;
}

export interface SpdkPlan {
  readonly config: string;
  /** One a venue. */
  readonly bdevs: readonly string[];
  readonly memory_bytes: number;
  /** Addresses of the NVMe controllers that the configuration attaches: EAL lets SPDK have these and no others. */
  readonly pci: readonly string[];
}

/** Shares in parts per million of packets; no links: off. */
export interface ImpairPlan {
  readonly links: readonly string[];
  readonly drop_ppm: number;
  readonly duplicate_ppm: number;
  readonly reorder_ppm: number;
  readonly within: number;
  readonly seed: number;
}

export interface VenuePlan {
  readonly name: string;
  readonly make_micros: number;
  readonly take_micros: number;
  readonly latency_ns: number;
  readonly queue: number;
  /** Absent: it has none. */
  readonly outage_after_ns?: number;
  readonly outage_for_ns?: number;
}

/** hop 0: off. */
export interface InjectPlan {
  /** after_ns, during_ns: the part of the measured phase that is meant; during_ns 0: until its end. */
  readonly busy: { readonly hop: number; readonly ns: number; readonly every: number; readonly after_ns: number; readonly during_ns: number };
  readonly faults: { readonly hop: number; readonly pages: number; readonly every: number };
}

export interface FeedPlan {
  readonly flow: 'simulate' | 'itch';
  readonly arrivals: 'constant' | 'poisson';
  /** 0: as fast as the ports take them. */
  readonly rate_pps: number;
  readonly symbols: number;
  readonly warmup_messages: number;
  /** 0: until the file ends, or max_seconds. */
  readonly measure_messages: number;
  /** 0: no limit. */
  readonly max_seconds: number;
  readonly file: string;
  readonly speed: number;
  readonly max_gap_ns: number;
  readonly from_ns: number;
  readonly to_ns: number;
  /** Last messages kept for receivers that lost them. */
  readonly history: number;
  readonly heartbeat_ns: number;
  readonly liquidity: 'shared' | 'split';
}

const DEFAULT_RATE_PPS = 100_000;
const DEFAULT_SYMBOLS = 16;
const DEFAULT_WARMUP_NS = 1e9;
const DEFAULT_MEASURE_NS = 10e9;
/** What a warm-up written as a duration means where no rate is given: as many messages as the mission's packet rate brings in that time. */
const FULL_SPEED_PPS = 1_000_000;
/** Busy windows before the start, from which the run's jitter floor comes. */
const FLOOR_SECONDS = 0.3;
const MICROS = 1e6;
const GAP_NS = 1_000;
/** An idle round that is a system call a port takes 3 us in all: shorter gaps would be its own work. */
const GAP_OF_SYSCALLS_NS = 20_000;

export function buildPlan(settings: Settings, context: PlanContext): Plan {
  const { pipeline } = settings;
  const { oms, risk, journal } = pipeline;
  return {
    mode: 'pipeline',
    run_id: context.runId,
    build: pipeline.build,
    link: pipeline.link,
    page_path: context.pagePath,
    result_path: context.resultPath,
    orchestrator_pid: process.pid,
    seed: pipeline.feed.seed,
    pacing: settings.pacing,
    venues: venueCount(settings),
    venue_profiles: venuePlans(settings),
    lcores: context.placement.lcores,
    housekeeping_cpu: context.placement.housekeepingCpu,
    scheduler: context.scheduler,
    hugepages: context.hugepages,
    burst: pipeline.burst,
    floor_seconds: FLOOR_SECONDS,
    lane: context.lane,
    ring_map_ids: context.ringMapIds,
    gap_ns: context.stalls ? (settings.probes.gap ?? (idlesInSystemCalls(pipeline) ? GAP_OF_SYSCALLS_NS : GAP_NS)) : 0,
    inject: injectPlan(settings),
    synthetic_rate: pipeline.synthetic,
    feed: feedPlan(settings),
    recovery: { hold_packets: pipeline.recovery.hold, timeout_ns: pipeline.recovery.timeout, tries: pipeline.recovery.tries },
    impair: impairPlan(settings, context.links),
    oms: {
      every: oms.every,
      quantity: oms.quantity,
      limit_percent: oms.limit_percent,
      market_percent: oms.market_percent,
      cancel_after: oms.cancel_after,
      replace_after: oms.replace_after,
      ack_timeout_ns: oms.ack_timeout,
      strategy: oms.strategy,
      imbalance_ppm: partsPerMillion(oms.imbalance),
      reversion_bps: oms.reversion_bps,
      cooldown_ns: oms.cooldown,
      parents: oms.parents.map(parentPlan),
      parent_room: oms.parent_room,
    },
    ...routingPlan(settings),
    risk: riskPlan(risk),
    journal: {
      device: journal.device, submit: journal.submit, ...(context.placement.sqpollCpus === undefined ? {} : { sqpoll_cpus: context.placement.sqpollCpus }), ack_after: journal.ack_after, durability: journal.durability,
      paths: journal.path === undefined ? [] : [journal.path].flat(), directory: context.journalDirectory, block_bytes: journal.block, size_bytes: journal.size, segments: journal.segments,
      oms: journal.oms ?? (journal.keep && journal.device !== 'memory'), // one in memory ends with its engine
      snapshot_every: journal.snapshot_every ?? 0,
      ...(journal.device !== 'spdk' || journal.spdk === undefined ? {} : { spdk: spdkPlan(journal.spdk) }),
    },
    capture: { path: context.capture ?? '', ring_bytes: settings.probes.capture_ring },
    xdp: pipeline.xdp,
    busy_poll: { ns: pipeline.busy_poll.for, budget: pipeline.busy_poll.budget },
    links: context.links,
  };
}

function spdkPlan({ config, bdev, memory }: NonNullable<Settings['pipeline']['journal']['spdk']>): SpdkPlan {
  return { config: path.resolve(config), bdevs: [bdev].flat(), memory_bytes: memory, pci: readPciControllers(config) ?? [] };
}

/** How the names of the links begin that are meant. */
const IMPAIRED_LINKS: Readonly<Record<Settings['pipeline']['impair']['links'], string>> = {
  feeds: 'feed-', 'feed-oms': 'feed-oms', 'feed-venues': 'feed-venue', orders: 'oms-venue', all: '',
};

function impairPlan({ pipeline: { impair } }: Settings, links: readonly Link[]): ImpairPlan {
  const { drop, duplicate, reorder, within, seed } = impair;
  const named = links.map(({ name }) => name).filter((name) => name.startsWith(IMPAIRED_LINKS[impair.links]));
  return {
    links: drop + duplicate + reorder > 0 ? named : [],
    drop_ppm: partsPerMillion(drop), duplicate_ppm: partsPerMillion(duplicate), reorder_ppm: partsPerMillion(reorder),
    within, seed,
  };
}

const DEFAULT_QUEUE = 256;

function venuePlans(settings: Settings): VenuePlan[] {
  const { pipeline: { venues } } = settings;
  const names = venueNames(settings);
  if (typeof venues === 'number') {
    return names.map((name) => ({ name, make_micros: 0, take_micros: 0, latency_ns: 0, queue: DEFAULT_QUEUE }));
  }
  return venues.map((venue, index) => ({
    name: names[index] ?? '',
    make_micros: Math.round(venue.fees.make * MICROS),
    take_micros: Math.round(venue.fees.take * MICROS),
    latency_ns: venue.latency,
    queue: venue.queue,
    ...(venue.outage === undefined ? {} : { outage_after_ns: venue.outage.after, outage_for_ns: venue.outage.for }),
  }));
}

function routingPlan(settings: Settings): Pick<Plan, 'router' | 'routing'> {
  const { router: { rule, weights, ...router } } = settings.pipeline;
  const [, single] = /^single:(.*)$/.exec(rule) ?? [];
  return {
    router: single === undefined ? rule : 'single',
    routing: {
      single: single === undefined ? 0 : venueNames(settings).indexOf(single),
      reroutes: router.reroutes,
      levels: router.levels,
      fees_percent: Math.round(100 * weights.fees),
      fill_percent: Math.round(100 * weights.fill),
      latency_micros: Math.round(MICROS * weights.latency),
      latency: router.latency,
      reject_micros: Math.round(MICROS * weights.rejects),
      half_life_ns: router.half_life,
      out_after: router.out_after,
      probe_every_ns: router.probe_every,
    },
  };
}

/** AF_XDP's own build looks at memory only; DPDK's drivers for kernel interfaces ask the kernel. */
function idlesInSystemCalls({ build, link, busy_poll: busyPoll }: Settings['pipeline']): boolean {
  if (build === 'afxdp') return busyPoll.for > 0;
  return build === 'netmap' || link === 'tap' || isOverVeth(link);
}

function injectPlan({ inject: { busy, faults } }: Settings): InjectPlan {
  return {
    busy: busy === undefined
      ? { hop: 0, ns: 0, every: 1, after_ns: 0, during_ns: 0 }
      : { hop: hopIndex(busy.at), ns: busy.for, every: busy.every, after_ns: busy.after, during_ns: busy.during },
    faults: faults === undefined ? { hop: 0, pages: 0, every: 1 } : { hop: hopIndex(faults.at), pages: faults.pages, every: faults.every },
  };
}

function hopIndex(name: string): number {
  return HOPS.find((hop) => hop.name === name)?.index ?? 0;
}

export function feedPlan({ pipeline: { feed }, pacing, repeat }: Settings): FeedPlan {
  const replayed = feed.flow === 'itch';
  // Lockstep has no schedule: each packet waits for the consequences of the one before.
  const rate = replayed || pacing === 'lockstep' ? 0 : (feed.rate ?? DEFAULT_RATE_PPS);
  const symbols = feed.symbols ?? DEFAULT_SYMBOLS;
  const pps = rate === 0 ? FULL_SPEED_PPS : rate;
  const warmup = replayed
    ? Math.round(((repeat.warmup ?? 0) / 1e9) * pps)
    : Math.max(Math.round(((repeat.warmup ?? DEFAULT_WARMUP_NS) / 1e9) * pps), symbols + 1); // the stock directory is never measured
  return {
    flow: feed.flow,
    arrivals: feed.arrivals ?? 'constant',
    rate_pps: rate,
    symbols,
    warmup_messages: warmup,
    ...length(feed.messages, repeat.measure, rate, replayed),
    file: feed.file === undefined ? '' : path.resolve(feed.file),
    speed: feed.speed ?? 0,
    max_gap_ns: feed.max_gap ?? 0,
    from_ns: feed.from ?? 0,
    to_ns: feed.to ?? 0,
    history: feed.history,
    heartbeat_ns: feed.heartbeat,
    liquidity: feed.liquidity,
  };
}

/**
 * How long the measured part is. With a rate, a duration is a number of messages, so that two builds see exactly the same ones; what is still
 * unsent a second after the last was due counts as missed (engine/feed/feed.h). Without a rate, whichever limit comes first ends the run.
 */
function length(messages: number | undefined, measureNs: number | undefined, rate: number, replayed: boolean): Pick<FeedPlan, 'measure_messages' | 'max_seconds'> {
  if (rate === 0) {
    const limitless = messages !== undefined || replayed;
    return { measure_messages: messages ?? 0, max_seconds: (measureNs ?? (limitless ? 0 : DEFAULT_MEASURE_NS)) / 1e9 };
  }
  const wanted = measureNs ?? (messages === undefined ? DEFAULT_MEASURE_NS : (messages / rate) * 1e9);
  const due = Math.max(1, Math.round((wanted / 1e9) * rate));
  return { measure_messages: Math.min(messages ?? due, due), max_seconds: 0 };
}

export function writePlan(file: string, plan: Plan): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(plan, null, 2)}\n`);
}
