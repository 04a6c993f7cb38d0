/** The command `hopscope` as tests start it. */
import path from 'node:path';
import { isTypeScriptBuilt } from '../setup/build.js';

const ROOT = path.join(import.meta.dirname, '..');

/**
 * Arguments of node that start it: as it was built, as users do; where a source is newer than that (mocha was started by hand), from the sources,
 * which takes three times as long to start.
 */
export const HOPSCOPE: readonly string[] = isTypeScriptBuilt()
  ? [path.join(ROOT, 'bin/hopscope.js')]
  : ['--import', 'tsx', path.join(ROOT, 'experiments/cli.ts')];
