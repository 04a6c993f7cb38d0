/**
 * The experiment's settings: every key, its default and its limits. What is not here is a typo.
 *
 * The output of `Settings` is in base units: ns, packets/s, bytes, counts. Keys of DESIGN.md that this version cannot honour yet are known by
 * name, so that the answer is "not in this version" instead of "unknown key".
 */
import { z } from 'zod';
import { HOPS, SPANS } from '../../collector/index.js';
import { readBytes, readCount, readDurationNs, readRatePps, readSample, readShare, readSpeed, readTimeOfDayNs } from '../../collector/index.js';
import { CompareSchema } from './compare.js';
import { BUILDS, LINKS, resolveLink } from './links.js';
import { LoadSchema } from './load_curve.js';
import { Parent } from './parents.js';
import { quantity } from './quantity.js';
import { whole, word } from './words.js';

/** A ring buffer: a power of two, at least a page. */
function ringBytes(most = 2 ** 30, written = '1GiB') {
  return quantity(readBytes, 4096, most, `between 4KiB and ${written}`)
    .refine((bytes) => Number.isInteger(Math.log2(bytes)), 'a ring buffer is a power of two: 1MiB, 16MiB, 64MiB');
}

/** What a run can be told to do without, as if this kernel or machine lacked it. */
export const DENIABLE = ['btf', 'uprobe', 'usdt_nop5', 'ringbuf', 'user_ringbuf', 'tp_btf', 'fentry', 'kprobe', 'hugepages', 'avx2', 'chdb'] as const;

const Feed = z.strictObject({
  flow: word(['simulate', 'itch']).default('simulate'),
  seed: whole(0, Number.MAX_SAFE_INTEGER).default(1),
  rate: quantity(readRatePps).optional(),
  arrivals: word(['constant', 'poisson']).optional(),
  /** Measured messages; without it the run is as long as repeat.measure. */
  messages: quantity(readCount, 1, 2 ** 40, 'between 1 and 2^40').optional(),
  symbols: whole(1, 10_000).optional(),
  file: z.string({ error: 'a file name is needed, for example data/sample.itch50' }).min(1, 'the file name is empty').optional(),
  speed: quantity(readSpeed, 0, 1e9, 'at most 1e9x').optional(),
  from: quantity(readTimeOfDayNs, 0, 86_400e9, 'within a day').optional(),
  to: quantity(readTimeOfDayNs, 0, 86_400e9, 'within a day').optional(),
  max_gap: quantity(readDurationNs, 0, 86_400e9, 'within a day').optional(),
  /** Last messages that are kept for receivers that lost them. */
  history: quantity(readCount, 1, 2 ** 24, 'between 1 and 2^24').default(65_536),
  /** Wall time without a packet after which receivers get a heartbeat. 0: never. */
  heartbeat: quantity(readDurationNs, 0, 6e10, 'at most 60s').default(1e6),
  /** shared: every venue has all of the feed's orders. split: each rests at one venue. */
  liquidity: word(['shared', 'split']).default('shared'),
});

/** How receivers of the feed recover what they lost. */
const Recovery = z.strictObject({
  /** Packets that came too early, at each receiver. */
  hold: quantity(readCount, 1, 2 ** 20, 'between 1 and 2^20').default(4096),
  /** Wall time after which a request is repeated. */
  timeout: quantity(readDurationNs, 1e3, 6e10, 'between 1us and 60s').default(1e6),
  /** Requests in a row without an answer; then the gap is given up. */
  tries: whole(1, 1_000_000).default(32),
});

/** Loss put in on purpose where packets arrive: what recovery is shown with. */
const Impair = z.strictObject({
  /** What the variant is called. */
  name: z.string().min(1).optional(),
  links: word(['feeds', 'feed-oms', 'feed-venues', 'orders', 'all']).default('feeds'),
  drop: quantity(readShare, 0, 1, 'between 0% and 100%').default(0),
  duplicate: quantity(readShare, 0, 1, 'between 0% and 100%').default(0),
  reorder: quantity(readShare, 0, 1, 'between 0% and 100%').default(0),
  /** Later packets that a reordered one lets pass, at most. */
  within: whole(1, 64).default(8),
  seed: whole(0, Number.MAX_SAFE_INTEGER).default(1),
});

const Oms = z.strictObject({
  /** What makes orders of its own: a count of messages, or the touch of each message's symbol. */
  strategy: word(['every-nth', 'imbalance', 'mean-reversion']).default('every-nth'),
  every: quantity(readCount, 0, 2 ** 30, 'between 0 and 2^30').default(4),
  quantity: whole(1, 1_000_000).default(100),
  limit_percent: whole(0, 100).default(25),
  market_percent: whole(0, 100).default(5),
  cancel_after: whole(1, 1024).default(8),
  /** On the way to its cancel, a resting order goes to the near touch each time that so many orders have been sent. 0: it stays. */
  replace_after: whole(0, 1023).default(0),
  ack_timeout: quantity(readDurationNs, 1, 2 ** 50, 'between 1ns and 13 days').default(1e9),
  /** Strategy imbalance: (bid size - ask size) / (bid size + ask size) of the touch from which on it trades, either way. */
  imbalance: quantity(readShare, 1e-6, 1, 'between 0.0001% and 100%').default(0.6),
  /** Strategy mean-reversion: distance of the mid from its recent mean. */
  reversion_bps: whole(1, 10_000).default(5),
  /** Reactive strategies: market time between two orders in one symbol. */
  cooldown: quantity(readDurationNs, 0, 86_400e9, 'at most 24h').default(1e6),
  /** Parent orders, worked by algorithms beside the strategy. */
  parents: z.array(Parent).max(1_000).default([]),
  /** Further parent orders that can be entered while it runs (hopscope order new). */
  parent_room: whole(0, 1_000).default(64),
});

/** Price x shares in the price's currency. 0: no limit. */
const value = quantity(readCount, 0, 4e14, 'between 0 and 4e14').default(0);
const shares = quantity(readCount, 0, 2 ** 40, 'between 0 and 2^40').default(0);
const perSecond = quantity(readCount, 0, 2 ** 30, 'between 0 and 2^30').default(0);
const basisPoints = whole(0, 1_000_000).default(0);
const marketTime = quantity(readDurationNs, 0, 86_400e9, 'at most 24h');

/** Of one level below the firm. 0: none of its own. */
const RISK_LIMITS = {
  max_quantity: whole(0, 2 ** 30).default(0),
  max_notional: value,
  collar_bps: basisPoints,
  max_orders_per_second: perSecond,
  last_trade_bps: basisPoints,
  max_position: shares,
};
const SymbolName = z.string({ error: 'a symbol is needed as in the stock directory, for example HS00001' }).regex(/^[!-~]{1,8}$/, 'a symbol has one to eight characters');

/** Circuit breakers, on market time. 0: off. */
const Breakers = z.strictObject({
  /** Kills: realised and unrealised, before fees. */
  max_loss: value,
  /** Kills: rejected by venues, of the orders answered within a second, where at least min_answers were. */
  max_reject_share: quantity(readShare, 0, 1, 'between 0% and 100%').default(0),
  min_answers: whole(1, 2 ** 30).default(20),
  /** Kills: orders and cancels. */
  max_messages_per_second: perSecond,
  /** Pauses a symbol: bands around the mean trade of the window, as in LULD; when the touch has stood at one for limit_state. */
  band_bps: whole(0, 10_000).default(0),
  band_window: quantity(readDurationNs, 8, 86_400e9, 'between 8ns and 24h').default(300e9),
  limit_state: marketTime.default(15e9),
  band_pause: quantity(readDurationNs, 1, 86_400e9, 'between 1ns and 24h').default(300e9),
  /** Pauses everything for so long: feed messages were given up. */
  gap_pause: marketTime.default(0),
  /** Pauses everything for stale_pause: the feed was silent for longer. */
  stale_feed: marketTime.default(0),
  stale_pause: quantity(readDurationNs, 1, 86_400e9, 'between 1ns and 24h').default(1e9),
});

/** Limits of the firm, and below it. docs/risk.md has each with its unit. */
export const Risk = z.strictObject({
  /** What the variant is called. */
  name: z.string().min(1).optional(),
  max_quantity: whole(1, 2 ** 30).default(10_000),
  /** Price x shares in the price's currency. */
  max_notional: quantity(readCount, 1, 9e11, 'between 1 and 9e11').default(1_000_000),
  collar_bps: whole(1, 1_000_000).default(1_000),
  /** 0: no limit. */
  max_orders_per_second: perSecond,
  last_trade_bps: basisPoints,
  /** Shares in one symbol, long or short, with all that is open filled. */
  max_position: shares,
  max_gross: value,
  max_net: value,
  max_credit: value,
  /** A cancel above it waits. */
  max_cancels_per_second: perSecond,
  /** The same order again so soon is blocked. */
  duplicate_within: marketTime.default(0),
  /** The book of the symbol has not changed for so long. */
  stale_after: marketTime.default(0),
  /** Block orders that could trade with an own one that rests at the same venue. */
  self_cross: z.boolean({ error: 'write true or false' }).default(false),
  restricted: z.array(SymbolName).max(256).default([]),
  /** Of the reactive strategy, of each parent order, of each symbol, of single symbols. */
  strategy: z.strictObject(RISK_LIMITS).prefault({}),
  parent: z.strictObject(RISK_LIMITS).prefault({}),
  symbol: z.strictObject(RISK_LIMITS).prefault({}),
  symbols: z.array(z.strictObject({ symbol: SymbolName, ...RISK_LIMITS })).max(256).default([]),
  breakers: Breakers.prefault({}),
});

const VENUE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,15}$/;

const RouterRule = z.string({ error: 'write best-price, round-robin, smart or single:<venue>' })
  .regex(/^(best-price|round-robin|smart|single:[A-Za-z0-9][A-Za-z0-9_-]{0,15})$/, { error: (issue) => `${JSON.stringify(issue.input)} is no rule; write best-price, round-robin, smart or single:<name of a venue>` });

/** Currency a share. */
const price = z.number({ error: (issue) => `${JSON.stringify(issue.input)} is not a price; write currency a share, for example 0.0001` })
  .refine((value) => value >= 0 && value <= 1, 'between 0 and 1 a share').transform((value) => Math.round(value * 1e6) / 1e6);

/** Which venue gets an order (docs/routing.md); a word alone is the rule. */
const Router = z.preprocess((given) => (typeof given === 'string' ? { rule: given } : given), z.strictObject({
  rule: RouterRule.default('best-price'),
  /** Times that what an order did not get at once is sent again. */
  reroutes: whole(0, 100).default(0),
  /** Rule smart, as all that follows. Prices of a venue's book that one order may take. */
  levels: whole(1, 4).default(3),
  /** What counts beside the price: of what a term is worth by itself, or currency a share. 0: it does not count. */
  weights: z.strictObject({
    fees: quantity(readShare, 0, 100, 'between 0% and 10000%').default(1),
    fill: quantity(readShare, 0, 100, 'between 0% and 10000%').default(1),
    /** For each microsecond of the venue's latency. */
    latency: price.default(0),
    /** For each recent reject. */
    rejects: price.default(0),
  }).prefault({}),
  /** Of the venue's profile, or as it answers while the engine runs: then no digest is any other run's. */
  latency: word(['modelled', 'measured']).default('modelled'),
  /** Market time in which half of what was learned is forgotten. */
  half_life: quantity(readDurationNs, 1e3, 86_400e9, 'between 1us and 24h').default(1e8),
  /** Orders in a row that a venue did not answer in time: it is taken out. */
  out_after: whole(1, 1_000_000).default(3),
  /** Market time from one order that asks whether it is back to the next. */
  probe_every: quantity(readDurationNs, 1e3, 86_400e9, 'between 1us and 24h').default(1e7),
  /** Any rule: decisions of a run that are stored at most, from the OMS's journal. 0: none. */
  store: quantity(readCount, 0, 1e8, 'between 0 and 100M').default(100_000),
}));

/** Of device spdk. */
const Spdk = z.strictObject({
  /** SPDK's own JSON configuration: what makes the bdevs. Looked for beside the experiment first, then from the current folder. */
  config: z.string({ error: 'write the name of a JSON configuration of SPDK (docs/spdk.md)' }).min(1),
  /** To write to: the venue's, or a list with one a venue. */
  bdev: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(8)], { error: 'write the name of a bdev that the configuration makes, or a list with one a venue' }),
  /** For SPDK, its pools and its malloc bdevs, in the engine's EAL. */
  memory: quantity(readBytes, 2 ** 26, 2 ** 40, 'between 64MiB and 1TiB').default(2 ** 29),
});

const Journal = z.strictObject({
  device: word(['memory', 'uring', 'spdk']).default('uring'),
  submit: word(['helper', 'inline', 'sqpoll']).default('helper'),
  /** What a venue's answers wait for: nothing but the match, their block handed to the device, or their block durable. */
  ack_after: word(['match', 'write', 'durable']).default('match'),
  /** What the device is asked for before a block counts as durable: the write, or to bring it behind its volatile write cache too. */
  durability: word(['write', 'flush']).default('write'),
  /** Raw block devices in place of files: the venue's, or a list with one a venue. Device uring. */
  path: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(8)], { error: 'write a block device, for example /dev/nvme0n1, or a list with one a venue' }).optional(),
  /** Folder of the journal files; the run's own folder by default. */
  directory: z.string().min(1).optional(),
  block: quantity(readBytes, 4096, 2 ** 21, 'between 4KiB and 2MiB').refine((bytes) => bytes % 4096 === 0, 'a block is a multiple of 4KiB, the device\'s sector').default(65_536),
  size: quantity(readBytes, 2 ** 20, 2 ** 40, 'between 1MiB and 1TiB').default(2 ** 30),
  /** Equal parts of it, each filled anew once what stands in it is reclaimed: behind a snapshot. Not in memory. */
  segments: quantity(readCount, 1, 1024, 'between 1 and 1024').default(1),
  spdk: Spdk.optional(),
  /** Records from one snapshot of a venue to the next; none by default. Device uring. */
  snapshot_every: quantity(readCount, 1, 2 ** 40, 'between 1 and 2^40').optional(),
  /** Keep the journal files when the run has ended. */
  keep: z.boolean({ error: 'write true or false' }).default(false),
  /** The OMS keeps a journal too, journal-oms.hsj; by default where the venues' files are kept. */
  oms: z.boolean({ error: 'write true or false' }).optional(),
});

/** Currency a share; negative: a rebate. In millionths it is whole. */
const fee = z.number({ error: (issue) => `${JSON.stringify(issue.input)} is not a fee; write currency a share, for example 0.0030, or -0.0020 for a rebate` })
  .refine((value) => Math.abs(value) <= 1_000 && Math.abs(value * 1e6 - Math.round(value * 1e6)) < 1e-6, 'a fee is at most 1000 a share, in steps of 0.000001');

const Venue = z.strictObject({
  /** venue0, venue1 … by default. */
  name: z.string().regex(VENUE_NAME, 'use up to 16 letters, digits, hyphens and underscores').optional(),
  fees: z.strictObject({ make: fee.default(0), take: fee.default(0) }).prefault({}),
  /** Market time from an order message's arrival to its matching. */
  latency: quantity(readDurationNs, 0, 6e10, 'at most 60s').default(0),
  /** Messages that may wait for that; more are rejected. */
  queue: whole(1, 65_536).default(256),
  /** Its order gateway loses what arrives in this part of the measured phase; market time. */
  outage: z.strictObject({
    after: quantity(readDurationNs, 0, 86_400e9, 'at most 24h').default(0),
    for: quantity(readDurationNs, 1, 86_400e9, 'between 1ns and 24h'),
  }).optional(),
});

/** How many, or what each is like. */
const Venues = z.union([whole(1, 8), z.array(Venue).min(1).max(8)],
  { error: 'write how many (1 to 8), or a list such as [{ name: A, fees: { make: -0.0020, take: 0.0030 }, latency: 5us, queue: 256 }]' });

/** Hops inside a role, where a delay can be put: the others lie between two roles, or before the order exists. */
export const INJECTABLE = [
  'oms.book', 'oms.decide', 'router.pick', 'risk.pass', 'oms.tx', 'venue.match', 'journal.append', 'venue.tx', 'oms.ack',
] as const;

/** Known delays, put in on purpose: what an instrument is checked with. */
const Inject = z.strictObject({
  /** What the variant is called. */
  name: z.string().min(1).optional(),
  /** The engine spins at a hop in every nth order. */
  busy: z.strictObject({
    at: word(INJECTABLE),
    for: quantity(readDurationNs, 100, 1e9, 'between 100ns and 1s'),
    every: whole(1, 2 ** 30).default(100),
    /** Only orders that come to the hop so long after the measured phase began, */
    after: quantity(readDurationNs, 0, 86_400e9, 'at most 24h').default(0),
    /** and for so long. 0: until its end. */
    during: quantity(readDurationNs, 0, 86_400e9, 'at most 24h').default(0),
  }).optional(),
  /** The engine touches pages that it has given back (madvise) at a hop in every nth order. */
  faults: z.strictObject({ at: word(INJECTABLE), pages: whole(1, 1024), every: whole(1, 2 ** 30).default(100) }).optional(),
  /** A competing process on the engine's CPU. */
  hog: z.strictObject({
    on: quantity(readDurationNs, 1e5, 1e9, 'between 100us and 1s').default(5e6),
    off: quantity(readDurationNs, 1e6, 6e10, 'between 1ms and 60s').default(45e6),
  }).optional(),
  /** SIGSTOP and SIGCONT to the engine. */
  stop: z.strictObject({
    for: quantity(readDurationNs, 1e5, 1e9, 'between 100us and 1s').default(5e6),
    every: quantity(readDurationNs, 1e7, 6e10, 'between 10ms and 60s').default(5e8),
  }).optional(),
  /** Timer interrupts on the engine's CPU. */
  timer: z.strictObject({ every: quantity(readDurationNs, 1e4, 1e9, 'between 10us and 1s').default(5e4) }).optional(),
});

/** Every hop and span has a latency, and may have a threshold of its own. */
const TAIL_SERIES: readonly string[] = [...HOPS, ...SPANS].map((one) => one.name).filter((name) => name !== 'feed.due');

/** Which orders are kept whole whatever the sample says. */
const Tail = z.union([
  z.enum(['off', 'p999']),
  z.record(z.string(), quantity(readDurationNs, 1, 1e10, 'between 1ns and 10s'))
    .refine((given) => Object.keys(given).every((name) => TAIL_SERIES.includes(name)), { error: `a hop or span is needed; write one of ${TAIL_SERIES.join(', ')}` }),
], { error: 'write off, p999 (follows the running p99.9), or limits such as { tick_to_ack: 100us }' });

/** How AF_XDP sockets are bound. auto: zero-copy where the driver can, else copies in its receive path, else behind it (generic). */
const Xdp = z.strictObject({
  mode: word(['auto', 'zerocopy', 'copy', 'generic']).default('auto'),
  need_wakeup: z.boolean({ error: 'write true or false' }).default(true),
});

/** SO_BUSY_POLL: whoever reads a socket also drives its device's receive path. On veth pairs it gains nothing (docs/afxdp.md). for 0: off. */
const BusyPoll = z.strictObject({
  for: quantity(readDurationNs, 0, 1e9, 'at most 1s').default(0),
  budget: whole(1, 65_535).default(8),
});

const LinkName = z.string().regex(/^(feed-oms|feed-venue[0-7]|oms-venue[0-7])$/, 'a link is feed-oms, feed-venue0 …, oms-venue0 …');
const PciAddress = z.string('a PCI address is needed').regex(/^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/, 'a PCI address reads like 0000:01:00.0 (lspci -D)');

const Pipeline = z.strictObject({
  build: word(BUILDS).default('dpdk'),
  /** auto: the build's own (links.ts). What is read back names it. */
  link: word(['auto', ...LINKS]).default('auto'),
  /** link pci: the two network cards that carry a link, by its name. */
  ports: z.record(LinkName, z.tuple([PciAddress, PciAddress], 'two PCI addresses are needed, for example [0000:01:00.0, 0000:01:00.1]')).default({}),
  feed: Feed.prefault({}),
  oms: Oms.prefault({}),
  router: Router.prefault({}),
  risk: Risk.prefault({}),
  recovery: Recovery.prefault({}),
  impair: Impair.prefault({}),
  venues: Venues.default(1),
  journal: Journal.prefault({}),
  /** Orders a second that are made up beside the pipeline: a load for the probes and the collector, not for the engine. 0: none. */
  synthetic: quantity(readCount, 0, 1e7, 'between 0 and 10M').default(0),
  burst: whole(1, 64).default(32),
  xdp: Xdp.prefault({}),
  busy_poll: BusyPoll.prefault({}),
  /** auto: with them where there are enough. */
  hugepages: word(['auto', 'on', 'off']).default('auto'),
}).transform((pipeline) => ({ ...pipeline, link: resolveLink(pipeline.build, pipeline.link) }));

const Lcore = z.strictObject({ cpu: whole(0, 4095), roles: z.array(z.string().regex(/^(feed|oms|venue[0-7])$/, 'a role is feed, oms, venue0 … venue7')).min(1) });

export const SettingsSchema = z.strictObject({
  name: z.string({ error: 'a name is needed, for example name: tick-to-ack' })
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use up to 40 lower-case letters, digits and hyphens'),
  description: z.string().default(''),
  pipeline: Pipeline.prefault({}),
  pacing: word(['open', 'lockstep']).default('open'),
  placement: z.union([z.literal('auto'), z.strictObject({ housekeeping: whole(0, 4095), lcores: z.array(Lcore).min(1) })],
    { error: 'write auto, or { housekeeping: 0, lcores: [ { cpu: 1, roles: [feed, oms, venue0] } ] }' }).default('auto'),
  isolation: z.strictObject({
    policy: word(['auto', 'fifo', 'other', 'none']).default('auto'),
  }).prefault({}),
  probes: z.strictObject({
    lane: word(['off', 'stamps', 'stream', 'capsule', 'hops']).default('stream'),
    sample: quantity(readSample).default(1),
    tail: Tail.default('p999'),
    /** Record what took the engine threads' time: interrupts, switches, faults. */
    stalls: z.boolean({ error: 'write true or false' }).default(true),
    /** Detach and attach the stall programs in turns of this length: what they cost shows within one run. */
    switch: quantity(readDurationNs, 5e7, 6e10, 'between 50ms and 60s').optional(),
    /** System calls of engine threads among them. auto: where the build's data path makes none. */
    syscalls: z.union([z.literal('auto'), z.boolean()], { error: 'write auto, true or false' }).default('auto'),
    /** Orders whose tick_to_ack is longer are explained. auto: the run's p99.9. */
    slow: z.union([z.literal('auto'), quantity(readDurationNs, 1, 1e10, 'between 1ns and 10s')]).default('auto'),
    /** Idle gaps that are shorter are not recorded. By default 1us; 20us where an idle round is made of system calls. */
    gap: quantity(readDurationNs, 200, 1e9, 'between 200ns and 1s').optional(),
    /** Kernel features to do without: the run behaves as on a kernel that lacks them. */
    deny: z.array(word(DENIABLE)).default([]),
    /** User ring buffer of each engine thread. */
    ring: ringBytes().default(2 ** 24),
    /** Ring buffer from the BPF programs to the collector. */
    output: ringBytes().default(2 ** 26),
    /** Ring buffer for stalls. */
    stall_ring: ringBytes().default(2 ** 22),
    /** Ring of each port, where packets are captured (run --capture). */
    capture_ring: ringBytes(2 ** 28, '256MiB').default(2 ** 23),
  }).prefault({}),
  inject: Inject.prefault({}),
  /** The kill switch is tried: pulled, everything cancelled, armed again, so many times while it is measured. The last trip stands. */
  kill_drill: z.strictObject({
    trips: whole(1, 4_000).default(500),
    /** From when it was armed to the next trip: so long on average, from half of it to one and a half. */
    pause: quantity(readDurationNs, 1e6, 6e10, 'between 1ms and 60s').default(1e7),
  }).optional(),
  repeat: z.strictObject({
    warmup: quantity(readDurationNs, 0, 3600e9, 'at most 1h').optional(),
    measure: quantity(readDurationNs, 1e6, 86_400e9, 'between 1ms and 24h').optional(),
    /** By default 1; 10 where variants are compared. */
    runs: whole(1, 10_000).optional(),
    /** Further rounds, until the primary metrics are known well enough, or so many runs of each variant were made. */
    at_most: whole(1, 10_000).optional(),
    /** `interval`: each interval reaches at most so far from its middle, as a share of the (base's) figure. */
    until: z.strictObject({ interval: quantity(readShare, 1e-4, 10, 'between 0.01% and 1000%') }).optional(),
    /** By default interleaved; randomised where variants are compared: in each round every variant once, in an order drawn by the feed's seed. */
    order: word(['interleaved', 'randomised', 'grouped']).optional(),
    /** consecutive: the second run has the next seed, and so on; the same in every variant, so that runs pair by their market. */
    seeds: word(['same', 'consecutive']).default('same'),
  }).prefault({}),
  /** How variants are told apart; with it the experiment is a comparison. */
  compare: CompareSchema.optional(),
  /** Search for the highest rate without a loss, and run at shares of it. */
  load: LoadSchema.optional(),
  /** What to measure with another tool: dpdk-testpmd once the engine has ended, fio (bdevperf on device spdk) before the first run and after the last. */
  reference: word(['none', 'testpmd', 'fio']).default('none'),
  /** Measure, after the runs, what each build's network alone costs on its link. */
  floors: z.boolean({ error: 'write true or false' }).default(false),
});

type ReadSettings = z.output<typeof SettingsSchema>;

/** One variant's settings, complete and in base units. */
export interface Settings extends Omit<ReadSettings, 'repeat'> {
  readonly repeat: ReadSettings['repeat'] & { readonly runs: number; readonly order: RunOrder };
}

export type RunOrder = 'interleaved' | 'randomised' | 'grouped';

const RUNS_OF_A_COMPARISON = 10;

/** What depends on other keys: a comparison is made of more runs, in turns drawn by lot. */
export function withRepeatDefaults(read: ReadSettings): Settings {
  const compares = read.compare !== undefined;
  const runs = read.repeat.runs ?? (compares ? RUNS_OF_A_COMPARISON : 1);
  return { ...read, repeat: { ...read.repeat, runs, order: read.repeat.order ?? (compares ? 'randomised' : 'interleaved') } };
}

/** A run's own settings: with consecutive seeds, each has a market of its own. */
export function settingsOfRun(settings: Settings, run: number): Settings {
  if (settings.repeat.seeds === 'same') return settings;
  const { pipeline } = settings;
  return { ...settings, pipeline: { ...pipeline, feed: { ...pipeline.feed, seed: pipeline.feed.seed + run } } };
}

/** How many venues there are, however they are written. */
export function venueCount({ pipeline: { venues } }: Settings): number {
  return typeof venues === 'number' ? venues : venues.length;
}

/** venue0, venue1 … where they have no names of their own. */
export function venueNames(settings: Settings): readonly string[] {
  const { pipeline: { venues } } = settings;
  return Array.from({ length: venueCount(settings) }, (_, index) => (typeof venues === 'number' ? undefined : venues[index]?.name) ?? `venue${index}`);
}

/** Keys beside the settings: read by their own modules. */
export const EXPERIMENT_KEYS = ['vary', 'thresholds', 'alerts'] as const;

/** The keys that may stand at a path of the settings; undefined where the path leads to no map. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] | undefined {
  let at: unknown = SettingsSchema;
  for (const key of path) {
    const object = strictObjectOf(at);
    const element = elementOf(at);
    if (object !== undefined) at = object[String(key)];
    else if (element !== undefined && typeof key === 'number') at = element;
    else return undefined;
  }
  const object = strictObjectOf(at);
  return object === undefined ? undefined : Object.keys(object);
}

function strictObjectOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const at = inside(schema);
  return at instanceof z.ZodObject ? at.shape : undefined;
}

function elementOf(schema: unknown): unknown {
  const at = inside(schema);
  return at instanceof z.ZodArray ? at.element : undefined;
}

/** Looks through defaults, optionals and transforms. */
function inside(schema: unknown): unknown {
  let at = schema;
  while (at instanceof z.ZodDefault || at instanceof z.ZodPrefault || at instanceof z.ZodOptional || at instanceof z.ZodPipe) {
    // What a map can be written shorter as is told first, then the map.
    at = at instanceof z.ZodPipe ? (at.def.in instanceof z.ZodTransform ? at.def.out : at.def.in) : at.def.innerType;
  }
  return at;
}
