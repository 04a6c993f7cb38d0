import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { METRICS } from '../../collector/index.js';
import { buildDashboard } from '../../dashboards/dashboard.js';
import { CLICKHOUSE, PROMETHEUS } from '../../dashboards/datasource.js';
import { PAGES, generatedFiles } from '../../dashboards/generated.js';
import { COLLECTOR_JOB, latencyOf, metric } from '../../dashboards/promql.js';
import { PROMETHEUS_CONFIG } from '../../dashboards/services.js';
import { toYaml } from '../../dashboards/yaml.js';
import { journalRow } from '../collector/rows.js';
import { scratchStore, type ScratchStore } from '../collector/scratch_store.js';
import { expandPromql, expandSql, type Shown } from './grafana.js';
import { judge, judgeExpression, needs } from './promtool.js';
import { RUN_A, RUN_B, SAMPLE, SECONDS, STARTED_MS, TAIL_NS, insertRecordedRuns } from './recorded_runs.js';

interface Target {
  readonly refId: string;
  readonly datasource: { readonly uid: string };
  readonly queryType?: string;
  readonly rawSql?: string;
  readonly expr?: string;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly w: number };
  readonly targets?: readonly Target[];
}

interface Board {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

const home = fileURLToPath(new URL('../../dashboards/', import.meta.url));
const files = generatedFiles(join(home, 'default_rules.yaml'));
/** As Grafana reads them. */
const boards = Object.entries(files).filter(([file]) => file.endsWith('.json')).map(([, text]) => JSON.parse(text) as Board);
const VARIABLES = { run_id: RUN_A, run_a: RUN_A, run_b: RUN_B, series: 'tick_to_ack' };
/** Of an engine that was attached to: its settings are not known, and all of it was stored. */
const RUN_WHOLE = 'run-whole';
const SHOWN: Shown = { fromMs: STARTED_MS - 60_000, toMs: STARTED_MS + (SECONDS + 60) * 1000, variables: VARIABLES };

const queries = boards.flatMap(({ uid, panels }) => panels.flatMap((panel) => (panel.targets ?? []).map((target) => ({ board: uid, panel, target, name: `${uid}: ${panel.title} (${target.refId})` }))));
const sqlQueries = queries.flatMap((query) => (query.target.rawSql === undefined ? [] : [{ ...query, sql: query.target.rawSql }]));
const promQueries = queries.flatMap((query) => (query.target.expr === undefined ? [] : [{ ...query, expr: query.target.expr }]));

describe('dashboards', () => {
  it('are seven, each with panels that say what they mean', () => {
    expect(boards.map(({ uid }) => uid)).to.deep.equal(['hopscope-overview', 'hopscope-hops', 'hopscope-tail', 'hopscope-compare', 'hopscope-orders', 'hopscope-journal', 'hopscope-collector']);
    for (const { uid, panels } of boards) {
      expect(new Set(panels.map(({ id }) => id)).size, uid).to.equal(panels.length);
      for (const { type, title, description = '', targets = [] } of panels.filter(({ type }) => type !== 'row')) {
        expect(description, `${uid}: ${title}`).to.match(/\.$/);
        expect(targets, `${uid}: ${title} (${type})`).to.have.length.above(0);
      }
    }
    expect(sqlQueries).to.have.length.above(25);
    expect(promQueries).to.have.length.above(25);
  });

  it('ask the two provisioned data sources and no other', () => {
    for (const { target, name } of queries) expect(target.datasource.uid, name).to.equal(target.rawSql === undefined ? PROMETHEUS.uid : CLICKHOUSE.uid);
    const provisioned = files['grafana/provisioning/datasources/hopscope.yaml'];
    expect(provisioned).to.contain(`uid: ${PROMETHEUS.uid}\n`).and.contain(`uid: ${CLICKHOUSE.uid}\n`);
  });

  it('are the ones that are committed: generating again changes nothing', () => {
    const generated = join(home, 'generated');
    const there = readdirSync(generated, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(generated, join(entry.parentPath, entry.name)));
    expect(there.sort(), 'npx tsx dashboards/generate.ts').to.deep.equal(Object.keys(files).sort());
    for (const [file, text] of Object.entries(files)) expect(readFileSync(join(generated, file), 'utf8') === text, `${file} is not what dashboards/generate.ts writes: run it`).to.equal(true);
    expect(PAGES.map((page) => JSON.stringify(buildDashboard(page)))).to.deep.equal(PAGES.map((page) => JSON.stringify(buildDashboard(page))));
  });
});

describe('SQL of the dashboards', () => {
  let scratch: ScratchStore;
  before(async () => {
    scratch = await scratchStore();
    await insertRecordedRuns(scratch.store);
    await scratch.store.insert({ table: 'journal_traces', rows: [1n, 2n].map((traceId) => journalRow({ runId: RUN_WHOLE, traceId, writeNs: 10, durableNs: 20 })), format: 'RowBinary', token: RUN_WHOLE });
  });
  after(() => scratch.remove());

  for (const { name, sql, target, panel } of sqlQueries) {
    it(`gives rows for a recorded run: ${name}`, async () => {
      const rows = await scratch.store.rows<Readonly<Record<string, unknown>>>(expandSql(sql, SHOWN));
      expect(rows).to.have.length.above(0);
      const columns = Object.keys(rows[0]!);
      if (target.queryType === 'timeSeries') {
        expect(sql).to.match(/^SELECT .+? AS time, /);
        expect(columns.filter((column) => column !== 'time').some((column) => typeof rows[0]![column] === 'number'), 'a number to draw').to.equal(true);
        const times = rows.map((row) => String(row.time));
        expect(times, 'by time').to.deep.equal([...times].sort());
      }
      if (panel.type === 'trend') expect(rows.map((row) => Number(row.nines)), 'ascending').to.deep.equal(rows.map((row) => Number(row.nines)).sort((a, b) => a - b));
    });
  }

  for (const { uid, templating } of boards) {
    for (const { name, query } of templating.list) {
      const sql = typeof query === 'object' && query !== null && 'rawSql' in query ? String(query.rawSql) : undefined;
      if (sql === undefined) continue;
      it(`lets the reader of ${uid} choose ${name}`, async () => {
        expect((await scratch.store.rows<{ run_id: string }>(sql)).map((row) => row.run_id)).to.include.members([RUN_A, RUN_B]);
      });
    }
  }

  it('counts every measured order once in the heat map', async () => {
    const { sql } = sqlQueries.find(({ panel }) => panel.type === 'heatmap')!;
    const rows = await scratch.store.rows<Readonly<Record<string, number>>>(expandSql(sql, SHOWN));
    const counted = rows.flatMap((row) => Object.entries(row).filter(([column]) => column !== 'time').map(([, count]) => count));
    expect(counted.reduce((sum, count) => sum + count, 0)).to.equal(SECONDS * 36);
  });

  it('finds run B slower than run A, hop by hop in path order', async () => {
    const { sql } = sqlQueries.find(({ board, panel }) => board === 'hopscope-compare' && panel.title === 'Hop by hop')!;
    const rows = await scratch.store.rows<Readonly<Record<string, number | string>>>(expandSql(sql, SHOWN));
    expect(rows.slice(0, 3).map(({ hop }) => hop)).to.deep.equal(['feed.due', 'feed.tx', 'oms.rx']);
    for (const row of rows) expect(row['p50 change'], String(row.hop)).to.be.closeTo(0.8, 0.01); // 900 against 500 ns
  });

  it('takes no journal row of the tail for one of the sample', async () => {
    const exact = await rowsOf('hopscope-hops', 'Exact percentiles of the sampled orders');
    const orders = Object.fromEntries(exact.map(({ hop, orders }) => [String(hop), Number(orders)]));
    const sampled = Math.floor((SECONDS * 20) / SAMPLE);
    expect(orders).to.include({ 'feed.tx': sampled, 'journal.write': sampled, 'journal.durable': sampled });
    for (const row of exact.filter(({ hop }) => String(hop).startsWith('journal.'))) expect(row.max, String(row.hop)).to.be.below(TAIL_NS);
    for (const row of await rowsOf('hopscope-journal', 'Write time by size of the block')) {
      expect(row.orders).to.equal(sampled);
      expect(row.max).to.be.below(TAIL_NS);
    }
    const byVenue = await rowsOf('hopscope-journal', 'p99 by venue');
    expect(Math.max(...byVenue.map(({ p99 }) => Number(p99)))).to.be.below(TAIL_NS);
  });

  it('takes every journal row of a run that was stored whole', async () => {
    const exact = await rowsOf('hopscope-hops', 'Exact percentiles of the sampled orders', { ...SHOWN, variables: { ...VARIABLES, run_id: RUN_WHOLE } });
    expect(exact.map(({ hop, orders }) => [hop, Number(orders)])).to.deep.equal([['journal.write', 2], ['journal.durable', 2]]);
  });

  it('stacks means that add up to the mean response of the orders that went all the way', async () => {
    const stacked = await rowsOf('hopscope-hops', 'Where the mean order\'s time goes');
    const expected = await scratch.store.rows<{ readonly mean: number }>(
      expandSql(`SELECT $__timeInterval(ts) AS time, avg(oms_ack) AS mean FROM traces WHERE run_id = \${run_id:sqlstring} AND kept = 'sampled' AND outcome = 'accepted' GROUP BY time ORDER BY time`, SHOWN),
    );
    expect(stacked).to.have.length(SECONDS);
    stacked.forEach((row, index) => {
      const sum = Object.entries(row).filter(([column]) => column !== 'time').reduce((total, [, ns]) => total + Number(ns), 0);
      expect(sum, String(row.time)).to.be.closeTo(expected[index]!.mean, 1);
    });
  });

  it('shows a run whole though the shown time ends in the middle of it, and no figures of one that has none', async () => {
    const runs = await rowsOf('hopscope-overview', 'Runs', { ...SHOWN, toMs: STARTED_MS + 3000 });
    const byRun = Object.fromEntries(runs.map((row) => [String(row.run_id), row]));
    expect(Object.keys(byRun)).to.have.members([RUN_A, RUN_B, 'run-lossy']);
    expect(byRun[RUN_A]).to.include({ orders: SECONDS * 36, to_ms: STARTED_MS + (SECONDS - 1) * 1000 + 5000 });
    expect(byRun['run-lossy']).to.include({ orders: null, p50: null, p99: null, 'p99.9': null });
  });

  async function rowsOf(board: string, title: string, shown = SHOWN): Promise<readonly Readonly<Record<string, number | string | null>>[]> {
    const { sql } = sqlQueries.find((query) => query.board === board && query.panel.title === title)!;
    return scratch.store.rows(expandSql(sql, shown));
  }

  it('notices a macro that the plugin does not have', () => {
    expect(() => expandSql('SELECT $__unixEpochFilter(ts)', SHOWN)).to.throw('$__unixEpochFilter');
  });
});

describe('PromQL of the dashboards', () => {
  it('is understood by Prometheus, every query of it', async function () {
    await needs(this, 'promtool');
    expect(await checkExpressions(promQueries.map(({ expr }) => expandPromql(expr, VARIABLES)))).to.deep.include({ ok: true });
    expect(await checkExpressions(['sum by (le) (rate(up[4s])'])).to.deep.include({ ok: false });
  });

  it('asks for metrics that the collector shows, by the labels that they have', () => {
    for (const { name, expr } of promQueries) {
      for (const [, found = '', labels = ''] of expr.matchAll(/\b((?:hopscope|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)) {
        const known = METRICS.find((one) => one.name === found.replace(/_(bucket|sum|count)$/, '') || one.name === found);
        expect(known, `${name}: ${found}`).not.to.equal(undefined);
        for (const [, label = ''] of labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) expect([...known!.labels, 'le', 'job'], `${name}: ${found}`).to.include(label);
        expect(/_(bucket|sum|count)$/.test(found) && known!.name !== found, `${name}: ${found}`).to.equal(known!.type === 'histogram');
      }
    }
  });

  it('asks for the collector\'s own process, not for those of Prometheus and Alertmanager', () => {
    const own = promQueries.flatMap(({ expr }) => [...expr.matchAll(/\b(?:process|nodejs)_\w+(\{[^}]*\})?/g)].map(([, labels = '']) => labels));
    expect(own).to.have.length.above(4);
    expect(new Set(own)).to.deep.equal(new Set([`{job="${COLLECTOR_JOB}"}`]));
    expect(PROMETHEUS_CONFIG.scrape_configs.find(({ job_name: job }) => job === COLLECTOR_JOB)!.static_configs).to.deep.equal([{ targets: ['collector:9464'] }]);
  });

  it('shows the alerts there are, and a 0 with a name where there is none', async function () {
    await needs(this, 'promtool');
    const { expr } = promQueries.find(({ board, panel }) => board === 'hopscope-overview' && panel.title === 'Alerts')!;
    const pending = { 'hopscope_alerts{rule="slow",state="pending"}': '1+0x9' };
    expect(await judgeExpression({ expr, series: pending, seconds: 5, samples: [{ labels: '{state="pending"}', value: 1 }] })).to.deep.include({ ok: true });
    expect(await judgeExpression({ expr, series: {}, seconds: 5, samples: [{ labels: '{state="firing"}', value: 0 }] })).to.deep.include({ ok: true });
  });

  it('refuses metrics, hops and spans that do not exist', () => {
    expect(() => metric('hopscope_orders')).to.throw('no metric hopscope_orders');
    expect(() => latencyOf('tick_to_tick', '4s')).to.throw('no hop or span tick_to_tick');
  });
});

/** promtool reads expressions only as rules. */
async function checkExpressions(expressions: readonly string[]): ReturnType<typeof judge> {
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-promql-'));
  try {
    const file = join(folder, 'rules.yml');
    writeFileSync(file, toYaml({ groups: [{ name: 'panels', rules: expressions.map((expr, index) => ({ record: `panel:query${index}:value`, expr })) }] }, []));
    return await judge('promtool', ['check', 'rules', file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
