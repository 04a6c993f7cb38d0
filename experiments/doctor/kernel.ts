/** Which kernel this is, and what it lets us do. */
import { bad, note, ok, type Verdict } from './check.js';
import type { Host } from './host.js';
import { isAtLeast, parseKernelRelease, parseOsId } from './procfs.js';

const RT_RUNTIME = '/proc/sys/kernel/sched_rt_runtime_us';

function rights(host: Host): Verdict {
  if (host.isRoot) return ok('rights', 'root');
  return bad('rights', 'not root: no BPF, no real-time scheduling, no hugepages', 'sudo npx hopscope doctor');
}

function version(host: Host): Verdict {
  const kernel = parseKernelRelease(host.release);
  const newer = host.arch === 'arm64' ? 'linux-image-arm64' : 'linux-image-amd64';
  if (kernel === undefined) return note('kernel', `${host.release}: not a release this program can read`);
  if (!isAtLeast(kernel, 6, 1)) return bad('kernel', `Linux ${host.release}: lane stream needs 6.1`, `apt-get install -y ${newer} && reboot`);
  if (isAtLeast(kernel, 6, 18)) return ok('kernel', `Linux ${host.release}`);
  return ok('kernel', `Linux ${host.release}; from 6.18 on, probed sites in lane hops cost less`);
}

function realTime(host: Host): Verdict {
  const isRealTime = host.readText('/sys/kernel/realtime')?.trim() === '1' || (host.readText('/proc/version') ?? '').includes('PREEMPT_RT');
  if (isRealTime) return ok('real-time kernel', 'PREEMPT_RT');
  const isUbuntu = parseOsId(host.readText('/etc/os-release') ?? '') === 'ubuntu';
  const suffix = host.arch === 'arm64' ? 'arm64' : 'amd64';
  const install = isUbuntu ? 'pro enable realtime-kernel && reboot' : `apt-get install -y linux-image-rt-${suffix} && reboot`;
  return note('real-time kernel', 'not PREEMPT_RT: the kernel may hold a core for longer', install);
}

function throttling(host: Host): Verdict {
  const runtime = host.readText(RT_RUNTIME)?.trim();
  if (runtime === undefined || runtime === '-1') return ok('RT throttling', 'off');
  const detail = `a FIFO thread may run ${Number(runtime) / 1000} ms of each second`;
  if (host.isRoot) return ok('RT throttling', `${detail}; a run lifts that and puts it back`);
  return note('RT throttling', detail, 'sysctl -w kernel.sched_rt_runtime_us=-1');
}

export function kernelChecks(host: Host): readonly Verdict[] {
  return [rights(host), version(host), realTime(host), throttling(host)];
}
