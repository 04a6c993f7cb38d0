import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { leftoversOf } from '../../../experiments/isolation/leftover.js';
import { buildLinks, linkCommands, namespacesOf } from '../../../experiments/launch/network.js';
import { parseInterruptCounts } from '../../../experiments/launch/interrupts.js';
import { PlacementError, parseCpuList, place } from '../../../experiments/launch/placement.js';
import { buildPlan, feedPlan, writePlan, type Plan } from '../../../experiments/launch/plan.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';
import { venueCount, type Settings } from '../../../experiments/spec/schema.js';
import { skip } from '../../skip.js';

function settings(...overrides: readonly string[]): Settings {
  return readExperiment(SpecDocument.parse('x.yaml', 'name: a', overrides)).variants[0]!.settings;
}

function plan(given: Settings, capture?: string): Plan {
  return buildPlan(given, {
    runId: 'r-1', pagePath: '/dev/shm/x', resultPath: '/tmp/x/engine.json', journalDirectory: '/tmp/x/journal', placement: place(given, [0, 1]),
    scheduler: 'fifo', hugepages: false, lane: 'stream', ringMapIds: [17], stalls: true, links: buildLinks(venueCount(given), 'abc1', given.pipeline.link), capture,
  });
}

describe('experiments/launch/plan', () => {
  it('turns a rate and a time into messages, so that every build sees the same ones', () => {
    expect(feedPlan(settings('pipeline.feed.rate=100kpps', 'repeat.warmup=2s', 'repeat.measure=10s')))
      .to.include({ rate_pps: 100_000, warmup_messages: 200_000, measure_messages: 1_000_000, max_seconds: 0 });
  });

  it('ends at whichever comes first, messages or time', () => {
    expect(feedPlan(settings('pipeline.feed.rate=100kpps', 'pipeline.feed.messages=50k', 'repeat.measure=10s')).measure_messages).to.equal(50_000);
    expect(feedPlan(settings('pipeline.feed.rate=100kpps', 'pipeline.feed.messages=5M', 'repeat.measure=1s')).measure_messages).to.equal(100_000);
  });

  it('has no time limit at full speed where messages are given', () => {
    expect(feedPlan(settings('pipeline.feed.rate=max', 'pipeline.feed.messages=20M'))).to.include({ rate_pps: 0, measure_messages: 20e6, max_seconds: 0 });
    expect(feedPlan(settings('pipeline.feed.rate=max', 'repeat.measure=3s'))).to.include({ measure_messages: 0, max_seconds: 3 });
  });

  it('never measures the stock directory that opens a simulated session', () => {
    expect(feedPlan(settings('repeat.warmup=0s', 'pipeline.feed.symbols=100')).warmup_messages).to.equal(101);
  });

  it('measures every message of a replay', () => {
    expect(feedPlan(settings('pipeline.feed.flow=itch', 'pipeline.feed.file=/etc/hostname', 'pipeline.feed.speed=3600x', 'pipeline.feed.max_gap=1s')))
      .to.include({ flow: 'itch', warmup_messages: 0, measure_messages: 0, max_seconds: 0, speed: 3600, max_gap_ns: 1e9, file: '/etc/hostname' });
  });

  it('names the link: the build\'s own where the experiment names none', () => {
    expect(plan(settings())).to.include({ build: 'dpdk', link: 'ring' });
    expect(plan(settings('pipeline.build=socket'))).to.include({ build: 'socket', link: 'veth' });
  });

  it('gives the ends of a link interfaces where it runs over them', () => {
    for (const kind of ['veth', 'af_packet', 'af_xdp'] as const) expect(buildLinks(1, 'abc12', kind)[0]?.a).to.include({ netns: 'hopscope-abc12-feed', ifname: 'hsabc120a' });
    expect(buildLinks(1, 'abc12', 'pipe').map(({ a, b }) => [a.ifname, b.ifname])[1]).to.deep.equal(['hsabc121{0', 'hsabc121}0']);
    expect(buildLinks(1, 'abc12', 'vale').map(({ a, b }) => [a.ifname, b.ifname])[2]).to.deep.equal(['valehsabc122:a', 'valehsabc122:b']);
    expect(buildLinks(1, 'abc12', 'ring')[0]?.a).to.include({ netns: '', ifname: '' });
  });

  it('has no schedule in lockstep', () => {
    expect(feedPlan(settings('pacing=lockstep', 'pipeline.feed.rate=5kpps', 'pipeline.feed.messages=100')).rate_pps).to.equal(0);
  });

  it('gives parent orders in the engine\'s units, and none by default', () => {
    expect(plan(settings()).oms).to.deep.include({ strategy: 'every-nth', parents: [] });
    const [parent, byLocate] = plan(settings('pipeline.oms.parents=[{ name: p, symbol: HS00001, side: buy, quantity: 20k, algo: is, urgency: 2.5, start: 1s, end: 8s, limit: 99.55, cap: 30%, randomise: 50% }, { name: q, symbol: 3, side: sell, quantity: 1, algo: twap, style: post, end: 1s }]')).oms.parents;
    expect(parent).to.deep.equal({
      name: 'p', symbol: 'HS00001', locate: 0, side: 'buy', quantity: 20_000, algo: 'is', start_ns: 1e9, end_ns: 8e9, slices: 10, posts: false, reposts: false, limit_price: 995_500, randomise_ppm: 500_000,
      catch_up: true, sweep: true, band_ppm: 50_000, cap_ppm: 300_000, rate_ppm: 0, urgency_milli: 2_500, curve: [],
    });
    expect(byLocate).to.include({ symbol: '', locate: 3, limit_price: 0, posts: true });
  });

  it('scales prices to four decimals', () => {
    expect(plan(settings('pipeline.risk.max_notional=1M')).risk.max_notional).to.equal(10_000_000_000);
  });

  it('has no risk limits but the known four until they are asked for', () => {
    const { max_quantity, max_notional, collar_bps, max_orders_per_second, symbols, self_cross: selfCross, strategy, parent, symbol, breakers, ...others } = plan(settings()).risk;
    expect([max_quantity, max_notional, collar_bps, max_orders_per_second]).to.deep.equal([10_000, 10_000_000_000, 1_000, 0]);
    expect(Object.values({ ...others, ...strategy, ...parent, ...symbol }).every((limit) => limit === 0)).to.equal(true);
    expect([symbols, selfCross]).to.deep.equal([[], false]);
    const { max_loss, max_reject_ppm, max_messages_per_second, band_bps, gap_pause_ns, stale_feed_ns } = breakers;
    expect([max_loss, max_reject_ppm, max_messages_per_second, band_bps, gap_pause_ns, stale_feed_ns]).to.deep.equal([0, 0, 0, 0, 0, 0]);
  });

  it('writes risk limits in the engine\'s units, restricted symbols beside those with limits of their own', () => {
    const { risk } = plan(settings('pipeline.risk={ max_gross: 2M, duplicate_within: 1ms, restricted: [HS00007], symbols: [{ symbol: HS00001, max_notional: 5k }], parent: { max_position: 300 }, breakers: { max_loss: 1k, max_reject_share: 20%, band_bps: 500 } }'));
    expect(risk).to.include({ max_gross: 20_000_000_000, duplicate_within_ns: 1e6 });
    expect(risk.parent.max_position).to.equal(300);
    expect(risk.symbols.map(({ symbol, restricted, max_notional: notional }) => [symbol, restricted, notional])).to.deep.equal([['HS00007', true, 0], ['HS00001', false, 50_000_000]]);
    expect(risk.breakers).to.include({ max_loss: 10_000_000, max_reject_ppm: 200_000, band_bps: 500, band_window_ns: 300e9, limit_state_ns: 15e9 });
  });

  it('has the OMS keep a journal where those of the venues are kept on a disk, or where it is told to', () => {
    const oms = (...set: readonly string[]): boolean => plan(settings(...set)).journal.oms;
    expect(oms()).to.equal(false);
    expect(oms('pipeline.journal.keep=true')).to.equal(true);
    expect(oms('pipeline.journal.keep=true', 'pipeline.journal.device=memory')).to.equal(false);
    expect(oms('pipeline.journal.keep=true', 'pipeline.journal.oms=false')).to.equal(false);
    expect(oms('pipeline.journal.oms=true', 'pipeline.journal.device=memory')).to.equal(true);
  });

  it('acknowledges after the match unless it is asked to wait for the journal', () => {
    expect(plan(settings()).journal).to.include({ ack_after: 'match' });
    expect(plan(settings('pipeline.journal.ack_after=durable')).journal).to.include({ ack_after: 'durable' });
    expect(plan(settings()).journal).to.deep.include({ durability: 'write', paths: [] });
    expect(plan(settings('pipeline.journal.path=/dev/sdz')).journal.paths).to.deep.equal(['/dev/sdz']);
    expect(plan(settings('pipeline.journal.durability=flush')).journal).to.include({ durability: 'flush' });
    expect(() => settings('pipeline.journal.ack_after=never')).to.throw(/"never" is none of match, write, durable/);
  });

  it('divides the journal into segments where it is asked to', () => {
    expect(plan(settings()).journal).to.include({ segments: 1 });
    expect(plan(settings('pipeline.journal.segments=8')).journal).to.include({ segments: 8 });
  });

  it('takes no snapshots unless it is asked to', () => {
    expect(plan(settings()).journal.snapshot_every).to.equal(0);
    expect(plan(settings('pipeline.journal.snapshot_every=2M')).journal.snapshot_every).to.equal(2_000_000);
    expect(() => settings('pipeline.journal.snapshot_every=0')).to.throw(/between 1 and 2\^40/);
  });

  it('captures only where it is asked to', () => {
    expect(plan(settings()).capture).to.deep.equal({ path: '', ring_bytes: 2 ** 23 });
    expect(plan(settings('probes.capture_ring=64MiB'), '/tmp/x.pcap').capture).to.deep.equal({ path: '/tmp/x.pcap', ring_bytes: 2 ** 26 });
    expect(() => settings('probes.capture_ring=1GiB')).to.throw(/between 4KiB and 256MiB/);
  });

  it('delays orders in the part of the measured phase that is asked for, or in all of it', () => {
    const busyOf = (written: string): Plan['inject']['busy'] => plan(settings(`inject={ busy: { at: risk.pass, for: 20us, every: 1${written} } }`)).inject.busy;
    expect(busyOf('')).to.deep.equal({ hop: 6, ns: 20_000, every: 1, after_ns: 0, during_ns: 0 });
    expect(busyOf(', after: 5s, during: 1500ms')).to.include({ after_ns: 5e9, during_ns: 1.5e9 });
    expect(plan(settings()).inject.busy).to.deep.equal({ hop: 0, ns: 0, every: 1, after_ns: 0, during_ns: 0 });
  });

  it('gives every venue its profile, by number or by list', () => {
    expect(plan(settings('pipeline.venues=2'))).to.deep.include({
      venues: 2,
      venue_profiles: ['venue0', 'venue1'].map((name) => ({ name, make_micros: 0, take_micros: 0, latency_ns: 0, queue: 256 })),
    });
    expect(plan(settings('pipeline.venues=[{ name: A, fees: { make: -0.0021, take: 0.0030 }, latency: 5us, queue: 8 }, {}]'))).to.deep.include({
      venues: 2,
      venue_profiles: [
        { name: 'A', make_micros: -2_100, take_micros: 3_000, latency_ns: 5_000, queue: 8 },
        { name: 'venue1', make_micros: 0, take_micros: 0, latency_ns: 0, queue: 256 },
      ],
    });
  });

  it('is a plan that the engine accepts', function () {
    const engine = path.join(import.meta.dirname, '../../../build/engine/hopscope-engine-dpdk');
    if (!existsSync(engine)) return skip(this, 'the dpdk engine is not built');
    const folder = mkdtempSync(path.join(tmpdir(), 'hopscope-plan-'));
    try {
      const file = path.join(folder, 'plan.json');
      // A page in a folder that is not there: the engine reads and checks the whole plan first, and then stops at once.
      writePlan(file, { ...plan(settings()), page_path: path.join(folder, 'missing', 'page') });
      const ran = spawnSync(engine, ['--plan', file], { encoding: 'utf8', timeout: 10_000 });
      expect(JSON.parse(readFileSync(file, 'utf8'))).to.have.property('ring_map_ids');
      expect(ran.stderr).to.match(/page .*missing\/page/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('experiments/launch/placement', () => {
  it('keeps one CPU free of polling and puts all roles on the other', () => {
    expect(place(settings('pipeline.venues=2'), [0, 1])).to.deep.equal({ housekeepingCpu: 0, lcores: [{ cpu: 1, roles: ['feed', 'oms', 'venue0', 'venue1'] }] });
  });

  it('spreads the roles where there are four CPUs', () => {
    expect(place(settings(), [0, 2, 4, 6]).lcores).to.deep.equal([{ cpu: 2, roles: ['oms'] }, { cpu: 4, roles: ['feed'] }, { cpu: 6, roles: ['venue0'] }]);
  });

  it('keeps house where interrupts arrive that cannot be moved', () => {
    expect(place(settings(), [0, 1], new Map([[0, 3], [1, 900_000]]))).to.deep.equal({ housekeepingCpu: 1, lcores: [{ cpu: 0, roles: ['feed', 'oms', 'venue0'] }] });
    const counts = parseInterruptCounts('           CPU0       CPU2\n 36:          5     912843 PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0\nNMI:          0          0   Non-maskable interrupts\n');
    expect([...counts].map(([irq, byCpu]) => [irq, ...byCpu])).to.deep.equal([['36', [0, 5], [2, 912_843]]]);
  });

  it('keeps a CPU a venue where nothing else polls for the kernel\'s own polling, and refuses where there is none', () => {
    const sqpoll = (...assignments: readonly string[]): Settings => settings('pipeline.journal.device=uring', 'pipeline.journal.submit=sqpoll', ...assignments);
    const all = ['feed', 'oms', 'venue0'];
    expect(place(sqpoll(), [0, 1, 2])).to.deep.equal({ housekeepingCpu: 0, sqpollCpus: [2], lcores: [{ cpu: 1, roles: all }] });
    expect(place(sqpoll('pipeline.venues=2'), [0, 1, 2, 3])).to.deep.equal({ housekeepingCpu: 0, sqpollCpus: [2, 3], lcores: [{ cpu: 1, roles: [...all, 'venue1'] }] });
    const told = 'placement={ housekeeping: 0, lcores: [{ cpu: 2, roles: [feed, oms, venue0] }] }';
    expect(place(sqpoll(told), [0, 1, 2]).sqpollCpus).to.deep.equal([1]);
    expect(() => place(sqpoll(), [0, 1])).to.throw(PlacementError, /^pipeline\.journal\.submit: sqpoll .* 1 needed, 0 of this machine's 2 free .*; use submit: inline or helper$/);
    expect(() => place(sqpoll(told), [0, 2])).to.throw(PlacementError, /1 needed, 0 of/);
    expect(place(settings('pipeline.journal.device=memory', 'pipeline.journal.submit=sqpoll'), [0, 1])).to.not.have.property('sqpollCpus');
  });

  it('refuses one CPU, and CPUs that are not there', () => {
    expect(() => place(settings(), [0])).to.throw(PlacementError, /this machine has one CPU/);
    const told = settings('placement={ housekeeping: 0, lcores: [{ cpu: 9, roles: [feed, oms, venue0] }] }');
    expect(() => place(told, [0, 1])).to.throw(PlacementError, /there is no CPU 9 on this machine \(it has 0, 1\)/);
  });

  it('reads the kernel\'s lists of CPUs', () => {
    expect(parseCpuList('0-2,5\n')).to.deep.equal([0, 1, 2, 5]);
  });
});

describe('experiments/launch/network', () => {
  it('links feed, OMS and every venue, each with addresses of its own', () => {
    const links = buildLinks(2, 'abc12', 'veth');
    expect(links.map((link) => link.name)).to.deep.equal(['feed-oms', 'feed-venue0', 'feed-venue1', 'oms-venue0', 'oms-venue1']);
    for (const key of ['ifname', 'mac', 'ip'] as const) {
      const values = links.flatMap((link) => [link.a[key], link.b[key]]);
      expect(new Set(values).size, key).to.equal(values.length);
    }
    expect(links.every((link) => link.a.netns !== link.b.netns && link.a.udp_port === link.b.udp_port)).to.be.true;
  });

  it('stays within the kernel\'s limit for interface names', () => {
    const names = buildLinks(8, 'k3f9q9999', 'veth').flatMap((link) => [link.a.ifname, link.b.ifname]);
    expect(Math.max(...names.map((name) => name.length))).to.be.at.most(15); // IFNAMSIZ - 1
  });

  it('needs a namespace a role, none where the build owns its frames', () => {
    expect(namespacesOf(buildLinks(1, 'abc12', 'veth'))).to.deep.equal(['hopscope-abc12-feed', 'hopscope-abc12-oms', 'hopscope-abc12-venue0']);
    expect(namespacesOf(buildLinks(1, 'abc12', 'ring'))).to.deep.equal([]);
  });

  it('gives interfaces addresses only where the kernel\'s own UDP speaks: else it would answer beside the driver', () => {
    const verbs = (kind: 'veth' | 'af_packet'): readonly string[] => linkCommands(buildLinks(1, 'abc12', kind), kind).flatMap((command) => command.filter((word) => word === 'address' || word === 'neighbour'));
    expect(verbs('veth')).to.include('neighbour');
    expect(verbs('af_packet')).to.deep.equal(['address', 'address', 'address', 'address', 'address', 'address']); // the MACs of three pairs
  });

  it('joins two TAP interfaces by a silent bridge, in one namespace', () => {
    const links = buildLinks(1, 'abc12', 'tap');
    expect(namespacesOf(links)).to.deep.equal(['hopscope-abc12-tap']);
    const commands = linkCommands(links, 'tap').map((command) => command.join(' '));
    expect(commands[0]).to.equal('-n hopscope-abc12-tap link add hsabc120 type bridge mcast_snooping 0');
    for (const { a, b } of links) for (const { ifname } of [a, b]) expect(commands).to.include(`-n hopscope-abc12-tap link set ${ifname} master ${ifname.slice(0, -1)} up`);
  });

  it('puts cards on the links that name them, rings on the others', () => {
    const links = buildLinks(1, 'abc12', 'pci', { 'oms-venue0': ['0000:01:00.0', '0000:01:00.1'] });
    expect(links.map(({ a, b }) => [a.ifname, b.ifname])).to.deep.equal([['', ''], ['', ''], ['0000:01:00.0', '0000:01:00.1']]);
  });

  it('knows what each link puts on the machine, before it does', () => {
    const left = (kind: 'ring' | 'virtio_user' | 'tap'): unknown => leftoversOf(buildLinks(1, 'abc12', kind), 'abc12', kind);
    expect(left('ring')).to.deep.equal([]);
    expect(left('virtio_user')).to.deep.equal([{ kind: 'file', path: '/run/hopscope-abc12-vhost' }]);
    expect(left('tap')).to.deep.equal([{ kind: 'namespace', name: 'hopscope-abc12-tap' }]);
  });

  it('gives both ends permanent neighbours', () => {
    const neighbours = linkCommands(buildLinks(1, 'abc12', 'veth'), 'veth').filter((command) => command.includes('neighbour'));
    expect(neighbours).to.have.lengthOf(6);
    expect(neighbours[0]).to.include.members(['10.77.0.2', '02:68:73:00:00:02', 'permanent']);
  });
});
