// `npm run bench`: builds the micro-benchmarks and runs them. Arguments go to hopscope-bench (engine/bench/main.cpp).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './build.js';
import { prepare } from './prepare.js';

prepare({ tests: false });

const done = spawnSync(join(root, 'build', 'engine', 'hopscope-bench'), process.argv.slice(2), { stdio: 'inherit' });
process.exit(done.status ?? 1);
