import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RuleError, readRuleFile } from '../../../collector/index.js';

describe('collector/rules/rule_file', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'hopscope-rules-'))));
  after(() => rmSync(folder, { recursive: true }));

  function read(text: string): ReturnType<typeof readRuleFile> {
    const file = join(folder, 'rules.yaml');
    writeFileSync(file, text);
    return readRuleFile(file);
  }

  it('reads the rules of a file, whatever else stands in it', () => {
    expect(read('name: experiment\nalerts:\n  - { name: a, when: losses }\n  - { name: b, when: "tick_to_ack.p99 > 100us", for: 5s }\n').map(({ name }) => name)).to.deep.equal(['a', 'b']);
    expect(read('alerts: []\n')).to.deep.equal([]);
  });

  const bad: readonly [name: string, text: string, says: readonly RegExp[]][] = [
    ['each fault with its line', 'alerts:\n  - name: a\n    when: lossess\n    notify:\n      - alertmanager\n      - webhok: http://a\n  - { name: b }\n', [
      /rules\.yaml:3: alerts\[0\]\.when: .*did you mean losses\?/, /rules\.yaml:6: alerts\[0\]\.notify\[1\]: .*did you mean webhook\?/, /rules\.yaml:7: alerts\[1\]: has no when/,
    ]],
    ['a misspelt key', 'alert: []\n', [/rules\.yaml:1: has no key alerts; did you mean it by alert\?/]],
    ['an empty file', '', [/rules\.yaml:1: has no key alerts; write alerts:/]],
    ['a list without its key', '- { name: a, when: losses }\n', [/rules\.yaml:1: has no key alerts/]],
    ['what is no YAML', 'alerts:\n  - { name: a\n', [/rules\.yaml:[23]: .*; write alerts:/]],
  ];
  for (const [name, text, says] of bad) {
    it(`refuses ${name}`, () => {
      let message = '';
      try {
        read(text);
      } catch (error) {
        message = error instanceof RuleError ? error.message : `not a RuleError: ${String(error)}`;
      }
      const lines = message.split('\n');
      expect(lines).to.have.lengthOf(says.length);
      says.forEach((pattern, index) => expect(lines[index]).to.match(pattern));
    });
  }

  it('says when there is no such file', () => {
    expect(() => readRuleFile(join(folder, 'none.yaml'))).to.throw(RuleError, /none\.yaml: there is no such file/);
    expect(() => readRuleFile(folder)).to.throw(RuleError, /cannot be read/);
  });
});
