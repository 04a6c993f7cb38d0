// Who may include whom, in C and C++: the floors of the house, and the layers inside engine/.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** From bottom to top. A folder may include itself and what stands in an earlier row; folders of one row do not know each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['bpf'],
  ['engine/core'],
  ['engine/wire', 'engine/probe'],
  ['engine/book'],
  ['engine/net'],
  ['engine/journal'],
  ['engine/feed', 'engine/router', 'engine/risk'],
  ['engine/oms', 'engine/venue'],
  ['engine/control', 'engine/recovery'],
  ['engine/journal_tool'],
  ['engine'],
  ['engine/bench', 'engine/fuzz', 'engine/torture'],
  ['engine/test'],
  ['native'],
];

const FOLDERS = LAYERS.flat().sort((a, b) => b.length - a.length);

const folderOf = (path: string): string | undefined => FOLDERS.find((folder) => path.startsWith(`${folder}/`));
const layerOf = (folder: string): number => LAYERS.findIndex((row) => row.includes(folder));

/** "FILE includes FILE" for every include that does not run downward. System headers and generated files are not looked at. */
export function findUpwardIncludes(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const from = folderOf(path);
    if (from === undefined) return [];
    return [...text.matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].flatMap(([, target = '']) => {
      const to = folderOf(target);
      if (to === undefined || to === from || layerOf(to) < layerOf(from)) return [];
      return [`${path} includes ${target}`];
    });
  });
}

/** All C and C++ sources of the repository, paths relative to its root. */
export function sourceFiles(root: string): SourceFile[] {
  return ['bpf', 'engine', 'native'].flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(h|c|cpp)$/.test(name))
      .map((name) => join(top, name))
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  );
}
