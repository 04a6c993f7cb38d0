import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { StoreError } from '../../../collector/store/error.js';
import { Store, type StoreOptions } from '../../../collector/store/store.js';
import { skip } from '../../skip.js';
import { end, isAlive, untilDead } from '../scratch_store.js';

describe('embedded store process', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'hopscope-embedded-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('ends by itself when nobody uses it, and is started again by whoever asks next', async () => {
    const store = await Store.open({ dir, idleMs: 1000 });
    const first = store.pid!;
    await sleep(2500); // an open store keeps it: the command may have nothing to store for a while
    expect(isAlive(first)).to.equal(true);
    await store.close();
    await untilDead(first);
    expect(readdirSync(dir)).to.not.include('owner.json');
    const again = await Store.open({ dir, idleMs: 1000 });
    const second = again.pid!;
    expect(second).to.not.equal(first);
    await again.close();
    await untilDead(second);
  });

  it('is one process, however many commands start it at once', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => Store.open({ dir })));
    expect(new Set(stores.map((store) => store.pid)).size).to.equal(1);
    const pid = stores[0]!.pid!;
    await Promise.all(stores.map((store) => store.close()));
    await end(pid);
  });

  it('does not hold the command that started it, and lives in a session of its own', async () => {
    const program = `
      import { Store } from ${JSON.stringify(new URL('../../../collector/store/store.ts', import.meta.url).href)};
      const store = await Store.open({ dir: ${JSON.stringify(dir)}, idleMs: 1500 });
      console.log(store.pid);`;
    const command = spawn(process.execPath, ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, '--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    command.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const code = await new Promise((resolve) => command.on('exit', resolve));
    expect(code).to.equal(0);
    const pid = Number(printed);
    expect(isAlive(pid)).to.equal(true);
    const session = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[3]);
    expect(session).to.equal(pid);
    await untilDead(pid);
  });

  it('stays on the CPUs it was given, every thread of it, also when it was already running', async function () {
    const cpus = allowedList('/proc/self/status');
    if (cpus === '0') skip(this, 'needs two CPUs');
    const free = await Store.open({ dir });
    const pid = free.pid!;
    const allowed = (): ReadonlySet<string> => new Set(readdirSync(`/proc/${pid}/task`).map((task) => allowedList(`/proc/${pid}/task/${task}/status`)));
    expect(allowed()).to.include(cpus);
    const pinned = await Store.open({ dir, cpus: '0' });
    await pinned.rows('SELECT sum(number) FROM numbers(1000000)');
    expect([...allowed()]).to.deep.equal(['0']);
    await Promise.all([free.close(), pinned.close()]);
    await end(pid);
  });

  it('leaves no rows of an unfinished INSERT behind', async () => {
    mkdirSync(join(dir, 'spool'));
    writeFileSync(join(dir, 'spool', '1.rows'), 'half a batch of a store that was killed');
    const store = await Store.open({ dir });
    expect(readdirSync(join(dir, 'spool'))).to.deep.equal([]);
    await store.close();
    await end(store.pid!);
  });

  describe('refuses in one line, with the remedy', () => {
    it('without AVX2', () => refuses({ dir, deny: ['avx2'] }, 'cpu', /AVX2.*HOPSCOPE_STORE_URL/));

    it('without chDB', () => refuses({ dir, deny: ['chdb'] }, 'missing', /chDB.*npm install/));

    it('where the directory cannot be made', async () => {
      writeFileSync(join(dir, 'file'), '');
      await refuses({ dir: join(dir, 'file', 'store') }, 'unwritable', /ENOTDIR.*--results/);
    });

    it('where the port is busy', async () => {
      const taken = await listening();
      const { port } = taken.address() as AddressInfo;
      try {
        await refuses({ dir, port }, 'port-busy', new RegExp(`127\\.0\\.0\\.1:${port}`));
      } finally {
        taken.close();
      }
    });

    it('where an owner holds the directory and does not answer', async () => {
      const store = await Store.open({ dir });
      const pid = store.pid!;
      process.kill(pid, 'SIGSTOP');
      try {
        const error = await Store.open({ dir, busyTimeoutMs: 300 }).catch((reason: unknown) => reason as StoreError);
        expect(error).to.include({ kind: 'owner' });
        expect((error as StoreError).message).to.include(`kill ${pid}`);
      } finally {
        process.kill(pid, 'SIGCONT');
        await store.close();
        await end(pid);
      }
    });

    it('where the disk is too small to begin with, and where it fills up', async function () {
      this.timeout(60_000);
      if (process.getuid?.() !== 0) skip(this, 'needs root to mount a small tmpfs');
      if (!mountTmpfs(dir, '8m')) skip(this, 'this machine lets nobody mount a tmpfs');
      try {
        await refuses({ dir }, 'disk-full', /full.*--results/);
        expect(spawnSync('mount', ['-o', 'remount,size=160m', dir]).status).to.equal(0);
        const store = await Store.open({ dir });
        await store.command('CREATE TABLE noise (x UInt64) ENGINE = MergeTree ORDER BY tuple()');
        const error = await store.command('INSERT INTO noise SELECT rand64() FROM numbers(40000000)').catch((reason: unknown) => reason as StoreError);
        expect(error).to.include({ kind: 'disk-full' });
        expect(await store.rows('SELECT 1 AS one')).to.deep.equal([{ one: 1 }]); // it still answers
        const pid = store.pid!;
        await store.close();
        await end(pid);
      } finally {
        spawnSync('umount', [dir]);
      }
    });
  });
});

async function refuses(options: StoreOptions, kind: string, message: RegExp): Promise<void> {
  const outcome = await Store.open(options).catch((reason: unknown) => reason);
  if (outcome instanceof Store) await outcome.close();
  expect(outcome).to.be.instanceOf(StoreError).and.include({ kind });
  expect((outcome as StoreError).message).to.match(message).and.not.include('\n');
}

function allowedList(statusFile: string): string {
  return /Cpus_allowed_list:\s*(.+)/.exec(readFileSync(statusFile, 'utf8'))![1]!;
}

function listening(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function mountTmpfs(dir: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir]).status === 0;
}
