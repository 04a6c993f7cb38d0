/** The folder of package.json: the code runs from experiments/ (tests) and from dist/experiments/ (built). */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('hopscope: no package.json above its own code; install it again');
    folder = parent;
  }
  return folder;
}
