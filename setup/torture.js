// `npm run torture -- journal 1000`: builds the torture of the journal and runs it. Arguments go to hopscope-torture (engine/torture/main.cpp).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './build.js';
import { prepare } from './prepare.js';

prepare({ tests: false });

// Files in build/ rather than in the current directory: it is on the disk that the build is on, and not in git's way.
const elsewhere = process.argv.includes('--directory') ? [] : ['--directory', join(root, 'build')];
const done = spawnSync(join(root, 'build', 'engine', 'hopscope-torture'), [...process.argv.slice(2), ...elsewhere], { stdio: 'inherit' });
process.exit(done.status ?? 1);
