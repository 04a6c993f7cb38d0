/** eBPF features, as the addon found them by loading one program of each kind. */
import type { Feature } from '../../native/index.js';
import { bad, note, ok, type Verdict } from './check.js';

/** Lane `stream`, which the default experiment uses, stands on these two. */
const NEEDED: ReadonlySet<string> = new Set(['ringbuf', 'user_ringbuf']);

const TITLES: Readonly<Record<Feature['name'], string>> = {
  btf: 'BTF',
  uprobe: 'uprobe, USDT',
  usdt_nop5: 'optimised nop5',
  ringbuf: 'ringbuf',
  user_ringbuf: 'user_ringbuf',
  tp_btf: 'tp_btf',
  fentry: 'fentry',
  kprobe: 'kprobe',
};

/** @param features undefined where the addon could not be loaded */
export function probeChecks(features: readonly Feature[] | undefined): readonly Verdict[] {
  if (features === undefined) return [bad('eBPF features', 'not tried: the addon is missing', 'npm run setup')];
  return features.map((feature) => {
    const name = TITLES[feature.name];
    if (feature.ok) return ok(name, feature.detail);
    return (NEEDED.has(feature.name) ? bad : note)(name, feature.detail, feature.remedy);
  });
}
