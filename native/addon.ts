import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { NativeError } from './error.js';

export interface Addon {
  /** One to one what native/addon.cpp exports; each caller declares its share beside its use. */
  readonly exports: unknown;
  /** Where the build puts the BPF objects. */
  readonly objectDir: string;
}

/** The package's folder: this file runs both from native/ and, compiled, from dist/native/. */
function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new NativeError('addon', 'native: no package.json above this file: run hopscope from its own folder');
    folder = parent;
  }
  return folder;
}

let loaded: Addon | undefined;

/** Loads the addon at its first use, so that `--help` works where nothing is built. */
export function addon(): Addon {
  if (loaded) return loaded;
  const build = path.join(packageRoot(), 'build');
  const file = path.join(build, 'native', 'hopscope.node');
  if (!existsSync(file)) throw new NativeError('addon', `native: ${file} is not built: run \`npm run setup\``);
  try {
    const exports: unknown = createRequire(import.meta.url)(file);
    loaded = { exports, objectDir: path.join(build, 'bpf') };
    return loaded;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NativeError('addon', `native: ${file} cannot be loaded (${why}): rebuild it with \`npm run setup\``);
  }
}
