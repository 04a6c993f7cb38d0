import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Store } from '../../../collector/index.js';
import { storeDecisions } from '../../../experiments/run/routing_decisions.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';
import type { StoredDecisions } from '../../../experiments/summary.js';

describe('experiments/run/routing_decisions', () => {
  let folder: string;

  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'hopscope-decisions-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function stored(pipeline: string): Promise<StoredDecisions | null> {
    const [variant] = readExperiment(SpecDocument.parse('x.yaml', `name: test\npipeline: ${pipeline}`)).variants;
    if (variant === undefined) throw new Error('no variant');
    const nothing = { insert: () => Promise.reject(new Error('nothing is to be stored')) } as unknown as Store;
    return storeDecisions(nothing, { runId: 'r', settings: variant.settings, journal: folder, warmupMessages: 0 });
  }

  it('asks for nothing where there is nothing to choose', async () => {
    expect(await stored('{ venues: 1 }')).to.equal(null);
    expect(await stored('{ venues: 2, router: single:venue1 }')).to.equal(null);
  });

  it('says why there are none, and what gives some', async () => {
    expect((await stored('{ venues: 2 }'))?.missing).to.equal('the OMS kept no journal on disk; run it again with --set pipeline.journal.oms=true');
    expect((await stored('{ venues: 2, journal: { device: memory, oms: true } }'))?.missing).to.match(/run it again with --set pipeline\.journal\.device=uring --set pipeline\.journal\.oms=true$/);
    expect((await stored('{ venues: 2, router: { store: 0 } }'))?.missing).to.match(/^pipeline\.router\.store is 0/);
  });

  it('passes on what the reader of journals says of a file that is none', async function () {
    writeFileSync(path.join(folder, 'journal-oms.hsj'), Buffer.alloc(8_192, 'x'));
    const { missing, stored: count } = (await stored('{ venues: 2 }')) ?? { missing: '', stored: -1 };
    if (missing.includes('is not built')) this.skip();
    expect(missing).to.match(/not a hopscope journal/);
    expect(count).to.equal(0);
  });
});
