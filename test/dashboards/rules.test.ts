import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { METRICS, parseRules, type Rule } from '../../collector/index.js';
import { boundOf, leMatcher } from '../../dashboards/rules/burn.js';
import { expressionOf } from '../../dashboards/rules/condition.js';
import { examplesOf } from '../../dashboards/rules/examples.js';
import { sixDigits } from '../../dashboards/rules/promtool_tests.js';
import { concreteSeries, matchesSelector } from '../../dashboards/rules/selector.js';
import { ruleFiles, writeRules } from '../../dashboards/rules/write_rules.js';
import { judge, judgeExpression, needs } from './promtool.js';

const generated = fileURLToPath(new URL('../../dashboards/generated/', import.meta.url));
const BUDGET = { within: '50us', target: '99.95%' };

/** Every form of a condition, with limits at, between and beyond the bounds of the metrics' histograms. */
const CONDITIONS: readonly Readonly<Record<string, unknown>>[] = [
  { when: 'tick_to_ack.p99 > 100us', for: '5s' },
  { when: 'tick_to_ack.p50 >= 12345ns', over: '30s' },
  { when: 'tick_to_ack.p99.9 > 500ms', for: '1m' },
  { when: 'oms.rx.p90 < 2us', for: '2s' },
  { when: 'oms.rx.max <= 1ms' },
  { when: 'journal_write.max >= 10us' },
  { when: 'journal_write.mean > 3us', over: '10s' },
  { when: 'journal.durable.mean <= 40ns' },
  { when: 'tick_to_ack.count < 1000', over: '5s' },
  { when: 'tick_to_ack.count == 0' },
  { when: 'rates.orders_per_s < 1000', for: '3s' },
  { when: 'rates.feed_pps >= 200kpps' },
  { when: 'rate(risk_rejects) > 10', for: '5s' },
  { when: 'rate(risk_rejects) / rate(orders) > 5%' },
  { when: 'rate(lost) / rate(drained) >= 1%' },
  { when: 'rate(fills) / rate(orders) != 0%' },
  { when: 'counters.lost > 0' },
  { when: 'feed.missed >= 3', for: '1s' },
  { when: 'absent(tick_to_ack)', over: '10s', for: '2s' },
  { when: 'absent(engine)', over: '5s' },
  { when: 'burn(tick_to_ack) > 14.4', budget: BUDGET, over: '60s' },
  { when: 'burn(journal_write) < 1', budget: { within: '10us', target: '99%' } },
  { when: 'burn(tick_to_ack)', budget: { ...BUDGET, windows: [{ long: '1h', short: '5m', burn: 14.4 }, { long: '3h', short: '90s', burn: 2 }] }, for: '2s' },
  { when: 'losses', for: '1s' },
  { when: 'kill_switch' },
  { when: 'breaker' },
];

const MEASURES = 'hopscope_engine_state{state="measure"}';
const [ORDERS, STOPPED] = ['hopscope_orders_total', 'hopscope_rejects_total{reason="risk_rate"}'];
const ACKNOWLEDGED = 'hopscope_span_latency_seconds_count{span="tick_to_ack"}';
const HEARTBEAT = 'hopscope_engine_heartbeat_timestamp_seconds';
const [STARTING, DONE, FAILED] = ['starting', 'done', 'failed'].map((state) => `hopscope_engine_state{state="${state}"}`) as [string, string, string];
const [YES, NO] = ['1+0x20', '0+0x20'];

/** What the collector shows for 20 s, one sample a second, and the value with which the rule then holds; none: it does not. */
const SCENES: readonly { readonly what: string; readonly when: string; readonly over?: string; readonly series: Readonly<Record<string, string>>; readonly value?: number }[] = [
  { what: 'the count of its own second is below the limit', when: 'tick_to_ack.count > 1000', series: { [MEASURES]: YES, [ACKNOWLEDGED]: '0+300x20' } },
  { what: 'the count of its own second is below the limit', when: 'tick_to_ack.count < 1000', series: { [MEASURES]: YES, [ACKNOWLEDGED]: '0+300x20' }, value: 300 },
  { what: 'the count of its own ten seconds is above the limit', when: 'tick_to_ack.count > 1000', over: '10s', series: { [MEASURES]: YES, [ACKNOWLEDGED]: '0+300x20' }, value: 3000 },
  { what: 'no engine has ever measured', when: 'tick_to_ack.count < 1000', series: { [MEASURES]: NO, [ACKNOWLEDGED]: NO } },
  { what: 'no engine has ever measured', when: 'rates.orders_per_s < 1000', series: { [MEASURES]: NO, [ORDERS]: NO } },
  { what: 'the engine began to measure within the window', when: 'rates.orders_per_s < 1000', series: { [MEASURES]: '0+0x17 1+0x2', [ORDERS]: '0+0x17 50+50x2' } },
  { what: 'the engine that measures is too slow', when: 'rates.orders_per_s < 1000', series: { [MEASURES]: YES, [ORDERS]: '0+50x20' }, value: 50 },
  { what: 'the engine has ended', when: 'rate(risk_rejects) / rate(orders) < 5%', series: { [MEASURES]: '1+0x17 0+0x2', [ORDERS]: '0+50x20', [STOPPED]: '0+1x20' } },
  { what: 'the part is small', when: 'rate(risk_rejects) / rate(orders) < 5%', series: { [MEASURES]: YES, [ORDERS]: '0+50x20', [STOPPED]: '0+1x20' }, value: 0.02 },
  { what: 'only the part grows', when: 'rate(risk_rejects) / rate(orders) > 5%', series: { [MEASURES]: YES, [ORDERS]: '70+0x20', [STOPPED]: '0+1x20' }, value: Infinity },
  { what: 'only the part grows', when: 'rate(risk_rejects) / rate(orders) != 5%', series: { [MEASURES]: YES, [ORDERS]: '70+0x20', [STOPPED]: '0+1x20' }, value: Infinity },
  { what: 'neither grows', when: 'rate(risk_rejects) / rate(orders) != 5%', series: { [MEASURES]: YES, [ORDERS]: '70+0x20', [STOPPED]: '9+0x20' } },
  { what: 'neither grows', when: 'rate(risk_rejects) / rate(orders) <= 5%', series: { [MEASURES]: YES, [ORDERS]: '70+0x20', [STOPPED]: '9+0x20' } },
  { what: 'the engine fell silent while it measured', when: 'absent(engine)', over: '5s', series: { [HEARTBEAT]: '1+0x20', [MEASURES]: YES, [DONE]: NO }, value: 19 },
  { what: 'the engine failed', when: 'absent(engine)', over: '5s', series: { [HEARTBEAT]: '1+0x20', [MEASURES]: NO, [FAILED]: YES }, value: 19 },
  { what: 'the engine ended in good order', when: 'absent(engine)', over: '5s', series: { [HEARTBEAT]: '1+0x20', [MEASURES]: NO, [DONE]: YES } },
  { what: 'the next engine is starting', when: 'absent(engine)', over: '5s', series: { [HEARTBEAT]: '1+0x20', [MEASURES]: NO, [STARTING]: YES } },
];

interface RulesFile {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string; readonly for?: string }[] }[];
}

function rulesOf(conditions: readonly Readonly<Record<string, unknown>>[]): readonly Rule[] {
  return parseRules(conditions.map((one, index) => ({ name: `rule-${index}`, ...one })));
}

describe('rules as Prometheus\' own', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hopscope-rules-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('come by default with tests that pass, and with a configuration that uses them', async function () {
    await needs(this, 'promtool');
    expect(await judge('promtool', ['check', 'rules', join(generated, 'prometheus/rules.yml')])).to.deep.include({ ok: true });
    expect(await judge('promtool', ['test', 'rules', join(generated, 'prometheus/rules_test.yml')])).to.deep.include({ ok: true });
    expect(await judge('promtool', ['check', 'config', join(generated, 'prometheus/prometheus.yml')])).to.deep.include({ ok: true });
  });

  it('come by default so that no first second pages: neither of a run, nor after its end', () => {
    const { groups } = parse(readFileSync(join(generated, 'prometheus/rules.yml'), 'utf8')) as RulesFile;
    const pending = new Map(groups.flatMap(({ rules }) => rules).map(({ alert, for: seconds }) => [alert, seconds]));
    expect([pending.get('tick-to-ack-budget'), pending.get('engine-silent')]).to.deep.equal(['30s', '2s']);
  });

  it('come with a configuration of Alertmanager', async function () {
    await needs(this, 'amtool');
    expect(await judge('amtool', ['check-config', join(generated, 'alertmanager/alertmanager.yml')])).to.deep.include({ ok: true });
  });

  it('judge every form of a condition as their generated tests say', async function () {
    await needs(this, 'promtool');
    this.timeout(60_000);
    const rules = rulesOf(CONDITIONS);
    const { files, leftOut } = writeRules(rules, folder);
    expect(leftOut).to.deep.equal([]);
    expect(files).to.deep.equal(['prometheus/rules.yml', 'prometheus/rules_test.yml', 'grafana/provisioning/alerting/hopscope.yaml']);
    for (const rule of rules) {
      const { breach, quiet } = examplesOf(rule);
      expect(breach, `${rule.when} can hold`).not.to.equal(undefined);
      expect(quiet, `${rule.when} can be quiet`).not.to.equal(undefined);
    }
    expect((await judge('promtool', ['check', 'rules', join(folder, 'prometheus/rules.yml')])).said).to.contain('SUCCESS');
    expect((await judge('promtool', ['test', 'rules', join(folder, 'prometheus/rules_test.yml')])).said).to.contain('SUCCESS');
  });

  for (const { what, when, over = '1s', series, value } of SCENES) {
    it(`${value === undefined ? 'are quiet' : 'hold'} where ${what}: ${when}`, async function () {
      await needs(this, 'promtool');
      const expr = expressionOf(rulesOf([{ when, over }])[0]!);
      const samples = value === undefined ? [] : [{ labels: '{}', value }];
      expect(await judgeExpression({ expr, series, seconds: 20, samples }), expr).to.deep.include({ ok: true });
    });
  }

  for (const [what, from, to] of [
    ['the limit is another', '> 0.0001', '> 0.01'],
    ['the sign is turned round', '> 0.0001', '< 0.0001'],
    ['it waits longer', 'for: 5s', 'for: 50s'],
    ['it does not wait', '        for: 5s\n', ''],
    ['it watches another span', 'span="tick_to_ack"', 'span="order_to_ack"'],
  ] as const) {
    it(`have tests that fail where ${what}`, async function () {
      await needs(this, 'promtool');
      writeRules(rulesOf([{ when: 'tick_to_ack.p99 > 100us', for: '5s' }]), folder);
      const file = join(folder, 'prometheus/rules.yml');
      const text = readFileSync(file, 'utf8');
      expect(text).to.contain(from);
      writeFileSync(file, text.replace(from, to));
      expect(await judge('promtool', ['test', 'rules', join(folder, 'prometheus/rules_test.yml')])).to.deep.include({ ok: false });
    });
  }

  it('leave out what Prometheus cannot judge, and say so', () => {
    const { texts, leftOut } = ruleFiles(rulesOf([
      { when: 'tick_to_ack.p99 > 2s' },
      { when: 'tick_to_ack.p50 < 50ns' },
      { when: 'tick_to_ack.p99 == 100us' },
      { when: 'burn(tick_to_ack) > 2', budget: { within: '80ns', target: '99%' } },
      { when: 'kill_switch' },
    ]));
    expect(leftOut.map(({ rule }) => rule)).to.deep.equal(['rule-0', 'rule-1', 'rule-2', 'rule-3']);
    expect(leftOut.map(({ because }) => because).join('\n')).to.match(/end at 1000000000 ns.*\n.*begin at 100 ns.*\n.*equals.*\n.*begin at 100 ns/);
    const text = texts['prometheus/rules.yml']!;
    expect(text).to.contain('# Left out, only the collector judges it: rule-0 (the metrics\' histograms end at 1000000000 ns');
    expect(alertsOf(text)).to.deep.equal(['rule-4', 'collector-down']);
  });

  it('keep a rule of the user\'s that has the name of the built-in one', () => {
    const [rule] = parseRules([{ name: 'collector-down', when: 'kill_switch' }]);
    expect(alertsOf(ruleFiles([rule!]).texts['prometheus/rules.yml']!)).to.deep.equal(['collector-down']);
  });

  it('take text of the user\'s for text, whatever braces and dollars are in it', async function () {
    await needs(this, 'promtool');
    const rules = parseRules([{ name: 'odd', when: 'kill_switch', summary: 'cost {{ $value }} $5: "quoted" \\ #1\nsecond', labels: { team: "{{x}} 'a'" } }]);
    writeRules(rules, folder);
    expect((await judge('promtool', ['test', 'rules', join(folder, 'prometheus/rules_test.yml')])).said).to.contain('SUCCESS');
    const grafana = readFileSync(join(folder, 'grafana/provisioning/alerting/hopscope.yaml'), 'utf8');
    expect(grafana).to.contain('$$5').and.contain('{{ "{{" }} $$value }}');
  });

  it('record a budget\'s share once, however many rules ask for it', () => {
    const budget = { ...BUDGET, windows: [{ long: '1h', short: '5m', burn: 14.4 }] };
    const text = ruleFiles(rulesOf([{ when: 'burn(tick_to_ack)', budget }, { when: 'burn(tick_to_ack)', budget }])).texts['prometheus/rules.yml']!;
    expect(text.match(/record: series:hopscope_slow_orders:ratio_rate1h/g)).to.have.length(1);
  });

  it('ask for metrics that the collector shows', () => {
    const names = rulesOf(CONDITIONS).flatMap((rule) => [...expressionOf(rule).matchAll(/(?<![:\w])hopscope_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, '')));
    expect(METRICS.map(({ name }) => name)).to.include.members(names);
  });
});

describe('rules as Grafana\'s own', () => {
  interface Provisioned {
    readonly groups: readonly { readonly rules: readonly { readonly uid: string; readonly title: string; readonly for: string; readonly data: readonly { readonly refId: string; readonly datasourceUid: string }[] }[] }[];
  }

  it('are one for each that Prometheus can judge, with identities that stay', () => {
    const rules = rulesOf([...CONDITIONS, { when: 'tick_to_ack.p99 > 2s' }]);
    const text = ruleFiles(rules).texts['grafana/provisioning/alerting/hopscope.yaml']!;
    const found = (parse(text) as Provisioned).groups[0]!.rules;
    expect(found.map(({ title }) => title)).to.deep.equal(rules.slice(0, -1).map(({ name }) => name));
    expect(new Set(found.map(({ uid }) => uid)).size).to.equal(found.length);
    for (const { uid, for: pending, data } of found) {
      expect(uid).to.match(/^[\w-]{1,40}$/);
      expect(Number(pending.replace('s', '')) % 10).to.equal(0);
      expect(data.map(({ datasourceUid }) => datasourceUid)).to.deep.equal(['hopscope-prometheus', '__expr__']);
    }
    expect(ruleFiles([...rules].reverse()).texts['grafana/provisioning/alerting/hopscope.yaml']).to.contain(found[0]!.uid);
  });
});

describe('parts of the rules', () => {
  it('choose the bound of a budget that lets no slow order pass as fast', () => {
    expect([100_000, 120_000, 100].map(boundOf)).to.deep.equal([100_000, 100_000, 100]);
    expect(() => boundOf(99)).to.throw('begin at 100 ns');
  });

  it('find a bound by every spelling that Prometheus may have stored', () => {
    expect([100_000, 50_000, 100, 1e9].map(leMatcher)).to.deep.equal(['le="0.0001"', 'le=~"0[.]00005|5e-05"', 'le=~"1e-7|1e-07"', 'le=~"1|1[.]0"']);
  });

  it('write numbers as Go does with six digits', () => {
    const written = { '0': 0, '0.0001495': 0.0001495, '1.5e-05': 0.000015, '1000': 1000, '123457': 123_456.7, '1e+06': 1e6, '-0.5': -0.5, '2.33333': 7 / 3 };
    for (const [text, value] of Object.entries(written)) expect(sixDigits(value)).to.equal(text);
  });

  it('know which series a selector finds', () => {
    const selector = 'm_total{kind="order",fate=~"stored|lost"}';
    expect(concreteSeries(selector)).to.equal('m_total{kind="order",fate="stored"}');
    expect(matchesSelector('m_total{fate="lost",kind="order"}', selector)).to.equal(true);
    expect(matchesSelector('m_total{fate="lost",kind="journal"}', selector)).to.equal(false);
    expect(matchesSelector('m_total{fate="filtered",kind="order"}', selector)).to.equal(false);
    expect(matchesSelector(concreteSeries('m_total{reason=~"risk_.+"}'), 'm_total{reason=~"risk_.+"}')).to.equal(true);
    expect(matchesSelector('n_total', selector)).to.equal(false);
  });
});

function alertsOf(rulesYaml: string): readonly string[] {
  return [...rulesYaml.matchAll(/- alert: (\S+)/g)].map(([, name = '']) => name);
}
