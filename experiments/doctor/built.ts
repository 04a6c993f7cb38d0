/** What the set-up has to have built. */
import path from 'node:path';

import { bad, note, ok, type Verdict } from './check.js';
import type { Host } from './host.js';

const REMEDY = 'npm run setup';

interface Artefact {
  readonly name: string;
  readonly files: readonly string[];
  readonly needed: boolean;
}

const ARTEFACTS: readonly Artefact[] = [
  { name: 'engine, dpdk', files: ['build/engine/hopscope-engine-dpdk'], needed: true },
  ...['netmap', 'afxdp', 'socket'].map((build) => ({ name: `engine, ${build}`, files: [`build/engine/hopscope-engine-${build}`], needed: false })),
  { name: 'journal reader', files: ['build/engine/hopscope-journal'], needed: false },
  { name: 'addon', files: ['build/native/hopscope.node'], needed: true },
  { name: 'BPF objects', files: ['build/bpf/stream.bpf.o', 'build/bpf/hops.bpf.o'], needed: true },
];

export function builtChecks(host: Host): readonly Verdict[] {
  return ARTEFACTS.map(({ name, files, needed }) => {
    const missing = files.filter((file) => !host.exists(path.join(host.packageRoot, file)));
    if (missing.length === 0) return ok(name, files.join(', '));
    return (needed ? bad : note)(name, `${missing.join(', ')} is not built`, REMEDY);
  });
}
