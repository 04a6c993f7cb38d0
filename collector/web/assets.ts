/**
 * What /assets/ serves: read once at start and kept in memory under its name, so that no request ever becomes a path.
 *
 * The page's modules are compiled from page/ by its own tsconfig into dist/collector/web/page, because they are for a browser.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { WebError } from './error.js';
import { ICON } from './html.js';
import { STYLE } from './style.js';

export interface Asset {
  readonly type: string;
  readonly body: string;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const SHEET = 'text/css; charset=utf-8';

/** @throws WebError where the page's modules were not compiled */
export function readAssets(): ReadonlyMap<string, Asset> {
  const pageDir = compiledPage();
  const uplotDir = dirname(createRequire(import.meta.url).resolve('uplot'));
  const modules = readdirSync(pageDir).filter((name) => name.endsWith('.js'));
  return new Map<string, Asset>([
    ...modules.map((name): [string, Asset] => [name, { type: SCRIPT, body: withoutMap(readFileSync(join(pageDir, name), 'utf8')) }]),
    ['uplot.js', { type: SCRIPT, body: readFileSync(join(uplotDir, 'uPlot.iife.min.js'), 'utf8') }],
    ['uplot.css', { type: SHEET, body: readFileSync(join(uplotDir, 'uPlot.min.css'), 'utf8') }],
    ['page.css', { type: SHEET, body: STYLE }],
    ['icon.svg', { type: 'image/svg+xml', body: ICON }],
  ]);
}

/** Beside this file when it is itself compiled; in dist/ when it runs from its source. */
function compiledPage(): string {
  const dirs = [join(import.meta.dirname, 'page'), join(import.meta.dirname, '..', '..', 'dist', 'collector', 'web', 'page')];
  const found = dirs.find((dir) => existsSync(join(dir, 'main.js')));
  if (found === undefined) throw new WebError('the live page was not compiled: run npm run setup');
  return found;
}

/** Maps are not served: a browser's tools would ask for them in vain. */
function withoutMap(script: string): string {
  return script.replace(/^\/\/# sourceMappingURL=.*$/m, '');
}
