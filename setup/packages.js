// The Debian packages Hopscope is built with and tested with.
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { runAsRoot, SetupError, step } from './step.js';

const TO_RUN = [
  'g++', 'cmake', 'ninja-build', 'pkg-config', 'clang', 'llvm', 'libbpf-dev', 'libelf-dev', 'zlib1g-dev', 'liburing-dev',
  'nlohmann-json3-dev', 'libdpdk-dev', 'dpdk', 'iproute2', 'procps', 'util-linux',
];
const TO_TEST = ['libgtest-dev', 'clang-format', 'clang-tidy', 'bpftrace', 'binutils', 'git', 'chromium'];
/** Packages that a system has under their name only: Ubuntu's chromium is a stub that fetches a snap. Tests that need one skip by name. */
const STUBS = { ubuntu: ['chromium'] };

const KNOWN_SYSTEMS = { debian: ['12', '13'], ubuntu: ['24.04'] };

/** Parses os-release: returns { id, version }. */
export function parseOsRelease(text) {
  const value = (key) => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: value('ID'), version: value('VERSION_ID') };
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

/** Installs what is missing; on a system it does not know, names the packages and stops. */
export function installPackages({ tests }) {
  let system = { id: 'unknown', version: '' };
  try {
    system = parseOsRelease(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    // no os-release: not a system we know
  }
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
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    runAsRoot('apt-get', ['update', '-q'], { env });
    runAsRoot('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env });
  });
}
