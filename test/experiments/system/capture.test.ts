/** `run --capture`: what another program, tshark, makes of the file. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Commands, requireExperiments, summaryOf } from './command.js';
import { countTypes, dissect, hasTshark, holes } from './dissected.js';
import { skip } from '../../skip.js';

// Nothing but the stock directory (16 symbols and the start of the day) is warm-up: it brings no orders, so that the counters hold every one.
const CAPTURED = `
name: captured
pipeline: { feed: { seed: 7, rate: 20kpps }, oms: { every: 4 }, journal: { device: memory, size: 64MiB } }
repeat: { warmup: 0s, measure: 500ms }
`;
const WARMUP = 17;
const FEED_TO_OMS = 26_400;
const FEED_TO_VENUE = 26_401;
const ORDER_ENTRY = 26_502;

describe('experiments/system: capture', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let folder: string;
  let experiment: string;

  before(function () {
    requireExperiments(this, ['dpdk', 'socket']);
    if (!hasTshark()) skip(this, 'tshark is not installed');
    commands = new Commands();
    folder = commands.folder;
    experiment = path.join(folder, 'captured.yaml');
    writeFileSync(experiment, CAPTURED);
  });

  after(() => commands?.close());

  it('is decoded by tshark packet by packet, on every build, and holds what the engine counted', async () => {
    const several = path.join(folder, 'builds.yaml');
    writeFileSync(several, `${CAPTURED}vary: { pipeline.build: [dpdk, socket] }\n`);
    const json = path.join(folder, 'builds.json');
    const fromNs = BigInt(Date.now()) * 1_000_000n;
    const { code, output } = await commands!.start(['run', several, '--capture', path.join(folder, 'wire.pcap'), '--json', json]).ended;
    const toNs = BigInt(Date.now()) * 1_000_000n;
    expect(code, output).to.equal(0);
    expect(readdirSync(folder).filter((name) => name.endsWith('.pcap'))).to.have.members(['wire-dpdk-1.pcap', 'wire-socket-2.pcap']);
    for (const { name, runs: [run] } of summaryOf(json).variants) {
      const file = run!.capture!.file;
      const { code: tshark, packets } = dissect(file);
      expect(tshark, name).to.equal(0);
      expect(packets.filter(({ complaint }) => complaint !== '').map(({ stream, sequence, complaint }) => `${stream} ${sequence}: ${complaint}`), name).to.deep.equal([]);
      expect(holes(packets), name).to.deep.equal([]);
      const { counters } = run!;
      for (const port of [FEED_TO_OMS, FEED_TO_VENUE]) {
        // What carries no message is a heartbeat, while the feed is idle, or the end, which is repeated until its receiver is done.
        const feed = packets.filter((packet) => packet.port === port);
        expect(feed.at(-1)?.endOfSession, name).to.equal(true);
        expect(feed.slice(feed.findIndex(({ endOfSession }) => endOfSession)).every(({ endOfSession }) => endOfSession), name).to.equal(true);
        expect(feed.filter(({ types }) => types.length > 0), name).to.have.lengthOf(counters.feed_packets + WARMUP);
        expect(countTypes(feed), name).to.deep.equal(run!.feed_types);
      }
      const fromOms = packets.filter(({ port, stream }) => port === ORDER_ENTRY && stream.startsWith('10.77.2.1:'));
      const fromVenue = packets.filter(({ port, stream }) => port === ORDER_ENTRY && stream.startsWith('10.77.2.2:'));
      expect(countTypes(fromOms), name).to.include({ O: counters.orders, X: counters.cancels });
      expect(countTypes(fromVenue), name).to.include({ A: counters.acks, E: counters.fills });
      expect(run!.capture, name).to.include({ packets: packets.length, lost: 0, error: '' });
      const times = packets.map(({ unixNs }) => unixNs);
      expect(times.every((time, i) => time >= (times[i - 1] ?? fromNs) && time <= toNs), name).to.equal(true);
      expect(output.replace(/\u202f/g, ' ')).to.include(`captured: ${file}, ${packets.length.toLocaleString('en').replace(/,/g, ' ')} packets`);
      expect(run!.conditions.join('\n')).to.match(/every port copies what it sends/);
    }
  });

  it('is whole after Ctrl-C', async () => {
    const file = path.join(folder, 'interrupted.pcap');
    const run = await commands!.measuring(['run', experiment, '--set', 'repeat.measure=60s', '--capture', file]);
    run.child.kill('SIGINT');
    const { code, output } = await run.ended;
    expect(code, output).to.equal(130);
    const { code: tshark, packets } = dissect(file);
    expect(tshark).to.equal(0);
    expect(holes(packets)).to.deep.equal([]);
    for (const port of [FEED_TO_OMS, FEED_TO_VENUE]) expect(packets.findLast((packet) => packet.port === port)?.endOfSession, `port ${port}`).to.equal(true);
  });

  it('is a prefix after kill -9 of the engine', async () => {
    const file = path.join(folder, 'killed.pcap');
    const run = await commands!.measuring(['run', experiment, '--set', 'repeat.measure=60s', '--capture', file]);
    const engine = Number(spawnSync('pgrep', ['-f', 'hopscope-engine-[a-z]+ --plan .*hopscope-system-'], { encoding: 'utf8' }).stdout.trim().split('\n')[0]);
    process.kill(engine, 'SIGKILL');
    const { code, output } = await run.ended;
    expect(code, output).to.equal(1);
    expect(output).to.match(/✗ captured: .*killed\.pcap, cut off with the engine/);
    const { packets } = dissect(file); // tshark may complain of the last packet: the kernel itself was stopped in mid-write
    expect(packets.length).to.be.above(1_000);
    expect(holes(packets.slice(0, -1))).to.deep.equal([]);
  });

  it('says what a full ring left out, and disturbs neither the run nor the packets before', async () => {
    const file = path.join(folder, 'overflow.pcap');
    const json = path.join(folder, 'overflow.json');
    const { code, output } = await commands!.start(['run', experiment, '--set', 'probes.capture_ring=4KiB', '--capture', file, '--json', json]).ended;
    expect(code, output).to.equal(0);
    const run = summaryOf(json).variants[0]!.runs[0]!;
    expect(run).to.include({ valid: true });
    expect(run.capture?.lost).to.be.above(0);
    expect(output).to.match(/^capture_lost \d+: .*raise probes\.capture_ring/m).and.match(/✗ captured: .*overflow\.pcap, .* of .* packets/);
    const { code: tshark, packets } = dissect(file);
    expect(tshark).to.equal(0);
    expect(packets).to.have.lengthOf(run.capture!.packets!);
    expect(packets.filter(({ complaint }) => complaint !== '')).to.deep.equal([]);
  });

  it('refuses a file that cannot be opened, in one line, before anything is measured', async () => {
    for (const [file, says] of [[path.join(folder, 'missing', 'x.pcap'), /missing\/x\.pcap cannot be written \(ENOENT/], [folder, /^hopscope: capture: .* cannot be made \(Is a directory\): name a file/m]] as const) {
      const { code, output } = await commands!.start(['run', experiment, '--capture', file]).ended;
      expect(code, output).to.equal(1);
      expect(output.trim().split('\n').at(-1)).to.match(says);
      expect(output).to.not.include('verdict');
    }
  });

  it('ends at a full disk, says so in one line, and lets the run come to its end', async function () {
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'hopscope-capture-test', disk]).status !== 0) skip(this, 'no tmpfs can be mounted here');
    try {
      const file = path.join(disk, 'x.pcap');
      const json = path.join(folder, 'full.json');
      const { code, output } = await commands!.start(['run', experiment, '--capture', file, '--json', json]).ended;
      expect(code, output).to.equal(1);
      expect(output.split('\n').filter((line) => line.includes('No space left on device'))).to.have.lengthOf(1);
      const { verdict, variants } = summaryOf(json);
      expect(verdict).to.equal('pass');
      const { capture, counters } = variants[0]!.runs[0]!;
      expect(counters.feed_packets).to.equal(10_000);
      const { code: tshark, packets } = dissect(file);
      expect(tshark).to.equal(0);
      expect(packets).to.have.lengthOf(capture!.packets!);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
