// Which decoders have a fuzz target.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build.js';

/** The targets, from the list that CMake builds them from. */
export function fuzzTargets() {
  const text = readFileSync(join(root, 'engine', 'fuzz', 'CMakeLists.txt'), 'utf8');
  return /set\(HOPSCOPE_FUZZERS ([^)]*)\)/.exec(text)?.[1].trim().split(/\s+/) ?? [];
}
