import { expect } from 'chai';
import fc from 'fast-check';
import { RuleError, parseRules, unitOf } from '../../../collector/index.js';
import { writtenRule } from '../../../collector/rules/written.js';
import { ruleOf } from './readings.js';

const WHEN = 'tick_to_ack.p99 > 100us';
const BUDGET = { within: '100us', target: '99.9%' };

function faultsOf(given: unknown, environment: Readonly<Record<string, string>> = {}): readonly string[] {
  try {
    parseRules(given, undefined, environment);
  } catch (error) {
    if (error instanceof RuleError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('collector/rules/parse_rules', () => {
  it('takes no rules for no rules', () => {
    expect([undefined, null, []].map((given) => parseRules(given))).to.deep.equal([[], [], []]);
  });

  it('fills in what is not written', () => {
    expect(ruleOf({ when: WHEN })).to.deep.equal({
      name: 'r', when: WHEN, condition: { kind: 'latency', series: 'tick_to_ack', statistic: 'p99', comparison: '>', limit: 100_000 },
      forSeconds: 0, overSeconds: 1, severity: 'warning', summary: '', labels: {}, notify: [], abort: false, kill: false, budget: null,
    });
  });

  it('reads every key', () => {
    const notify = ['alertmanager', { alertmanager: 'http://am:9093/' }, { webhook: 'https://h/hook?a=b' }, { command: ['/usr/bin/logger', '-t', 'x y'] }];
    const rule = ruleOf({ when: WHEN, for: '5s', over: '2m', severity: 'page', summary: 'slow', labels: { team: 'x' }, notify, abort: true, kill: true });
    expect(rule).to.deep.include({
      forSeconds: 5, overSeconds: 120, severity: 'page', summary: 'slow', labels: { team: 'x' }, abort: true, kill: true,
      notify: [
        { kind: 'alertmanager', url: 'http://127.0.0.1:9093' },
        { kind: 'alertmanager', url: 'http://am:9093' },
        { kind: 'webhook', url: 'https://h/hook?a=b' },
        { kind: 'command', argv: ['/usr/bin/logger', '-t', 'x y'] },
      ],
    });
  });

  it('takes the Alertmanager of the environment', () => {
    const [rule] = parseRules([{ name: 'r', when: WHEN, notify: ['alertmanager'] }], undefined, { HOPSCOPE_ALERTMANAGER: 'http://am:9093/' });
    expect(rule?.notify).to.deep.equal([{ kind: 'alertmanager', url: 'http://am:9093' }]);
  });

  it('gives a burning condition its budget', () => {
    const single = ruleOf({ when: 'burn(tick_to_ack) > 14.4', budget: BUDGET, over: '1m' });
    expect(single.condition).to.deep.include({ kind: 'burn', limit: 14.4, budget: single.budget });
    expect(single.budget?.withinNs).to.equal(100_000);
    expect(single.budget?.target).to.be.closeTo(0.999, 1e-12);
    const windows = ruleOf({ when: 'burn(tick_to_ack)', budget: { ...BUDGET, windows: [{ long: '1h', short: '5m', burn: 14.4 }, { long: '72h', short: '6h', burn: 1 }] } });
    expect(windows.condition.kind).to.equal('burn_windows');
    expect(windows.budget?.windows).to.deep.equal([{ longSeconds: 3600, shortSeconds: 300, burn: 14.4 }, { longSeconds: 259_200, shortSeconds: 21_600, burn: 1 }]);
  });

  it('says the unit of a value', () => {
    const units = [WHEN, 'tick_to_ack.count < 5', 'rate(orders) < 5', 'rate(rejects) / rate(orders) > 5%', 'feed.missed > 0', 'absent(engine)', 'losses'].map((when) => unitOf(ruleOf({ when }).condition));
    expect(units).to.deep.equal(['ns', 'count', 'per_second', 'share', 'count', 'ns', 'count']);
  });

  const bad: readonly [name: string, keys: Readonly<Record<string, unknown>>, says: RegExp][] = [
    ['an unknown key', { wen: 1 }, /^alerts\[0\]\.wen: there is no such key; did you mean when\?/],
    ['a misspelt condition', { when: 'tick_to_ak.p99 > 1us' }, /^alerts\[0\]\.when: .*did you mean tick_to_ack\?/],
    ['a condition that is no text', { when: 5 }, /^alerts\[0\]\.when: is not a text/],
    ['a name with a blank', { name: 'a b' }, /^alerts\[0\]\.name: "a b" is not a name; write up to 64 letters/],
    ['a for without unit', { for: 5 }, /^alerts\[0\]\.for: 5 has no unit/],
    ['a for of half a second', { for: '500ms' }, /"500ms" is not a whole number of seconds.*write for example 5s/],
    ['a for of two days', { for: '48h' }, /"48h" is out of range; write 0s to 24h/],
    ['an over of nothing', { over: '0s' }, /"0s" is out of range; write 1s to 24h/],
    ['an over of a counter', { when: 'feed.missed > 0', over: '5s' }, /^alerts\[0\]\.over: counts since the run began/],
    ['an over of the kill switch', { when: 'kill_switch', over: '5s' }, /^alerts\[0\]\.over: is what it is at the moment/],
    ['a name that is a map', { name: { toString: 1 } }, /\.name: a map is not a name/],
    ['a for that is a map', { for: { toString: 1 } }, /\.for: a map is not a duration/],
    ['a severity of two words', { severity: 'wake up' }, /is not a severity; write one word/],
    ['a summary that is no text', { summary: 7 }, /\.summary: is not a text/],
    ['a summary without end', { summary: 'x'.repeat(501) }, /longer than 500 characters/],
    ['an abort in words', { abort: 'yes' }, /\.abort: "yes" is not a switch; write true or false/],
    ['a kill in numbers', { kill: 1 }, /\.kill: 1 is not a switch/],
    ['labels in a list', { labels: ['x'] }, /\.labels: labels are a map/],
    ['a label with a dash', { labels: { 'a-b': 'x' } }, /\.labels\.a-b: is not the name of a label/],
    ['a label of our own', { labels: { experiment: 'x' } }, /\.labels\.experiment: is set by Hopscope itself/],
    ['a label that is a number', { labels: { team: 5 } }, /\.labels\.team: is not a text; write it in quotes/],
    ['one target without a list', { notify: 'alertmanager' }, /\.notify: targets are a list/],
    ['an unknown target', { notify: ['alertmanger'] }, /\.notify\[0\]: there is no target called "alertmanger"; did you mean alertmanager\?/],
    ['a webhook without address', { notify: ['webhook'] }, /webhook alone says not where to/],
    ['a target of two kinds', { notify: [{ webhook: 'http://a/', command: ['/b'] }] }, /a map of one key/],
    ['an address of another kind', { notify: [{ webhook: 'ftp://a/' }] }, /"ftp:\/\/a\/" is not an http or https address/],
    ['an address that is none', { notify: [{ webhook: 9000 }] }, /9000 is not an http or https address/],
    ['the address of an API', { notify: [{ alertmanager: 'http://a:9093/api/v2/alerts' }] }, /names the API; write the address before it: http:\/\/a:9093$/],
    ['a command in one string', { notify: [{ command: '/usr/bin/logger -t x' }] }, /a command is a list of strings, run without a shell/],
    ['a command that is empty', { notify: [{ command: [] }] }, /a command is a list of strings/],
    ['a command with a number', { notify: [{ command: ['/usr/bin/nice', 5] }] }, /a command is a list of strings/],
    ['a command without its path', { notify: [{ command: ['logger'] }] }, /"logger" is not a full path.*write for example \/usr\/bin\/logger/],
    ['a target twice', { notify: ['alertmanager', { alertmanager: 'http://127.0.0.1:9093/' }] }, /\.notify\[1\]: is the same target/],
    ['a budget that nothing burns', { budget: BUDGET }, /\.budget: only a condition that burns one has a budget/],
    ['a burn without budget', { when: 'burn(tick_to_ack) > 2' }, /\.when: "burn\(tick_to_ack\)" needs to know what it burns; add budget/],
    ['a burn without limit', { when: 'burn(tick_to_ack)', budget: BUDGET }, /compares with nothing; write burn\(tick_to_ack\) > 14.4, or add budget.windows/],
    ['a burn with two limits', { when: 'burn(tick_to_ack) > 2', budget: { ...BUDGET, windows: [{ long: '1h', short: '5m', burn: 2 }] } }, /\.budget\.windows: say already how fast/],
    ['an over beside windows', { when: 'burn(tick_to_ack)', over: '5s', budget: { ...BUDGET, windows: [{ long: '1h', short: '5m', burn: 2 }] } }, /\.over: has its windows in budget.windows/],
    ['a budget without target', { when: 'burn(tick_to_ack) > 2', budget: { within: '1us' } }, /\.budget: has no target; write/],
    ['a budget in words', { when: 'burn(tick_to_ack) > 2', budget: 'big' }, /\.budget: a budget is a map/],
    ['a target of everything', { when: 'burn(tick_to_ack) > 2', budget: { ...BUDGET, target: '100%' } }, /a target of "100%" leaves no budget to burn/],
    ['a target without its sign', { when: 'burn(tick_to_ack) > 2', budget: { ...BUDGET, target: 0.999 } }, /0.999 has no unit; write a percentage/],
    ['a short window as long', { when: 'burn(tick_to_ack)', budget: { ...BUDGET, windows: [{ long: '1h', short: '1h', burn: 2 }] } }, /\.windows\[0\]\.short: must be shorter than long/],
    ['a window without short', { when: 'burn(tick_to_ack)', budget: { ...BUDGET, windows: [{ long: '1h', burn: 2 }] } }, /\.windows\[0\]: has no short; write/],
    ['no windows in a list', { when: 'burn(tick_to_ack)', budget: { ...BUDGET, windows: [] } }, /windows are a list of 1 to 8 entries/],
    ['a window of a year', { when: 'burn(tick_to_ack)', budget: { ...BUDGET, windows: [{ long: '1000h', short: '1h', burn: 2 }] } }, /"1000h" is out of range; write 1s to 720h/],
    ['a burn that never comes', { when: 'burn(tick_to_ack)', budget: { ...BUDGET, windows: [{ long: '1h', short: '5m', burn: 1001 }] } }, /\.burn: is never exceeded: when every order is slow, 99.9% burns 1000 times/],
  ];
  for (const [name, keys, says] of bad) {
    it(`refuses ${name}, and nothing else of it`, () => {
      const faults = faultsOf([{ name: 'r', when: WHEN, ...keys }]);
      expect(faults).to.have.lengthOf(1);
      expect(faults[0]).to.match(says);
    });
  }

  it('does not repeat a password', () => {
    const [fault = ''] = faultsOf([{ name: 'r', when: WHEN, notify: [{ webhook: 'http://me:hunter2@host/' }] }]);
    expect(fault).to.match(/an address with a password/).and.not.contain('hunter2');
  });

  it('names the variable whose address is wrong', () => {
    expect(faultsOf([{ name: 'r', when: WHEN, notify: ['alertmanager'] }], { HOPSCOPE_ALERTMANAGER: 'am:9093' })[0]).to.match(/HOPSCOPE_ALERTMANAGER of the environment: "am:9093" is not/);
  });

  it('says every fault at once, each with its place', () => {
    const given = [{ name: 'a', when: 'nonsense', for: 5, kill: 'no' }, 'text', { name: 'a', when: WHEN }, {}];
    const where = (path: readonly (string | number)[]): string => `rules.yaml:${Number(path[0]) + 1}`;
    let message = '';
    try {
      parseRules(given, where, {});
    } catch (error) {
      message = error instanceof RuleError ? error.message : String(error);
    }
    expect(message.split('\n').map((line) => line.split(': ').slice(0, 2).join(': '))).to.deep.equal([
      'rules.yaml:1: alerts[0].when', 'rules.yaml:1: alerts[0].for', 'rules.yaml:1: alerts[0].kill', 'rules.yaml:2: alerts[1]',
      'rules.yaml:3: alerts[2].name', 'rules.yaml:4: alerts[3]', 'rules.yaml:4: alerts[3]',
    ]);
  });

  it('refuses what is no list, and a list without end', () => {
    expect(faultsOf({ name: 'r', when: WHEN })).to.deep.equal(['rules are a list; write - { name: rtt-breach, when: "tick_to_ack.p99 > 100us", for: 5s }']);
    expect(faultsOf(Array.from({ length: 201 }, (_, i) => ({ name: `r${i}`, when: WHEN })))[0]).to.match(/there are 201 rules; keep at most 200/);
  });

  it('answers anything with rules or with a RuleError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(fc.record({ name: fc.anything(), when: fc.anything(), notify: fc.anything(), budget: fc.anything(), labels: fc.anything() }))), (given) => {
        try {
          expect(parseRules(given, undefined, {})).to.be.an('array');
        } catch (error) {
          expect(error).to.be.instanceOf(RuleError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('writes a rule so that it is read as the same again', () => {
    const seconds = fc.integer({ min: 1, max: 86_400 });
    const target = fc.integer({ min: 1000, max: 99_999 }).map((thousandths) => `${thousandths / 1000}%`);
    const entry = fc.record({ short: fc.integer({ min: 1, max: 3600 }), times: fc.integer({ min: 2, max: 100 }) })
      .map(({ short, times }) => ({ long: `${short * times}s`, short: `${short}s`, burn: 1.0005 }));
    const burns = fc.record({ when: fc.constant('burn(oms.rx)'), budget: fc.record({ within: fc.integer({ min: 1, max: 1e9 }).map((ns) => `${ns}ns`), target, windows: fc.array(entry, { minLength: 1, maxLength: 4 }) }) });
    const plain = fc.record({ when: fc.constantFrom('tick_to_ack.p99.9 > 1.5us', 'rate(risk_rejects)/rate(orders) > 5%', 'losses'), over: seconds.map((s) => `${s}s`) });
    fc.assert(
      fc.property(fc.oneof(burns, plain), fc.integer({ min: 0, max: 86_400 }), fc.boolean(), (keys, forSeconds, kill) => {
        const rule = ruleOf({ ...keys, for: `${forSeconds}s`, kill, labels: { team: 'x' }, notify: ['alertmanager', { command: ['/bin/true'] }] });
        const [again] = parseRules([JSON.parse(JSON.stringify(writtenRule(rule)))], undefined, { HOPSCOPE_ALERTMANAGER: 'http://elsewhere' });
        expect(again).to.deep.equal(rule);
      }),
    );
  });
});
