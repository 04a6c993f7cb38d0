/**
 * The store as the rest of the collector sees it: a ClickHouse database, embedded or on a server, through one client.
 *
 * An embedded store that dies (kill -9) or has stopped when idle is started again, and what was under way is sent once more. That is
 * safe for everything sent here: SELECTs and the schema's IF NOT EXISTS may run twice, and each batch of rows carries a deduplication
 * token, so that a batch whose acknowledgement was lost is stored once all the same. ClickHouse writes the token down before the rows: one
 * that was killed in between takes the batch for stored when it comes again. So what was sent again is looked for, where the batch says how.
 */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient, DataFormat } from '@clickhouse/client';
import { findOrStart, type EmbeddedOptions } from './embedded.js';
import { clientOf, embeddedEndpoint, serverEndpoint, shownUrl, type Endpoint } from './endpoint.js';
import { StoreError } from './error.js';
import { isUnsent, refusalOf, unreachable } from './refusal.js';

export interface StoreOptions extends EmbeddedOptions {
  /** A ClickHouse server (`http://user:password@host:8123`); without it, and without HOPSCOPE_STORE_URL, the store is embedded in `dir`. */
  readonly url?: string;
}

export interface RowBatch {
  readonly table: string;
  /** Whole rows, in pieces. */
  readonly rows: readonly Buffer[];
  readonly format: 'RowBinary' | 'JSONEachRow';
  /** Unique to this batch, equal when it is sent again. */
  readonly token: string;
  /** Rows of this run that the table held before the batch, and how many it adds: by these a batch that was sent again is looked for. */
  readonly account?: { readonly runId: string; readonly before: number; readonly adds: number };
}

export type QueryParameters = Readonly<Record<string, string | number>>;

/** Formats of `hopscope query`: a table to read, or data to go on with. */
export type TextFormat = 'PrettyCompactMonoBlock' | 'JSON' | 'JSONEachRow' | 'CSVWithNames' | 'TabSeparatedWithNames';

export const DATABASE = 'hopscope';

const DEFAULT_IDLE_MS = 10_000;
const ATTEMPTS = 5;
const RETRY_MS = 200;
/** Far more than the collector lets wait (256 MiB). */
const MAX_BATCH_ROWS = '100000000';

/** Whether a statement may run twice, or must not once it may have reached the store. */
type Again = 'always' | 'if-unsent';

export class Store {
  /** Where it is, for people. */
  readonly place: string;
  readonly #beat: NodeJS.Timeout;
  #client: ClickHouseClient;
  #reconnecting: Promise<void> | null = null;
  #restarts = 0;

  private constructor(
    private readonly options: StoreOptions,
    private endpoint: Endpoint,
  ) {
    this.place = endpoint.owner === null ? shownUrl(endpoint.url) : options.dir;
    this.#client = clientOf(endpoint, DATABASE);
    // While this command lives, the embedded store must not think itself idle; the timer itself keeps nobody alive.
    this.#beat = setInterval(() => void this.#client.ping(), (options.idleMs ?? DEFAULT_IDLE_MS) / 4).unref();
  }

  /**
   * Connects, starts the embedded store where it must, and creates the database where there is none.
   *
   * @throws StoreError
   */
  static async open(options: StoreOptions): Promise<Store> {
    const url = options.url ?? process.env.HOPSCOPE_STORE_URL ?? '';
    if (url !== '' && !URL.canParse(url)) throw new StoreError('unreachable', `${url} is no URL of a ClickHouse server: write it like http://HOST:8123`);
    const endpoint = url === '' ? embeddedEndpoint(await findOrStart(options)) : serverEndpoint(url);
    const outside = clientOf(endpoint, 'default'); // a client of the database itself would be refused while there is none
    try {
      await outside.command({ query: `CREATE DATABASE IF NOT EXISTS ${DATABASE}` });
    } catch (error) {
      const place = url === '' ? options.dir : shownUrl(url);
      throw refusalOf(error, place) ?? unreachable(error, place);
    } finally {
      await outside.close();
    }
    return new Store(options, endpoint);
  }

  /** How often the embedded store had to be started again since open(). */
  get restarts(): number {
    return this.#restarts;
  }

  /** Process of the embedded store; null for a server. */
  get pid(): number | null {
    return this.endpoint.owner?.pid ?? null;
  }

  /** Result rows as objects. 64-bit integers come as numbers: turn into text in SQL what may exceed 2^53. */
  rows<Row>(sql: string, parameters: QueryParameters = {}): Promise<readonly Row[]> {
    return this.#run('always', async (client) => {
      const result = await client.query({
        query: sql,
        format: 'JSONEachRow',
        query_params: parameters,
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      });
      return result.json<Row>();
    });
  }

  /** Any one statement; its result as text, in the format named unless the statement names one itself. */
  text(sql: string, format: TextFormat): Promise<string> {
    return this.#run('if-unsent', async (client) => {
      const { stream } = await client.exec({
        query: sql,
        // The client's list of formats knows those that programs read; ClickHouse itself also writes tables for people.
        clickhouse_settings: { default_format: format as DataFormat, output_format_pretty_color: 0, output_format_pretty_row_numbers: 0 },
      });
      return textOf(stream);
    });
  }

  /** A statement without a result, which must bear to run twice. */
  async command(sql: string, parameters: QueryParameters = {}): Promise<void> {
    await this.#run('always', (client) => client.command({ query: sql, query_params: parameters }));
  }

  /** Resolves when the rows are stored: once, whatever happens to the store's process in between. */
  async insert(batch: RowBatch): Promise<void> {
    for (let life = 1; life <= ATTEMPTS; life += 1) {
      const attempts = await this.#send(batch, life === 1 ? batch.token : `${batch.token}/${life}`);
      if (attempts === 1 || (await this.#holds(batch))) return;
    }
    throw new StoreError('crashed', `the embedded store in ${this.place} dies again and again while rows are stored: see store.log there`);
  }

  /** Returns how many attempts it took. */
  #send(batch: RowBatch, token: string): Promise<number> {
    let attempts = 0;
    return this.#run('always', async (client) => {
      attempts += 1;
      const { stream } = await client.exec({
        query: `INSERT INTO ${batch.table} FORMAT ${batch.format}`,
        values: Readable.from(batch.rows, { objectMode: false }),
        // One block, and so one part: all of it is stored, or nothing.
        clickhouse_settings: { insert_deduplication_token: token, max_insert_block_size: MAX_BATCH_ROWS },
      });
      await textOf(stream);
      return attempts;
    });
  }

  async #holds({ table, account }: RowBatch): Promise<boolean> {
    if (account === undefined) return true;
    const { runId, before, adds } = account;
    const [row] = await this.rows<{ readonly count: number }>(`SELECT count() AS count FROM ${table} WHERE run_id = {run:String}`, { run: runId });
    if (row?.count === before + adds) return true;
    if (row?.count === before) return false;
    throw new StoreError('lost', `${table} holds ${row?.count ?? 0} rows of run ${runId}, neither ${before} nor ${before + adds}: see store.log, and run it again`);
  }

  /** Lets go of the store; an embedded one ends by itself when nobody else uses it. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    await this.#client.close();
  }

  async #run<Result>(again: Again, work: (client: ClickHouseClient) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const before = this.endpoint;
      try {
        return await work(this.#client);
      } catch (error) {
        const refusal = refusalOf(error, this.place);
        if (refusal !== null) throw refusal;
        if (attempt === ATTEMPTS || (again === 'if-unsent' && !isUnsent(error))) throw this.#gone(error);
        await sleep(RETRY_MS * (attempt - 1));
        if (this.endpoint === before) await this.#reconnect();
      }
    }
  }

  /** Statements that fail together share one reconnection. */
  async #reconnect(): Promise<void> {
    if (this.endpoint.owner === null) return; // a server comes back by itself, or does not
    this.#reconnecting ??= this.#findAgain().finally(() => (this.#reconnecting = null));
    await this.#reconnecting;
  }

  async #findAgain(): Promise<void> {
    const owner = await findOrStart(this.options);
    if (owner.instance === this.endpoint.owner?.instance) return; // alive: only the connection broke
    const before = this.#client;
    this.endpoint = embeddedEndpoint(owner);
    this.#client = clientOf(this.endpoint, DATABASE);
    this.#restarts += 1;
    await before.close();
  }

  #gone(error: unknown): StoreError {
    if (this.endpoint.owner === null) return unreachable(error, this.place);
    const why = error instanceof Error ? error.message : String(error);
    return new StoreError('crashed', `the embedded store in ${this.place} does not stay up (${why}): see store.log there`, { cause: error });
  }
}

async function textOf(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
