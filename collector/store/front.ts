/**
 * ClickHouse's HTTP interface in front of the engine: as much of it as @clickhouse/client, curl and Grafana's data source use.
 *
 * GET /ping; POST or GET /?query=… with settings, `param_*`, `database`, `default_format`; rows of an INSERT in the body. Results are
 * sent whole, so an error always has its status line: there is no half-sent table.
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Engine, EngineResult } from './engine.js';
import { StoreError, isDiskFull } from './error.js';
import type { Owner } from './owner.js';
import { insertFromFile, insertHeadOf, statementOf, type InsertHead } from './statement.js';

/** Tells a joining command that it reached the owner it read about, not a stranger on a reused port. */
export const INSTANCE_HEADER = 'x-hopscope-store';

/** ClickHouse's code for a wrong password: AUTHENTICATION_FAILED. */
const CODE_AUTHENTICATION_FAILED = 516;
const CODE_NOT_ENOUGH_SPACE = 243;

export class Front {
  readonly #server: Server;
  #owner: Owner | null = null;
  #busy = 0;
  #spooled = 0;
  #lastRequestMs = Date.now();

  constructor(
    private readonly engine: Engine,
    /** Where the rows of an INSERT wait for the engine; swept at start. */
    private readonly spoolDir: string,
  ) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.requestTimeout = 0; // a long INSERT is no attack: loopback only
  }

  /**
   * @param port 0: any free one
   * @returns the port
   * @throws StoreError `port-busy`
   */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') {
          reject(cause);
          return;
        }
        const message = `the store cannot listen on 127.0.0.1:${port} (${cause.code}): free the port, or leave it out to let the store choose one`;
        reject(new StoreError('port-busy', message, { cause }));
      });
      this.#server.listen(port, '127.0.0.1', () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  /** Until then every request is refused: nobody knows the password yet. */
  admit(owner: Owner): void {
    this.#owner = owner;
  }

  /** How long nothing has been asked and nothing has run, in ms. */
  idleMs(): number {
    return this.#busy > 0 ? 0 : Date.now() - this.#lastRequestMs;
  }

  /** Takes no more requests and waits for those at work. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#busy += 1;
    try {
      await this.#answer(request, response);
    } catch (error) {
      fail(response, error);
    } finally {
      this.#busy -= 1;
      this.#lastRequestMs = Date.now();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (this.#owner !== null) response.setHeader(INSTANCE_HEADER, this.#owner.instance);
    if (url.pathname === '/ping' || (url.pathname === '/' && request.method === 'GET' && !url.searchParams.has('query'))) {
      response.end('Ok.\n');
      return;
    }
    if (url.pathname !== '/') {
      response.writeHead(404).end(`There is no handle ${url.pathname}: use /ping, or /?query=SQL\n`);
      return;
    }
    if (this.#owner === null || passwordOf(request, url.searchParams) !== this.#owner.password) {
      request.resume();
      const message = 'default: Authentication failed: the password stands in owner.json beside the data';
      throw new ClickHouseFailure(CODE_AUTHENTICATION_FAILED, message, 'AUTHENTICATION_FAILED');
    }
    const query = url.searchParams.get('query') ?? '';
    const head = request.method === 'POST' ? insertHeadOf(query) : null;
    const result = head === null ? await this.#query(query, request, url.searchParams) : await this.#insert(head, request, url.searchParams);
    send(response, result, url.searchParams);
  }

  async #query(query: string, request: IncomingMessage, params: URLSearchParams): Promise<EngineResult> {
    const body = await textOf(request);
    return this.engine.run(statementOf([query, body].filter((part) => part !== '').join('\n'), params));
  }

  async #insert(head: InsertHead, request: IncomingMessage, params: URLSearchParams): Promise<EngineResult> {
    this.#spooled += 1;
    const file = join(this.spoolDir, `${this.#spooled}.rows`);
    try {
      await pipeline(request, createWriteStream(file));
      return await this.engine.run(statementOf(insertFromFile(head, file), params));
    } finally {
      await rm(file, { force: true });
    }
  }
}

class ClickHouseFailure extends Error {
  constructor(
    readonly clickhouseCode: number,
    message: string,
    type: string,
  ) {
    super(`Code: ${clickhouseCode}. DB::Exception: ${message}. (${type})`);
  }
}

function send(response: ServerResponse, result: EngineResult, params: URLSearchParams): void {
  const format = params.get('default_format') ?? '';
  response.writeHead(200, {
    'content-type': format.startsWith('JSON') ? 'application/json; charset=UTF-8' : 'text/plain; charset=UTF-8',
    'content-length': result.bytes.byteLength,
    'x-clickhouse-query-id': params.get('query_id') ?? '',
    'x-clickhouse-summary': JSON.stringify({ read_rows: String(result.rowsRead), read_bytes: String(result.bytesRead), elapsed_ns: String(result.elapsedNs) }),
  });
  response.end(result.bytes);
}

function fail(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const known = (error as { clickhouseCode?: unknown }).clickhouseCode;
  const code = typeof known === 'number' ? known : isDiskFull(message) ? CODE_NOT_ENOUGH_SPACE : 0;
  const type = code === CODE_NOT_ENOUGH_SPACE ? 'NOT_ENOUGH_SPACE' : 'UNKNOWN_EXCEPTION';
  const text = message.startsWith('Code: ') ? message : `Code: ${code}. DB::Exception: ${message}. (${type})`;
  if (response.headersSent || response.destroyed) return;
  response.writeHead(code === CODE_AUTHENTICATION_FAILED ? 403 : 500, { 'content-type': 'text/plain; charset=UTF-8', 'x-clickhouse-exception-code': String(code) });
  response.end(`${text}\n`);
}

/** ClickHouse takes the password from a header of its own, from basic authentication, or from the query string. */
function passwordOf(request: IncomingMessage, params: URLSearchParams): string | null {
  const key = request.headers['x-clickhouse-key'];
  if (typeof key === 'string') return key;
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic !== undefined) return Buffer.from(basic, 'base64').toString('utf8').replace(/^[^:]*:/, '');
  return params.get('password');
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
