/** What Grafana does to a query before it sends it: macros of its ClickHouse plugin (pkg/macros/macros.go), variables, intervals. */

/** What the reader looks at. */
export interface Shown {
  readonly fromMs: number;
  readonly toMs: number;
  readonly variables: Readonly<Record<string, string>>;
}

const INTERVAL_S = 1;

/** SQL as the plugin sends it; throws where a macro or variable is left that it does not know. */
export function expandSql(sql: string, { fromMs, toMs, variables }: Shown): string {
  const [from, to] = [fromMs, toMs].map((ms) => `toDateTime(${Math.floor(ms / 1000)})`);
  const expanded = sql
    .replace(/\$\{(\w+):sqlstring\}/g, (_, name: string) => quoted(valueOf(variables, name)))
    .replace(/\$__timeFilter\((\w+)\)/g, `$1 >= ${from!} AND $1 <= ${to!}`)
    .replace(/\$__timeInterval\((\w+)\)/g, `toStartOfInterval(toDateTime($1), INTERVAL ${INTERVAL_S} second)`)
    .replaceAll('$__interval_s', String(INTERVAL_S))
    .replaceAll('$__fromTime', from!);
  const left = /\$[\w{]+/.exec(expanded);
  if (left !== null) throw new Error(`the plugin would not expand ${left[0]} in: ${sql}`);
  return expanded;
}

export function expandPromql(expr: string, variables: Readonly<Record<string, string>>): string {
  const expanded = expr.replaceAll('$__rate_interval', '4s').replaceAll('$__range', '900s').replace(/\$(\w+)/g, (_, name: string) => valueOf(variables, name));
  return expanded;
}

function valueOf(variables: Readonly<Record<string, string>>, name: string): string {
  const value = variables[name];
  if (value === undefined) throw new Error(`no dashboard has a variable ${name}`);
  return value;
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
