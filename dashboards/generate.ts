/** `npx tsx dashboards/generate.ts`: writes dashboards/generated/ anew. Its files are committed, so that containers need no build. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generated.js';

const home = dirname(fileURLToPath(import.meta.url));
const target = join(home, 'generated');
const files = generatedFiles(join(home, 'default_rules.yaml'));

rmSync(target, { recursive: true, force: true });
for (const [file, text] of Object.entries(files)) {
  mkdirSync(dirname(join(target, file)), { recursive: true });
  writeFileSync(join(target, file), text);
}
