import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parseOsRelease } from '../../setup/packages.js';
import { packageRoot } from '../../experiments/package_root.js';
import { skip } from '../skip.js';
import { copyOf, instructionsOf, type Copy } from './dockerfile.js';

const root = packageRoot();
const at = (...parts: readonly string[]): string => path.join(root, ...parts);
const instructions = instructionsOf(readFileSync(at('Dockerfile'), 'utf8'));
const lastStage = instructions.findLastIndex(({ keyword }) => keyword === 'FROM');
const copiesIn = (part: typeof instructions): readonly Copy[] => part.filter(({ keyword }) => keyword === 'COPY').map(copyOf);
const builds = copiesIn(instructions.slice(0, lastStage));
const runs = copiesIn(instructions.slice(lastStage));

/** What the build stage makes; everything else that is copied out of it must have been copied into it. */
const MADE = ['node_modules', 'build', 'dist'];
const INSIDE = '/opt/hopscope/';

/** What a program printed, whatever it exits with: `dpkg -S` fails when it does not know one file of many. */
function output(command: string, args: readonly string[]): string {
  return spawnSync(command, [...args], { encoding: 'utf8', timeout: 30_000, maxBuffer: 16 << 20 }).stdout;
}

/** Whether a path, or a pattern in the last part of one, names something in the repository. */
function exists(source: string): boolean {
  const last = path.basename(source);
  if (!last.includes('*')) return existsSync(at(source));
  const [before = '', after = ''] = last.split('*');
  return readdirSync(at(path.dirname(source))).some((name) => name.startsWith(before) && name.endsWith(after));
}

/** Packages that the last stage installs by name. */
function installedInImage(): readonly string[] {
  const last = instructions.filter(({ keyword }) => keyword === 'RUN').find(({ rest }) => rest.includes('apt-get install'))?.rest ?? '';
  return /install ([^&]*)/.exec(last)?.[1]?.trim().split(/\s+/).filter((word) => !word.startsWith('-')) ?? [];
}

/** Those packages and, all the way down, what they depend on, as this machine's dpkg knows it. */
function withDependencies(packages: readonly string[]): ReadonlySet<string> {
  const known = new Map(
    output('dpkg-query', ['-W', '-f', '${Package}\t${Depends}, ${Pre-Depends}\n']).split('\n').map((line) => {
      const [name = '', depends = ''] = line.split('\t');
      return [name, depends.split(/[,|]/).map((one) => one.trim().split(/[ :]/)[0] ?? '').filter((one) => one !== '')];
    }),
  );
  const reached = new Set<string>();
  const reach = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const next of known.get(name) ?? []) reach(next);
  };
  packages.forEach(reach);
  return reached;
}

/** The shared libraries that programs are linked against. */
function librariesOf(files: readonly string[]): ReadonlySet<string> {
  return new Set(files.flatMap((file) => output('ldd', [file]).split('\n').flatMap((line) => /=> (\/\S+)/.exec(line)?.[1] ?? [])));
}

/** The Debian package that each file belongs to. dpkg knows a file of a merged /usr by one of two names. */
function ownersOf(files: ReadonlySet<string>): ReadonlyMap<string, string> {
  const namesOf = (file: string): readonly string[] => [file, file.replace(/^\/usr(?=\/lib)/, ''), `/usr${file}`];
  const owners = new Map(output('dpkg', ['-S', ...[...files].flatMap(namesOf)]).split('\n').map((line) => {
    const [owner = '', file = ''] = line.split(': ');
    return [file, owner.split(':')[0] ?? ''];
  }));
  return new Map([...files].map((file) => [file, namesOf(file).map((name) => owners.get(name)).find((owner) => owner !== undefined) ?? 'none']));
}

describe('Dockerfile', () => {
  it('stands on images of Debian 12 with exact versions', () => {
    const from = instructions.filter(({ keyword }) => keyword === 'FROM').map(({ rest }) => rest.split(' ')[0] ?? '');
    expect(from).to.have.lengthOf(2);
    for (const image of from) expect(image, image).to.match(/^node:20\.\d+\.\d+-bookworm(-slim)?$/);
    expect(from.at(-1), 'what runs is slim').to.match(/-slim$/);
  });

  it('knows every instruction it uses', () => {
    const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'VOLUME', 'ENTRYPOINT', 'CMD'];
    for (const { keyword, line } of instructions) expect(known, `line ${line}`).to.include(keyword);
  });

  it('copies nothing that is not there, and nothing that .dockerignore keeps out', () => {
    const admitted = readFileSync(at('.dockerignore'), 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const sources = [...builds, ...runs].filter(({ from }) => from === null).flatMap((copy) => copy.sources);
    expect(sources).not.to.have.lengthOf(0);
    for (const source of sources) {
      expect(exists(source), source).to.equal(true);
      expect(admitted, `${source} in .dockerignore`).to.include(source.split('/')[0]);
    }
    for (const name of admitted) expect(existsSync(at(name)), `${name} of .dockerignore`).to.equal(true);
  });

  it('takes from the build stage what that stage has', () => {
    const into = builds.flatMap(({ sources }) => sources);
    for (const source of runs.filter(({ from }) => from === 'build').flatMap((copy) => copy.sources)) {
      expect(source.startsWith(INSIDE), source).to.equal(true);
      const inside = source.slice(INSIDE.length);
      const first = inside.split('/')[0] ?? '';
      expect([...MADE, ...into], source).to.include(first);
      if (MADE.includes(first)) expect(existsSync(at(inside)), `${inside} is made by the build`).to.equal(true);
    }
  });

  it('copies into the image what the code opens beside itself', () => {
    const there = runs.flatMap(({ sources }) => sources.map((source) => source.replace(INSIDE, '')));
    expect(there).to.include.members([
      'package.json', 'node_modules', 'bin', 'dist', 'setup', 'docker', 'experiments/*.yaml', 'dashboards/*.yaml', 'build/bpf',
      'build/native/hopscope.node', 'build/native/hopscope-disturb', ...['dpdk', 'netmap', 'afxdp', 'socket'].map((build) => `build/engine/hopscope-engine-${build}`),
      'build/engine/hopscope-journal',
    ]);
  });

  it('starts what is there and may be executed', () => {
    const [file = ''] = JSON.parse(instructions.find(({ keyword }) => keyword === 'ENTRYPOINT')?.rest ?? '[]') as string[];
    expect(() => accessSync(at(file.slice(INSIDE.length)), constants.X_OK)).not.to.throw();
  });

  it('installs the packages of all shared libraries of engine and addon', function () {
    this.timeout(60_000);
    const system = existsSync('/etc/os-release') ? parseOsRelease(readFileSync('/etc/os-release', 'utf8')) : { id: '', version: '' };
    if (system.id !== 'debian' || system.version !== '12') skip(this, `the image is Debian 12; packages of ${system.id} ${system.version} have other names`);
    const asked = installedInImage();
    expect(asked).to.include('librte-eal23');
    // The base image has C and C++ runtimes: node itself is linked against them.
    const there = withDependencies([...asked, 'libc6', 'libstdc++6', 'libgcc-s1']);
    const libraries = librariesOf(['engine/hopscope-engine-dpdk', 'engine/hopscope-engine-netmap', 'engine/hopscope-engine-afxdp', 'engine/hopscope-engine-socket', 'native/hopscope.node', 'native/hopscope-disturb'].map((file) => at('build', file)));
    expect(libraries.size).to.be.greaterThan(10);
    for (const [library, owner] of ownersOf(libraries)) expect(there.has(owner), `${library} of package ${owner}`).to.equal(true);
  });
});
