/** One request of ClickHouse's HTTP interface, reduced to what the engine needs to run it. */

export interface Statement {
  readonly sql: string;
  readonly database: string;
  /** Format of the result where the statement names none. */
  readonly format: string;
  /** Settings and, as `param_NAME`, query parameters: ClickHouse sets both the same way. */
  readonly settings: Readonly<Record<string, string>>;
}

/** An INSERT whose rows travel in the request's body. */
export interface InsertHead {
  /** `INSERT INTO table (columns)` */
  readonly target: string;
  /** `SETTINGS a = 1`, or empty. */
  readonly settings: string;
  readonly format: string;
}

/** Parameters of the interface itself; everything else in a query string is a setting or a query parameter. */
const INTERFACE_PARAMETERS = new Set([
  'query', 'database', 'default_format', 'query_id', 'session_id', 'session_timeout', 'session_check', 'user', 'password', 'role',
  'quota_key', 'compress', 'decompress', 'buffer_size', 'stacktrace', 'close_session', 'client_protocol_version',
  // Settings of ClickHouse's HTTP server, which chDB does not know; @clickhouse/client sends some of them with every request.
  'wait_end_of_query', 'send_progress_in_http_headers', 'http_headers_progress_interval_ms', 'http_send_progress_interval_ms',
  'http_response_buffer_size', 'enable_http_compression', 'http_zlib_compression_level',
]);

/** @param text the SQL, taken from the query string, from the body, or from both */
export function statementOf(text: string, query: URLSearchParams): Statement {
  const settings: Record<string, string> = {};
  for (const [name, value] of query) {
    if (!INTERFACE_PARAMETERS.has(name)) settings[name] = value;
  }
  return { sql: text, database: query.get('database') ?? 'default', format: query.get('default_format') ?? 'TabSeparated', settings };
}

/** What runs before the statement, in a session of its own, so that nothing leaks into the next request. */
export function preludeOf(statement: Statement): string {
  const use = `USE ${quoteName(statement.database)}`;
  const settings = Object.entries(statement.settings).map(([name, value]) => `${settingName(name)} = ${quoteText(value)}`);
  return settings.length === 0 ? use : `${use}; SET ${settings.join(', ')}`;
}

/** Splits `INSERT INTO t (a, b) SETTINGS … FORMAT RowBinary`; null where the statement is no INSERT that awaits rows. */
export function insertHeadOf(sql: string): InsertHead | null {
  const match = /^\s*(INSERT\s+INTO\s+.*?)(?:\s+(SETTINGS\s+.*?))?\s+(?:FORMAT\s+(\w+)|VALUES)\s*;?\s*$/is.exec(sql);
  if (match?.[1] === undefined) return null;
  return { target: match[1], settings: match[2] ?? '', format: match[3] ?? 'Values' };
}

/** chDB's own interface breaks binary rows that stand behind the statement; rows from a file it reads well. */
export function insertFromFile(head: InsertHead, file: string): string {
  return `${head.target} FROM INFILE ${quoteText(file)} ${head.settings} FORMAT ${head.format}`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

function settingName(name: string): string {
  if (!/^\w+$/.test(name)) throw new RangeError(`${JSON.stringify(name)} is no name of a setting or parameter`);
  return name;
}
