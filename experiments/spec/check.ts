/** Rules between settings: what the schema of single keys cannot say. Faults name the key that the user should change. */
import { accessSync, constants, statSync } from 'node:fs';
import type { Path } from './document.js';
import { LINKS_OF_BUILD, carries, linkNames } from './links.js';
import { parentConflicts } from './parents.js';
import { readPciControllers } from './spdk_config.js';
import { venueCount, venueNames, type Settings } from './schema.js';
import { readVolumeCurve } from './volume_curve.js';

export interface Conflict {
  readonly path: Path;
  readonly what: string;
}

const FEED = ['pipeline', 'feed'] as const;
const ONLY_ITCH = ['file', 'speed', 'from', 'to', 'max_gap'] as const;
const ONLY_SIMULATE = ['rate', 'arrivals', 'symbols'] as const;

export function conflicts(settings: Settings): readonly Conflict[] {
  return [...feedConflicts(settings), ...linkConflicts(settings), ...placementConflicts(settings), ...strategyConflicts(settings), ...routerConflicts(settings), ...impairConflicts(settings), ...journalConflicts(settings), ...injectConflicts(settings), ...repeatConflicts(settings), ...loadConflicts(settings)];
}

function* feedConflicts({ pipeline: { feed } }: Settings): Iterable<Conflict> {
  if (feed.flow === 'simulate') {
    for (const key of ONLY_ITCH) {
      if (feed[key] !== undefined) yield { path: [...FEED, key], what: 'belongs to a replay; remove it, or write flow: itch' };
    }
    return;
  }
  for (const key of ONLY_SIMULATE) {
    if (feed[key] !== undefined) yield { path: [...FEED, key], what: 'belongs to the simulator (a replay takes its times from the file); remove it, or write flow: simulate' };
  }
  if (feed.file === undefined) {
    yield { path: FEED, what: 'flow: itch needs a file; add file: <an ITCH 5.0 BinaryFILE>, or --set pipeline.feed.file=FILE' };
  } else {
    const fault = unreadable(feed.file, 'an ITCH 5.0 BinaryFILE');
    if (fault !== undefined) yield { path: [...FEED, 'file'], what: fault };
  }
  if (feed.from !== undefined && feed.to !== undefined && feed.to <= feed.from) {
    yield { path: [...FEED, 'to'], what: 'the replay ends before it starts; write a time after pipeline.feed.from' };
  }
}

function unreadable(file: string, kind: string): string | undefined {
  try {
    accessSync(file, constants.R_OK);
    if (!statSync(file).isFile()) return `${file} is not a file; name ${kind}`;
    return undefined;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing
      ? `there is no file ${file}; name one relative to the current folder, or by its full path`
      : `${file} cannot be read; check its permissions`;
  }
}

function* routerConflicts(settings: Settings): Iterable<Conflict> {
  const { pipeline: { feed, router } } = settings;
  const names = venueNames(settings);
  const [, single] = /^single:(.*)$/.exec(router.rule) ?? [];
  if (single !== undefined && !names.includes(single)) {
    yield { path: ['pipeline', 'router', 'rule'], what: `there is no venue ${single}; write single: and one of ${names.join(', ')}` };
  }
  const symbols = feed.symbols ?? 0;
  if (feed.liquidity === 'split' && (symbols + 1) * names.length > 65_536) {
    yield { path: [...FEED, 'liquidity'], what: `split needs a book for every symbol at every venue, 65,536 in all; write symbols: ${Math.floor(65_536 / names.length) - 1} or fewer` };
  }
}

function* linkConflicts(settings: Settings): Iterable<Conflict> {
  const { build, link, ports } = settings.pipeline;
  const names = linkNames(venueCount(settings));
  if (!carries(build, link)) {
    yield { path: ['pipeline', 'link'], what: `${link} does not fit build: ${build}; write link: ${LINKS_OF_BUILD[build].join(' or ')}, or remove the key` };
  }
  const named = Object.keys(ports);
  if (link === 'pci' && named.length === 0) {
    yield { path: ['pipeline', 'ports'], what: 'link: pci needs to know the network cards; write ports: { oms-venue0: [0000:01:00.0, 0000:01:00.1] }' };
  }
  if (link !== 'pci' && named.length > 0) yield { path: ['pipeline', 'ports'], what: `link: ${link} uses no network cards; write link: pci, or remove the key` };
  const unknown = named.find((name) => !names.includes(name));
  if (unknown !== undefined) yield { path: ['pipeline', 'ports', unknown], what: `this pipeline has no such link; it has ${names.join(', ')}` };
  const addresses = Object.values(ports).flat();
  const twice = addresses.find((address, i) => addresses.indexOf(address) !== i);
  if (twice !== undefined) yield { path: ['pipeline', 'ports'], what: `${twice} is named twice; each end of a link takes a port of its own` };
}

function* placementConflicts(settings: Settings): Iterable<Conflict> {
  const { placement } = settings;
  const venues = venueCount(settings);
  if (placement === 'auto') return;
  const wanted = ['feed', 'oms', ...Array.from({ length: venues }, (_, i) => `venue${i}`)];
  const placed = placement.lcores.flatMap((lcore) => lcore.roles);
  const path = ['placement', 'lcores'];
  for (const role of wanted) {
    const times = placed.filter((one) => one === role).length;
    if (times !== 1) yield { path, what: `role ${role} stands on ${times} lcores; every role stands on exactly one` };
  }
  for (const role of placed) {
    if (!wanted.includes(role)) yield { path, what: `there is no ${role} with pipeline.venues: ${venues}; remove it, or raise pipeline.venues` };
  }
  const cpus = placement.lcores.map((lcore) => lcore.cpu);
  if (new Set(cpus).size !== cpus.length) yield { path, what: 'two lcores share a CPU: two busy-polling threads never may; give each its own, or put their roles on one lcore' };
  if (cpus.includes(placement.housekeeping)) {
    yield { path: ['placement', 'housekeeping'], what: `CPU ${placement.housekeeping} is also an lcore; the collector and the operating system need one that polls nothing` };
  }
}

function* strategyConflicts({ pipeline: { oms } }: Settings): Iterable<Conflict> {
  if (oms.limit_percent + oms.market_percent > 100) {
    yield { path: ['pipeline', 'oms', 'limit_percent'], what: 'limit_percent and market_percent together exceed 100; the rest is immediate-or-cancel' };
  }
  if (oms.replace_after >= oms.cancel_after) {
    yield { path: ['pipeline', 'oms', 'replace_after'], what: `a resting order is cancelled after ${oms.cancel_after} further ones; write fewer, or raise pipeline.oms.cancel_after` };
  }
  const parents = ['pipeline', 'oms', 'parents'] as const;
  for (const { at, what } of parentConflicts(oms.parents)) yield { path: [...parents, ...at], what };
  for (const [i, { curve }] of oms.parents.entries()) {
    const fault = curve === undefined || curve === 'history' ? undefined : readVolumeCurve(curve).fault;
    if (fault !== undefined) yield { path: [...parents, i, 'curve'], what: fault };
  }
}

function* impairConflicts({ pipeline: { impair: { drop, duplicate, reorder } } }: Settings): Iterable<Conflict> {
  if (drop + duplicate + reorder > 1) yield { path: ['pipeline', 'impair'], what: 'drop, duplicate and reorder together exceed 100%; a packet suffers one of them at most' };
}

/** Its superblock, which stands before the first segment. */
const JOURNAL_HEAD_BYTES = 4096;

function* journalConflicts(settings: Settings): Iterable<Conflict> {
  const { path: given, device, segments, size, block, snapshot_every: every } = settings.pipeline.journal;
  const path = ['pipeline', 'journal', 'path'];
  if (device !== 'memory' && (size - JOURNAL_HEAD_BYTES) / segments < block)
    yield { path: ['pipeline', 'journal', 'segments'], what: `${segments} segments of ${size} bytes have no room for a block of ${block} each; write fewer, or a larger size` };
  if (device === 'spdk') yield* spdkConflicts(settings);
  if (every !== undefined && device !== 'uring') yield { path: ['pipeline', 'journal', 'snapshot_every'], what: `device: ${device} cannot be read while it is written, as snapshots need; write device: uring, or remove it` };
  if (given === undefined) return;
  if (device !== 'uring') yield { path, what: `device: ${device} has no use for it; write device: uring, or remove it` };
  yield* oneEach(path, 'device', [given].flat(), venueCount(settings));
}

/** Where the device is another, its settings may stand there all the same: vary: { pipeline.journal.device: [memory, spdk] }. */
function* spdkConflicts(settings: Settings): Iterable<Conflict> {
  const { build, journal: { spdk } } = settings.pipeline;
  const path = ['pipeline', 'journal', 'spdk'];
  if (build !== 'dpdk') yield { path: ['pipeline', 'journal', 'device'], what: `spdk shares DPDK's environment with the network, and build: ${build} has none; write build: dpdk, or device: uring` };
  if (spdk === undefined) {
    yield { path: ['pipeline', 'journal'], what: 'device: spdk needs to know what to write to; write spdk: { config: FILE.json, bdev: NAME } (docs/spdk.md)' };
    return;
  }
  const fault = unreadable(spdk.config, 'a JSON configuration of SPDK') ?? (readPciControllers(spdk.config) === undefined ? `${spdk.config} is no JSON object; correct it (docs/spdk.md)` : undefined);
  if (fault !== undefined) yield { path: [...path, 'config'], what: fault };
  yield* oneEach([...path, 'bdev'], 'bdev', [spdk.bdev].flat(), venueCount(settings));
}

function* oneEach(path: Path, thing: string, named: readonly string[], venues: number): Iterable<Conflict> {
  if (named.length !== venues) yield { path, what: `${venues === 1 ? `one venue needs one ${thing}` : `${venues} venues need a ${thing} each`}; write a list of ${venues}, partitions will do` };
  if (new Set(named).size !== named.length) yield { path, what: `names a ${thing} twice; each venue needs one of its own` };
}

function* repeatConflicts({ repeat: { runs, at_most: atMost, until, order } }: Settings): Iterable<Conflict> {
  const path = ['repeat', 'at_most'];
  if (atMost !== undefined && until === undefined) yield { path, what: 'says how long to go on, and nothing says until when; add until: { interval: 5% }, or remove it' };
  if (atMost !== undefined && atMost < runs) yield { path, what: `is less than the ${runs} runs that are made in any case; raise it, or lower repeat.runs` };
  if (until !== undefined && order === 'grouped') yield { path: ['repeat', 'until'], what: 'needs rounds; write repeat.order: randomised' };
}

/** A delay that could not be found again says nothing, and would pass for found. */
function* injectConflicts({ inject, probes: { lane, stalls }, pipeline: { synthetic }, repeat: { measure } }: Settings): Iterable<Conflict> {
  const { busy, faults, hog, stop, timer } = inject;
  const path = ['inject'];
  const own = busy !== undefined || faults !== undefined;
  if (busy !== undefined && faults !== undefined) yield { path: [...path, 'faults'], what: 'not beside busy, because a record tells of one delay; use a variant for each' };
  if (busy !== undefined && measure !== undefined && busy.after >= measure) yield { path: [...path, 'busy', 'after'], what: 'must be shorter than repeat.measure, or no order would be delayed' };
  if (own && lane !== 'stream' && lane !== 'capsule') yield { path, what: `lane ${lane} cannot tell which orders were delayed; write probes.lane: stream, or capsule` };
  if ((own || hog !== undefined || stop !== undefined || timer !== undefined) && (!stalls || lane === 'off' || lane === 'stamps')) {
    yield { path, what: 'nothing of it could be found again; write probes.stalls: true and probes.lane: stream, capsule or hops' };
  }
  if (stop !== undefined && stop.for >= stop.every) yield { path: [...path, 'stop', 'for'], what: 'must be shorter than inject.stop.every, or the engine would never run' };
  if (synthetic > 0 && lane !== 'stream' && lane !== 'capsule') yield { path: ['pipeline', 'synthetic'], what: `lane ${lane} has no way out for made-up orders; write probes.lane: stream, or capsule` };
  if (synthetic > 0 && stalls) yield { path: ['pipeline', 'synthetic'], what: 'made-up orders have no causes; write probes.stalls: false' };
}

/** The search sets the rate; a probe is a run of the same settings in a lane that brings no records out. */
function* loadConflicts({ load, pacing, inject, pipeline: { feed, synthetic } }: Settings): Iterable<Conflict> {
  if (load === undefined) return;
  const { from, to } = load.find_maximum;
  if (to <= from) yield { path: ['load', 'find_maximum', 'to'], what: 'the search ends before it starts; write a rate above load.find_maximum.from' };
  if (feed.flow === 'itch') yield { path: ['load'], what: 'needs a rate to vary, and a replay takes its times from the file; write pipeline.feed.flow: simulate' };
  if (feed.rate !== undefined) yield { path: [...FEED, 'rate'], what: 'load finds the rate itself; remove it, or remove load' };
  if (pacing === 'lockstep') yield { path: ['pacing'], what: 'lockstep has no rate, and load looks for one; write pacing: open, or remove load' };
  const disturbed = (['busy', 'faults', 'hog', 'stop', 'timer'] as const).find((key) => inject[key] !== undefined);
  if (disturbed !== undefined) yield { path: ['inject', disturbed], what: 'the maximum of a disturbed pipeline is none; remove it, or remove load' };
  if (synthetic > 0) yield { path: ['pipeline', 'synthetic'], what: 'made-up orders take part in no probe; remove it, or remove load' };
}
