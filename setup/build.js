// Builds everything once: npm packages, native side (CMake and Ninja), TypeScript. What is up to date is not touched.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, step } from './step.js';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const at = (...parts) => join(root, ...parts);

/**
 * Installs the locked npm packages when node_modules does not hold exactly them. Not `npm ci`: chdb names engines for four platforms as
 * optional packages, and where a registry lacks one of them the lock cannot name it, which `npm ci` takes for an outdated lock.
 */
function installNpmPackages() {
  const stamp = at('node_modules', '.hopscope-lock');
  const lock = createHash('sha256').update(readFileSync(at('package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  step('install npm packages', () => run('npm', ['install', '--no-save', '--no-audit', '--no-fund'], { cwd: root }));
  writeFileSync(stamp, lock);
}

/** Names of all native sources: CMake's globs are evaluated when it configures, so a new or lost file must bring that about. */
function nativeSources() {
  return ['bpf', 'engine', 'native']
    .flatMap((folder) => readdirSync(at(folder), { recursive: true }).map((name) => join(folder, name)))
    .filter((name) => /(\.(c|cpp|h)|CMakeLists\.txt)$/.test(name))
    .sort()
    .join('\n');
}

/** What pkg-config knows of SPDK: installed, or its PKG_CONFIG_PATH exported, after the last build, it is to be found by the next. */
function spdkVersion() {
  return spawnSync('pkg-config', ['--modversion', 'spdk_bdev'], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** Configured with the C++ tests only once they were asked for: they need GoogleTest, which a machine that only runs does not have. */
function buildNative(preset, binaryDir, { tests }) {
  const stamp = join(binaryDir, '.sources');
  const before = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  const setting = `-DHOPSCOPE_TESTS=${tests || before.startsWith('-DHOPSCOPE_TESTS=ON') ? 'ON' : 'OFF'}`;
  const configured = `${setting}\nSPDK ${spdkVersion()}\n${nativeSources()}`;
  if (!existsSync(join(binaryDir, 'build.ninja')) || before !== configured) {
    step(`configure native build (${preset})`, () => run('cmake', ['--preset', preset, setting], { cwd: root }));
    writeFileSync(stamp, configured);
  }
  // `ninja -n` says "no work to do" in a few milliseconds: then nothing is announced.
  const pending = run('ninja', ['-C', binaryDir, '-n'], { cwd: root });
  if (/no work to do/.test(pending)) return;
  step(`build native side (${preset})`, () => run('cmake', ['--build', '--preset', preset], { cwd: root }));
}

function newestChange(folders) {
  let newest = 0;
  const visit = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      else if (entry.name.endsWith('.ts')) newest = Math.max(newest, statSync(child).mtimeMs);
    }
  };
  for (const folder of folders) visit(folder);
  return newest;
}

// What runs in Node, and what runs in the browser.
const PROJECTS = [at('tsconfig.json'), at('collector', 'web', 'page', 'tsconfig.json')];

/** Whether dist/ is what the sources make. */
export function isTypeScriptBuilt() {
  const stamp = at('dist', '.built');
  const changed = Math.max(
    newestChange(['experiments', 'dashboards', 'collector', 'native'].map((folder) => at(folder))),
    ...PROJECTS.map((project) => statSync(project).mtimeMs),
  );
  return existsSync(stamp) && statSync(stamp).mtimeMs > changed;
}

function buildTypeScript() {
  if (isTypeScriptBuilt()) return;
  step('build TypeScript', () => {
    for (const project of PROJECTS) run(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', project], { cwd: root });
  });
  mkdirSync(at('dist'), { recursive: true });
  writeFileSync(at('dist', '.built'), '');
}

export function buildAll({ tests }) {
  installNpmPackages();
  buildNative('release', at('build'), { tests });
  if (tests) buildNative('asan', at('build', 'asan'), { tests });
  buildTypeScript();
}
