import { addon } from './addon.js';
import { complain } from './error.js';

export type FeatureName = 'btf' | 'uprobe' | 'usdt_nop5' | 'ringbuf' | 'user_ringbuf' | 'tp_btf' | 'fentry' | 'kprobe';

/** One kernel feature, found by loading and attaching one program of its kind. */
export interface Feature {
  readonly name: FeatureName;
  readonly ok: boolean;
  /** What was seen, or the kernel's complaint. */
  readonly detail: string;
  /** Empty when ok. */
  readonly remedy: string;
}

interface FeatureExports {
  features(objectDir: string, deny: readonly FeatureName[]): readonly Feature[];
}

/**
 * Tries each feature on its own; a failure of one says nothing about the next.
 *
 * @param deny features to report as missing, so that degradation can be tested on a machine that has them
 * @param objectDir folder of the compiled BPF objects; default: build/bpf of this package
 */
export function features(deny: readonly FeatureName[] = [], objectDir?: string): readonly Feature[] {
  const native = addon();
  const exports = native.exports as FeatureExports;
  return complain('machine', () => exports.features(objectDir ?? native.objectDir, deny));
}
