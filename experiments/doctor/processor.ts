/** CPUs, what else runs on them, and the clock that every stamp is read from. */
import type { Tsc } from '../../native/index.js';
import { formatHertz } from '../report/quantity.js';
import { bad, note, ok, type Verdict } from './check.js';
import { formatCpuList, parseCpuList } from './cpulist.js';
import type { Host } from './host.js';
import { parseCpuInfo } from './procfs.js';

const CPU_FOLDER = '/sys/devices/system/cpu';
const CLOCKSOURCE = '/sys/devices/system/clocksource/clocksource0/current_clocksource';
/** One lcore for the engine, the other for collector, store, journal helper and operating system. */
const NEEDED_CPUS = 2;

/** Ascending; at least the CPU this runs on. */
export function onlineCpus(host: Host): readonly number[] {
  const cpus = parseCpuList(host.readText(`${CPU_FOLDER}/online`) ?? '');
  return cpus.length > 0 ? cpus : [0];
}

function count(host: Host): Verdict {
  const cpus = onlineCpus(host);
  const { model } = parseCpuInfo(host.readText('/proc/cpuinfo') ?? '');
  const detail = `${cpus.length} online (${formatCpuList(cpus)}), ${model}`;
  if (cpus.length >= NEEDED_CPUS) return ok('CPUs', detail);
  return bad('CPUs', detail, `give the machine ${NEEDED_CPUS} CPUs: the engine's core is never shared`);
}

function isolation(host: Host): Verdict {
  const isolated = parseCpuList(host.readText(`${CPU_FOLDER}/isolated`) ?? '');
  const tickless = parseCpuList((host.readText(`${CPU_FOLDER}/nohz_full`) ?? '').replace('(null)', ''));
  if (isolated.length > 0) {
    return ok('isolation', `CPUs ${formatCpuList(isolated)} isolated${tickless.length > 0 ? `, ${formatCpuList(tickless)} without tick` : ''}`);
  }
  const cpu = onlineCpus(host).at(-1) ?? 1;
  const options = host.exists(`${CPU_FOLDER}/nohz_full`) ? `isolcpus=${cpu} nohz_full=${cpu} rcu_nocbs=${cpu}` : `isolcpus=${cpu}`;
  return note(
    'isolation',
    'no CPU is isolated: other threads may run on the engine core when it yields',
    `sed -i 's/^GRUB_CMDLINE_LINUX="/&${options} /' /etc/default/grub && update-grub && reboot`,
  );
}

function siblings(host: Host): Verdict {
  if (host.readText(`${CPU_FOLDER}/smt/active`)?.trim() !== '1') return ok('SMT', 'no CPU shares its core with another one');
  return note('SMT', 'two CPUs share each core: work on one slows the other', `echo off > ${CPU_FOLDER}/smt/control`);
}

function governor(host: Host): Verdict {
  const governors = onlineCpus(host).flatMap((cpu) => host.readText(`${CPU_FOLDER}/cpu${cpu}/cpufreq/scaling_governor`)?.trim() ?? []);
  if (governors.length === 0) return note('governor', 'no frequency control to be seen: the hypervisor or the firmware decides');
  const slow = [...new Set(governors.filter((name) => name !== 'performance'))];
  if (slow.length === 0) return ok('governor', 'performance');
  return note('governor', `${slow.join(', ')}: the clock frequency follows the load`, `echo performance | tee ${CPU_FOLDER}/cpu*/cpufreq/scaling_governor`);
}

function invariance(host: Host, tsc: Tsc | undefined): Verdict {
  const { flags } = parseCpuInfo(host.readText('/proc/cpuinfo') ?? '');
  const invariant = tsc?.invariant ?? (flags.has('constant_tsc') && flags.has('nonstop_tsc'));
  if (invariant) return ok('TSC invariance', 'ticks at one rate in every power state');
  return bad('TSC invariance', 'the counter may change its rate or stop: no duration could be believed', 'expose it to the VM (QEMU: -cpu host,+invtsc), or use other hardware');
}

function frequency(tsc: Tsc): readonly Verdict[] {
  return [
    ok('TSC frequency', `${formatHertz(tsc.hz)}, measured against CLOCK_MONOTONIC`),
    ok('TSC resolution', `${tsc.resolutionNs.toFixed(1)} ns: a single duration below ${(2 * tsc.resolutionNs).toFixed(0)} ns cannot be told`),
  ];
}

function clocksource(host: Host): Verdict {
  const source = host.readText(CLOCKSOURCE)?.trim() ?? 'unknown';
  if (source === 'tsc') return ok('clock source', 'tsc');
  return note('clock source', `${source}: the kernel does not trust the TSC, and its own time stamps cost more`, `echo tsc > ${CLOCKSOURCE}`);
}

/** @param tsc undefined where the addon could not measure it */
export function processorChecks(host: Host, tsc: Tsc | undefined): readonly Verdict[] {
  const measured = tsc === undefined ? [bad('TSC frequency', 'not measured: the addon is missing', 'npm run setup')] : frequency(tsc);
  const clock = host.arch === 'x64' ? [invariance(host, tsc), ...measured, clocksource(host)] : [];
  return [count(host), isolation(host), siblings(host), governor(host), ...clock];
}
