import { expect } from 'chai';
import { readFileSync } from 'node:fs';

import type { Check } from '../../../experiments/doctor/check.js';
import { diagnose, exitCodeOf, instrumentsOf, type Diagnosis, type DoctorOptions, type Instruments } from '../../../experiments/doctor/doctor.js';
import { thisHost } from '../../../experiments/doctor/host.js';
import { formatDiagnosis } from '../../../experiments/doctor/print.js';
import { STALL_TRACEPOINTS } from '../../../experiments/doctor/stalls.js';
import { btfWith, featuresWithout, GOOD_FILES, instruments, machine, QUIET, type Change } from './machine.js';

const OPTIONS: DoctorOptions = { resultsDirectory: '/opt/results' };

function examine(change: Change = {}, tools: Partial<Instruments> = {}, options: Partial<DoctorOptions> = {}): Promise<Diagnosis> {
  return diagnose({ ...OPTIONS, ...options }, machine(change), instruments(tools));
}

function named(diagnosis: Diagnosis, name: string): Check {
  const found = diagnosis.checks.find((check) => check.name === name);
  if (found === undefined) throw new Error(`the doctor did not look at ${name}`);
  return found;
}

function badNames({ checks }: Diagnosis): readonly string[] {
  return checks.filter((check) => check.status === 'bad').map((check) => check.name);
}

describe('doctor', () => {
  it('finds nothing to say about a good machine', async () => {
    const diagnosis = await examine();
    expect(diagnosis.checks.filter((check) => check.status !== 'ok')).to.deep.equal([]);
    expect(exitCodeOf(diagnosis)).to.equal(0);
  });

  it('looks at everything that issue 2 lists', async () => {
    const names = (await examine()).checks.map((check) => check.name);
    expect(names).to.include.members(['CPUs', 'isolation', 'governor', 'real-time kernel', 'TSC invariance', 'TSC frequency', 'TSC resolution', 'hugepages', 'kernel', 'BTF']);
    expect(names).to.include.members(['uprobe, USDT', 'optimised nop5', 'ringbuf', 'user_ringbuf', 'tp_btf', 'fentry', 'kprobe', 'stall events']);
    expect(names).to.include.members(['DPDK', 'SPDK', 'netmap', 'AF_XDP', 'io_uring', 'AVX2', 'write access', 'CPU 0', 'CPU 1']);
  });

  const CANNOT_RUN: readonly (readonly [string, string, Change, Partial<Instruments>])[] = [
    ['not root', 'rights', { isRoot: false }, {}],
    ['one CPU', 'CPUs', { files: { '/sys/devices/system/cpu/online': '0\n' } }, {}],
    ['a counter that may stop', 'TSC invariance', {}, { tsc: { hz: 1e9, resolutionNs: 1, invariant: false } }],
    ['an old kernel', 'kernel', { release: '5.15.0-91-generic' }, {}],
    ['no user_ringbuf', 'user_ringbuf', {}, { features: featuresWithout('user_ringbuf') }],
    ['no ringbuf', 'ringbuf', {}, { features: featuresWithout('ringbuf') }],
    ['no DPDK', 'DPDK', { firstLineOf: () => undefined }, {}],
    ['io_uring switched off', 'io_uring', { files: { '/proc/sys/kernel/io_uring_disabled': '2\n' } }, {}],
    ['a processor without AVX2', 'AVX2', { files: { '/proc/cpuinfo': (GOOD_FILES['/proc/cpuinfo'] ?? '').replace(' avx2', '') } }, {}],
    ['no chDB', 'chDB', { hasPackage: () => false }, {}],
    ['results that cannot be written', 'write access', { writeFault: (directory) => (directory === '/opt/results' ? 'EACCES' : '') }, {}],
    ['a full disk', 'disk space', { freeBytes: () => 2 ** 20 }, {}],
    ['a file system without O_DIRECT', 'O_DIRECT', { directFault: () => 'EINVAL' }, {}],
    ['no shared memory', 'shared memory', { writeFault: (directory) => (directory === '/dev/shm' ? 'ENOENT' : '') }, {}],
    ['no engine', 'engine, dpdk', { exists: (file) => !file.endsWith('-dpdk') && GOOD_FILES[file] === undefined }, {}],
  ];
  for (const [what, name, change, tools] of CANNOT_RUN) {
    it(`exits 1 and names a remedy: ${what}`, async () => {
      const diagnosis = await examine(change, tools);
      expect(badNames(diagnosis)).to.deep.equal([name]);
      expect(named(diagnosis, name).remedy).not.to.equal('');
      expect(exitCodeOf(diagnosis)).to.equal(1);
    });
  }

  const WITHOUT_SPDK = { '/opt/hopscope/build/CMakeCache.txt': 'HOPSCOPE_SPDK_VERSION:INTERNAL=\n' };
  const CAN_RUN: readonly (readonly [string, string, Change, Partial<Instruments>])[] = [
    ['no isolated CPU', 'isolation', { files: { '/sys/devices/system/cpu/isolated': '\n' } }, {}],
    ['a sleepy governor', 'governor', { files: { '/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor': 'powersave\n' } }, {}],
    ['hyper-threads', 'SMT', { files: { '/sys/devices/system/cpu/smt/active': '1\n' } }, {}],
    ['another clock source', 'clock source', { files: { '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'kvm-clock\n' } }, {}],
    ['no PREEMPT_RT', 'real-time kernel', { files: { '/sys/kernel/realtime': undefined } }, {}],
    ['no free hugepages', 'hugepages', { files: { '/proc/meminfo': 'HugePages_Total: 0\nHugePages_Free: 0\nHugepagesize: 2048 kB\n' } }, {}],
    ['no tracefs', 'tracefs', { files: { '/proc/mounts': (GOOD_FILES['/proc/mounts'] ?? '').replace(/^tracefs.*\n/m, '') } }, {}],
    ['no kprobes', 'kprobe', {}, { features: featuresWithout('kprobe') }],
    ['a kernel without BTF', 'stall events', { files: { '/sys/kernel/btf/vmlinux': undefined } }, {}],
    ['no timer tracepoints', 'stall events', { files: { '/sys/kernel/btf/vmlinux': btfWith(STALL_TRACEPOINTS.filter((name) => !name.startsWith('local_timer'))) } }, {}],
    ['no netmap', 'netmap', { files: { '/dev/netmap': undefined } }, {}],
    ['no AF_XDP', 'AF_XDP', { files: { '/proc/net/protocols': 'protocol\nUDP 1 2\n' } }, {}],
    ['no SPDK', 'SPDK', { firstLineOf: (_command, args) => (args.includes('libdpdk') ? '23.11' : undefined), files: WITHOUT_SPDK }, {}],
    ['an engine without the SPDK that is there', 'SPDK', { files: WITHOUT_SPDK }, {}],
  ];
  for (const [what, name, change, tools] of CAN_RUN) {
    it(`notes, names a remedy and exits 0: ${what}`, async () => {
      const diagnosis = await examine(change, tools);
      expect(diagnosis.checks.filter((check) => check.status !== 'ok').map((check) => check.name)).to.deep.equal([name]);
      expect(named(diagnosis, name).remedy).not.to.equal('');
      expect(exitCodeOf(diagnosis)).to.equal(0);
    });
  }

  it('tells an SPDK that is not there from one that the engine was built without', async () => {
    expect(named(await examine(), 'SPDK').detail).to.equal('26.05, in the dpdk engine');
    expect(named(await examine({ files: WITHOUT_SPDK }), 'SPDK').detail).to.include('but the engine was built without it');
    const { detail, remedy } = named(await examine({ files: WITHOUT_SPDK, firstLineOf: (_command, args) => (args.includes('libdpdk') ? '23.11' : undefined) }), 'SPDK');
    expect(`${detail} ${remedy}`).to.match(/not found.*docs\/spdk\.md/);
  });

  it('knows every tracepoint that the stall programs attach to', () => {
    const source = readFileSync(new URL('../../../bpf/stalls.bpf.c', import.meta.url), 'utf8');
    const plain = [...source.matchAll(/SEC\("tp_btf\/(\w+)"\)/g)].map(([, name]) => name);
    const pairs = [...source.matchAll(/^IPI\((\w+),/gm)].flatMap(([, name]) => [`${name}_entry`, `${name}_exit`]);
    expect([...STALL_TRACEPOINTS].sort()).to.deep.equal([...plain, ...pairs].sort());
  });

  it('says what a missing tracepoint hides', async () => {
    const types = btfWith(STALL_TRACEPOINTS.filter((name) => name !== 'softirq_exit' && name !== 'page_fault_user'));
    const { detail } = named(await examine({ files: { '/sys/kernel/btf/vmlinux': types } }), 'stall events');
    expect(detail).to.contain('does not tell of softirqs, page faults:');
  });

  it('says it once for each part that nothing can be measured without the addon', async () => {
    const diagnosis = await examine({}, { tsc: undefined, features: undefined, jitter: undefined });
    expect(badNames(diagnosis)).to.deep.equal(['TSC frequency', 'eBPF features']);
    expect(named(diagnosis, 'CPU 0').status).to.equal('note');
  });

  it('measures one core after the other, and marks the noisy one', async () => {
    const measured: number[] = [];
    const jitter = async (cpu: number): Promise<typeof QUIET> => {
      measured.push(cpu);
      await Promise.resolve();
      return cpu === 0 ? { ...QUIET, p999: 80_000 } : QUIET;
    };
    const diagnosis = await examine({}, { jitter });
    expect(measured).to.deep.equal([0, 1]);
    expect([named(diagnosis, 'CPU 0').status, named(diagnosis, 'CPU 1').status]).to.deep.equal(['note', 'ok']);
  });

  it('keeps a core that cannot be measured apart from one that is quiet', async () => {
    const diagnosis = await examine({}, { jitter: () => Promise.reject(new Error('EPERM')) });
    expect(named(diagnosis, 'CPU 1')).to.include({ status: 'note', detail: 'not measured: Error: EPERM' });
  });

  it('leaves the floor out when told to', async () => {
    expect((await examine({}, {}, { floorMilliseconds: 0 })).checks.some((check) => check.group === 'jitter floor')).to.equal(false);
  });

  it('does not ask for AVX2 where a server stores, and never shows its password', async () => {
    const diagnosis = await examine({ files: { '/proc/cpuinfo': 'model name : old\nflags : constant_tsc\n' } }, {}, { storeUrl: 'http://hop:secret@db:8123' });
    expect(exitCodeOf(diagnosis)).to.equal(0);
    expect(named(diagnosis, 'store').detail).to.contain('http://db:8123');
    expect(JSON.stringify(diagnosis)).not.to.contain('secret');
  });

  it('treats what is denied as missing', async () => {
    const diagnosis = await examine({}, {}, { deny: ['avx2', 'hugepages'] });
    expect(badNames(diagnosis)).to.deep.equal(['AVX2']);
    expect(named(diagnosis, 'hugepages')).to.include({ status: 'note', detail: 'denied by the settings' });
  });

  it('asks nothing of x86-64 from another architecture', async () => {
    const diagnosis = await examine({ arch: 'arm64', files: { '/proc/cpuinfo': 'Features : fp asimd\n' } });
    expect(diagnosis.checks.some((check) => check.name.startsWith('TSC'))).to.equal(false);
    expect(exitCodeOf(diagnosis)).to.equal(0);
  });

  it('offers Ubuntu its own real-time kernel', async () => {
    const diagnosis = await examine({ files: { '/sys/kernel/realtime': undefined, '/etc/os-release': 'ID=ubuntu\n' } });
    expect(named(diagnosis, 'real-time kernel').remedy).to.contain('pro enable realtime-kernel');
  });

  it('looks at this very machine without falling over', async () => {
    const none = { tsc: undefined, features: undefined, jitter: undefined };
    const diagnosis = await diagnose({ resultsDirectory: '/tmp', floorMilliseconds: 0 }, thisHost(), none);
    expect(named(diagnosis, 'CPUs').detail).to.match(/^\d+ online/);
    expect(named(diagnosis, 'write access').status).to.equal('ok');
  });
});

describe('the printed diagnosis', () => {
  it('has a mark, a name, a detail and, where needed, the remedy below', async () => {
    const text = formatDiagnosis(await examine({ isRoot: false, files: { '/sys/devices/system/cpu/isolated': '\n' } }), false);
    expect(text).to.match(/^ {2}✓ CPUs +2 online \(0-1\), AMD EPYC 9B14$/m);
    expect(text).to.match(/^ {2}✗ rights .*\n +→ sudo npx hopscope doctor$/m);
    expect(text).to.match(/^ {2}~ isolation .*\n +→ sed -i .*isolcpus=1 nohz_full=1 rcu_nocbs=1/m);
    expect(text).to.match(/\nThe default experiment cannot run as it should: rights; \d+ notes? /);
  });

  it('is coloured only on a terminal', async () => {
    const diagnosis = await examine();
    expect(formatDiagnosis(diagnosis, false)).not.to.contain('\u001b');
    expect(formatDiagnosis(diagnosis, true)).to.contain('\u001b[32m✓');
    expect(formatDiagnosis(diagnosis, false)).to.match(/\nEverything the default experiment needs is here\.\n$/);
  });
});

describe('the instruments', () => {
  it('try each feature and the clock, or are absent where the addon is not built', () => {
    const { tsc, features, jitter } = instrumentsOf(['user_ringbuf', 'avx2']);
    expect([features === undefined, jitter === undefined]).to.deep.equal([tsc === undefined, tsc === undefined]);
    if (features !== undefined) expect(features.find((feature) => feature.name === 'user_ringbuf')?.ok).to.equal(false);
  });
});
