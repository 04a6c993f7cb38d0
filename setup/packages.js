// The Debian packages Hopscope is built with and tested with.
import { existsSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { runAsRoot, SetupError, step } from './step.js';

const TO_RUN = [
  'g++', 'cmake', 'ninja-build', 'pkg-config', 'clang', 'llvm', 'libbpf-dev', 'libelf-dev', 'zlib1g-dev', 'liburing-dev',
  'nlohmann-json3-dev', 'libdpdk-dev', 'dpdk', 'libxdp-dev', 'fio', 'iproute2', 'procps', 'util-linux',
];
const TO_TEST = [
  'libgtest-dev', 'clang-format', 'clang-tidy', 'bpftrace', 'binutils', 'git', 'chromium', 'prometheus', 'prometheus-alertmanager', 'docker-compose',
  'tshark',
  'libclang-rt-dev', // libFuzzer, for `npm run fuzz` and `npm run test:long`
];
/** What `npm run test:guest` takes beyond that: asked for by that command, for a kernel is nothing to install on somebody's machine unasked. */
const TO_TEST_GUEST = ['linux-image-amd64', 'qemu-system-x86', 'busybox-static', 'cpio', 'kmod', 'iproute2'];
/**
 * Packages that come with a daemon. The tests start their own, on ports of their own; Debian starts each of them when it is installed and at every
 * boot, where it would take ports 9090 and 9093 and the time of a machine that measures.
 */
const DAEMONS = ['prometheus', 'prometheus-alertmanager'];
const POLICY = '/usr/sbin/policy-rc.d';
/** Packages that a system has under their name only: Ubuntu's chromium is a stub that fetches a snap. Tests that need one skip by name. */
const STUBS = { ubuntu: ['chromium'] };

const KNOWN_SYSTEMS = { debian: ['12', '13'], ubuntu: ['24.04'] };

/** Parses os-release: returns { id, version }. */
export function parseOsRelease(text) {
  const value = (key) => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: value('ID'), version: value('VERSION_ID') };
}

function readSystem() {
  try {
    return parseOsRelease(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return { id: 'unknown', version: '' }; // no os-release: not a system we know
  }
}

/** What to install on a system: build and run, and what the tests take beyond that. */
export function packagesFor(systemId, { tests }) {
  const wanted = tests ? [...TO_RUN, ...TO_TEST] : TO_RUN;
  return wanted.filter((name) => !STUBS[systemId]?.includes(name));
}

function missingPackages(wanted) {
  const installed = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n'], { encoding: 'utf8' }).stdout ?? '';
  const present = new Set(
    installed
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return wanted.filter((name) => !present.has(name));
}

/** Throws one line where the virtual machine of the guest tests cannot be made: it boots Debian's kernel, by the names of Debian's packages. */
export function requireGuestPackages({ id } = readSystem()) {
  if (id !== 'debian') throw new SetupError(`the guest tests boot Debian's own kernel and run on Debian alone; this is ${id}`);
  const missing = missingPackages(TO_TEST_GUEST);
  if (missing.length > 0) throw new SetupError(`the guest tests boot Debian's kernel in QEMU: apt-get install -y --no-install-recommends ${missing.join(' ')}`);
}

/** Of what is about to be installed, the daemons that must not run: never one that its owner had installed before. */
export const daemonsAmong = (missing) => missing.filter((name) => DAEMONS.includes(name));

/**
 * Installs packages without starting the daemons among them. Debian asks policy-rc.d before it starts one, whether systemd runs or not (exit code
 * 101: not allowed); a policy of the machine's owner is left alone. RUNLEVEL=1, often advised, is heard by the scripts of SysV only.
 */
function installWithout(daemons, missing) {
  const ownPolicy = daemons.length > 0 && !existsSync(POLICY);
  if (ownPolicy) runAsRoot('sh', ['-c', `printf '#!/bin/sh\\nexit 101\\n' > ${POLICY} && chmod 755 ${POLICY}`]);
  try {
    runAsRoot('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  } finally {
    if (ownPolicy) runAsRoot('rm', ['-f', POLICY]);
  }
  // Not at the next boot either; where no systemd runs (containers), nothing starts them.
  if (existsSync('/run/systemd/system')) for (const name of daemons) runAsRoot('systemctl', ['disable', '--now', '--quiet', `${name}.service`]);
}

/** Installs what is missing; on a system it does not know, names the packages and stops. */
export function installPackages({ tests }) {
  const system = readSystem();
  const wanted = packagesFor(system.id, { tests });
  if (!KNOWN_SYSTEMS[system.id]?.includes(system.version)) {
    if (process.env.HOPSCOPE_SKIP_PACKAGES === '1') return;
    throw new SetupError(
      `this is ${system.id} ${system.version}, not Debian 12/13 or Ubuntu 24.04: install the equivalents of\n  ${wanted.join(' ')}\n` +
        'and start again with HOPSCOPE_SKIP_PACKAGES=1',
    );
  }
  const missing = missingPackages(wanted);
  if (missing.length === 0) return;
  step(`install ${missing.length} Debian packages: ${missing.join(' ')}`, () => {
    runAsRoot('apt-get', ['update', '-q'], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
    installWithout(daemonsAmong(missing), missing);
  });
}
