/** Where the store is, and the client that talks to it. */
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import type { Owner } from './owner.js';

export interface Endpoint {
  readonly url: string;
  /** The process behind an embedded store; null for a server. */
  readonly owner: Owner | null;
}

/** Inserts and queries of a long run on a busy machine; a dead store is noticed by its closed socket, not by this. */
const REQUEST_TIMEOUT_MS = 300_000;

export function serverEndpoint(url: string): Endpoint {
  return { url, owner: null };
}

export function embeddedEndpoint(owner: Owner): Endpoint {
  return { url: `http://127.0.0.1:${owner.port}`, owner };
}

export function clientOf(endpoint: Endpoint, database: string): ClickHouseClient {
  return createClient({
    url: endpoint.url,
    ...(endpoint.owner === null ? {} : { username: 'default', password: endpoint.owner.password }),
    database,
    request_timeout: REQUEST_TIMEOUT_MS,
    log: { level: ClickHouseLogLevel.OFF }, // every failure comes back as an exception, and the terminal belongs to the run
    application: 'hopscope',
  });
}

/** A URL that may be shown: its password is nobody's business. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}
