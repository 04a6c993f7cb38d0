import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { parseRules } from '../../collector/index.js';
import { packageRoot } from '../../experiments/package_root.js';

const text = readFileSync(path.join(packageRoot(), 'docs', 'alerting.md'), 'utf8');

/** What stands under a heading, up to the next one of its kind. */
const section = (heading: string): string => new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(text)?.[1] ?? '';

/** The first column's code, a list for each row of the section's table. */
const firstColumn = (of: string): readonly (readonly string[])[] =>
  [...of.matchAll(/^\| (`[^|]*`) \|/gm)].map(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));

const yamlBlocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block = '']) => parse(block) as unknown);

/** A rule with this condition, and a budget where it burns one. */
function ruleOf(when: string): Readonly<Record<string, unknown>> {
  if (!when.startsWith('burn(')) return { name: 'r', when };
  const windows = when.includes('>') ? {} : { windows: [{ long: '1h', short: '5m', burn: 14.4 }] };
  return { name: 'r', when, budget: { within: '100us', target: '99.9%', ...windows } };
}

describe('docs/alerting.md', () => {
  it('shows conditions that are taken', () => {
    const forms = firstColumn(section('Conditions')).flat();
    expect(forms.length).to.be.greaterThan(12);
    for (const form of forms) {
      const when = form.startsWith('rates.') && !form.includes('<') ? `${form} > 1` : form;
      expect(() => parseRules([ruleOf(when)]), when).not.to.throw();
    }
  });

  it('names every key of a rule, and no other', () => {
    const keys = firstColumn(section('A rule')).flat();
    // The refusal of an unknown key lists those that there are.
    let said = '';
    try {
      parseRules([{ name: 'r', when: 'losses', zzzzzzzzzz: 1 }]);
    } catch (error) {
      said = error instanceof Error ? error.message : '';
    }
    expect(said).to.include(`write one of ${keys.join(', ')}`);
  });

  it('shows rules that are taken', () => {
    const lists = yamlBlocks.map((block): unknown => {
      if (Array.isArray(block)) return block;
      const { alerts, notify } = block as { readonly alerts?: unknown; readonly notify?: unknown };
      return alerts ?? [{ name: 'r', when: 'losses', notify }];
    });
    expect(lists).to.have.lengthOf(3);
    for (const list of lists) expect(parseRules(list)).not.to.have.lengthOf(0);
  });
});
