import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { METRICS } from '../../collector/metrics/catalogue.js';
import { packageRoot } from '../../experiments/package_root.js';

const text = readFileSync(path.join(packageRoot(), 'docs', 'operating.md'), 'utf8');

describe('docs/operating.md', () => {
  it('lists every metric with its type, its labels and what it says of itself', () => {
    const rows: { name: string; type: string; labels: string[] }[] = [];
    for (const [, name = '', type = '', labels = '', help = ''] of text.matchAll(/^\| `(hopscope_[a-z_]+)` \| ([a-z]+) \| ([^|]*) \| ([^|]*) \|$/gm)) {
      rows.push({ name, type, labels: labels.split(/[ `]+/).filter((label) => label !== '') });
      expect(METRICS.find((metric) => metric.name === name)?.help.startsWith(help), `${name}: ${help}`).to.equal(true);
    }
    const known = METRICS.filter(({ name }) => name.startsWith('hopscope_')).map(({ name, type, labels }) => ({ name, type, labels: [...labels] }));
    expect(rows).to.deep.equal(known);
  });

  it('names no metric that does not exist', () => {
    const known = new Set(METRICS.flatMap(({ name, type }) => (type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name])));
    for (const [name] of text.matchAll(/\bhopscope_[a-z_]+\b/g)) expect(known.has(name), name).to.equal(true);
  });
});
