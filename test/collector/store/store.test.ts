import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Store } from '../../../collector/store/store.js';
import { StoreError } from '../../../collector/store/error.js';
import { scratchStore, untilDead, type ScratchStore } from '../scratch_store.js';

const ROWS = 1000;

function numbers(): Buffer {
  const rows = Buffer.alloc(8 * ROWS);
  for (let row = 0; row < ROWS; row += 1) rows.writeBigUInt64LE(BigInt(row), 8 * row);
  return rows;
}

describe('Store (embedded)', () => {
  let scratch: ScratchStore;
  let store: Store;

  before(async () => {
    scratch = await scratchStore();
    store = scratch.store;
    await store.command('CREATE TABLE numbers_kept (x UInt64) ENGINE = MergeTree ORDER BY x SETTINGS non_replicated_deduplication_window = 100');
  });
  after(() => scratch.remove());

  const kept = async (): Promise<number | undefined> => (await store.rows<{ n: number }>('SELECT count() AS n FROM numbers_kept'))[0]?.n;

  it('gives rows as objects, with query parameters that are data and not SQL', async () => {
    const nasty = "'; DROP TABLE numbers_kept; --\t\\";
    const rows = await store.rows('SELECT {text:String} AS text, {n:UInt64} + 1 AS n, currentDatabase() AS place', { text: nasty, n: 41 });
    expect(rows).to.deep.equal([{ text: nasty, n: 42, place: 'hopscope' }]);
  });

  it('keeps parameters of concurrent queries apart', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => store.rows<{ n: number }>('SELECT {n:UInt64} AS n', { n })));
    expect(answers.map(([row]) => row?.n)).to.deep.equal(Array.from({ length: 50 }, (_, n) => n));
  });

  it('gives text as a table or in the format the statement names', async () => {
    expect(await store.text("SELECT 1 AS one, 'a' AS letter", 'PrettyCompactMonoBlock')).to.include('│   1 │ a      │');
    expect(JSON.parse(await store.text('SELECT 1 AS one', 'JSON'))).to.deep.include({ data: [{ one: 1 }] });
    expect(await store.text('SELECT 1 AS one FORMAT JSONEachRow', 'JSON')).to.equal('{"one":1}\n');
  });

  it('lets no setting of one statement reach the next', async () => {
    await store.text('SET max_threads = 1', 'JSON');
    await store.text('USE default', 'JSON');
    const [row] = await store.rows<{ changed: boolean; place: string }>("SELECT changed, currentDatabase() AS place FROM system.settings WHERE name = 'max_threads'");
    expect(row).to.deep.equal({ changed: 0, place: 'hopscope' });
  });

  it("says what ClickHouse says, in one line", async () => {
    const error = await store.text('SELECT * FROM no_such_table', 'JSON').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(StoreError);
    expect((error as StoreError).message).to.match(/^the store refused: .*no_such_table.*\(UNKNOWN_TABLE\)$/).and.not.include('\n');
    await expectRefusal(store.text('SELEC 1', 'JSON'), 'query', /Syntax error: failed at position 7/);
  });

  it('stores a batch once, however often it is sent', async () => {
    const rows = numbers();
    await store.insert({ table: 'numbers_kept', rows: [rows.subarray(0, 4000), rows.subarray(4000)], format: 'RowBinary', token: 'first' });
    await store.insert({ table: 'numbers_kept', rows: [rows], format: 'RowBinary', token: 'first' });
    expect(await kept()).to.equal(ROWS);
    await store.insert({ table: 'numbers_kept', rows: [rows], format: 'RowBinary', token: 'second' });
    expect(await kept()).to.equal(2 * ROWS);
  });

  it('refuses a torn row and stores nothing of it', async () => {
    const before = await kept();
    await expectRefusal(store.insert({ table: 'numbers_kept', rows: [numbers().subarray(0, 4004)], format: 'RowBinary', token: 'torn' }), 'query', /./);
    expect(await kept()).to.equal(before);
  });

  it('is joined by the next command instead of started again', async () => {
    const second = await Store.open({ dir: scratch.dir });
    expect(second.pid).to.equal(store.pid);
    await second.close();
    expect(await kept()).to.be.a('number');
  });

  it('asks for the password in owner.json: local users are not the store\'s user', async () => {
    const owner = JSON.parse(readFileSync(join(scratch.dir, 'owner.json'), 'utf8')) as { port: number; password: string };
    const url = `http://127.0.0.1:${owner.port}/?query=${encodeURIComponent('SELECT 7')}`;
    const refused = await fetch(url);
    expect(refused.status).to.equal(403);
    expect(await refused.text()).to.include('AUTHENTICATION_FAILED');
    const let_in = await fetch(`${url}&password=${owner.password}`);
    expect(await let_in.text()).to.equal('7\n');
    expect(await (await fetch(`http://127.0.0.1:${owner.port}/ping`)).text()).to.equal('Ok.\n');
  });

  it('comes back after kill -9 with everything acknowledged, and takes the batch that was under way once', async () => {
    const before = (await kept()) ?? 0;
    const { pid, restarts } = store;
    const rows = numbers();
    const batches = Array.from({ length: 20 }, (_, batch) => ({ table: 'numbers_kept', rows: [rows], format: 'RowBinary' as const, token: `kill-${batch}` }));
    const sent = Promise.all(batches.map((batch) => store.insert(batch)));
    await store.insert({ table: 'numbers_kept', rows: [rows], format: 'RowBinary', token: 'acknowledged' });
    process.kill(pid!, 'SIGKILL');
    await untilDead(pid!);
    await sent;
    expect(await kept()).to.equal(before + 21 * ROWS);
    expect(store.restarts).to.equal(restarts + 1);
    expect(store.pid).to.not.equal(pid);
  });

  // ClickHouse logs a batch's token before it commits the part. A mutation that deletes the rows leaves the same behind as a kill between the two.
  it('stores a batch whose token is known but whose rows are not there, when it is sent again', async () => {
    await store.command("CREATE TABLE runs_kept (run_id String, x UInt64) ENGINE = MergeTree ORDER BY x SETTINGS non_replicated_deduplication_window = 100");
    const batch = { table: 'runs_kept', rows: [Buffer.from('{"run_id":"r","x":1}\n{"run_id":"r","x":2}\n')], format: 'JSONEachRow', token: 't' } as const;
    const count = async (): Promise<unknown> => (await store.rows<{ n: number }>('SELECT count() AS n FROM runs_kept'))[0]?.n;
    const insertAfterKill = async (): Promise<void> => {
      const pid = store.pid!;
      process.kill(pid, 'SIGKILL');
      await untilDead(pid);
      await store.insert({ ...batch, account: { runId: 'r', before: 0, adds: 2 } });
    };
    await store.insert(batch);
    await store.command('ALTER TABLE runs_kept DELETE WHERE true SETTINGS mutations_sync = 1');
    await store.insert(batch);
    expect(await count()).to.equal(0, 'the token is known');
    await insertAfterKill();
    expect(await count()).to.equal(2, 'lost');
    await insertAfterKill();
    expect(await count()).to.equal(2, 'doubled');
  });
});

describe('Store (server)', () => {
  it('talks to a server through its URL, and to nobody else', async () => {
    const scratch = await scratchStore();
    try {
      const owner = JSON.parse(readFileSync(join(scratch.dir, 'owner.json'), 'utf8')) as { port: number; password: string };
      const store = await Store.open({ dir: '/nowhere/at/all', url: `http://default:${owner.password}@127.0.0.1:${owner.port}` });
      expect(await store.rows('SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
      expect(store.pid).to.equal(null);
      expect(store.place).to.not.include(owner.password);
      await store.close();
    } finally {
      await scratch.remove();
    }
  });

  it('says who does not answer, without the password', async () => {
    const error = await Store.open({ dir: '/nowhere', url: 'http://me:secret@127.0.0.1:1' }).catch((reason: unknown) => reason);
    expect(error).to.include({ name: 'StoreError', kind: 'unreachable' });
    expect((error as Error).message).to.include('ECONNREFUSED').and.include('HOPSCOPE_STORE_URL').and.not.include('secret');
    await expectRefusal(Store.open({ dir: '/nowhere', url: 'not a url' }), 'unreachable', /is no URL/);
  });
});

async function expectRefusal(work: Promise<unknown>, kind: string, message: RegExp): Promise<void> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.include({ name: 'StoreError', kind });
  expect((error as Error).message).to.match(message);
}
